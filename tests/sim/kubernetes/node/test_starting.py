from itertools import pairwise

import pytest

from tests.sim.kubernetes.node.nodes import container, node, pod, shell
from vlearn.sim.kubernetes.node import Image, Program, Registry
from vlearn.sim.kubernetes.node.machine import restarted

BUSYBOX = "busybox:1.37"


def seen(of, name="web"):
    return [(at, shown) for at, who, shown in of.phases if who == name]


LIVES = [  # restart policy, script, then what kubectl shows and when
    ("Always", "sleep 9", [(0, "Running"), (9, "Completed"), (10, "Running"), (19, "Completed"),
                           (20, "CrashLoopBackOff"), (29, "Running")]),
    ("OnFailure", "sleep 1", [(0, "Running"), (1, "Completed")]),
    ("OnFailure", "sleep 1; exit 2", [(0, "Running"), (1, "Error"), (2, "Running"), (3, "Error"),
                                      (4, "CrashLoopBackOff"), (13, "Running"), (14, "Error"),
                                      (15, "CrashLoopBackOff")]),
    ("Never", "sleep 1", [(0, "Running"), (1, "Completed")]),
    ("Never", "sleep 1; exit 2", [(0, "Running"), (1, "Error")]),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "script", "expected"), LIVES)
def test_a_container_that_ends_is_started_again_as_its_pod_says_each_time_later(policy, script, expected):
    assert seen(node(BUSYBOX).add(pod("web", shell(script), restartPolicy=policy)).run(30)) == expected


def test_a_crash_loop_restarts_after_0_10_20_40_80_160_and_300_seconds():
    after = node(BUSYBOX).add(pod("web", shell("exit 1"))).run(1300)
    starts = [at for at, reason, _ in after.told if reason == "Started"]
    assert [later - earlier for earlier, later in pairwise(starts)] == [
        1, 10, 20, 40, 80, 160, 300, 300, 300,
    ]  # fmt: skip
    state = after.container()["state"]["waiting"]
    assert state["message"] == "back-off 5m0s restarting failed container=app pod=web_default(uid-web)"
    assert (2, "BackOff", "Back-off restarting failed container app in pod web_default(uid-web)") in after.told


def test_a_container_that_ran_for_ten_minutes_starts_again_at_once():
    after = node(BUSYBOX).add(pod("web", shell("sleep 700; exit 1"))).run(3000)
    assert "CrashLoopBackOff" not in [shown for _, shown in seen(after)]
    assert after.container()["restartCount"] == 4


def test_the_phase_of_a_pod_that_is_over_is_final():
    after = node(BUSYBOX).add(pod("web", shell("exit 2"), shell("sleep 5", "other"), restartPolicy="Never")).run(60)
    assert after.status()["phase"] == "Failed"
    assert [each["reason"] for each in after.status()["conditions"] if each["type"] == "Ready"] == ["PodFailed"]
    assert not after.machine.dues


def test_events_tell_each_step_of_a_pull():
    after = node().add(pod()).run(10)
    assert after.told == [
        (0, "Pulling", 'Pulling image "nginx:1.29"'),
        (
            3,
            "Pulled",
            'Successfully pulled image "nginx:1.29" in 3s (3s including waiting). Image size: 201326592 bytes.',
        ),
        (3, "Created", "Created container: app"),
        (3, "Started", "Started container app"),
    ]
    assert seen(after) == [(0, "ContainerCreating"), (3, "Running")]


def test_pulls_come_one_after_the_other_and_pods_of_one_image_share_one():
    after = node().add(pod("a"), pod("b", container(image="redis:8")), pod("c")).run(10)
    assert [(name, at) for at, name, shown in after.phases if shown == "Running"] == [("a", 3), ("c", 3), ("b", 5.5)]
    assert "in 2.5s (5.5s including waiting)" in next(text for _, _, text in after.told if '"redis:8" in' in text)


def test_an_image_on_the_disk_is_pulled_again_only_under_the_policy_always():
    present = node("nginx:1.29", BUSYBOX).add(pod())
    assert present.told[0][1:] == ("Pulled", 'Container image "nginx:1.29" already present on machine')
    always = node("nginx:1.29").add(pod("web", container(imagePullPolicy="Always"))).run(10)
    assert [reason for _, reason, _ in always.told] == ["Pulling", "Pulled", "Created", "Started"]
    assert seen(always)[-1] == (0.5, "Running")
    never = node().add(pod("web", container(imagePullPolicy="Never"))).run(200)
    assert seen(never) == [(0, "ErrImageNeverPull")]
    assert never.reasons() == ["ErrImageNeverPull", "Failed"]


