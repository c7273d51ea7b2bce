import pytest

from vlearn.errors import ModelError
from vlearn.sim.monitors.paths import ARRANGEMENTS, KINDS, path
from vlearn.sim.monitors.paths.following import Followed, follow, followed
from vlearn.sim.monitors.paths.handlers import OPERATIONS, system_call, visits

TRAPPING = ("cli", "sti", "out 0xe9, al", "clts", "invlpg [0x400000]", "mov dword [FIRST+4], 0xe007")
HYPERCALLS = TRAPPING[2:]
ENTERED = {
    "bare metal": (),
    "trap-and-emulate on rings 0/1/3": ("int 0x80", *TRAPPING),
    "trap-and-emulate on rings 0/3": ("int 0x80", *TRAPPING),
    "paravirtual, 32 bits": HYPERCALLS,
    "VT-x": ("out 0xe9, al",),
}
KERNEL = {"bare metal": 0, "trap-and-emulate on rings 0/1/3": 1, "trap-and-emulate on rings 0/3": 3,
          "paravirtual, 32 bits": 1, "VT-x": 0}  # fmt: skip


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_the_monitor_is_entered_once_at_each_instruction_that_needs_it(name):
    found = visits(name, tuple(OPERATIONS))
    assert [visit.instruction for visit in found] == ["int 0x80", *OPERATIONS, "iret"]
    assert tuple(visit.instruction for visit in found if visit.entries) == ENTERED[name]
    assert all(visit.entries <= 1 for visit in found)
    assert {visit.level for visit in found[1:]} == {f"ring {KERNEL[name]}"}
    assert found[0].level == "ring 3"


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_entries_by_instruction_add_up_to_those_of_the_path(name):
    handler = ("clts", "mov edx, 42", "invlpg [0x400000]")
    assert sum(visit.entries for visit in visits(name, handler)) == system_call(name, handler).monitor_entries


def test_a_handler_that_does_nothing_special_has_the_usual_path():
    for name in ARRANGEMENTS:
        usual, found = path(name), system_call(name, ("mov edx, 42",))
        assert [(stage.level, stage.who) for stage in found.stages] == [(s.level, s.who) for s in usual.stages]


@pytest.mark.parametrize("handler", [("hlt",), ("cli", "cli")])
def test_what_a_handler_cannot_do_is_refused(handler):
    with pytest.raises(ModelError, match="at most once"):
        system_call("VT-x", handler)


def test_an_arrangement_without_a_run_is_refused():
    with pytest.raises(ModelError, match="no arrangement with a run"):
        visits("paravirtual, 64 bits", ("cli",))


@pytest.mark.parametrize("name", [*ARRANGEMENTS, "paravirtual, 64 bits"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_path_is_followed_to_its_end_and_no_further(name, kind):
    found = path(name, kind)
    trace = followed(found)
    assert trace.final == Followed(found, len(found.stages))
    assert [step.state.stage for step in trace.steps] == list(found.stages[1:])
    assert list(follow(trace.final)) == []
