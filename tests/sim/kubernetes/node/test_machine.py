import pytest

from tests.sim.kubernetes.node.nodes import START, container, node, pod, shell
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.decoding import decoded
from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.node import (
    due,
    kill_container,
    logs,
    node_address,
    node_object,
    pod_cidr,
    reboot,
    restarted,
    run_until,
    sync,
)


def test_a_machine_goes_on_without_its_kubelet():
    before = node("busybox:1.37").add(pod("web", shell("sleep 20; exit 4")), pod("other"))
    assert due(before.machine, kubelet=False) == START + 3  # the pull of the other's image
    machine = run_until(before.machine, START + 3)
    assert "docker.io/library/nginx:1.29" in machine.images
    assert due(machine, kubelet=False) == START + 20
    machine = run_until(machine, START + 50)
    assert not machine.sandboxes["uid-web"].containers["app"].runs(machine.now)
    before.machine = restarted(machine)
    before.run(0)
    ended = before.container()["lastState"]["terminated"]
    assert (ended["exitCode"], ended["finishedAt"]) == (4, "2023-11-14T22:13:40Z")
    assert before.container()["state"] == {"running": {"startedAt": "2023-11-14T22:14:10Z"}}


def test_time_does_not_run_back():
    with pytest.raises(ModelError, match="cannot be run back"):
        run_until(node().machine, START - 1)


def test_a_killed_container_is_started_again():
    after = node("nginx:1.29").add(pod()).run(5)
    after.machine = kill_container(after.machine, "uid-web", "app")
    assert after.run(3).container()["restartCount"] == 1
    assert after.container()["lastState"]["terminated"]["exitCode"] == 137
    with pytest.raises(ModelError, match="no container 'nosuch'"):
        kill_container(after.machine, "uid-web", "nosuch")


def test_after_a_power_cut_every_container_is_started_again():
    after = node("nginx:1.29").add(pod(), pod("other", restartPolicy="Never")).run(5)
    after.machine = reboot(after.machine)
    after.run(5)
    assert (after.container()["restartCount"], after.status()["phase"]) == (1, "Running")
    assert after.status("other")["phase"] == "Failed"


def test_one_turn_for_all_pods_stops_what_is_no_longer_wanted():
    before = node("nginx:1.29").add(pod("web"), pod("old"))
    done = sync(before.machine, [before.pods["uid-web"], pod("new")], None, START + 1)
    assert set(done.statuses) == {"uid-new"}
    assert {each.about["metadata"]["name"] for each in done.told} == {"new"}
    assert set(run_until(done.machine, START + 40).dues) == {"uid-old"}
    assert set(sync(done.machine, [before.pods["uid-web"]], None, START + 40).machine.sandboxes) == {
        "uid-web",
        "uid-new",
    }


def test_a_container_has_a_log_and_so_has_its_run_before():
    after = node("busybox:1.37").add(pod("web", shell("echo hello; sleep 5; echo bye; exit 1"))).run(8)
    assert logs(after.machine, "uid-web", "app") == "hello\n"
    assert logs(after.machine, "uid-web", "app", previous=True) == "hello\nbye\n"
    assert logs(after.machine, "uid-web", "app", previous=True, tail=1) == "bye\n"
    assert logs(after.machine, "uid-web", "app", stamped=True) == "2023-11-14T22:13:26Z hello\n"


def test_a_container_that_waits_has_no_log_and_the_refusal_says_why():
    after = node().add(pod("web", container(image="nginx:1.161"))).run(5)
    with pytest.raises(ModelError, match='container "app" in pod "web" is waiting to start: ImagePullBackOff'):
        logs(after.machine, "uid-web", "app")
    running = node("nginx:1.29").add(pod())
    with pytest.raises(ModelError, match='previous terminated container "app" in pod "web" not found'):
        logs(running.machine, "uid-web", "app", previous=True)
    with pytest.raises(ModelError, match="no pod with uid"):
        logs(running.machine, "nosuch", "app")


CIDRS = [(0, "10.244.0.0/24"), (255, "10.244.255.0/24"), (256, "10.245.0.0/24"), (3072, "10.224.0.0/24")]


@pytest.mark.parametrize(("number", "expected"), CIDRS)
def test_each_node_has_a_range_of_addresses_of_its_own(number, expected):
    assert pod_cidr(number) == expected


def test_no_two_nodes_share_addresses():
    assert len({pod_cidr(n) for n in range(8192)}) == len({node_address(n) for n in range(8192)}) == 8192
    with pytest.raises(ModelError, match="not 8192"):
        pod_cidr(8192)


def test_a_node_registers_as_the_api_wants_it():
    home = node_object("worker", START, "4", "8Gi", zone="a", pod_cidr="10.244.0.0/24", is_control_plane=True)
    object, _ = decoded(home, BY_KIND["v1", "Node"])
    assert object == home
    assert home["status"]["allocatable"]["memory"] == "8092Mi"
    assert home["metadata"]["labels"]["kubernetes.io/hostname"] == "worker"
    assert home["metadata"]["labels"]["topology.kubernetes.io/zone"] == "a"
    assert [each["type"] for each in home["status"]["conditions"] if each["status"] == "True"] == ["Ready"]
