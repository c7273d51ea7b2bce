import pytest

from vlearn.sim.kubernetes.controllers.daemonset import node_step, should_run, tolerations


def daemon_set(**spec):
    return {"metadata": {"name": "agent"}, "spec": {"template": {"spec": spec}}}


def node(*taints, **labels):
    return {"metadata": {"name": "n1", "labels": labels}, "spec": {"taints": list(taints)}}


def taint(key, effect):
    return {"key": key, "effect": effect}


def affinity(**term):
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
    return {"affinity": {"nodeAffinity": required}}


def expression(key, operator, *values):
    return {"key": key, "operator": operator, "values": list(values)}


PLACES = [
    (daemon_set(), node(), (True, True)),
    (daemon_set(nodeName="n2"), node(), (False, False)),
    (daemon_set(nodeSelector={"disk": "ssd"}), node(disk="hdd"), (False, False)),
    (daemon_set(**affinity(matchExpressions=[expression("cpus", "Gt", "4")])), node(cpus="8"), (True, True)),
    (daemon_set(**affinity(matchFields=[expression("metadata.name", "In", "n2")])), node(), (False, False)),
    (daemon_set(**affinity()), node(), (False, False)),  # a term without requirements matches nothing
    (daemon_set(), node(taint("dedicated", "NoSchedule")), (False, True)),
    (daemon_set(), node(taint("dedicated", "NoExecute")), (False, False)),
    (daemon_set(), node(taint("dedicated", "PreferNoSchedule")), (True, True)),
    (daemon_set(tolerations=[{"operator": "Exists"}]), node(taint("dedicated", "NoExecute")), (True, True)),
    (daemon_set(), node(taint("node.kubernetes.io/unschedulable", "NoSchedule")), (True, True)),
    (daemon_set(), node(taint("node.kubernetes.io/network-unavailable", "NoSchedule")), (False, True)),
    (daemon_set(hostNetwork=True), node(taint("node.kubernetes.io/network-unavailable", "NoSchedule")), (True, True)),
]


@pytest.mark.parametrize(("daemons", "place", "expected"), PLACES)
def test_where_a_daemon_starts_and_where_it_may_stay(daemons, place, expected):
    assert should_run(daemons, place) == expected


def pod(name, phase="Running", second=0, deleted=False):
    metadata = {"name": name, "creationTimestamp": f"2026-01-01T00:00:{second:02}Z"}
    if deleted:
        metadata["deletionTimestamp"] = "2026-01-02T00:00:00Z"
    return {"metadata": metadata, "spec": {"nodeName": "n1"}, "status": {"phase": phase}}


def names(pods):
    return [each["metadata"]["name"] for each in pods]


def test_of_several_daemons_on_a_node_the_oldest_stays():
    step = node_step(daemon_set(), node(), [pod("b", second=2), pod("a", second=1), pod("c", second=3)])
    assert (step.create, names(step.delete)) == (False, ["b", "c"])


def test_a_failed_daemon_is_deleted_now_and_replaced_in_the_next_step():
    step = node_step(daemon_set(), node(), [pod("a", "Failed")])
    assert (step.create, names(step.delete), names(step.finished)) == (False, ["a"], ["a"])
    assert not node_step(daemon_set(), node(), [pod("a", "Failed", deleted=True)]).create
    assert node_step(daemon_set(), node(), []).create


def test_a_node_that_no_longer_fits_loses_its_daemon():
    assert names(node_step(daemon_set(nodeName="n2"), node(), [pod("a")]).delete) == ["a"]


def test_a_template_keeps_its_own_tolerations():
    own = {"key": "dedicated", "operator": "Exists"}
    assert tolerations({"tolerations": [own]})[0] == own
    assert len(tolerations({})) + 1 == len(tolerations({"hostNetwork": True}))
