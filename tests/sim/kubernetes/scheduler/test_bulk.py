from dataclasses import replace
from itertools import cycle

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.sim.kubernetes.scheduler import SCORES, pod_info, schedule, schedule_many, snapshot
from vlearn.sim.kubernetes.scheduler import template_totals as totals
from vlearn.sim.kubernetes.scheduler.node_rows import rows_of
from vlearn.sim.kubernetes.scheduler.scores import column
from vlearn.sim.kubernetes.scheduler.siblings import directory_of
from vlearn.sim.kubernetes.scheduler.spread_totals import places_of, spread_of, usable_rows

SOFT, HARD = taint("soft", effect="PreferNoSchedule"), taint("hard")
ANTI = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
    {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
]}}  # fmt: skip
SSD = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
    {"preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}, "weight": 3}
]}}  # fmt: skip
KINDS = [
    {}, {"cpu": "1"}, {"cpu": "500m", "memory": "1Gi"}, {"cpu": "1", "affinity": SSD},
    {"memory": "2Gi", "tolerations": [{"operator": "Exists"}]}, {"cpu": "250m", "nodeSelector": {"disk": "ssd"}},
    {"cpu": "1", "affinity": ANTI, "labels": {"app": "web"}}, {"cpu": "2", "labels": {"app": "web"}},
]  # fmt: skip

machine = st.tuples(
    st.sampled_from(["0", "2", "4"]),
    st.sampled_from(["0", "4Gi", "8Gi"]),
    st.sampled_from(["1", "3", "110"]),
    st.sampled_from([(), (SOFT,), (HARD,), (SOFT, {**SOFT, "key": "softer"})]),
    st.sampled_from([{}, {"disk": "ssd"}]),
)
nodes = st.lists(machine, max_size=5)


def default_score(name):
    return next(each for each in SCORES if each.name == name)


def one_by_one(pods, cluster):
    found = []
    for each in pods:
        name = schedule(each, cluster).node
        found.append(name)
        if name is not None:
            cluster = cluster.with_node(cluster.nodes[cluster.place[name]].with_pod(each))
    return found


@settings(deadline=None, max_examples=60)
@given(given_nodes=nodes, kinds=st.lists(st.sampled_from(KINDS), max_size=12))
def test_many_at_once_go_where_they_go_one_by_one(given_nodes, kinds):
    cluster = snapshot(
        node(f"n{n}", cpu, memory, room, labels, taints, images=[("app:1", 900 << 20)] if n % 2 else ())
        for n, (cpu, memory, room, taints, labels) in enumerate(given_nodes)
    )
    pods = [pod_info(pod(f"p{n}", **kind)) for n, kind in enumerate(kinds)]
    assert [name for _, name in schedule_many(pods, cluster)] == one_by_one(pods, cluster)


@settings(deadline=None, max_examples=60)
@given(given_nodes=nodes, kind=st.sampled_from(KINDS[:4]), used=st.integers(0, 3))
def test_a_row_computed_alone_is_the_row_computed_among_many(given_nodes, kind, used):
    cluster = snapshot(
        (node(f"n{n}", *each[:3], each[4], each[3]) for n, each in enumerate(given_nodes)),
        [pod(f"x{n}", "1", "1Gi", on="n0") for n in range(used)],
    )
    rows = rows_of(cluster.nodes)
    asking = pod_info(pod("p", **kind))
    template = totals.template_of(asking, totals.fixed_of(asking, cluster), rows)
    alone = [totals._total(template, rows, n) for n in range(len(cluster.nodes))]
    assert totals._totals(template, rows, np.arange(len(alone))).tolist() == alone


def test_pods_that_come_late_see_those_that_came_before():
    cluster = snapshot([node("a", "2"), node("b", "2")])
    pods = (pod_info(pod(f"p{n}", "1")) for n in range(5))
    assert [name for _, name in schedule_many(pods, cluster)] == ["a", "b", "a", "b", None]


def test_more_changes_than_are_computed_one_by_one_are_computed_at_once():
    cluster = snapshot([node(f"n{n}", "2") for n in range(40)])
    small, large = (pod_info(pod(name, cpu)) for name, cpu in (("small", "1"), ("large", "2")))
    order = [large, *[small] * (totals.MANY + 2), large]
    assert [name for _, name in schedule_many(order, cluster)] == one_by_one(order, cluster)


