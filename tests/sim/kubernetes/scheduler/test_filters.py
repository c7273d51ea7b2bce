import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.sim.kubernetes.scheduler import FILTERS, UNRESOLVABLE, UNSCHEDULABLE, checks, pod_info, snapshot, verdict
from vlearn.sim.kubernetes.scheduler.fit import fits, insufficient, verdict_of

GPU = {"resources": {"requests": {"example.com/gpu": "1"}}}
ANTI = {"requiredDuringSchedulingIgnoredDuringExecution": [
    {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
]}  # fmt: skip
CLAIM = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
BOUND = {("default", "data"): {"spec": {"volumeName": "disk"}}}
IN_ZONE_B = {"required": {"nodeSelectorTerms": [{"matchExpressions": [
    {"key": "zone", "operator": "In", "values": ["b"]}
]}]}}  # fmt: skip


def asked(asking, *nodes, pods=(), **others):
    """Plug-in, code and reasons of the first node."""
    cluster = snapshot(nodes, pods, **others)
    found = verdict(cluster.nodes[0], checks(pod_info(asking), cluster))
    return found and (found.plugin, found.code, *found.reasons)


ROWS = [
    ("too much for what is left", asked(pod("p", "2"), node("a"), pods=[pod("x", "3", on="a")]),
     ("NodeResourcesFit", UNSCHEDULABLE, "Insufficient cpu")),
    ("too much for the whole node", asked(pod("p", "5", "9Gi"), node("a")),
     ("NodeResourcesFit", UNRESOLVABLE, "Insufficient cpu", "Insufficient memory")),
    ("no room", asked(pod("p"), node("a", pods="1"), pods=[pod("x", on="a")]),
     ("NodeResourcesFit", UNSCHEDULABLE, "Too many pods")),
    ("a pod that has ended takes no room", asked(pod("p"), node("a", pods="1"), pods=[
        {**pod("x", on="a"), "status": {"phase": "Succeeded"}}]), None),
    ("an overbooked resource that is not asked for", asked(pod("p", memory="1Gi"), node("a"), pods=[
        pod("x", "9", on="a")]), None),
    ("an extended resource the node has not", asked({"spec": {"containers": [GPU]}}, node("a")),
     ("NodeResourcesFit", UNRESOLVABLE, "Insufficient example.com/gpu")),
    ("a taint", asked(pod("p"), node("a", taints=[taint("team", "ml")])),
     ("TaintToleration", UNRESOLVABLE, "node(s) had untolerated taint {team: ml}")),
    ("a taint without a value", asked(pod("p"), node("a", taints=[taint("node-role.kubernetes.io/control-plane")])),
     ("TaintToleration", UNRESOLVABLE, "node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }")),
    ("a soft taint does not filter", asked(pod("p"), node("a", taints=[taint("x", effect="PreferNoSchedule")])), None),
    ("a cordoned node", asked(pod("p"), node("a", unschedulable=True)),
     ("NodeUnschedulable", UNRESOLVABLE, "node(s) were unschedulable")),
    ("a cordoned node is tolerated by daemons", asked(
        pod("p", tolerations=[{"key": "node.kubernetes.io/unschedulable", "operator": "Exists"}]),
        node("a", unschedulable=True)), None),
    ("another node's name", asked(pod("p", nodeName="b"), node("a")),
     ("NodeName", UNRESOLVABLE, "node(s) didn't match the requested node name")),
    ("a label the node has not", asked(pod("p", nodeSelector={"disk": "ssd"}), node("a")),
     ("NodeAffinity", UNRESOLVABLE, "node(s) didn't match Pod's node affinity/selector")),
    ("apart from its like", asked(pod("p", affinity={"podAntiAffinity": ANTI}), node("a"), pods=[
        pod("x", on="a", labels={"app": "web"})]),
     ("InterPodAffinity", UNSCHEDULABLE, "node(s) didn't match pod anti-affinity rules")),
    ("one that is there wants to be apart", asked(pod("p", labels={"app": "web"}), node("a"), pods=[
        pod("x", on="a", affinity={"podAntiAffinity": ANTI})]),
     ("InterPodAffinity", UNSCHEDULABLE, "node(s) didn't satisfy existing pods anti-affinity rules")),
    ("together with nobody", asked(pod("p", affinity={"podAffinity": ANTI}), node("a")),
     ("InterPodAffinity", UNRESOLVABLE, "node(s) didn't match pod affinity rules")),
    ("the first of those who want to be together", asked(
        pod("p", labels={"app": "web"}, affinity={"podAffinity": ANTI}), node("a")), None),
    ("a claim that does not exist", asked(pod("p", **CLAIM), node("a")),
     ("VolumeBinding", UNRESOLVABLE, 'persistentvolumeclaim "data" not found')),
    ("an unbound claim", asked(pod("p", **CLAIM), node("a"), claims={("default", "data"): {}}),
     ("VolumeBinding", UNRESOLVABLE, "pod has unbound immediate PersistentVolumeClaims")),
    ("a claim that waits for its consumer", asked(
        pod("p", **CLAIM), node("a"), claims={("default", "data"): {"spec": {"storageClassName": "late"}}},
        classes={"late": {"volumeBindingMode": "WaitForFirstConsumer"}}), None),
    ("a volume of another place", asked(pod("p", **CLAIM), node("a", labels={"zone": "a"}), claims=BOUND,
        volumes={"disk": {"metadata": {"name": "disk"}, "spec": {"nodeAffinity": IN_ZONE_B}}}),
     ("VolumeBinding", UNRESOLVABLE, "node(s) didn't match PersistentVolume's node affinity")),
    ("a volume of another zone", asked(
        pod("p", **CLAIM), node("a", labels={"topology.kubernetes.io/zone": "a"}), claims=BOUND,
        volumes={"disk": {"metadata": {"labels": {"topology.kubernetes.io/zone": "b__c"}}}}),
     ("VolumeZone", UNRESOLVABLE, "node(s) had no available volume zone")),
    ("one volume too many", asked(pod("p", **CLAIM), node("a"), claims=BOUND, volume_limits={"a": {"ebs": 0}},
        volumes={"disk": {"metadata": {"name": "disk"}, "spec": {"csi": {"driver": "ebs"}}}}),
     ("NodeVolumeLimits", UNSCHEDULABLE, "node(s) exceed max volume count")),
    ("malformed terms", asked(pod("p", affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"labelSelector": {"matchExpressions": [{"key": "app", "operator": "Is"}]}, "topologyKey": "zone"}]}}),
        node("a")),
     ("InterPodAffinity", UNRESOLVABLE,
      'parsing pod: requiredAffinityTerms: "Is" is not a valid label selector operator')),
]  # fmt: skip


