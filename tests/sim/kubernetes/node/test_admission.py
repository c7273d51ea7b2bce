import pytest

from tests.sim.kubernetes.node.nodes import START, container, node, pod
from vlearn.sim.kubernetes.node import node_object


def asking(name, cpu="1", **spec):
    return pod(name, container(resources={"requests": {"cpu": cpu}}), **spec)


def small(**more):
    return node("nginx:1.29", node=node_object("worker", START, cpu="2", pods=3, labels={"disk": "ssd"}, **more))


REJECTED = [
    (
        asking("web", "1500m"),
        "OutOfcpu",
        "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
    ),
    (pod(nodeSelector={"disk": "hdd"}), "NodeAffinity", "Predicate NodeAffinity failed"),
]


@pytest.mark.parametrize(("given", "reason", "words"), REJECTED)
def test_a_pod_that_should_not_be_here_is_rejected(given, reason, words):
    after = small().add(asking("first"), given)
    status = after.status()
    assert (status["phase"], status["reason"]) == ("Failed", reason)
    assert words in status["message"]
    assert status["message"].startswith("Pod was rejected: ")
    assert after.told[-1][1] == reason
    assert "containerStatuses" not in status


def test_a_node_takes_so_many_pods_and_pods_that_are_over_do_not_count():
    after = small().add(*(pod(f"p{n}") for n in range(4)))
    assert [after.status(f"p{n}")["phase"] for n in range(4)] == ["Running"] * 3 + ["Failed"]
    assert after.status("p3")["reason"] == "OutOfpods"
    after.delete("uid-p0").run(1)
    assert after.add(pod("p4")).status("p4")["phase"] == "Running"


def test_one_that_tolerates_no_execution_is_rejected_where_that_is_tainted():
    after = small()
    after.node = {**after.node, "spec": {"taints": [{"key": "down", "effect": "NoExecute"}]}}
    assert after.add(pod()).status()["reason"] == "TaintToleration"
    tolerant = pod("other", tolerations=[{"operator": "Exists"}])
    assert after.add(tolerant).status("other")["phase"] == "Running"


def test_a_pod_that_has_been_here_is_not_rejected_after_a_restart():
    after = small().add(asking("web", "2"))
    after.machine = after.machine.without_sandbox("uid-web")
    after.node = node_object("worker", START, cpu="1")
    after.look("uid-web")
    assert after.status()["phase"] == "Running"
