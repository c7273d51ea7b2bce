from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.network import proxy_rules, route

NODE, OTHER_NODE = "192.168.0.1", "192.168.0.2"
POD, OUTSIDE = "10.244.0.7", "203.0.113.9"
VIRTUAL = "172.30.0.41"


def service(node_port=0, ip=VIRTUAL, kind="ClusterIP", status=None, **spec):
    port = {"name": "p80", "port": 80, "protocol": "TCP", **({"nodePort": node_port} if node_port else {})}
    spec = {"type": kind, "clusterIP": ip, "ports": [port], **spec}
    return {"metadata": {"name": "svc1", "namespace": "ns1"}, "spec": spec, "status": status or {}}


def endpoint(ip, node="n1", **conditions):
    return {"addresses": [ip], "nodeName": node, "conditions": conditions}


def slice(*endpoints, port="p80", name="svc1"):
    labels = {"kubernetes.io/service-name": name}
    ports = [{"name": port, "port": 8080, "protocol": "TCP"}]
    return {"metadata": {"namespace": "ns1", "labels": labels}, "endpoints": list(endpoints), "ports": ports}


HERE, THERE = endpoint("10.244.0.1"), endpoint("10.244.2.1", "n2")
LEAVING = {"ready": False, "serving": True, "terminating": True}


def rules(subject, *endpoints):
    return proxy_rules([subject], [slice(*endpoints)], "n1", [NODE])


def goes(found, source=POD, address=VIRTUAL, port=80, seed=0):
    """Where a hundred connections go: each verdict or endpoint, and whether it is masqueraded."""
    rng = Random(seed)
    routed = [route(found, source, address, port, rng) for _ in range(100)]
    return {each.endpoint or each.verdict: each.masqueraded for each in routed}


GOLDEN = """
-A KUBE-SERVICES -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp -p tcp -d 172.30.0.41 --dport 80 \
-j KUBE-SVC-XPGD46QRK7WJZT7O
-A KUBE-SERVICES -m comment --comment \
"kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL \
-j KUBE-NODEPORTS
-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 cluster IP" -m tcp -p tcp -d 172.30.0.41 --dport 80 \
! -s 10.0.0.0/8 -j KUBE-MARK-MASQ
-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" \
-m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-SXIVWICOYRO3J4NJ
-A KUBE-SVC-XPGD46QRK7WJZT7O -m comment --comment "ns1/svc1:p80 -> 10.180.2.1:80" -j KUBE-SEP-ZX7GRIZKSNUQ3LAJ
-A KUBE-SEP-SXIVWICOYRO3J4NJ -m comment --comment ns1/svc1:p80 -s 10.180.0.1 -j KUBE-MARK-MASQ
-A KUBE-SEP-SXIVWICOYRO3J4NJ -m comment --comment ns1/svc1:p80 -m tcp -p tcp -j DNAT --to-destination 10.180.0.1:80
-A KUBE-SEP-ZX7GRIZKSNUQ3LAJ -m comment --comment ns1/svc1:p80 -s 10.180.2.1 -j KUBE-MARK-MASQ
-A KUBE-SEP-ZX7GRIZKSNUQ3LAJ -m comment --comment ns1/svc1:p80 -m tcp -p tcp -j DNAT --to-destination 10.180.2.1:80
"""


def test_the_rules_are_those_that_the_real_one_writes():
    endpoints = {**slice(endpoint("10.180.0.1"), endpoint("10.180.2.1")), "ports": [{"name": "p80", "port": 80}]}
    found = proxy_rules([service()], [endpoints], "n1", pods="10.0.0.0/8")
    assert [rule.text for rule in found.rules] == GOLDEN.strip().splitlines()
    jump = "KUBE-SEP-ZX7GRIZKSNUQ3LAJ"
    assert found.rows[4] == ("KUBE-SVC-XPGD46QRK7WJZT7O", "", jump, "ns1/svc1:p80 -> 10.180.2.1:80")


