import pytest

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.controllers.endpoints import address, belongs_in_endpoints, find_port, subsets

WEB = {"name": "web", "containerPort": 8080}


def service(**spec):
    ports = [{"name": "http", "port": 80, "targetPort": "web"}]
    return {"metadata": {"name": "shop"}, "spec": {"selector": {"app": "shop"}, "ports": ports, **spec}}


def pod(ip, ready=True, phase="Running", port=WEB, app="shop", **metadata):
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "metadata": {"name": f"pod-{ip}", "labels": {"app": app}, **metadata},
        "spec": {"nodeName": "n1", "containers": [{"ports": [port]}]},
        "status": {"phase": phase, "podIP": ip, "podIPs": [{"ip": ip}] if ip else [], "conditions": conditions},
    }


def addresses(found, kind="addresses"):
    return [each["ip"] for subset in found for each in subset.get(kind, ())]


def test_ready_pods_are_addresses_and_the_others_wait_beside_them():
    found = subsets(
        service(), [pod("10.0.0.2"), pod("10.0.0.1"), pod("10.0.0.3", ready=False), pod("10.0.0.9", app="x")]
    )
    assert addresses(found) == ["10.0.0.1", "10.0.0.2"]
    assert addresses(found, "notReadyAddresses") == ["10.0.0.3"]
    assert found[0]["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    assert found[0]["addresses"][0]["targetRef"] == {"kind": "Pod", "name": "pod-10.0.0.1"}


ABSENT = [
    pod("10.0.0.1", phase="Failed"),
    pod("10.0.0.1", phase="Succeeded"),
    pod(""),
    pod("10.0.0.1", deletionTimestamp="2026-01-01T00:00:00Z"),
]


@pytest.mark.parametrize("gone", ABSENT)
def test_a_pod_that_has_ended_or_is_to_end_or_has_no_address_is_not_listed(gone):
    assert not belongs_in_endpoints(gone)
    assert subsets(service(), [gone]) == ()


def test_a_service_may_publish_pods_that_are_not_ready_and_those_that_are_being_deleted():
    leaving = pod("10.0.0.4", deletionTimestamp="2026-01-01T00:00:00Z")
    found = subsets(service(publishNotReadyAddresses=True), [pod("10.0.0.3", ready=False), leaving])
    assert addresses(found) == ["10.0.0.3", "10.0.0.4"]


def test_pods_whose_port_of_that_name_differs_are_in_subsets_of_their_own():
    other = {"name": "web", "containerPort": 9090}
    found = subsets(
        service(), [pod("10.0.0.1"), pod("10.0.0.2", port=other), pod("10.0.0.3", port={"containerPort": 1})]
    )
    assert [(subset["ports"][0]["port"], addresses([subset])) for subset in found] == [
        (8080, ["10.0.0.1"]),
        (9090, ["10.0.0.2"]),
    ]


def test_only_a_headless_service_may_be_without_ports():
    assert subsets(service(ports=[]), [pod("10.0.0.1")]) == ()
    assert addresses(subsets(service(ports=[], clusterIP="None"), [pod("10.0.0.1")])) == ["10.0.0.1"]


def test_a_service_without_a_selector_selects_nothing():
    assert subsets(service(selector=None), [pod("10.0.0.1")]) == ()


def test_the_address_is_of_the_services_first_family():
    both = {"metadata": {}, "status": {"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]}}
    assert address(service(ipFamilies=["IPv6", "IPv4"]), both) == "fd00::1"
    assert address(service(clusterIP="10.96.0.1"), both) == "10.0.0.1"
    with pytest.raises(Refused, match="IPv6"):
        address(service(clusterIP="fd00::99"), pod("10.0.0.1"))


def test_a_name_is_looked_for_among_ports_of_the_same_protocol():
    udp = pod("10.0.0.1", port={"name": "web", "containerPort": 53, "protocol": "UDP"})
    assert find_port(udp, {"targetPort": "web", "protocol": "UDP"}) == 53
    assert find_port(udp, {"port": 80, "targetPort": 7}) == 7
    with pytest.raises(Refused):
        find_port(udp, {"targetPort": "web"})
