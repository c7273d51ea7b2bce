"""Chapter 7's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch07 import START
from vlearn.lab.exercises.ch07_predictions import PREDICTIONS
from vlearn.sim.devices.drivers import handle_interrupt, send, set_up_transmit
from vlearn.sim.devices.emulated import Emulated, emulate
from vlearn.sim.devices.grants import EndAccess, GrantAccess, GrantTable, MapGrant
from vlearn.sim.devices.grants_run import use_grants
from vlearn.sim.devices.passthrough import Assign, EnableFunctions, Host, ReadByDma, WriteByDma
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.sim.devices.ring import WORD
from vlearn.sim.devices.ring_run import Publish, RingState, Take, use_ring
from vlearn.trace import run

FUNCTIONS = [EnableFunctions(2), Assign("01:00.1", "A"), Assign("01:00.2", "B")]
OUTSIDE = 16 * 4096

RIGHT = [
    ("ch07-count-exits", 6),
    ("ch07-ring-indices", (2, 2, 0, WORD - 1, 1)),
    ("ch07-bug-hunt", (WORD - 1, 1, 0)),
    ("ch07-before-sleep", ("look", "ask", "look")),
    ("ch07-before-sleep", ["ask", "look"]),
    ("ch07-share-card", [*FUNCTIONS, WriteByDma("01:00.1", OUTSIDE, b"x")]),
]

WRONG = [
    ("ch07-count-exits", 15, "every access"),
    ("ch07-count-exits", 4, "Loads from a register"),
    ("ch07-count-exits", 2, "Stores to a register"),
    ("ch07-count-exits", 9, "three exits for each packet"),
    ("ch07-count-exits", 1, "name a register"),
    ("ch07-count-exits", "6", "whole number"),
    ("ch07-ring-indices", (2, 2, 0, WORD - 1, 2), "waits to be taken"),
    ("ch07-ring-indices", (2, 2, 0, WORD - 1, 4), "waits to be taken"),
    ("ch07-ring-indices", (2, 2, 0, WORD - 1, 0), "distance from rsp_cons"),
    ("ch07-ring-indices", (WORD + 2, 2, 0, WORD - 1, 1), "32 bits"),
    ("ch07-ring-indices", (2, 2, 0, 3, 1), "only to find a slot"),
    ("ch07-ring-indices", (2, 1, 0, WORD - 1, 1), "req_cons again"),
    ("ch07-ring-indices", (2, 2, 0), "five whole numbers"),
    ("ch07-bug-hunt", (3, 5, 4), "Both say the same: the producer notifies"),
    ("ch07-bug-hunt", (3, 5, 9), "does not notify"),
    ("ch07-bug-hunt", (5, 3, 4), "No ring is that large"),
    ("ch07-bug-hunt", (7, 7, 7), "No ring is that large"),
    ("ch07-bug-hunt", (-1, 1, 0), "unsigned"),
    ("ch07-bug-hunt", 3, "three whole numbers"),
    ("ch07-before-sleep", ("look", "ask"), "1 of 3 requests"),
    ("ch07-before-sleep", ("look", "look", "ask"), "and sleeps"),
    ("ch07-before-sleep", ("ask",), "0 of 3 requests"),
    ("ch07-before-sleep", "look", "a tuple of the words"),
    ("ch07-before-sleep", ("sleep",), "a tuple of the words"),
    ("ch07-before-sleep", (), "a tuple of the words"),
    ("ch07-before-sleep", ("look",) * 5, "fewer steps"),
    ("ch07-share-card", FUNCTIONS, "maps nothing"),
    ("ch07-share-card", [Assign("01:00.0", "A"), Assign("01:00.0", "B")], "is A's"),
    ("ch07-share-card", FUNCTIONS[:2], "guest B yet"),
    ("ch07-share-card", [Assign("01:00.0", "A"), EnableFunctions(2)], "come first"),
    ("ch07-share-card", [EnableFunctions(2), Assign("01:00.0", "A")], "stays with the host"),
    ("ch07-share-card", [*FUNCTIONS, WriteByDma("01:00.2", OUTSIDE, b"x")], "guest A"),
    ("ch07-share-card", [*FUNCTIONS, ReadByDma("01:00.1", OUTSIDE, 4)], "a write"),
    ("ch07-share-card", [*FUNCTIONS, WriteByDma("01:00.2", OUTSIDE, b"x"), WriteByDma("01:00.1", 0, b"x")], "guest A"),
    ("ch07-share-card", [EnableFunctions(2), Assign("01:00.9", "A")], "01:00.9"),
    ("ch07-share-card", Host, "list of actions"),
]


OLD = Host.with_guests(("A", "B"), 16, remaps=False)
WRITE = [Assign("01:00.0", "B"), WriteByDma("01:00.0", 0x3000, b"data")]
RUNS = {
    "ch07-early-end": (use_grants, GrantTable.empty(3), [GrantAccess(2, 0x1001), MapGrant(2, 8), EndAccess(8)], 2),
    "ch07-second-publication": (use_ring, RingState.empty(4), [Publish(1), Take(1), Publish(2)], 4),
    "ch07-no-iommu": (pass_through, OLD, WRITE, 1),
}


@pytest.mark.parametrize("id", RUNS)
def test_no_wrong_choice_is_what_happens_next(id):
    model, start, actions, at = RUNS[id]
    event = run(model, start, actions).steps[at].event
    assert event.text not in PREDICTIONS[id].choices
    assert len(PREDICTIONS[id].choices) >= 2


def test_wrong_choices_are_worded_as_the_models_events_are():
    confined = run(pass_through, Host.with_guests(("A", "B"), 16), WRITE).steps[1].event.text
    assert confined in PREDICTIONS["ch07-no-iommu"].choices
    blocked = run(pass_through, Host.with_guests(("A", "B"), 3), WRITE).steps[1].event.text
    assert blocked in {**PREDICTIONS["ch07-no-iommu"].choices}
    ended = run(use_grants, GrantTable.empty(3), [GrantAccess(2, 1), EndAccess(8)]).steps[1].event.text
    assert ended in PREDICTIONS["ch07-early-end"].choices
    reached = run(use_ring, RingState.empty(4), [Publish(1)]).steps[1].event.text
    assert reached in PREDICTIONS["ch07-second-publication"].choices


def test_the_three_accesses_of_the_prediction_exit():
    ready = run(emulate, Emulated(), set_up_transmit()).final
    trace = run(emulate, ready, [*send(0, b"a packet"), *handle_interrupt(0)])
    assert [kind for kind in trace.kinds if kind in ("load", "store", "exit")] == [
        "store", "store", "exit", "exit", "load", "exit",
    ]  # fmt: skip


def test_the_ring_of_the_second_exercise_begins_before_the_wrap():
    assert START == 4_294_967_294
