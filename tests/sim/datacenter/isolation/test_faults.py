import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.datacenter.isolation import FAULTS, LAYOUTS, Layout, Part, Strike, crash, fail, survivors
from vlearn.sim.datacenter.isolation.layouts import APPLICATIONS
from vlearn.trace import run

SURVIVORS = {  # of three applications, by fault in the order of FAULTS; without a hypervisor it has no bug
    "bare metal, shared": (2, 0, 0, 0),
    "bare metal, a machine each": (2, 2, 2, 2),
    "virtual machines": (2, 2, 2, 0, 0),
    "containers": (2, 2, 0, 0),
    "containers in virtual machines": (2, 2, 2, 0, 0),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_how_many_applications_survive(name):
    assert tuple(survivors(LAYOUTS[name]).values()) == SURVIVORS[name]


def test_a_kernel_panic_in_containers_goes_through_the_container():
    trace = crash(LAYOUTS["containers"], "kernel panic", "shop")
    assert trace.kinds == ("strike", "passes", "passes", *["dies"] * 7)
    assert "shop's container, a container, does not hold that back" in trace.steps[2].event.text
    assert trace.final.applications == ()
    assert "machine" not in trace.final.dead


def test_a_kernel_panic_in_a_virtual_machine_stays_in_it():
    trace = crash(LAYOUTS["virtual machines"], "kernel panic", "mail")
    assert trace.final.dead == {"mail's kernel", "mail"}
    assert trace.final.applications == ("shop", "wiki")


@given(st.sampled_from(sorted(LAYOUTS)), st.sampled_from(sorted(FAULTS)), st.sampled_from(APPLICATIONS))
def test_what_dies_is_one_part_and_all_that_stands_on_it(name, fault, at):
    layout = LAYOUTS[name]
    assume(fault in survivors(layout))
    after = crash(layout, fault, at).final
    roots = [part for part in layout.parts if part.name in after.dead and part.on not in after.dead]
    assert at in after.dead | after.at_risk
    assert len(roots) == (not after.at_risk)
    for root in roots:
        assert after.dead == {root.name, *layout.above(root.name)}


def test_memory_that_runs_out_kills_applications_only():
    """A container of one's own dies alone; who shares a kernel without limits is at risk with all others."""
    alone, shared = (crash(LAYOUTS[name], "memory runs out", "wiki") for name in ("containers", "bare metal, shared"))
    assert (alone.final.dead, alone.final.at_risk) == ({"wiki"}, frozenset())
    assert (shared.final.dead, shared.final.at_risk) == (frozenset(), set(APPLICATIONS))
    assert shared.kinds == ("strike", "passes", "at-risk")


def test_faults_add_up():
    strikes = [Strike("process crash", "shop"), Strike("process crash", "mail")]
    assert run(fail, LAYOUTS["containers"], strikes).final.applications == ("wiki",)


REFUSED = [
    (lambda: crash(LAYOUTS["containers"], "kernel panik", "shop"), "did you mean 'kernel panic'"),
    (lambda: crash(LAYOUTS["containers"], "kernel panic", "chop"), "no part 'chop'"),
    (lambda: crash(crash(LAYOUTS["containers"], "process crash", "shop").final, "process crash", "shop"), "dead"),
    (lambda: Layout("x", (Part("a", "application", "b"),)), "after what it stands on"),
    (lambda: Layout("x", (Part("a", "machines"),)), "did you mean 'machine'"),
    (lambda: crash(LAYOUTS["containers"], "monitor bug", "shop"), "no hypervisor beneath shop"),
    (lambda: crash(Layout("x", (Part("a", "application"),)), "kernel panic", "a"), "nothing beneath"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