@pytest.mark.parametrize(("found", "wanted"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_verdict_on_a_node(found, wanted):
    assert found == wanted


def spread_over(zones, minimum=None):
    constraint = {
        "topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}}, **({"minDomains": minimum} if minimum else {}),
    }  # fmt: skip
    asking = pod("p", labels={"app": "web"}, topologySpreadConstraints=[constraint])
    nodes = [node(zone or "none", labels={"zone": zone} if zone else {}) for zone in zones]
    there = [pod(f"{zone}{n}", on=zone, labels={"app": "web"}) for zone, many in zones.items() for n in range(many)]
    cluster = snapshot(nodes, there)
    passing = checks(pod_info(asking), cluster)
    return [found and found.reasons[0].removeprefix("node(s) didn't match pod topology spread constraints")
            for found in (verdict(each, passing) for each in cluster.nodes)]  # fmt: skip


def test_a_zone_takes_no_pod_that_would_skew_it_by_more_than_allowed():
    assert spread_over({"a": 2, "b": 1, "": 0}) == ["", None, " (missing required label)"]


def test_with_too_few_zones_the_smallest_counts_as_empty():
    assert spread_over({"a": 1, "b": 1}) == [None, None]
    assert spread_over({"a": 1, "b": 1}, minimum=3) == ["", ""]


def test_ports_collide_on_one_address_and_on_all_of_them():
    def with_port(address, protocol="TCP"):
        return {"spec": {"containers": [{"ports": [{"hostPort": 80, "hostIP": address, "protocol": protocol}]}]}}

    there = with_port("10.0.0.1")
    there["spec"]["nodeName"] = "a"
    tried = [with_port("10.0.0.2"), with_port("10.0.0.1"), with_port(""), with_port("10.0.0.1", "UDP")]
    found = [asked(each, node("a"), pods=[there]) for each in tried]
    assert [bool(each) for each in found] == [False, True, True, False]
    assert found[1] == ("NodePorts", UNSCHEDULABLE, "node(s) didn't have free ports for the requested pod ports")


amounts = st.integers(0, 5)


@settings(deadline=None, max_examples=60)
@given(asks=st.tuples(amounts, amounts), used=st.tuples(amounts, amounts), room=st.integers(0, 2))
def test_the_quick_filter_says_what_the_full_comparison_says(asks, used, room):
    asking = pod_info(pod("p", *(f"{amount}" for amount in asks)))
    cluster = snapshot([node("a", "4", "4", pods=str(room))], [pod("x", *(f"{amount}" for amount in used), on="a")])
    [only] = cluster.nodes
    assert fits(asking, cluster)(only) == verdict_of(insufficient(asking.request, only))


def test_every_filter_has_one_row_in_the_table():
    names = [each.name for each in FILTERS]
    assert len(set(names)) == len(names) == 11
