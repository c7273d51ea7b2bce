import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.recreate import old_pods_running
from vlearn.sim.kubernetes.controllers.replicaset import replica_set_status, replica_set_step
from vlearn.sim.kubernetes.controllers.slow_start import batches, slow_start

NOW = 1_800_000_000.0


def replica_set(replicas, **spec):
    template = {"metadata": {"labels": {"app": "shop"}}}
    return {"metadata": {"name": "shop"}, "spec": {"replicas": replicas, "template": template, **spec}}


def pod(name, ready_for=None, phase="Running", **metadata):
    ready = [] if ready_for is None else [(NOW - ready_for)]
    conditions = [{"type": "Ready", "status": "True", "lastTransitionTime": timestamp(each)} for each in ready]
    metadata = {"name": name, "uid": name, "labels": {"app": "shop"}, **metadata}
    return {"metadata": metadata, "spec": {"nodeName": "n"}, "status": {"phase": phase, "conditions": conditions}}


def test_pods_that_have_ended_are_replaced_and_those_too_many_deleted():
    pods = [pod("a", 10), pod("b"), pod("c", phase="Failed"), pod("d", deletionTimestamp=timestamp(NOW))]
    assert [replica_set_step(replica_set(size), pods, pods, NOW).create for size in (2, 3, 4)] == [0, 1, 2]
    assert [each["metadata"]["name"] for each in replica_set_step(replica_set(1), pods, pods, NOW).delete] == ["b"]
    assert replica_set_step(replica_set(2), pods, pods, NOW).delete == ()


def test_one_step_creates_no_more_than_500():
    assert replica_set_step(replica_set(1000), [], [], NOW).create == 500


def test_a_pod_is_available_only_after_it_has_been_ready_for_long_enough():
    pods = [pod("a", 51), pod("b", 50), pod("c")]
    status = replica_set_status(replica_set(3, minReadySeconds=50), pods, NOW)
    assert status == {"replicas": 3, "fullyLabeledReplicas": 3, "readyReplicas": 2, "availableReplicas": 1}


def test_a_refused_creation_is_a_condition_until_one_succeeds():
    failing = replica_set_status(replica_set(1), [], NOW, failure=("FailedCreate", "exceeded quota"))
    assert condition({"status": failing}, "ReplicaFailure")["message"] == "exceeded quota"
    assert replica_set_status({**replica_set(1), "status": failing}, [], NOW) == {"replicas": 0}


@given(st.integers(0, 300), st.integers(0, 300))
def test_slow_start_stops_after_the_batch_in_which_something_failed(count, capacity):
    calls, successes = slow_start(count, lambda call: call < capacity)
    assert successes == min(count, capacity, calls)
    assert sum(batches(count)) == count
    # With k successes at most k + 1 further calls are wasted: a quota of nought is asked once.
    assert calls <= (count if capacity >= count else 2 * capacity + 1)


WAITS = [
    ("Running", True),
    ("Pending", True),
    ("Unknown", True),
    ("Failed", False),
    ("Succeeded", False),
]


@pytest.mark.parametrize(("phase", "waits"), WAITS)
def test_recreate_waits_for_every_old_pod_that_may_still_run(phase, waits):
    pods = {"old": [{"status": {"phase": phase}}], "new": [{"status": {"phase": "Running"}}]}
    assert old_pods_running("new", [], pods) is waits
