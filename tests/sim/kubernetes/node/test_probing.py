import pytest

from tests.sim.kubernetes.node.nodes import container, node, pod, shell
from vlearn.sim.kubernetes.api.pods import is_ready
from vlearn.sim.kubernetes.node import Image, Program, Registry, make_unwell
from vlearn.sim.kubernetes.node.machine import restarted
from vlearn.sim.kubernetes.node.probing import answer

HTTP = {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}}
SLOW = Registry().with_image("shop", Image(Program(ready=25.0, unwell=100.0, ports=(80,)), pull=0.0))


def shop(**probes):
    return pod("web", container(image="shop:v1", **probes))


def readiness(of):
    return is_ready(of.pods["uid-web"])


def test_a_pod_is_ready_at_the_first_probe_after_its_program_is():
    after = node("shop:v1", registry=SLOW).add(shop(readinessProbe={**HTTP, "periodSeconds": 10}))
    assert [readiness(after.run(seconds)) for seconds in (20, 5, 5, 0, 1)] == [False, False, False, False, True]
    assert after.reasons().count("Unhealthy") == 3  # after 1, 11 and 21 seconds
    assert after.container()["started"] is True


def test_nothing_is_asked_in_the_initial_delay():
    after = node("shop:v1", registry=SLOW).add(shop(readinessProbe={**HTTP, "initialDelaySeconds": 30})).run(29)
    assert "Unhealthy" not in after.reasons()
    assert readiness(after.run(1))


def test_readiness_is_lost_after_so_many_failures_and_the_container_runs_on():
    after = node("shop:v1", registry=SLOW).add(shop(readinessProbe={**HTTP, "periodSeconds": 5, "failureThreshold": 2}))
    assert readiness(after.run(100))
    assert [readiness(after.run(seconds)) for seconds in (1, 4, 1)] == [True, True, False]
    assert after.container()["restartCount"] == 0


def test_a_container_that_fails_its_liveness_probe_is_restarted():
    after = node("shop:v1", registry=SLOW).add(shop(livenessProbe={**HTTP, "periodSeconds": 10}))
    refused = "dial tcp 10.244.0.2:80: connect: connection refused"
    assert after.run(21.5).told[-6:-3] == [
        (11, "Unhealthy", f'Liveness probe failed: Get "http://10.244.0.2:80/": {refused}'),
        (21, "Unhealthy", f'Liveness probe failed: Get "http://10.244.0.2:80/": {refused}'),
        (21, "Killing", "Container app failed liveness probe, will be restarted"),
    ]
    assert after.reasons()[-3:] == ["Pulled", "Created", "Started"]
    assert after.container()["restartCount"] == 1


def test_a_pod_that_restarts_nothing_fails_with_its_liveness_probe():
    given = pod("web", container(image="shop:v1", livenessProbe={**HTTP, "failureThreshold": 1}), restartPolicy="Never")
    after = node("shop:v1", registry=SLOW).add(given).run(10)
    assert after.told[-1] == (1, "Killing", "Container app failed liveness probe")
    assert (after.status()["phase"], after.container()["restartCount"]) == ("Succeeded", 0)  # it ends well on SIGTERM


def test_a_startup_probe_holds_the_others_back():
    probes = {
        "startupProbe": {**HTTP, "periodSeconds": 5, "failureThreshold": 10},
        "livenessProbe": {**HTTP, "failureThreshold": 1},
    }
    after = node("shop:v1", registry=SLOW).add(shop(**probes))
    assert after.run(25).container()["started"] is False
    assert after.run(1).container()["started"] is True
    assert after.run(60).container()["restartCount"] == 0


def test_a_startup_that_takes_too_long_ends_in_a_restart():
    after = node("shop:v1", registry=SLOW).add(shop(startupProbe={**HTTP, "periodSeconds": 5, "failureThreshold": 2}))
    assert "Container app failed startup probe, will be restarted" in [text for _, _, text in after.run(10).told]