def test_chances_of_a_quarter_a_third_a_half_make_four_equal_shares():
    found = rules(service(), *(endpoint(f"10.244.0.{n}") for n in range(1, 5)))
    chances = [each.probability for each in found.rules if each.target.startswith("KUBE-SEP")]
    assert chances == [1 / 4, 1 / 3, 1 / 2, None]
    rng = Random(1)
    counted = Counter(route(found, POD, VIRTUAL, 80, rng).endpoint for _ in range(4000))
    assert len(counted) == 4
    assert all(abs(count - 1000) < 120 for count in counted.values())


def test_without_endpoints_a_connection_is_rejected_and_says_why():
    found = route(rules(service()), POD, VIRTUAL, 80, Random(0))
    assert (found.verdict, found.why) == ("REJECT", "ns1/svc1:p80 has no endpoints")


READY = [
    ((HERE, endpoint("10.244.0.2", ready=False)), {"10.244.0.1:8080"}),
    ((HERE, endpoint("10.244.0.2", **LEAVING)), {"10.244.0.1:8080"}),
    ((endpoint("10.244.0.2", **LEAVING),), {"10.244.0.2:8080"}),  # nobody else is there
    ((endpoint("10.244.0.2", ready=False, serving=False, terminating=True),), {"REJECT"}),
    ((endpoint("10.244.0.2", ready=False, serving=True, terminating=False),), {"REJECT"}),
]


@pytest.mark.parametrize(("endpoints", "places"), READY)
def test_only_ready_endpoints_are_used_while_there_are_any(endpoints, places):
    assert set(goes(rules(service(), *endpoints))) == places


@pytest.mark.parametrize("other", [service(ip="None"), service(ip=""), service(kind="ExternalName", ip="")])
def test_a_service_without_an_address_has_no_rules(other):
    assert len(rules(other, HERE).rules) == 1


def test_what_no_rule_matches_goes_where_it_was_sent():
    found = rules(service(), HERE)
    assert goes(found, port=81) == {f"{VIRTUAL}:81": False}
    assert goes(found, address="10.244.0.1", port=8080) == {"10.244.0.1:8080": False}
    assert route(found, POD, VIRTUAL, 80, Random(0), protocol="UDP").verdict == "ACCEPT"


def test_a_pod_that_reaches_itself_and_a_source_outside_are_masqueraded():
    found = rules(service(), HERE)
    assert goes(found, POD) == {"10.244.0.1:8080": False}
    assert goes(found, "10.244.0.1") == {"10.244.0.1:8080": True}
    assert goes(found, NODE) == {"10.244.0.1:8080": True}


ANYWHERE = {"10.244.0.1:8080": True, "10.244.2.1:8080": True}
POLICIES = [
    ("Cluster", (HERE, THERE), OUTSIDE, ANYWHERE),
    ("Local", (HERE, THERE), OUTSIDE, {"10.244.0.1:8080": False}),  # the client's address is kept
    ("Local", (THERE,), OUTSIDE, {"DROP": False}),
    ("Local", (), OUTSIDE, {"REJECT": False}),
    ("Local", (THERE,), POD, {"10.244.2.1:8080": False}),  # pods are sent anywhere all the same
    ("Local", (THERE,), NODE, {"10.244.2.1:8080": True}),
]


@pytest.mark.parametrize(("policy", "endpoints", "source", "places"), POLICIES)
def test_a_node_port_answers_at_the_node_by_the_external_policy(policy, endpoints, source, places):
    found = rules(service(30080, kind="NodePort", externalTrafficPolicy=policy), *endpoints)
    assert goes(found, source, NODE, 30080) == places
    assert goes(found, source, OTHER_NODE, 30080) == {f"{OTHER_NODE}:30080": False}