PULLS = [(0, "ContainerCreating"), (0.5, "ErrImagePull"), (2.5, "ImagePullBackOff"), (11, "ErrImagePull")]


def test_an_image_that_is_missing_is_tried_again_ever_more_rarely():
    after = node().add(pod("web", container(image="nginx:1.161"))).run(1500)
    assert seen(after)[:4] == PULLS
    tries = [at for at, reason, _ in after.told if reason == "Pulling"]
    assert [later - earlier for earlier, later in pairwise(tries)][:7] == [
        10.5, 20.5, 40.5, 80.5, 160.5, 300.5, 300.5,
    ]  # fmt: skip
    message = after.container()["state"]["waiting"]["message"]
    assert message.startswith('Back-off pulling image "nginx:1.161": ErrImagePull: rpc error: code = NotFound')
    assert after.status()["phase"] == "Pending"


def test_a_pod_goes_on_when_its_image_has_been_published():
    before = node(registry=Registry().without("shop:v2")).add(pod("web", container(image="shop:v2"))).run(15)
    before.registry = Registry()
    assert seen(before.run(100))[-1] == (33, "Running")


def test_a_name_of_an_image_that_is_none_is_said_to_be_none():
    after = node().add(pod("web", container(image="Nginx:latest"))).run(100)
    assert seen(after) == [(0, "InvalidImageName")]
    assert after.reasons() == ["InspectFailed", "Failed"]


def test_a_program_that_is_not_in_the_image_fails_to_start_and_is_tried_again():
    after = node(BUSYBOX).add(pod("web", container(image=BUSYBOX, command=["nosuch"]))).run(5)
    assert seen(after) == [(0, "RunContainerError"), (2, "CrashLoopBackOff")]
    assert after.container()["lastState"]["terminated"]["reason"] == "StartError"
    assert after.container()["lastState"]["terminated"]["exitCode"] == 128


def test_init_containers_run_one_after_the_other_before_the_rest():
    inits = [shell("sleep 2", "first"), shell("sleep 3", "second")]
    after = node(BUSYBOX, "nginx:1.29").add(pod(initContainers=inits)).run(20)
    assert seen(after) == [(0, "Init:0/2"), (2, "Init:1/2"), (6, "PodInitializing"), (7, "Running")]
    assert after.container(container="first")["ready"] is True


@pytest.mark.parametrize(
    ("policy", "phase", "last"), [("Never", "Failed", "Init:Error"), ("Always", "Pending", "Init:CrashLoopBackOff")]
)
def test_a_failed_init_container_is_tried_again_or_fails_the_pod(policy, phase, last):
    after = node(BUSYBOX).add(pod(initContainers=[shell("exit 1", "first")], restartPolicy=policy)).run(8)
    assert (after.status()["phase"], seen(after)[-1][1]) == (phase, last)
    assert after.container()["state"] == {"waiting": {"reason": "PodInitializing"}}


def test_a_sidecar_runs_beside_the_others_and_ends_with_a_job():
    sidecar = container("proxy", restartPolicy="Always")
    given = pod("web", shell("sleep 5"), initContainers=[sidecar], restartPolicy="Never")
    after = node(BUSYBOX, "nginx:1.29").add(given)
    assert after.container(container="proxy")["started"] is True
    assert after.run(5).status()["phase"] == "Running"  # the sidecar still does
    assert after.run(5).status()["phase"] == "Succeeded"
    assert "terminated" in after.container(container="proxy")["state"]


def test_a_failed_init_container_takes_the_sidecars_down_with_it():
    inits = [container("proxy", restartPolicy="Always"), shell("sleep 2; exit 1", "init")]
    after = node("nginx:1.29", BUSYBOX).add(pod(initContainers=inits, restartPolicy="Never")).run(10)
    assert after.status()["phase"] == "Failed"
    assert "terminated" in after.container(container="proxy")["state"]
    assert "waiting" in after.container()["state"]


def test_a_pod_that_others_have_failed_is_stopped_and_stays_failed():
    after = node("nginx:1.29").add(pod()).run(5)
    given = after.pods["uid-web"]
    after.pods["uid-web"] = {**given, "status": {**given["status"], "phase": "Failed", "reason": "NodeLost"}}
    after.look("uid-web")
    assert "terminated" in after.run(5).container()["state"]
    assert after.status()["phase"] == "Failed"