def test_the_liveness_example_of_the_documentation_restarts_after_its_file_has_gone():
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}
    after = node("busybox:1.37").add(pod("web", shell(script, livenessProbe=probe))).run(46)
    assert [at for at, reason, _ in after.told if reason == "Unhealthy"] == [30, 35, 40]
    assert after.container()["restartCount"] == 0  # sleep ignores SIGTERM for the 30 s of its grace
    assert after.run(30).container()["lastState"]["terminated"]["exitCode"] == 137
    assert after.container()["restartCount"] == 1


def test_one_that_hangs_is_found_by_its_probe_and_heals_by_a_restart():
    after = node("nginx:1.29").add(pod("web", container(livenessProbe=HTTP))).run(60)
    after.machine = make_unwell(after.machine, "uid-web", "app")
    after.run(30)
    assert [text for _, reason, text in after.told if reason == "Unhealthy"] == [
        "Liveness probe failed: HTTP probe failed with statuscode: 500"
    ] * 3
    assert after.container()["restartCount"] == 1
    assert after.run(300).container()["restartCount"] == 1


def test_back_off_after_a_failed_probe_counts_from_the_run_before():
    failing = Registry().with_image("shop", Image(Program(unwell=30.0), pull=0.0))
    probe = {**HTTP, "periodSeconds": 10, "failureThreshold": 1}
    after = node("shop:v1", registry=failing).add(shop(livenessProbe=probe)).run(400)
    waits = [at for at, name, shown in after.phases if shown == "CrashLoopBackOff"]
    kills = [at for at, reason, _ in after.told if reason == "Killing"]
    assert kills[:4] == [31, 62, 93, 124]  # again at once, while runs outlast the back-off
    assert waits == [124, 195, 306]


def test_a_kubelet_that_restarts_asks_anew():
    after = node("shop:v1", registry=SLOW).add(shop(readinessProbe=HTTP)).run(50)
    after.machine = restarted(after.machine)
    assert readiness(after.run(0))
    assert readiness(after.run(15))


def test_a_program_that_will_not_change_is_not_asked_for_ever():
    after = node("nginx:1.29").add(pod("web", container(readinessProbe=HTTP, livenessProbe=HTTP))).run(1000)
    assert readiness(after)
    assert not after.machine.dues


ANSWERS = [
    ({"httpGet": {"port": 80}}, 0, 'Get "http://1.2.3.4:80/": dial tcp 1.2.3.4:80: connect: connection refused'),
    ({"httpGet": {"port": 80}}, 5, ""),
    ({"httpGet": {"port": "web"}}, 5, ""),
    ({"httpGet": {"port": 80, "path": "/nowhere"}}, 5, "HTTP probe failed with statuscode: 404"),
    ({"httpGet": {"port": 80}}, 50, "HTTP probe failed with statuscode: 500"),
    ({"tcpSocket": {"port": 81}}, 5, "dial tcp 1.2.3.4:81: connect: connection refused"),
    ({"tcpSocket": {"port": 80}}, 50, ""),
    ({"grpc": {"port": 80}}, 5, ""),
    (
        {"grpc": {"port": 80}},
        50,
        'timeout: failed to connect service "1.2.3.4:80" within 1s: context deadline exceeded',
    ),
    ({"exec": {"command": ["pg_isready"]}}, 5, ""),
    ({"exec": {"command": ["pg_isready"]}}, 0, "command terminated with exit code 1"),
    ({"exec": {"command": ["sh", "-c", "exit 3"]}}, 5, "command terminated with exit code 3"),
    ({"exec": {"command": ["cat", "/tmp/live"]}}, 5, "cat: can't open '/tmp/live': No such file or directory"),
]


@pytest.mark.parametrize(("given", "age", "wrong"), ANSWERS)
def test_a_probe_hears_what_the_program_answers(given, age, wrong):
    spec = {"name": "app", "ports": [{"name": "web", "containerPort": 80}]}
    program = Program(ready=1.0, unwell=40.0, ports=(80,), paths=("/",))
    assert answer(spec, given, program, age, "1.2.3.4") == wrong