ZONE = "topology.kubernetes.io/zone"
WEB = {"app": "web"}
SELECTORS = {
    "web": {"matchLabels": WEB},
    "web-1": {"matchLabels": {**WEB, "version": "1"}},
    "tiers": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["db", "web"]}]},
    "any": {"matchExpressions": [{"key": "version", "operator": "NotIn", "values": ["2"]}]},
    "all": {},
}
OWN = {"topologyKey": ZONE, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": WEB}}
SPREAD = [
    {}, {"cpu": "500m"}, {"cpu": "1", "memory": "1Gi"}, {"cpu": "250m", "nodeSelector": {"disk": "ssd"}},
    {"tolerations": [{"operator": "Exists"}]}, {"cpu": "1", "affinity": SSD}, {"nodeName": "n1"},
    {"affinity": ANTI}, {"topologySpreadConstraints": [OWN]},
]  # fmt: skip
namespaces = st.sampled_from(["default", "default", "other"])
common_kinds = st.integers(0, 60).map(lambda n: SPREAD[n] if n < len(SPREAD) else SPREAD[n % 5])


def replica_set(name, selector, namespace="default", kind="ReplicaSet"):
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": {"selector": selector}}


def service(selector, namespace="default"):
    return {"metadata": {"name": "s", "namespace": namespace}, "spec": {"selector": selector}}


@st.composite
def sibling(draw):
    """A pod of one of several owners, whose selectors overlap and need not even match it; or of none."""
    kind = draw(common_kinds)
    labels = draw(st.sampled_from([WEB, {**WEB, "version": "1"}, {**WEB, "version": "2"}, {"app": "db"}, {}]))
    owner = draw(st.sampled_from([None, *SELECTORS, "gone"]))
    made = pod("p", labels=labels, owner=owner, **kind)
    made["metadata"]["namespace"] = draw(namespaces)
    if draw(st.integers(0, 5)) == 0:
        made["metadata"]["deletionTimestamp"] = "2025-01-01T00:00:00Z"
    return made


@st.composite
def zoned_node(draw, n):
    cpu, memory, room, taints, labels = draw(machine)
    if draw(st.booleans()):
        cpu, memory, room, taints = "4", "8Gi", "110", ()
    zone = draw(st.sampled_from([{}, {ZONE: "a"}, {ZONE: "b"}, {ZONE: "b"}, {ZONE: ""}]))
    made = node(f"n{n}", cpu, memory, room, {**labels, **zone}, taints)
    if draw(st.integers(0, 5)) == 0:
        del made["metadata"]["labels"]["kubernetes.io/hostname"]
    return made


@st.composite
def spread_clusters(draw):
    """A cluster with pods, services and controllers in two namespaces, and the pods that come."""
    count = draw(st.integers(0, 7))
    given_nodes = [draw(zoned_node(n)) for n in range(count)]
    there = draw(st.lists(st.tuples(sibling(), st.integers(0, 6)), max_size=10))
    placed = [{**each, "spec": {**each["spec"], "nodeName": f"n{n % count}"}} for each, n in there if count]
    if draw(st.booleans()):
        placed = [each for each in placed if not pod_info(each).affinity]
    owners = [replica_set(*each, draw(namespaces)) for each in SELECTORS.items()]
    selecting = st.sampled_from([WEB, {"version": "1"}, {"app": "db"}])
    services = [service(draw(selecting), draw(namespaces)) for _ in range(draw(st.integers(0, 2)))]
    cluster = replace(snapshot(given_nodes, placed), owners=tuple(owners), services=tuple(services))
    return cluster, [pod_info(each) for each in draw(st.lists(sibling(), max_size=25))]


@settings(deadline=None, max_examples=150)
@given(given_cluster=spread_clusters())
def test_siblings_are_spread_as_they_are_one_by_one(given_cluster):
    cluster, pods = given_cluster
    assert [name for _, name in schedule_many(pods, cluster)] == one_by_one(pods, cluster)


@settings(deadline=None, max_examples=100)
@given(
    given_cluster=spread_clusters(),
    asking=sibling(),
    picky=st.booleans(),
    steps=st.lists(st.tuples(st.integers(0, 6), st.booleans())),
)
def test_the_table_holds_the_scores_of_the_slow_way(given_cluster, asking, picky, steps):
    cluster, pods = given_cluster
    if picky:
        asking["spec"]["nodeSelector"] = {"disk": "ssd"}
    asking, directory, spreading = pod_info(asking), directory_of(cluster), default_score("PodTopologySpread")
    siblings = directory.siblings(asking)
    assume(siblings and cluster.nodes and not asking.constraints)
    fits, full = np.ones(len(cluster.nodes), bool), {}
    spread = spread_of(siblings, places_of(cluster.nodes), fits, usable_rows(asking, cluster.nodes))
    for (row, closes), placed in zip([(0, False), *steps], cycle([asking, *pods])):
        row %= len(cluster.nodes)
        cluster = cluster.with_node(cluster.nodes[row].with_pod(placed))
        directory.place(row, placed)
        fits[row] &= not closes
        full = dict.fromkeys((*full, row) if closes else full)
        spread.follow(list(full))
        feasible = [node for node, fit in zip(cluster.nodes, fits, strict=True) if fit]
        scores = column(spreading, asking, cluster, feasible).scores
        assert spread.added_to(np.zeros_like(spread.kind))[fits].tolist() == [
            spreading.weight * each for each in scores
        ]


@settings(deadline=None, max_examples=30)
@given(many=st.integers(totals.MANY, 80), zones=st.integers(1, 5), full=st.integers(0, 12), seed=st.randoms())
def test_many_siblings_are_spread_until_the_cluster_is_full(many, zones, full, seed):
    given_nodes = [node(f"n{n}", pods=str(seed.randint(1, 9)), labels={ZONE: f"z{n % zones}"}) for n in range(12)]
    for each in given_nodes[:full]:
        each["status"]["allocatable"]["pods"] = "0"
    owners = (replica_set("one", {"matchLabels": {"own": "1"}}), replica_set("two", {"matchLabels": WEB}))
    cluster = replace(snapshot(given_nodes), owners=owners)
    kinds = seed.choices([("one", "1"), ("two", "1"), ("two", "2"), (None, "1")], k=many)
    pods = [pod_info(pod("p", "10m", labels={**WEB, "own": own}, owner=owner)) for owner, own in kinds]
    assert [name for _, name in schedule_many(pods, cluster)] == one_by_one(pods, cluster)


def test_siblings_go_through_the_quick_way(monkeypatch):
    monkeypatch.delattr("vlearn.sim.kubernetes.scheduler.bulk.schedule")
    cluster = snapshot(
        [node("a", "64"), node("b", "4")],
        owners=(replica_set("web", {"matchLabels": WEB}),),
        services=(service(WEB),),
    )
    pods = [pod_info(pod(f"p{n}", "1", labels=WEB, owner="web")) for n in range(4)]
    found = [name for _, name in schedule_many(pods, cluster)]
    assert found == one_by_one(pods, cluster)
    assert found == ["a", "b"] * 2
