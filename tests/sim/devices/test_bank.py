"""The keys of chapter 7's questions are what the models say."""

from dataclasses import replace

import pytest
import yaml

from vlearn.content import question_bank
from vlearn.sim.devices.disciplines import LOOKS_TWICE, NO_FINAL_CHECK, REUSES_TAKEN_SLOTS, RIGHT
from vlearn.sim.devices.driver_domain import World
from vlearn.sim.devices.driver_domain_run import Ask, Connect, Fetch, Respond, Serve, serve_guests
from vlearn.sim.devices.drivers import handle_interrupt, read_sector, send, set_up_transmit
from vlearn.sim.devices.emulated import Emulated, emulate
from vlearn.sim.devices.exchange import ACTORS, Exchange, exchange
from vlearn.sim.devices.exchange_faults import faults
from vlearn.sim.devices.grants import GrantAccess, GrantTable, MapGrant
from vlearn.sim.devices.grants_run import use_grants
from vlearn.sim.devices.hunt import shortest_run
from vlearn.sim.devices.iommu import translate
from vlearn.sim.devices.passthrough import (
    Assign,
    EnableFunctions,
    Host,
    Interrupt,
    ReadByDma,
    StoreToRegister,
    WriteByDma,
)
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.sim.devices.ring import WORD, Ring, must_notify
from vlearn.sim.devices.ring_run import Answer, Collect, Publish, RingState, Take, use_ring
from vlearn.sim.devices.ways import EMULATED, PASSTHROUGH, SPLIT, count, share_of_core
from vlearn.trace import run


def question(id):
    folder = question_bank() / "07-io"
    entries = (
        entry for path in folder.iterdir() for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    )
    return next(entry for entry in entries if entry["id"] == id)


def broken(discipline, total=3):
    return shortest_run(exchange, Exchange.begin(2, total, discipline), ACTORS, faults) is not None


def test_ring_run():
    moves = ([], [Publish(3)], [Take(2)], [Answer(1)], [Collect(1)], [Publish(2)], [Take(), Answer()], [Collect()])
    state = RingState.empty(4)
    for (_, *key), made in zip(question("ch07-ring-run")["rows"], moves, strict=True):
        state = run(use_ring, state, made).final
        ring = state.ring
        assert [str(n) for n in (ring.req_prod, ring.req_cons, ring.rsp_prod, ring.rsp_cons, ring.free)] == key


def test_indices_that_wrapped():
    ring = Ring(slots=(None,) * 32, req_prod=5, req_prod_pvt=5, rsp_cons=WORD - 6)
    assert ring.free == question("ch07-indices-that-wrapped")["value"]


def test_code_must_notify():
    for case in question("ch07-code-must-notify")["cases"]:
        assert str(eval(case["call"], {"must_notify": must_notify})) == case["expected"]


def test_lost_notification():
    options = question("ch07-lost-notification")["options"]
    # The lock of the last option is the backend's own, so the frontend runs as it does without a final check.
    two_ahead = replace(NO_FINAL_CHECK, ahead=2)
    tried = [not broken(discipline) for discipline in (RIGHT, LOOKS_TWICE, two_ahead, NO_FINAL_CHECK)]
    assert [option.get("correct", False) for option in options] == tried


def test_slot_reuse():
    assert question("ch07-slot-reuse")["truth"] is broken(REUSES_TAKEN_SLOTS)


def test_emulated_transmit():
    state = run(emulate, Emulated(), set_up_transmit()).final
    store, describe, tail = send(0, b"packet")
    cause, look, mask = handle_interrupt(0)
    for (access, key), action in zip(
        question("ch07-emulated-transmit")["rows"], (store, describe, tail, cause, look, mask), strict=True
    ):
        after = run(emulate, state, [action]).final
        assert ("yes" if after.exits > state.exits else "no") == key, access
        state = after


def test_sector_through_ports():
    assert run(emulate, Emulated(), read_sector(0)).final.exits == question("ch07-sector-through-ports")["value"]


def test_cost_table():
    for (_, *key), way in zip(question("ch07-cost-table")["rows"], (EMULATED, SPLIT, PASSTHROUGH), strict=True):
        counts = count(way, 32, batch=8)
        assert [str(counts.entries), str(counts.copies)] == key


def test_core_for_exits():
    assert 100 * share_of_core(48_000, {"exit": 3}) == pytest.approx(question("ch07-core-for-exits")["value"])


def test_path_of_a_packet():
    kinds = run(serve_guests, World.of_guests(1), [Connect(), Ask(3), Serve(), Respond(), Fetch(3)]).kinds
    kinds = kinds[len(run(serve_guests, World.of_guests(1), [Connect()])) :]
    order = ["granted", "publish", "send", "take", "mapped", "done", "answer", "collect", "ended"]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    words = ["grants", "publishes a request", "wakes the backend", "takes the request", "sends it", "a response"]
    items = " ".join(question("ch07-path-of-a-packet")["items"])
    assert [items.index(word) for word in words] == sorted(items.index(word) for word in words)


def test_limits_of_sharing():
    table = run(use_grants, GrantTable.empty(3, 16), [GrantAccess(2, 7)]).final
    kinds = {reference: run(use_grants, table, [MapGrant(2, reference)]).kinds[0] for reference in range(16)}
    reads_any_page = all(kind == "mapped" for kind in kinds.values())
    assert kinds[8] == "mapped"
    assert question("ch07-limits-of-sharing")["truth"] is reads_any_page


def test_dma_without_iommu():
    host = Host.with_guests(("A",), 16, remaps=False)
    assert translate(host.iommu, "01:00.0", 0x5000, True) == 0x5000
    right = next(option for option in question("ch07-dma-without-iommu")["options"] if option.get("correct"))
    assert right["text"].startswith("At system-physical address `0x5000`")


def test_sort_dma():
    host = run(pass_through, Host.with_guests(("A", "B"), 16), [EnableFunctions(1), Assign("01:00.1", "A")]).final
    spoken = {
        "The function writes a packet": WriteByDma("01:00.1", 0x5000, b"packet"),
        "The function sends an interrupt message for which its remapping table has an entry": Interrupt("01:00.1", 1),
        "The function reads from an address beyond": ReadByDma("01:00.1", 16 * 4096, 8),
        "The function sends an interrupt message for which its remapping table has no": Interrupt("01:00.1", 3),
        "The guest's driver stores a value": StoreToRegister("A", "01:00.1"),
    }
    verdicts = {
        "Lets it through, translated": {"dma-read", "dma-write", "interrupt"},
        "Blocks it": {"dma-blocked", "interrupt-blocked"},
        "Never sees it": {"register"},
    }
    for category, items in question("ch07-sort-dma")["categories"].items():
        for item in items:
            action = next((action for words, action in spoken.items() if item.startswith(words)), None)
            # A load by the guest's processor is no message of a device: the model has no action for it.
            assert action is not None or item.startswith("A program of the guest reads")
            if action is not None:
                assert run(pass_through, host, [action]).kinds[0] in verdicts[category], item
