"""The keys of chapter 7's tables, and of what is observed when a rule is broken, are what the models say."""

from functools import cache

import pytest

from vlearn.questions.bank import load_bank
from vlearn.sim.devices import nic as card
from vlearn.sim.devices.disciplines import COMPARES_WITHOUT_WRAP, FULL_OFF_BY_ONE, NO_FINAL_CHECK, PUBLISHES_FIRST
from vlearn.sim.devices.driver_domain import World
from vlearn.sim.devices.driver_domain_run import Ask, Connect, Crash, Fetch, Respond, Restart, Serve, serve_guests
from vlearn.sim.devices.drivers import send
from vlearn.sim.devices.emulated import Arrive, Emulated, ReadRegister, Store, WriteRegister, emulate
from vlearn.sim.devices.event_channels import EventChannels, Mask, Send, TakeUpcall, Unmask, use_channels
from vlearn.sim.devices.exchange import ACTORS, Exchange, exchange
from vlearn.sim.devices.exchange_faults import faults
from vlearn.sim.devices.grants import CopyGrant, EndAccess, GrantAccess, GrantTable, MapGrant, UnmapGrant
from vlearn.sim.devices.grants_run import use_grants
from vlearn.sim.devices.handshake import Handshake, shake
from vlearn.sim.devices.hunt import shortest_run
from vlearn.sim.devices.passthrough import Assign, EnableFunctions, Host, ReadByDma, WriteByDma
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.sim.devices.ring import WORD, Ring
from vlearn.sim.devices.ring_run import Answer, Collect, FinalCheck, Publish, RingState, Take, use_ring
from vlearn.sim.devices.traffic import send_packets
from vlearn.sim.devices.ways import SPLIT
from vlearn.sim.devices.workload import Workload
from vlearn.trace import run


@cache
def bank():
    return load_bank()


def answer(name):
    return bank()[name].make(None).answer


def test_causes_and_mask():
    setup = {card.RDBAL: 0x3000, card.RDLEN: 128, card.RDT: 7, card.RCTL: card.ENABLE}
    setup |= {card.TDBAL: 0x1000, card.TDLEN: 128, card.TCTL: card.ENABLE}
    buffers = [Store(0x3000 + 16 * n, (0x20000 + 0x800 * n).to_bytes(8, "little")) for n in range(8)]
    state = run(emulate, Emulated(), [*(WriteRegister(*pair) for pair in setup.items()), *buffers]).final
    before, frame = state.exits, Arrive(b"a" * 60)
    fill, describe, tail = send(0, b"p" * 60)
    steps = (
        *([], [frame], [WriteRegister(card.IMS, card.RECEIVED)], [ReadRegister(card.ICR)]),
        *([WriteRegister(card.IMC, card.RECEIVED)], [frame, frame], [fill, describe], [tail]),
        *([ReadRegister(card.ICR)], [WriteRegister(card.IMS, card.RECEIVED)]),
    )
    for (_, *key), made in zip(answer("ch07-causes-and-mask").rows, steps, strict=True):
        state = run(emulate, state, made).final
        assert [f"{state.nic.causes:#04x}", str(state.injected), str(state.exits - before)] == key


def test_same_number_twice():
    made = [EnableFunctions(3), Assign("01:00.1", "A"), Assign("01:00.2", "B")]
    host = run(pass_through, Host.with_guests(("A", "B"), 16), made).final
    for access, key in answer("ch07-same-number-twice").rows:
        _, number, verb, _, address = access.split()
        function, at = f"01:00.{number}", int(address, 0)
        action = WriteByDma(function, at, b"data") if verb == "writes" else ReadByDma(function, at, 4)
        event = run(pass_through, host, [action]).steps[0].event
        found = "blocked" if event.kind == "dma-blocked" else event.text.split("which is ")[1].split()[0]
        assert found.casefold() == key.casefold(), access


def test_states_of_a_handshake():
    actors = ("backend", "frontend", "backend", "frontend", "guest", "backend", "frontend", "backend")
    trace = run(shake, Handshake(), actors)
    states = [trace.start, *(step.state for step in trace.steps)]
    found = [(str(int(state.frontend)), str(int(state.backend))) for state in states]
    assert found == [tuple(row[1:]) for row in answer("ch07-states-of-a-handshake").rows]


