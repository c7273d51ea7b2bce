import pytest

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.rollout import NO_DEADLINE, deployment_status, is_complete, is_timed_out

NOW = 1_800_000_000.0


def deployment(status=None, deadline=600, replicas=3):
    spec = {"replicas": replicas, "progressDeadlineSeconds": deadline, "strategy": {"rollingUpdate": {"maxSurge": 1}}}
    return {"metadata": {"name": "web", "generation": 2}, "spec": spec, "status": status or {}}


def replica_set(name, size, available, **status):
    counters = {"replicas": size, "readyReplicas": available, "availableReplicas": available}
    return {"metadata": {"name": name}, "spec": {"replicas": size}, "status": {**counters, **status}}


def progress(status):
    found = condition({"status": status}, "Progressing")
    return found and (found["status"], found["reason"])


def step(before, new, old, now):
    return deployment_status(deployment(before), [*old, new], new, now)


def test_a_rollout_progresses_stalls_past_its_deadline_and_recovers():
    old, new = replica_set("old", 3, 3), replica_set("new", 1, 0)
    first = step({}, new, [old], NOW)
    assert progress(first) == ("True", "ReplicaSetUpdated")
    waiting = step(first, new, [old], NOW + 600)
    assert waiting == first
    stalled = step(waiting, new, [old], NOW + 601)
    assert progress(stalled) == ("False", "ProgressDeadlineExceeded")
    assert (old["spec"]["replicas"], new["spec"]["replicas"]) == (3, 1)  # it is reported, nothing rolls back
    done = step(stalled, replica_set("new", 3, 3), [replica_set("old", 0, 0)], NOW + 700)
    assert progress(done) == ("True", "NewReplicaSetAvailable")


def test_progress_restarts_the_deadline_and_keeps_the_transition():
    old, new = replica_set("old", 3, 3), replica_set("new", 1, 0)
    first = step({}, new, [old], NOW)
    second = step(first, replica_set("new", 1, 1), [old], NOW + 500)
    found = condition({"status": second}, "Progressing")
    assert (found["lastTransitionTime"], found["lastUpdateTime"]) == (timestamp(NOW), timestamp(NOW + 500))
    assert not is_timed_out(deployment(), second, NOW + 1000)


def test_a_finished_rollout_stays_so_when_pods_fail_afterwards():
    new = replica_set("new", 3, 3)
    done = step({}, new, [], NOW)
    later = step(done, replica_set("new", 3, 1), [], NOW + 10_000)
    assert progress(later) == ("True", "NewReplicaSetAvailable")
    assert condition({"status": later}, "Available")["reason"] == "MinimumReplicasUnavailable"


def test_scaling_a_finished_deployment_is_no_new_rollout():
    done = step({}, replica_set("new", 3, 3), [], NOW)
    growing = replica_set("new", 5, 4)
    status = deployment_status(deployment(done, replicas=5), [growing], growing, NOW + 60)
    assert progress(status) == ("True", "NewReplicaSetAvailable")


@pytest.mark.parametrize("deadline", [None, NO_DEADLINE])
def test_without_a_deadline_progress_is_not_reported(deadline):
    new = replica_set("new", 1, 0)
    assert progress(deployment_status(deployment(deadline=deadline), [new], new, NOW)) is None


def test_counters_of_zero_are_left_out():
    new = replica_set("new", 3, 2)
    status = deployment_status(deployment(), [new], new, NOW)
    counters = {name: value for name, value in status.items() if name != "conditions"}
    assert counters == {
        "observedGeneration": 2,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "unavailableReplicas": 1,
    }


def test_a_spec_that_the_controller_has_not_seen_is_not_complete():
    counters = {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}
    assert is_complete(deployment(), {**counters, "observedGeneration": 2})
    assert not is_complete(deployment(), {**counters, "observedGeneration": 1})


def test_a_replica_set_that_cannot_create_pods_shows_on_its_deployment():
    failing = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}
    new = replica_set("new", 3, 0, conditions=[failing])
    status = deployment_status(deployment(), [new], new, NOW)
    assert condition({"status": status}, "ReplicaFailure")["message"] == "exceeded quota"
    assert condition({"status": step(status, replica_set("new", 3, 0), [], NOW)}, "ReplicaFailure") is None