def test_a_sidecar_is_restarted_whatever_the_pod_says():
    crashing = shell("sleep 1; exit 1", "proxy", restartPolicy="Always")
    given = pod("web", shell("sleep 50"), initContainers=[crashing], restartPolicy="Never")
    after = node(BUSYBOX).add(given).run(20)
    assert after.container(container="proxy")["restartCount"] == 2
    assert after.status()["phase"] == "Running"


def test_a_container_over_its_limit_of_memory_is_killed_by_the_kernel():
    big = {"limits": {"memory": "100Mi"}}
    greedy = container("app", "polinux/stress", command=["stress", "--vm-bytes", "250M"], resources=big)
    after = node("polinux/stress").add(pod("web", {**greedy, "imagePullPolicy": "IfNotPresent"})).run(1.5)
    ended = after.container()["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
    assert [shown for _, shown in seen(after.run(10))] == [
        "Running",
        "OOMKilled",
        "Running",
        "OOMKilled",
        "CrashLoopBackOff",
    ]


def test_a_kubelet_that_restarts_finds_its_containers_running():
    before = node("nginx:1.29").add(pod())
    id = before.container()["containerID"]
    before.machine = restarted(before.machine)
    after = before.run(60)
    assert (after.container()["containerID"], after.container()["restartCount"]) == (id, 0)
    assert after.reasons() == ["Pulled", "Created", "Started"]


def test_the_status_has_all_that_a_client_reads():
    status = node("nginx:1.29").add(pod()).status()
    assert (status["hostIP"], status["podIP"], status["podIPs"]) == ("172.18.0.2", "10.244.0.2", [{"ip": "10.244.0.2"}])
    assert [each["type"] for each in status["conditions"]] == [
        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
    ]  # fmt: skip
    assert {each["status"] for each in status["conditions"]} == {"True"}
    assert (status["qosClass"], status["startTime"]) == ("BestEffort", "2023-11-14T22:13:20Z")
    assert status["containerStatuses"][0]["containerID"].startswith("containerd://")


def test_what_others_wrote_into_the_status_stays():
    gate = {"type": "example.com/gate", "status": "False"}
    given = pod(readinessGates=[{"conditionType": "example.com/gate"}])
    given["status"]["conditions"] = [gate]
    conditions = {each["type"]: each for each in node("nginx:1.29").add(given).status()["conditions"]}
    assert conditions["example.com/gate"] == gate
    assert conditions["Ready"]["reason"] == "ReadinessGatesNotReady"
    assert conditions["ContainersReady"]["status"] == "True"


def test_a_pod_on_the_hosts_network_has_the_hosts_address():
    assert node("nginx:1.29").add(pod(hostNetwork=True)).status()["podIP"] == "172.18.0.2"


def test_a_pod_fails_when_its_time_on_the_node_is_over():
    after = node("nginx:1.29").add(pod(activeDeadlineSeconds=20)).run(19)
    assert after.status()["phase"] == "Running"
    status = after.run(30).status()
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert status["message"] == "Pod was active on the node longer than the specified deadline"
    assert "DeadlineExceeded" in after.reasons()


def test_another_image_in_its_spec_replaces_a_running_container():
    after = (
        node("nginx:1.28", "nginx:1.29").add(pod("web", container(image="nginx:1.28"), restartPolicy="Never")).run(5)
    )
    given = after.pods["uid-web"]
    spec = {**given["spec"], "containers": [{**given["spec"]["containers"][0], "image": "nginx:1.29"}]}
    after.pods["uid-web"] = {**given, "spec": spec}
    after.look("uid-web")
    assert after.told[-1][1:] == ("Killing", "Container app definition changed, will be restarted")
    assert after.run(5).container()["image"] == "docker.io/library/nginx:1.29"
    assert (after.container()["restartCount"], after.status()["phase"]) == (1, "Running")


def test_a_pod_waits_for_an_address_where_all_are_taken():
    after = node("nginx:1.29").add(*(pod(f"p{n}") for n in range(254)))
    assert (after.status("p252")["phase"], after.status("p253")["phase"]) == ("Running", "Pending")
    assert after.told[-1][2].endswith("no IP addresses available in range set: 10.244.0.1-10.244.0.254")
    after.delete("uid-p7").run(15)
    assert after.status("p253")["podIP"] == "10.244.0.9"


def test_a_full_disk_lets_no_image_in():
    slow = Registry().with_image("shop:v1", Image(Program(), pull=1.0, size=200 << 30))
    after = node(registry=slow).add(pod("web", container(image="shop:v1"))).run(5)
    assert seen(after)[-1][1] == "ImagePullBackOff"
    assert "no space left on device" in after.container()["state"]["waiting"]["message"]
