import pytest

from vlearn.sim.kubernetes.controllers.quota import (
    claim_usage,
    in_scope,
    pod_usage,
    service_usage,
)


def pod(requests=None, limits=None, phase="Running", **spec):
    container = {"name": "c", "resources": {"requests": requests or {}, "limits": limits or {}}}
    return {"metadata": {"name": "p"}, "spec": {"containers": [container], **spec}, "status": {"phase": phase}}


def written(usage):
    return {name: str(amount) for name, amount in usage.items()}


def test_what_a_pod_uses_has_each_name_that_a_quota_may_bound():
    usage = written(pod_usage(pod({"cpu": "1", "example.com/gpu": "2"}, {"memory": "1Gi"}), 0.0))
    assert usage == {
        "count/pods": "1",
        "pods": "1",
        "cpu": "1",
        "requests.cpu": "1",
        "requests.example.com/gpu": "2",
        "limits.memory": "1Gi",
    }


def test_a_pod_that_has_ended_is_only_an_object():
    assert written(pod_usage(pod({"cpu": "1"}, phase="Succeeded"), 0.0)) == {"count/pods": "1"}


PORTS = [{"port": 80, "nodePort": 30080}, {"port": 443}]
SERVICES = [
    ({"ports": PORTS}, ("0", "0")),
    ({"type": "NodePort", "ports": PORTS}, ("2", "0")),
    ({"type": "LoadBalancer", "ports": PORTS}, ("2", "1")),
    ({"type": "LoadBalancer", "ports": PORTS, "allocateLoadBalancerNodePorts": False}, ("1", "1")),
]


@pytest.mark.parametrize(("spec", "expected"), SERVICES)
def test_a_service_counts_its_node_ports_before_they_are_allocated(spec, expected):
    usage = written(service_usage({"spec": spec}))
    assert (usage["services.nodeports"], usage["services.loadbalancers"]) == expected


def test_a_claim_counts_whole_bytes_in_all_and_for_its_class():
    claim = {"spec": {"storageClassName": "gold", "resources": {"requests": {"storage": "1001m"}}}}
    usage = written(claim_usage(claim))
    assert usage["requests.storage"] == usage["gold.storageclass.storage.k8s.io/requests.storage"] == "2"


REQUIRED = {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone", "namespaces": ["other"]}]}
SCOPES = [
    (("BestEffort",), pod(), True),
    (("NotBestEffort",), pod(), False),
    (("Terminating",), pod(activeDeadlineSeconds=9), True),
    (("NotTerminating", "NotBestEffort"), pod({"cpu": "1"}), True),
    (("PriorityClass",), pod(), False),
    (("CrossNamespacePodAffinity",), pod(affinity={"podAntiAffinity": REQUIRED}), True),
    (("CrossNamespacePodAffinity",), pod(affinity={"podAffinity": {}}), False),
    ((), pod(), True),
]


@pytest.mark.parametrize(("scopes", "some_pod", "expected"), SCOPES)
def test_a_quota_with_scopes_counts_only_the_pods_in_all_of_them(scopes, some_pod, expected):
    assert in_scope({"spec": {"scopes": list(scopes)}}, some_pod) is expected
