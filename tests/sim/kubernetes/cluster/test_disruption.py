"""The disruption controller against the API: scales are those of deployments, and evictions go by its status."""

from tests.sim.kubernetes.cluster.single import NOW, cluster, looked, messages
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.cluster.actions import Create
from vlearn.sim.kubernetes.cluster.disruption import BUDGETS, DisruptionController
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.store import Key

CONTROLLER = DisruptionController()
BUDGET = Key(BUDGETS, "default", "web")
LABELS = {"app": "web"}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def budget(**spec):
    own = {"selector": {"matchLabels": LABELS}, **spec}
    metadata = {"name": "web", "namespace": "default"}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": own}


def workload(kind, replicas, *owners):
    metadata = {"name": "web", "namespace": "default", "ownerReferences": [*map(controller_reference, owners)]}
    spec = {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": TEMPLATE}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def pod(name, *owners):
    metadata = {"name": name, "namespace": "default", "labels": LABELS}
    references = [*map(controller_reference, owners)]
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": timestamp(NOW)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "ownerReferences": references},
        "spec": TEMPLATE["spec"],
        "status": {"phase": "Running", "conditions": [ready]},
    }


def deployed(replicas):
    """A store with a deployment of so many, its replica set of one more, and two pods; and what controls these."""
    store = cluster(workload("Deployment", replicas))
    deployment = store.get(Key("deployments.apps", "default", "web"))
    store = Create(workload("ReplicaSet", replicas + 1, deployment)).apply(store)
    return store, store.get(Key("replicasets.apps", "default", "web"))


def with_pods(store, *pods):
    for each in pods:
        key = Key("pods", "default", each["metadata"]["name"])
        made = Create(each).apply(store)
        store = made.put(key, {**made.get(key), "status": each["status"]})
    return store


def test_a_percentage_is_of_the_deployment_not_of_its_replica_sets_or_pods():
    store, replica_set = deployed(4)
    store = with_pods(store, pod("a", replica_set), pod("b", replica_set))
    store, _ = looked(CONTROLLER, Create(budget(minAvailable="25%")).apply(store), BUDGET)
    status = store.get(BUDGET)["status"]
    counters = ("expectedPods", "desiredHealthy", "currentHealthy", "disruptionsAllowed")
    assert [status[each] for each in counters] == [4, 1, 2, 1]
    assert looked(CONTROLLER, store, BUDGET)[0].revision == store.revision


def test_without_pods_nothing_is_allowed_and_it_says_so():
    store, _ = looked(CONTROLLER, cluster(budget(minAvailable=0)), BUDGET)
    assert messages(store, "NoPods") == ["No matching pods found"]
    assert store.get(BUDGET)["status"]["disruptionsAllowed"] == 0


def test_pods_of_nobody_are_complained_of():
    store = with_pods(cluster(budget(maxUnavailable=1)), pod("a"))
    store, _ = looked(CONTROLLER, store, BUDGET)
    (message,) = messages(store, "UnmanagedPods")
    selector = "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}"
    assert f"(selector: {selector})" in message


def test_a_controller_that_has_gone_makes_the_computation_fail():
    store, replica_set = deployed(1)
    store = with_pods(store, pod("a", replica_set)).remove(Key("replicasets.apps", "default", "web"))
    store, _ = looked(CONTROLLER, Create(budget(maxUnavailable=1)).apply(store), BUDGET)
    words = 'found no controllers for pod "a"'
    (message,) = messages(store, "CalculateExpectedPodCountFailed")
    assert message == f"Failed to calculate the number of expected pods: {words}"
    (condition,) = store.get(BUDGET)["status"]["conditions"]
    assert (condition["reason"], condition["message"]) == ("SyncFailed", words)


def test_a_pod_concerns_the_budgets_that_select_it_or_did():
    store = with_pods(cluster(budget(minAvailable=1)), pod("a"))
    key = Key("pods", "default", "a")
    for labels, expected in (({}, [BUDGET]), ({"other": "x"}, []), (LABELS, [BUDGET])):
        found = store.get(key)
        store = store.put(key, {**found, "metadata": {**found["metadata"], "labels": labels}})
        (change,) = store.changes(store.revision - 1)
        assert list(CONTROLLER.concerns(change, store)) == expected
