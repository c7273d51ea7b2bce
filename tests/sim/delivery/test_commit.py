import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.delivery.artifacts import Registry
from vlearn.sim.delivery.changes import FINDERS, Change, faults, green
from vlearn.sim.delivery.commit import Delivery, Push, Release, RollBack, deliver
from vlearn.sim.delivery.diagnosis import diagnose
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT, INTEGRATION, Practice, practice, practised
from vlearn.trace import run

ALL = ("push", "build", "test", "publish", "staging", "acceptance")
KINDS = [
    (INTEGRATION, ("push", "build", "test", "end")),
    (DELIVERY, (*ALL, "hold")),
    (DEPLOYMENT, (*ALL, "production")),
]


@pytest.mark.parametrize(("kind", "kinds"), KINDS)
def test_the_three_continuities_differ_by_how_far_a_change_goes_by_itself(kind, kinds):
    assert run(deliver, Delivery(kind), [Push(Change("c1"))]).kinds == kinds


def test_what_was_tested_is_what_is_released_and_what_was_there_can_come_back():
    actions = [Push(Change("c1")), Release("ana", 60), Push(Change("c2")), Release("ana")]
    final = run(deliver, Delivery(), actions).final
    tags = final.registry.tags
    assert tags["candidate"] == tags["staging"] == tags["accepted"] == tags["production"] == final.production
    assert final.now == 36 + 60 + 5 + 36 + 5
    back = run(deliver, final, [RollBack()]).final
    assert back.production == final.history[0] != final.production


def test_without_a_release_users_see_nothing_and_nothing_can_be_released_twice():
    final = run(deliver, Delivery(), [Push(Change("c1"))]).final
    assert final.production == ""
    assert run(deliver, final, [Release("ana"), Release("bo")]).kinds == ("approve", "production", "nothing")
    assert run(deliver, final, [RollBack()]).kinds == ("nothing",)


def test_the_registry_promotes_without_building_and_a_second_build_is_another_artifact():
    registry = Registry().push("candidate", ["c1"]).promote("candidate", "production")
    assert registry.digest("candidate") == registry.digest("production")
    assert registry.content("production") == b"gcc 14: c1"
    for other in ({"toolchain": "gcc 15"}, {"created": "2026-01-02T00:00:00Z"}):
        assert registry.push("again", ["c1"], **other).digest("again") != registry.digest("production")
    assert registry.push("again", ["c1"]).digest("again") == registry.digest("production")


CAUSES = [
    ([Push(Change("c", "build"))], "build", "its own fault", ()),
    ([Push(Change("c", "test"))], "test", "its own fault", ()),
    ([Push(Change("c"), frozenset({"test"}))], "test", "a flaky test", ()),
    ([Push(Change("c"), frozenset({"acceptance"}))], "acceptance", "a flaky test", ()),
    ([Push(Change("b")), Push(Change("c", clashes=frozenset("b")))], "test", "a clash with another change", ("b",)),
    ([Push(Change("b", clashes=frozenset("c"))), Push(Change("c"))], "test", "a clash with another change", ("b",)),
    ([Push(Change("b", "acceptance")), Push(Change("c"))], "acceptance", "an earlier change", ("b",)),
]


@pytest.mark.parametrize(("pushes", "stage", "cause", "others"), CAUSES)
def test_experiments_find_which_gate_stopped_a_commit_and_why(pushes, stage, cause, others):
    found = diagnose(run(deliver, Delivery(), pushes).final.stops[-1])
    assert (found.stage, found.cause, found.others) == (stage, cause, others)


def test_a_commit_that_a_flaky_test_stopped_is_pushed_again():
    change = Change("c")
    trace = run(deliver, Delivery(DEPLOYMENT), [Push(change, frozenset({"test"})), Push(change)])
    assert trace.kinds == ("push", "build", "stop", *ALL, "production")


def test_only_users_find_some_faults():
    final = run(deliver, Delivery(DEPLOYMENT), [Push(Change("c", "users"))]).final
    assert final.production
    assert faults(final.mainline, "users") == ("c is faulty",)


NAMES = [
    (frozenset(), frozenset(), "continuous deployment"),
    (frozenset({"production"}), frozenset(), "continuous delivery"),
    (frozenset({"acceptance"}), frozenset(), "continuous integration"),
    (frozenset(), frozenset({"staging", "acceptance", "production"}), "continuous integration"),
    (frozenset({"test"}), frozenset(), "no continuity"),
]


@pytest.mark.parametrize(("manual", "absent", "name"), NAMES)
def test_a_pipeline_is_named_by_the_gates_that_a_person_opens(manual, absent, name):
    assert practised(manual, absent) == name


def test_each_practice_deserves_its_name():
    for each in (INTEGRATION, DELIVERY, DEPLOYMENT):
        gates = {kind: frozenset(name for name, how in each.gates if how == kind) for kind in ("manual", "absent")}
        assert practised(gates["manual"], gates["absent"]) == each.name == practice(each.name).name


CHANGES = st.lists(
    st.builds(
        Change, st.sampled_from("abcdef"), st.sampled_from((None, *FINDERS)), st.frozensets(st.sampled_from("xyz"))
    ),
    max_size=6,
    unique_by=lambda change: change.name,
)


@given(CHANGES, st.sampled_from([INTEGRATION, DELIVERY, DEPLOYMENT]))
@settings(deadline=None, max_examples=50)
def test_the_mainline_is_green_and_production_was_accepted(changes, kind):
    trace = run(deliver, Delivery(kind), [Push(change) for change in changes])
    accepted = set()
    for step in trace.steps:
        assert green(step.state.mainline)
        if step.event.kind == "acceptance":
            accepted.add(step.state.registry.digest("accepted"))
        assert set(step.state.history) <= accepted
    assert len(trace.final.stops) + len(trace.final.mainline) >= len(changes)


REFUSED = [
    (lambda: Change(""), "needs a name"),
    (lambda: Change("c", "luck"), "not by 'luck'"),
    (lambda: Change("c", clashes=frozenset("c")), "cannot clash with itself"),
    (lambda: Push(Change("c"), frozenset({"build"})), "build cannot flake"),
    (lambda: run(deliver, Delivery(), [Push(Change("c")), Push(Change("c"))]), "in the mainline already"),
    (lambda: run(deliver, Delivery(), [Release("ana", -1)]), "0 minutes or more"),
    (lambda: Delivery(Practice("p", (("staging", "manual"),), "")), "not before staging"),
    (lambda: Registry().digest("x"), "no tag 'x'; there are none"),
    (lambda: practice("continuous delivry"), "did you mean 'continuous delivery'"),
    (lambda: practised(frozenset({"lunch"})), "no stage is called 'lunch'"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()
