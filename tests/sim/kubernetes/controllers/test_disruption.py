"""Budgets of disruption: what must stay healthy of how many, and what may go now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.disruption import (
    DELETION_TIMEOUT,
    Scale,
    disrupted_pods,
    disruption_status,
    expectation,
    failed_status,
    recheck,
)

NOW = 1_800_000_000.0


def budget(status=None, **spec):
    return {"metadata": {"name": "b", "generation": 2}, "spec": spec, "status": status or {}}


def pod(n, ready=True, owner="set", **metadata):
    owners = [{"kind": "ReplicaSet", "name": owner, "uid": owner, "controller": True}] if owner else []
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {
        "metadata": {"name": f"p{n}", "ownerReferences": owners, **metadata},
        "status": {"phase": "Running", "conditions": conditions},
    }


def scales(**replicas):
    """Each owner is its own controller."""
    return lambda reference: (
        Scale(reference["uid"], replicas[reference["uid"]]) if reference["uid"] in replicas else None
    )


EXPECTATIONS = [
    ({"minAvailable": 2}, 5, 3, (3, 2)),
    ({"minAvailable": "50%"}, 5, 3, (5, 3)),
    ({"minAvailable": "0%"}, 5, 3, (5, 0)),
    ({"minAvailable": "100%"}, 5, 3, (5, 5)),
    ({"maxUnavailable": 1}, 5, 3, (5, 4)),
    ({"maxUnavailable": 9}, 5, 3, (5, 0)),
    ({"maxUnavailable": "30%"}, 10, 3, (10, 7)),
    # A third of seven is rounded up: three of them may be missing.
    ({"maxUnavailable": "33%"}, 7, 3, (7, 4)),
    ({}, 5, 3, (0, 0)),
]


@pytest.mark.parametrize(("spec", "replicas", "pods", "expected"), EXPECTATIONS)
def test_what_a_budget_asks_for(spec, replicas, pods, expected):
    found = expectation(budget(**spec), [pod(n) for n in range(pods)], scales(set=replicas))
    assert (found.pods, found.healthy) == expected


def test_the_scales_of_several_controllers_add_up_each_once():
    pods = [pod(1), pod(2), pod(3, owner="other"), pod(4, owner="")]
    found = expectation(budget(maxUnavailable=1), pods, scales(set=4, other=3))
    assert found == (7, 6, ("p4",))


def test_a_pod_of_an_unknown_controller_makes_it_fail():
    with pytest.raises(Refused, match='found no controllers for pod "p1"'):
        expectation(budget(maxUnavailable=1), [pod(1)], scales())


ALLOWED = [
    ("as many as needed", {"minAvailable": 3}, "rrr", 0),
    ("one more", {"minAvailable": 2}, "rrr", 1),
    ("one is not ready", {"minAvailable": 2}, "rrw", 0),
    ("one leaves", {"minAvailable": 2}, "rrl", 0),
    ("too few already", {"minAvailable": 3}, "rw", 0),
    ("nobody is there", {"minAvailable": 0}, "", 0),
]


def running(text):
    leaves = {"deletionTimestamp": timestamp(NOW)}
    return [pod(n, letter != "w", **(leaves if letter == "l" else {})) for n, letter in enumerate(text)]


@pytest.mark.parametrize(("spec", "text", "allowed"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_how_many_may_go(spec, text, allowed):
    pods = running(text)
    status = disruption_status(budget(**spec), pods, expectation(budget(**spec), pods, scales(set=len(pods))), NOW)
    assert status["disruptionsAllowed"] == allowed
    found = condition({"status": status}, "DisruptionAllowed")
    expected = ("True", "SufficientPods", 2) if allowed else ("False", "InsufficientPods", 2)
    assert (found["status"], found["reason"], found["observedGeneration"]) == expected


@given(st.text("rwl", max_size=8), st.integers(0, 10), st.booleans(), st.booleans())
def test_what_may_go_never_takes_the_healthy_below_what_must_stay(text, number, percent, unavailable):
    spec = {"maxUnavailable" if unavailable else "minAvailable": f"{number * 10}%" if percent else number}
    pods = running(text)
    expected = expectation(budget(**spec), pods, scales(set=len(pods)))
    status = disruption_status(budget(**spec), pods, expected, NOW)
    healthy, allowed = status["currentHealthy"], status["disruptionsAllowed"]
    assert healthy == text.count("r")
    assert allowed == 0 or healthy - allowed == status["desiredHealthy"]
    assert allowed == 0 or healthy > expected.healthy


@pytest.mark.parametrize(("ago", "healthy"), [(0, 2), (DELETION_TIMEOUT, 2), (DELETION_TIMEOUT + 1, 3)])
def test_a_pod_that_is_to_be_evicted_counts_as_gone_for_two_minutes(ago, healthy):
    approved = budget({"disruptedPods": {"p0": timestamp(NOW - ago), "gone": timestamp(NOW)}}, minAvailable=1)
    pods = running("rrr")
    status = disruption_status(approved, pods, expectation(approved, pods, scales(set=3)), NOW)
    assert status["currentHealthy"] == healthy
    assert list(status.get("disruptedPods", {})) == (["p0"] if healthy == 2 else [])


def test_an_approval_is_looked_at_again_when_it_is_overdue():
    approved = budget({"disruptedPods": {"p0": timestamp(NOW - 30), "p1": timestamp(NOW - 50)}})
    assert recheck(disrupted_pods(approved, running("rr"), NOW), NOW) == DELETION_TIMEOUT - 50 + 1
    assert recheck({}, NOW) is None


def test_where_nothing_can_be_computed_nothing_may_go():
    status = failed_status(budget({"disruptionsAllowed": 3, "currentHealthy": 4}), "no idea", NOW)
    found = condition({"status": status}, "DisruptionAllowed")
    assert (status["disruptionsAllowed"], status["currentHealthy"]) == (0, 4)
    assert (found["reason"], found["message"]) == ("SyncFailed", "no idea")
