from tests.sim.kubernetes.cluster.single import NOW, cluster, last_change, looked, messages, settled
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.cluster.actions import SetStatus, Update
from vlearn.sim.kubernetes.cluster.node_lifecycle import NodeLifecycleController, TaintEvictionController
from vlearn.sim.kubernetes.store import Key

LOST, WELL = Key("nodes", "", "n1"), Key("nodes", "", "n2")
WEB = Key("pods", "default", "web")


def node(name, ready="True"):
    status = {"conditions": [{"type": "Ready", "status": ready}]}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {}, "status": status}


def pod(name="web", on="n1", **spec):
    spec = {"containers": [{"name": "app", "image": "app:1"}], **({"nodeName": on} if on else {}), **spec}
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def lifecycle(silence=60):
    """The controller, n1 having been silent for so long and all others not at all."""
    return NodeLifecycleController(lambda name: NOW - silence if name == "n1" else NOW)


def taints(store, key=LOST):
    return [(each["key"], each["effect"]) for each in store.get(key)["spec"].get("taints") or ()]


UNREACHABLE = [
    (f"node.kubernetes.io/{name}", effect)
    for name, effect in (("unreachable", "NoSchedule"), ("unreachable", "NoExecute"))
]


def test_a_silent_node_becomes_unknown_then_tainted_and_its_pods_unready():
    store = cluster(node("n1"), node("n2"), pod(), pod("other", on="n2"))
    store, work = looked(lifecycle(), store, LOST)
    assert condition(store.get(LOST), "Ready")["reason"] == "NodeStatusUnknown"
    assert condition(store.get(WEB), "Ready")["status"] == "False"
    assert condition(store.get(WEB._replace(name="other")), "Ready")["status"] == "True"
    assert messages(store, "NodeNotReady") == ["Node n1 status is now: NodeNotReady", "Node is not ready"]
    assert (taints(store), work.again) == ([], 5)
    assert taints(settled(lifecycle(), store, LOST)) == UNREACHABLE


def test_of_a_node_that_was_not_ready_anyway_the_pods_stay_as_they_are():
    store, _ = looked(lifecycle(), cluster(node("n1", "False"), pod()), LOST)
    assert condition(store.get(LOST), "Ready")["status"] == "Unknown"
    assert condition(store.get(WEB), "Ready")["status"] == "True"
    assert messages(store, "NodeNotReady") == []


def test_a_node_is_looked_at_again_when_it_might_be_silent():
    store = cluster(node("n1"))
    assert looked(lifecycle(10), store, LOST)[1].again == 40
    assert looked(lifecycle(), store, Key("nodes", "", "gone"))[1].actions == ()


def test_a_node_that_comes_back_loses_its_taints():
    store = settled(lifecycle(), cluster(node("n1"), node("n2")), LOST)
    store = SetStatus(LOST, node("n1")["status"]).apply(store)
    assert taints(settled(lifecycle(0), store, LOST)) == []


def test_where_no_node_is_ready_nobody_is_evicted():
    store = settled(lifecycle(), cluster(node("n1"), node("n2")), LOST)
    store = SetStatus(WELL, node("n2", "Unknown")["status"]).apply(store)
    assert taints(settled(lifecycle(), store, LOST)) == UNREACHABLE[:1]


def test_a_pod_that_is_bound_to_a_lost_node_is_not_ready_either():
    store = settled(lifecycle(), cluster(node("n1"), node("n2")), LOST)
    late = cluster(node("n2"), pod(on=""))
    assert lifecycle().concerns(last_change(late), late) == ()
    bound = cluster(node("n1", "Unknown"), pod())
    assert list(lifecycle().concerns(next(c for c in bound.changes(1) if c.key == WEB), bound)) == [WEB]
    assert condition(looked(lifecycle(), bound, WEB)[0].get(WEB), "Ready")["status"] == "False"
    assert lifecycle().refused(store, LOST, Update({}), None) is None


def tainted(*pods, **taint):
    given = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute", **taint}
    return cluster({**node("n1"), "spec": {"taints": [given]}}, *pods)


def test_a_pod_leaves_a_lost_node_after_the_five_minutes_that_admission_gives_it():
    evictor, store = TaintEvictionController(), tainted(pod())
    store, work = looked(evictor, store, WEB)
    assert (work.actions, work.again, work.memory) == ((), 300, NOW + 300)
    store, work = looked(evictor, store, WEB, work.memory, NOW + 299)
    assert (work.again, store.get(WEB)["metadata"].get("deletionTimestamp")) == (1, None)
    store, work = looked(evictor, store, WEB, work.memory, NOW + 300)
    assert store.get(WEB)["metadata"]["deletionTimestamp"]
    assert condition(store.get(WEB), "DisruptionTarget")["reason"] == "DeletionByTaintManager"
    assert messages(store, "TaintManagerEviction") == ["Marking for deletion Pod default/web"]
    assert looked(evictor, store, WEB, now=NOW + 301)[1].actions == ()


def test_a_taint_that_nobody_tolerates_evicts_at_once():
    store, _ = looked(TaintEvictionController(), tainted(pod(), key="broken"), WEB)
    assert store.get(WEB)["metadata"]["deletionTimestamp"]


def test_an_eviction_is_cancelled_when_the_taint_goes():
    store, work = looked(TaintEvictionController(), cluster(node("n1"), pod()), WEB, memory=NOW + 200)
    assert messages(store, "TaintManagerEviction") == ["Cancelling deletion of Pod default/web"]
    assert work.again is None


def test_a_change_of_taints_concerns_all_pods_of_the_node_and_no_other_change_does():
    evictor, store = TaintEvictionController(), cluster(node("n1"), pod(), pod("b"), pod("c", on="n2"))
    store = Update({**store.get(LOST), "spec": {"taints": [{"key": "broken", "effect": "NoExecute"}]}}).apply(store)
    assert [key.name for key in evictor.concerns(last_change(store), store)] == ["b", "web"]
    store = SetStatus(LOST, {"conditions": []}).apply(store)
    assert list(evictor.concerns(last_change(store), store)) == []
    store = SetStatus(WEB, {"phase": "Failed"}).apply(store)
    assert list(evictor.concerns(last_change(store), store)) == []
