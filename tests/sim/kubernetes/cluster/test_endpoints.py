import pytest

from tests.sim.kubernetes.cluster.single import NOW, cluster, last_change, looked, settled
from vlearn.sim.kubernetes.cluster.actions import Remove, SetStatus, Update
from vlearn.sim.kubernetes.cluster.endpoints import EndpointController, EndpointSliceController, slices_of
from vlearn.sim.kubernetes.store import Key, collection

SHOP = Key("services", "default", "shop")
POD = Key("pods", "default", "p1")
BOTH = [EndpointController, EndpointSliceController]


def service(name="shop", **spec):
    spec = {"selector": {"app": "shop"}, "ports": [{"port": 80}], **spec}
    metadata = {"name": name, "namespace": "default", "labels": {"team": "red"}}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def pod(name="p1", ip="10.0.0.1", ready="True", app="shop"):
    status = {
        "phase": "Running",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "conditions": [{"type": "Ready", "status": ready}],
    }
    metadata = {"name": name, "namespace": "default", "labels": {"app": app}}
    spec = {"nodeName": "n1", "containers": [{"name": "app", "image": "app:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def node(name, zone):
    metadata = {"name": name, "labels": {"topology.kubernetes.io/zone": zone}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {}}


def listed(store):
    """The ready addresses of the service by its Endpoints, and by its slices."""
    endpoints = store.get(SHOP._replace(resource="endpoints")) or {}
    one = [each["ip"] for some in endpoints.get("subsets", ()) for each in some.get("addresses", ())]
    slices = [each for some in slices_of(store, SHOP) for each in some["endpoints"]]
    return one, [each["addresses"][0] for each in slices if each["conditions"]["ready"]]


def both(store):
    for controller in BOTH:
        store = settled(controller(), store, SHOP)
    return store


def test_endpoints_and_slices_list_the_ready_pods_and_follow_them():
    store = both(cluster(service(), pod(), pod("p2", "10.0.0.2", ready="False"), pod("p3", "10.0.0.3", app="x")))
    assert listed(store) == (["10.0.0.1"], ["10.0.0.1"])
    assert store.get(SHOP._replace(resource="endpoints"))["metadata"]["labels"] == {"team": "red"}
    store = both(SetStatus(POD, pod(ready="False")["status"]).apply(store))
    assert listed(store) == ([], [])
    store = both(Remove(POD, grace=0).apply(store))
    assert len(slices_of(store, SHOP)[0]["endpoints"]) == 1


def test_an_endpoint_names_the_zone_of_its_node():
    store = both(cluster(service(), pod(), node("n1", "zone-a")))
    assert slices_of(store, SHOP)[0]["endpoints"][0]["zone"] == "zone-a"


def test_a_service_without_a_selector_is_left_to_its_author():
    store = cluster(service(selector=None))
    assert both(store) == store


def test_endpoints_go_with_their_service():
    store = Remove(SHOP).apply(both(cluster(service(), pod())))
    assert collection(settled(EndpointController(), store, SHOP).objects, "endpoints") == []
    assert both(cluster()) == cluster()


@pytest.mark.parametrize("controller", BOTH)
def test_a_pod_concerns_the_services_that_select_it_where_its_endpoint_changes(controller):
    store = cluster(service(), service("other", selector={"app": "other"}), pod())
    assert controller().concerns(last_change(store), store) == [SHOP]
    store = SetStatus(POD, {**pod()["status"], "message": "of no interest"}).apply(store)
    assert controller().concerns(last_change(store), store) == ()
    relabelled = {**store.get(POD), "metadata": {**store.get(POD)["metadata"], "labels": {"app": "other"}}}
    store = Update(relabelled).apply(store)
    assert [key.name for key in controller().concerns(last_change(store), store)] == ["other", "shop"]


@pytest.mark.parametrize("controller", BOTH)
def test_what_a_controller_has_written_concerns_its_service(controller):
    store = settled(controller(), cluster(service(), pod()), SHOP)
    assert list(controller().concerns(last_change(store), store)) == [SHOP]
    assert controller().refused(store, SHOP, Remove(SHOP), None) is None


def test_changes_can_be_gathered():
    controller, store = EndpointController(batch=0.5), cluster(service(), pod())
    _, first = looked(controller, store, SHOP)
    assert (first.actions, first.again) == ((), 0.5)
    assert looked(controller, store, SHOP, first.memory, NOW + 0.25)[1].again == 0.25
    assert listed(looked(controller, store, SHOP, first.memory, NOW + 0.5)[0])[0] == ["10.0.0.1"]
