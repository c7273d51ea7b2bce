"""Chapter 1's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises import ch01_runs
from vlearn.lab.exercises.ch01_predictions import PREDICTIONS
from vlearn.lab.exercises.ch01_runs import SMALL_SERVER, TWELVE, careless, day, monitors, spied, squeezed
from vlearn.sim.datacenter.consolidation import SERVER, Packing, Workload, compare, energy, lower_bound, problem
from vlearn.sim.datacenter.isolation import LAYOUTS, Attack, Cache, Layout, Part, Prime, Probe, Work, attack, crash
from vlearn.sim.datacenter.isolation.encapsulation import PARTS, begin, differences
from vlearn.sim.datacenter.sharing import Balloon, Free, Memory, Share, Touch, overcommit
from vlearn.trace import run


def place(demands, capacity, key=sum, check=True):
    """First fit, largest first, or by another key; without the check all goes to one server."""
    room, servers = [], [0] * len(demands)
    for n in sorted(range(len(demands)), key=lambda n: -key(demands[n])):
        fits = [
            s for s, free in enumerate(room) if not check or all(f >= d for f, d in zip(free, demands[n], strict=True))
        ]
        if not fits:
            room.append(capacity)
            fits = [len(room) - 1]
        servers[n] = fits[0]
        room[fits[0]] = tuple(f - d for f, d in zip(room[fits[0]], demands[n], strict=True))
    return servers


def bit(slow):
    return None if (2 in slow) == (5 in slow) else int(5 in slow)


def layout(*piles, beneath=(("monitor", "hypervisor", "machine"),)):
    """Parts as tuples; each pile stands on what its first part names."""
    parts = [Part("machine", "machine"), *(Part(*part) for part in beneath), *(Part(*part) for part in piles)]
    return Layout("mine", tuple(parts))


VM = (("vm1", "virtual machine", "monitor"), ("vm2", "virtual machine", "monitor"))
KERNELS = (*VM, ("k1", "kernel", "vm1"), ("k2", "kernel", "vm2"), ("wiki", "application", "k2"))
IN_CONTAINERS = layout(*KERNELS, ("c1", "container", "k1"), ("c2", "container", "k1"), ("shop", "application", "c1"),
                       ("mail", "application", "c2"))  # fmt: skip
WITHOUT = layout(*KERNELS, ("shop", "application", "k1"), ("mail", "application", "k1"))
ONE_CONTAINED = layout(*KERNELS, ("c1", "container", "k1"), ("shop", "application", "c1"),
                       ("mail", "application", "k1"))  # fmt: skip
TWO_ON_IRON = layout(("k1", "kernel", "machine"), ("k2", "kernel", "machine"), ("c1", "container", "k1"),
                     ("shop", "application", "c1"), ("mail", "application", "k1"), ("wiki", "application", "k2"),
                     beneath=())  # fmt: skip
TWO_MACHINES = layout(("other", "machine"), ("k2", "kernel", "other"), ("k1", "kernel", "machine"),
                      ("c1", "container", "k1"), ("shop", "application", "c1"), ("mail", "application", "k1"),
                      ("wiki", "application", "k2"), beneath=())  # fmt: skip

RIGHT = [
    ("ch01-busy-share", 28.125),
    ("ch01-busy-share", 28),
    ("ch01-saved", 16.8),
    ("ch01-place", place),
    ("ch01-place", lambda demands, capacity: place(demands, capacity, key=max)),
    ("ch01-no-swap", [Share(), Balloon(0, 2)]),
    ("ch01-no-swap", (Balloon(0, 2), Share())),
    ("ch01-bug-hunt", [Touch(0, 0, 1), Touch(1, 0, 17), Share()]),
    ("ch01-bug-hunt", [*(Touch(n // 16, n % 16, n) for n in range(17)), Share()]),
    ("ch01-layout", IN_CONTAINERS),
    ("ch01-layout", ONE_CONTAINED),
    ("ch01-spy", bit),
    ("ch01-copy", {"devices", "clock"}),
    ("ch01-copy", ["clock", "devices"]),
]
WRONG = [
    ("ch01-busy-share", 0.28125, "Per cent were asked for"),
    ("ch01-busy-share", 71.875, "idle"),
    ("ch01-busy-share", 75, "busiest hour"),
    ("ch01-busy-share", 12.5, "quiet hour"),
    ("ch01-busy-share", 43.75, "weigh them"),
    ("ch01-busy-share", 50, "Count core-hours"),
    ("ch01-busy-share", "28 %", "number of per cent"),
    ("ch01-saved", 16_800, "watt-hours"),
    ("ch01-saved", 0.7, "one hour"),
    ("ch01-saved", 700, "the power"),
    ("ch01-saved", 13.2, "what is left"),
    ("ch01-saved", 30, "energy before"),
    ("ch01-saved", 19.2, "memory enough"),
    ("ch01-saved", 21, "runs elsewhere now"),
    ("ch01-saved", 50.4, "idle server draws 100 W"),
    ("ch01-saved", 1, "How many servers"),
    ("ch01-saved", True, "number of kilowatt-hours"),
    ("ch01-place", 3, "without calling"),
    ("ch01-place", lambda demands, capacity: place(demands, capacity, check=False), "too much"),
    ("ch01-place", lambda demands, capacity: place(demands, capacity, key=lambda _: 0), "In which order"),
    ("ch01-place", lambda demands, capacity: list(range(len(demands))), "1 would do"),
    ("ch01-place", lambda demands, capacity: [0], "Give each of the 3"),
    ("ch01-place", lambda demands, capacity: None, "Return a list"),
    ("ch01-place", lambda demands: demands, "TypeError"),
    ("ch01-no-swap", [], "0 free frames"),
    ("ch01-no-swap", [Share()], "1 free frames"),
    ("ch01-no-swap", [Balloon(0, 2)], "1 free frames"),
    ("ch01-no-swap", [Share(), Balloon(0, 1)], "give up nothing"),
    ("ch01-no-swap", [Share(), Balloon(0, 3)], "more than the guest can spare"),
    ("ch01-no-swap", [Share(), Balloon(1, 3)], "Guest 1 will need"),
    ("ch01-no-swap", [Touch(0, 0)], "what the host does"),
    ("ch01-no-swap", [Balloon(5, 1)], "no guest 5"),
    ("ch01-bug-hunt", [Touch(0, 0, 1), Touch(1, 0, 17)], "add a `Share()`"),
    ("ch01-bug-hunt", [Touch(0, 0, 7), Touch(1, 0, 7), Share()], "they are equal"),
    ("ch01-bug-hunt", [Touch(0, 0, 7), Touch(1, 0, 8), Share()], "No page is shared"),
    ("ch01-bug-hunt", [Touch(0, 0, 7), Touch(1, 0, 23), Share(), Free(1, 0)], "they are equal"),
    ("ch01-bug-hunt", [Share()] * 201, "at most 200"),
    ("ch01-bug-hunt", 7, "Give a list of actions"),
    ("ch01-layout", LAYOUTS["virtual machines"], "mail should not live on"),
    ("ch01-layout", LAYOUTS["containers"], "wiki should surely live on"),
    ("ch01-layout", WITHOUT, "mail should surely live on"),
    ("ch01-layout", TWO_ON_IRON, "Only one kernel or hypervisor can have a machine"),
    ("ch01-layout", TWO_MACHINES, "one machine"),
    ("ch01-layout", layout(("shop", "application", "monitor"), ("mail", "application", "monitor"),
                           ("wiki", "application", "monitor")), "cannot stand on a hypervisor"),
    ("ch01-layout", layout(), "Its applications are"),
    ("ch01-layout", "containers", "Give a layout"),
    ("ch01-spy", lambda slow: bit(slow) if slow else 0, "nothing is known"),
    ("ch01-spy", lambda slow: {(2,): 0, (5,): 1}.get(slow), "Other sets may be slow"),
    ("ch01-spy", lambda slow: 1 if 5 in slow else 0 if 2 in slow else None, "nothing can be concluded"),
    ("ch01-spy", lambda slow: None, "Only two of them"),
    ("ch01-spy", 1, "without calling"),
    ("ch01-copy", {"clock"}, "another way"),
    ("ch01-copy", {"devices"}, "another way"),
    ("ch01-copy", set(PARTS), "The backup has the"),
    ("ch01-copy", {"network"}, "none of the parts"),
    ("ch01-copy", "devices", "another way"),
    ("ch01-copy", 2, "Give a set"),
]  # fmt: skip


def test_what_the_careless_model_spoils_the_right_one_does_not():
    for id, actions in RIGHT:
        if id == "ch01-bug-hunt":
            assert careless(actions)
            memory = run(overcommit, Memory.of(32, (16, 16)), actions).final
            written = {(a.guest, a.page): a.content for a in actions if isinstance(a, Touch)}
            assert all(memory.page(at).content == content for at, content in written.items())


def test_the_author_of_the_careless_model_saw_no_fault():
    tried = [Touch(0, 0, 7), Touch(1, 0, 7), Touch(1, 1, 3), Share(), Touch(1, 0, 8)]
    assert careless(tried) == {}
    assert ch01_runs.shared_by_checksum(tried[:4]) == 1


def test_the_machine_room_is_packed_as_the_text_says():
    found = {sizing: compare(TWELVE, SMALL_SERVER, sizing=sizing).after for sizing in ("peak", "hour", "mean")}
    assert [fleet.hosts for fleet in found.values()] == [5, 3, 3]
    assert [fleet.overloads > 0 for fleet in found.values()] == [False, False, True]
    assert lower_bound(problem(TWELVE, SMALL_SERVER)) == 5
    assert "overloaded" not in day().kinds
    assert "overloaded" in day("mean").kinds


MEMORY, SPYING = squeezed(), spied()
RUNS = {
    "ch01-written": (MEMORY, MEMORY.kinds.index("shared") + 1, 2),
    "ch01-makes-room": (MEMORY, MEMORY.kinds.index("host-swap-out"), 1),
    "ch01-probed": (SPYING, 5, 1),
}


@pytest.mark.parametrize("id", RUNS)
def test_wrong_choices_about_a_run_are_worded_as_its_events_are(id):
    trace, at, least = RUNS[id]
    events = {step.event.text for step in trace.steps}
    choices = PREDICTIONS[id].choices.keys()
    assert len(events & choices) >= least
    assert trace.steps[at].event.text not in choices


def test_what_the_spy_might_have_found_is_worded_as_it_finds_other_things():
    def says(cache, bit, *others):
        return run(attack, Attack(cache, (bit,)), [Prime(), Work(others), Probe()]).steps[-1].event.text

    assert says(Cache.of(8, 4), 0) in PREDICTIONS["ch01-probed"].choices
    assert says(Cache.of(8, 4), 1, 3) in PREDICTIONS["ch01-probed"].choices
    assert says(Cache.of(8, 4, split=True), 0) in PREDICTIONS["ch01-probed"].choices
    assert SPYING.steps[5].event.text == says(Cache.of(8, 4), 0, 3)


def test_plain_predictions_answer_as_the_model_does():
    hosts = compare(TWELVE, SMALL_SERVER, sizing="hour").after.hosts
    assert PREDICTIONS["ch01-by-the-hour"].answer.startswith({3: "three"}[hosts])
    four = (Workload("w", (8000,) * 24, 1),) * 4
    saved = energy(four, Packing((0, 1, 2, 3)), SERVER) - energy(four, Packing((0, 0, 0, 0)), SERVER)
    assert PREDICTIONS["ch01-switched-off"].answer == f"{saved * 1000 / 24:g} W"
    assert crash(LAYOUTS["containers"], "kernel panic", "shop").final.applications == ()
    assert PREDICTIONS["ch01-three-containers"].answer == "none of them"
    kept = [part for part in PARTS if part != "registers"]
    first = next(n for n in range(9) if "disk" in differences(begin(), kept, n))
    assert PREDICTIONS["ch01-lost-registers"].answer == {1: "the first", 2: "the second", 3: "the third"}[first]


def test_each_monitor_but_the_first_breaks_something():
    kinds = {name: set(trace.kinds) for name, trace in monitors().items()}
    broken = {name: found & {"differs", "escaped", "interpreted"} for name, found in kinds.items()}
    assert list(broken.values()) == [set(), {"differs"}, {"interpreted"}, {"escaped"}]
