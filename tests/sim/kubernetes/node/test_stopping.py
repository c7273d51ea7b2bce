import pytest

from tests.sim.kubernetes.node.nodes import container, node, pod, shell
from vlearn.sim.kubernetes.node import due

STOPS = [  # container, grace: seconds until the pod is gone
    (container(), 30, 0.2),
    (shell("sleep 3600"), 30, 30),
    (shell("sleep 3600"), 3, 3),
    (shell("sleep 3600"), 0, 0),
    (shell("trap 'exit 0' TERM; sleep 3600"), 30, 0),
    (shell("sleep 5"), 30, 4),  # it would have ended anyway
    (container(lifecycle={"preStop": {"sleep": {"seconds": 5}}}), 30, 5.2),
    (container(lifecycle={"preStop": {"exec": {"command": ["sh", "-c", "sleep 60"]}}}), 10, 10.2),
]


@pytest.mark.parametrize(("spec", "grace", "takes"), STOPS)
def test_a_pod_is_gone_when_its_program_has_ended_or_its_grace_is_over(spec, grace, takes):
    after = node("nginx:1.29", "busybox:1.37").add(pod("web", spec)).run(1).delete("uid-web", grace)
    if takes:
        assert "uid-web" in after.run(takes - 0.1).pods
        after.run(0.2)
    assert "uid-web" not in after.pods
    assert not after.machine.sandboxes


def test_a_pod_that_ignores_sigterm_is_killed_and_says_so():
    after = node("busybox:1.37").add(pod("web", shell("sleep 3600")), pod("other")).run(5).delete("uid-web", 10)
    assert after.container()["state"] == {"running": {"startedAt": "2023-11-14T22:13:20Z"}}
    last = after.told[-1]
    assert last == (5, "Killing", "Stopping container app")
    assert after.run(9).phases[-1] == (5, "web", "Terminating")


def test_a_container_that_ends_on_sigterm_has_its_own_code_and_one_that_is_killed_137():
    after = node("nginx:1.29", "busybox:1.37").add(
        pod("web", container(), shell("sleep 3600", "other"), activeDeadlineSeconds=5, terminationGracePeriodSeconds=4)
    )
    assert after.run(20).container()["state"]["terminated"]["exitCode"] == 0
    killed = after.container(container="other")["state"]["terminated"]
    assert (killed["exitCode"], killed["reason"], killed["finishedAt"]) == (137, "Error", "2023-11-14T22:13:29Z")


def test_a_second_deletion_can_shorten_the_grace():
    after = node("busybox:1.37").add(pod("web", shell("sleep 3600"))).run(1).delete("uid-web", 30).run(5)
    after.delete("uid-web", 10).run(5)
    assert "uid-web" not in after.pods


def test_sidecars_are_stopped_after_the_others_the_last_one_first():
    sidecars = [container(name, restartPolicy="Always") for name in ("one", "two")]
    after = node("nginx:1.29", "busybox:1.37").add(pod("web", shell("sleep 3600"), initContainers=sidecars)).run(1)
    after.delete("uid-web", 5).run(20)
    stops = [(round(at, 3), text) for at, reason, text in after.told if reason == "Killing"]
    assert stops == [
        (1, "Stopping container app"),
        (6, "Stopping container two"),
        (6.2, "Stopping container one"),
    ]


def test_what_the_api_server_no_longer_has_is_stopped():
    after = node("busybox:1.37").add(pod("web", shell("sleep 3600"))).run(1)
    del after.pods["uid-web"]
    after.look("uid-web")
    assert due(after.machine) == after.machine.now + 30
    after.run(30)
    assert not after.machine.sandboxes


def test_a_pod_that_never_started_is_gone_at_once():
    after = node().add(pod("web", container(image="nginx:1.161"))).run(5).delete("uid-web")
    assert not after.pods


def test_the_address_of_a_pod_that_is_over_is_free_again():
    after = node("busybox:1.37")
    for n in range(300):
        after.add(pod(f"job-{n}", shell("exit 0"), restartPolicy="Never")).run(3)
    assert after.status("job-299")["podIP"] == "10.244.0.48"
    assert not after.machine.addresses.taken
