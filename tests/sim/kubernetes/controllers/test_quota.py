import pytest

from vlearn.sim.kubernetes.api.resources import amounts
from vlearn.sim.kubernetes.controllers.quota import (
    claim_usage,
    in_scope,
    pod_usage,
    refusal,
    service_usage,
    total,
    unspecified,
)


def pod(requests=None, limits=None, phase="Running", **spec):
    container = {"name": "c", "resources": {"requests": requests or {}, "limits": limits or {}}}
    return {"metadata": {"name": "p"}, "spec": {"containers": [container], **spec}, "status": {"phase": phase}}


def written(usage):
    return {name: str(amount) for name, amount in usage.items()}


def quota(hard, used=None, scopes=()):
    return {
        "metadata": {"name": "team"},
        "spec": {"hard": hard, "scopes": list(scopes)},
        "status": {"used": used or {}},
    }


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


def test_a_quota_refuses_what_would_exceed_it_in_the_apis_words():
    bounded = quota({"pods": "3", "requests.cpu": "2"}, {"pods": "3", "requests.cpu": "1500m"})
    words = "exceeded quota: team, requested: pods=1,requests.cpu=1, used: pods=3,requests.cpu=1500m, "
    assert refusal(bounded, amounts({"pods": "1", "requests.cpu": "1"})) == f"{words}limited: pods=3,requests.cpu=2"


def test_a_quota_lets_pass_what_fits_exactly_what_it_does_not_name_and_what_does_not_rise():
    full = quota({"pods": "4"}, {"pods": "3"})
    assert refusal(full, amounts({"pods": "1", "cpu": "100"})) == ""
    assert refusal(quota({"pods": "1"}, {"pods": "9"}), amounts({"pods": "1"}), amounts({"pods": "1"})) == ""


def test_a_pod_must_say_what_it_needs_of_what_is_bounded():
    bounded = quota({"limits.cpu": "4", "requests.memory": "1Gi", "pods": "3"})
    usage = pod_usage(pod({"memory": "1Mi"}), 0.0)
    assert unspecified(bounded, usage) == "failed quota: team: must specify limits.cpu"
    assert unspecified(bounded, pod_usage(pod({"memory": "1Mi"}, {"cpu": "1"}), 0.0)) == ""


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
    assert in_scope(quota({}, scopes=scopes), some_pod) is expected


def test_usages_add_up_by_name():
    assert written(total([amounts({"pods": "1", "cpu": "1"}), amounts({"pods": "1"})])) == {"pods": "2", "cpu": "1"}