def test_only_the_chain_of_the_virtual_address_masquerades_by_source():
    def masquerading(**policies):
        found = rules(service(30080, kind="NodePort", **policies), HERE, THERE)
        return {each.chain[:9] for each in found.rules if each.source.startswith("!")}

    assert masquerading(externalTrafficPolicy="Local") == {"KUBE-SVC-"}
    assert masquerading(internalTrafficPolicy="Local") == {"KUBE-SVL-"}


def test_the_internal_policy_keeps_connections_on_the_node():
    subject = service(internalTrafficPolicy="Local")
    assert set(goes(rules(subject, HERE, THERE))) == {"10.244.0.1:8080"}
    found = route(rules(subject, THERE), POD, VIRTUAL, 80, Random(0))
    assert (found.verdict, found.why) == ("DROP", "ns1/svc1:p80 has no local endpoints")
    assert set(goes(rules(subject))) == {"REJECT"}


def test_addresses_outside_lead_to_the_service_too():
    status = {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}}
    subject = service(30080, kind="LoadBalancer", status=status, externalIPs=["198.51.100.2"])
    for address in ("198.51.100.1", "198.51.100.2"):
        assert goes(rules(subject, HERE), OUTSIDE, address) == {"10.244.0.1:8080": True}
        assert goes(rules(subject), OUTSIDE, address) == {"REJECT": False}


def test_session_affinity_sends_a_client_where_it_went_before_until_that_is_forgotten():
    config = {"clientIP": {"timeoutSeconds": 60}}
    subject = service(sessionAffinity="ClientIP", sessionAffinityConfig=config)
    found = rules(subject, *(endpoint(f"10.244.0.{n}") for n in range(1, 9)))
    rng = Random(3)
    first = route(found, POD, VIRTUAL, 80, rng)
    recent, places = first.recent, set()
    for second in range(1, 50):
        again = route(found, POD, VIRTUAL, 80, rng, recent=recent, now=float(second))
        recent = again.recent
        places.add(again.endpoint)
    assert places == {first.endpoint}
    late = {route(found, POD, VIRTUAL, 80, rng, recent=recent, now=110.0).endpoint for _ in range(40)}
    assert len(late) > 1
    others = {route(found, f"10.244.0.{n}", VIRTUAL, 80, rng, recent=recent).endpoint for n in range(20, 60)}
    assert len(others) > 1


def test_endpoints_of_other_ports_and_services_are_not_this_ones():
    found = proxy_rules([service()], [slice(HERE, port="p81"), slice(THERE, name="svc2")], "n1")
    assert set(goes(found)) == {"REJECT"}


STATES = st.sampled_from([{}, {"ready": False}, LEAVING, {"ready": False, "serving": False, "terminating": True}])
ENDPOINTS = st.lists(st.tuples(st.integers(1, 250), st.sampled_from(["n1", "n2"]), STATES), max_size=8)


@given(ENDPOINTS, st.sampled_from(["Cluster", "Local"]), st.sampled_from(["Cluster", "Local"]), st.integers(0, 99))
def test_a_connection_reaches_an_endpoint_that_serves_exactly_where_the_policy_leaves_one(given, inside, outside, seed):
    subject = service(30080, kind="NodePort", internalTrafficPolicy=inside, externalTrafficPolicy=outside)
    endpoints = {ip: (node, said) for ip, node, said in given}
    found = rules(subject, *(endpoint(f"10.244.9.{ip}", node, **said) for ip, (node, said) in endpoints.items()))
    serving = {f"10.244.9.{ip}:8080": node for ip, (node, said) in endpoints.items() if said.get("serving", not said)}
    for policy, source, address, port in ((inside, POD, VIRTUAL, 80), (outside, OUTSIDE, NODE, 30080)):
        allowed = {place for place, node in serving.items() if policy == "Cluster" or node == "n1"}
        routed = route(found, source, address, port, Random(seed))
        assert routed.endpoint in allowed if allowed else routed.verdict == ("DROP" if serving else "REJECT")