def test_life_of_a_grant():
    table = run(use_grants, GrantTable.empty(3), [GrantAccess(2, 7, writable=False)]).final
    calls = (MapGrant(2, 8), MapGrant(2, 8, writes=True), MapGrant(5, 8), CopyGrant(2, 8))
    calls += (EndAccess(8), UnmapGrant(2, 0), EndAccess(8), MapGrant(2, 8))
    kinds = run(use_grants, table, calls).kinds
    fates = ["fails" if kind in ("grant-refused", "still-mapped") else "works" for kind in kinds]
    assert fates == [row[1] for row in answer("ch07-life-of-a-grant").rows]


def test_after_the_crash():
    before = run(serve_guests, World.of_guests(1), [Connect(), Ask(3, 2), Serve(), Crash()])
    assert before.kinds[-1] == "unmapped-by-xen"
    after = run(serve_guests, before.final, [Restart(), Connect(), Serve(), Respond(), Fetch(3)])
    assert "dropped" in after.kinds
    assert after.final.done == ((3, 1), (3, 2), (3, 1), (3, 2))
    assert after.final.disks[0].answered == 2
    assert answer("ch07-after-the-crash").correct == {0, 2, 3}


def test_three_events_one_upcall():
    kinds = run(use_channels, EventChannels(), [Mask(5), *[Send(5)] * 3, Unmask(5), TakeUpcall(), TakeUpcall()]).kinds
    assert kinds.count("handle") == 1
    ring = run(use_ring, RingState.empty(8), [Publish(3), Take(), Answer(), Collect()])
    assert ring.final.ring.free == 8
    assert answer("ch07-three-events-one-upcall").truth is True


def test_what_frees_a_slot():
    full = Ring.empty(4).put_requests(1, 2, 3, 4).push_requests()[0]
    taken = full.take_requests(4)[0]
    answered = taken.put_responses(1).push_responses()[0]
    assert [ring.free for ring in (full, taken, answered)] == [0, 0, 0]
    assert answered.take_responses()[0].free == 1
    assert answer("ch07-what-frees-a-slot").accepted[0] == "rsp_cons"


def test_when_to_notify():
    asleep = [Take(), FinalCheck("backend")]
    steps = ([], [Publish(1)], [Publish(1)], asleep, [Publish(3)], [Take(2)], [Publish(1)], asleep, [Publish(1)])
    state = RingState.empty(8)
    for (_, *key), made in zip(answer("ch07-when-to-notify").rows, steps, strict=True):
        trace = run(use_ring, state, made)
        state = trace.final
        told = next(({"notify": "yes", "no-notify": "no"}[kind] for kind in trace.kinds if "notify" in kind), "–")
        assert [str(state.ring.req_prod), str(state.ring.req_event), told] == key


BROKEN = [
    (NO_FINAL_CHECK, "looks once more", 0, "all are waiting"),
    (PUBLISHES_FIRST, "before it publishes", 0, "took an empty slot"),
    (FULL_OFF_BY_ONE, "if a slot is free", 0, "request 1 was overwritten by request 3"),
    (COMPARES_WITHOUT_WRAP, "modulo", WORD - 2, "all are waiting"),
]


@pytest.mark.parametrize(
    ("discipline", "rule", "index", "observed"), BROKEN, ids=lambda value: getattr(value, "name", "")
)
def test_which_rule_was_broken(discipline, rule, index, observed):
    key = answer("ch07-which-rule-was-broken")
    assert sum(rule in right for right in key.right) == 1
    found = shortest_run(exchange, Exchange.begin(2, 3, discipline, index=index), ACTORS, faults)
    assert observed in faults(found.final)[0]


def test_an_index_compared_plainly_does_no_harm_until_it_wraps():
    assert shortest_run(exchange, Exchange.begin(2, 3, COMPARES_WITHOUT_WRAP), ACTORS, faults) is None


def test_notifications_under_load():
    rare, busy = (send_packets(SPLIT, workload) for workload in (Workload(packets=50, gap=1e-3), Workload(guests=4)))
    assert rare.kicks == rare.packets
    assert busy.kicks < 0.01 * busy.packets
    key = answer("ch07-notifications-under-load")
    assert key.options[key.correct].text.startswith("They fall towards none")
