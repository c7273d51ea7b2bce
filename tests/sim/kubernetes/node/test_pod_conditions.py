import pytest

from vlearn.sim.kubernetes.node.pod_conditions import containers_ready, initialized, ready
from vlearn.sim.kubernetes.node.pod_phase import pod_phase

RUNNING, WAITING = {"running": {}}, {"waiting": {}}
SIDECAR = {"name": "proxy", "restartPolicy": "Always"}


def ended(code):
    return {"terminated": {"exitCode": code}}


def status(name, state=RUNNING, ready=False, **more):
    return {"name": name, "state": state, "ready": ready, **more}


def test_a_sidecar_must_be_ready_too():
    spec = {"initContainers": [{"name": "copy"}, SIDECAR], "containers": [{"name": "app"}]}
    statuses = [status("proxy"), status("app", ready=True)]
    found = containers_ready(spec, statuses, "Running")
    assert (found["status"], found["message"]) == ("False", "containers with unready status: [proxy]")


def test_a_failed_pod_is_not_ready_whatever_its_containers_say():
    found = ready({"containers": [{"name": "app"}]}, [], [status("app", ready=True)], "Failed")
    assert found == {"type": "Ready", "status": "False", "reason": "PodFailed"}


def test_a_pod_stays_initialized_while_its_sidecar_restarts():
    spec = {"initContainers": [SIDECAR], "containers": [{"name": "app"}]}
    restarting = status("proxy", WAITING, started=False)
    assert initialized(spec, [restarting, status("app")], "Running")["status"] == "True"
    assert initialized(spec, [restarting, status("app", WAITING)], "Pending")["status"] == "False"


PHASES = [
    ("Always", [], "Pending"),
    ("Always", [status("app", WAITING)], "Pending"),
    ("Always", [status("app")], "Running"),
    ("Always", [status("app", ended(1))], "Running"),
    ("OnFailure", [status("app", ended(1))], "Running"),
    ("OnFailure", [status("app", ended(0))], "Succeeded"),
    ("Never", [status("app", ended(1))], "Failed"),
    ("Never", [status("app", ended(0))], "Succeeded"),
    ("Always", [status("app", WAITING, lastState=ended(1))], "Running"),  # between two starts
]


@pytest.mark.parametrize(("policy", "statuses", "expected"), PHASES)
def test_the_phase_follows_from_the_containers_and_the_restart_policy(policy, statuses, expected):
    spec = {"restartPolicy": policy, "containers": [{"name": "app"}]}
    assert pod_phase(spec, statuses) == expected


INIT = [
    ("Always", ended(1), "Pending"),
    ("Never", ended(1), "Failed"),
    ("Never", RUNNING, "Pending"),
    ("Never", ended(0), "Pending"),  # the app has not begun yet
]


@pytest.mark.parametrize(("policy", "state", "expected"), INIT)
def test_a_pod_waits_for_its_init_containers_and_fails_with_them_where_nothing_is_restarted(policy, state, expected):
    spec = {"restartPolicy": policy, "initContainers": [{"name": "copy"}], "containers": [{"name": "app"}]}
    assert pod_phase(spec, [status("copy", state), status("app", WAITING)]) == expected
