from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.controllers.endpointslice import endpoint, slice_ports
from vlearn.sim.kubernetes.controllers.endpointslice_changes import SliceChanges, slice_changes

WEB = {"name": "web", "containerPort": 8080}


def service(labels=None, **spec):
    ports = [{"name": "http", "port": 80, "targetPort": "web", "protocol": "TCP"}]
    spec = {"selector": {"app": "shop"}, "ports": ports, "clusterIP": "10.96.0.9", "ipFamilies": ["IPv4"], **spec}
    return {"metadata": {"name": "shop", "namespace": "default", "uid": "s", "labels": labels or {}}, "spec": spec}


def pod(number, ready=True, port=WEB, **spec):
    ip = f"10.0.{number // 250}.{number % 250 + 1}"
    return {
        "metadata": {"name": f"p{number}", "namespace": "default", "uid": f"u{number}", "labels": {"app": "shop"}},
        "spec": {"nodeName": "n1", "containers": [{"ports": [port]}], **spec},
        "status": {"phase": "Running", "podIPs": [{"ip": ip}], "conditions": [{"type": "Ready", "status": str(ready)}]},
    }


def going(subject):
    return {**subject, "metadata": {**subject["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}}


STATES = [
    (pod(1), {}, (True, True, False)),
    (pod(1, ready=False), {}, (False, False, False)),
    (going(pod(1)), {}, (False, True, True)),
    (going(pod(1, ready=False)), {}, (False, False, True)),
    (pod(1, ready=False), {"publishNotReadyAddresses": True}, (True, False, False)),
]


@pytest.mark.parametrize(("subject", "spec", "states"), STATES)
def test_an_endpoint_is_ready_serving_terminating(subject, spec, states):
    conditions = endpoint(service(**spec), subject)["conditions"]
    assert tuple(conditions[name] for name in ("ready", "serving", "terminating")) == states


def test_an_endpoint_says_whose_it_is_and_where():
    named = pod(1, hostname="web-0", subdomain="shop")
    assert {**endpoint(service(), named, "zone-a"), "conditions": None} == {
        "addresses": ["10.0.0.2"],
        "conditions": None,
        "hostname": "web-0",
        "targetRef": {"kind": "Pod", "name": "p1", "namespace": "default", "uid": "u1"},
        "nodeName": "n1",
        "zone": "zone-a",
    }
    assert slice_ports(service(), named) == [{"name": "http", "port": 8080, "protocol": "TCP"}]


@dataclass
class Cluster:
    """The slices of the service as they are after changes, and how many writes that took."""

    slices: tuple = ()
    writes: int = 0

    def apply(self, subject, pods):
        changes = slice_changes(subject, pods, self.slices)
        kept = {each["metadata"]["name"]: each for each in self.slices}
        for each in changes.delete:
            del kept[each["metadata"]["name"]]
        kept |= {each["metadata"]["name"]: each for each in changes.update}
        for each in changes.create:
            self.writes += 1
            kept[f"new-{self.writes}"] = {**each, "metadata": {**each["metadata"], "name": f"new-{self.writes}"}}
        self.writes += len(changes.update) + len(changes.delete)
        self.slices = tuple(kept.values())
        return changes

    def sizes(self):
        return sorted((len(each["endpoints"]) for each in self.slices), reverse=True)


def test_two_hundred_and_thirty_pods_are_in_three_slices():
    cluster = Cluster()
    cluster.apply(service(labels={"team": "red"}), [pod(n) for n in range(230)])
    assert cluster.sizes() == [100, 100, 30]
    first = cluster.slices[0]
    assert first["metadata"]["labels"] == {
        "team": "red",
        "kubernetes.io/service-name": "shop",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert first["metadata"]["ownerReferences"][0]["uid"] == "s"
    assert first["metadata"]["generateName"] == "shop-"


def test_a_new_pod_goes_where_it_just_fits_and_a_gone_one_leaves_a_gap():
    cluster = Cluster()
    pods = [pod(n) for n in range(230)]
    cluster.apply(service(), pods)
    cluster.apply(service(), pods[1:])
    assert (cluster.sizes(), cluster.writes) == ([100, 99, 30], 4)
    cluster.apply(service(), [*pods[1:], pod(300)])
    assert (cluster.sizes(), cluster.writes) == ([100, 100, 30], 5)
    assert cluster.apply(service(), [*pods[1:], pod(300)]) == SliceChanges()


def test_a_replaced_pod_takes_the_place_in_the_slice_that_changes_anyway():
    cluster = Cluster()
    cluster.apply(service(), [pod(n) for n in range(230)])
    changes = cluster.apply(service(), [pod(n) for n in range(1, 230)] + [pod(300)])
    assert (len(changes.create), len(changes.update), len(changes.delete)) == (0, 1, 0)
    assert cluster.sizes() == [100, 100, 30]


def test_of_the_slices_that_change_the_fullest_is_filled_first():
    cluster = Cluster()
    cluster.apply(service(), [pod(n) for n in range(230)])
    kept = [pod(n) for n in range(230) if n not in (50, 210, 211)]
    cluster.apply(service(), [*kept, pod(300)])
    assert cluster.sizes() == [100, 100, 28]


def test_pods_with_other_ports_are_in_other_slices():
    cluster = Cluster()
    cluster.apply(service(), [pod(1), pod(2, port={"name": "web", "containerPort": 9090})])
    assert sorted(each["ports"][0]["port"] for each in cluster.slices) == [8080, 9090]


def test_a_service_without_pods_has_one_empty_slice():
    cluster = Cluster()
    cluster.apply(service(clusterIP="None"), [])
    assert cluster.sizes() == [0]
    assert cluster.slices[0]["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
    assert cluster.apply(service(clusterIP="None"), []) == SliceChanges()
    cluster.apply(service(clusterIP="None"), [pod(1)])
    cluster.apply(service(clusterIP="None"), [])
    assert cluster.sizes() == [0]


def test_the_services_labels_are_the_slices():
    cluster = Cluster()
    cluster.apply(service(), [pod(1)])
    changes = cluster.apply(service(labels={"team": "blue"}), [pod(1)])
    assert [each["metadata"]["labels"]["team"] for each in changes.update] == ["blue"]


def test_a_pod_without_an_address_of_the_family_is_left_out():
    cluster = Cluster()
    cluster.apply(service(ipFamilies=["IPv6"]), [pod(1)])
    assert cluster.sizes() == [0]


@given(st.lists(st.sets(st.integers(0, 400), max_size=350), min_size=1, max_size=5))
def test_whatever_pods_come_and_go_each_is_in_one_slice_of_at_most_a_hundred(generations):
    cluster = Cluster()
    for numbers in generations:
        cluster.apply(service(), [pod(n) for n in sorted(numbers)])
        listed = [each["targetRef"]["uid"] for some in cluster.slices for each in some["endpoints"]]
        assert sorted(listed) == sorted(f"u{n}" for n in numbers)
        assert max(cluster.sizes()) <= 100
        assert cluster.apply(service(), [pod(n) for n in sorted(numbers)]) == SliceChanges()
