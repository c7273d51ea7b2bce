from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.sim.kubernetes.scheduler import pod_info, schedule, schedule_many, snapshot
from vlearn.sim.kubernetes.scheduler import template_totals as totals
from vlearn.sim.kubernetes.scheduler.node_rows import rows_of

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

nodes = st.lists(
    st.tuples(
        st.sampled_from(["0", "2", "4"]),
        st.sampled_from(["0", "4Gi", "8Gi"]),
        st.sampled_from(["1", "3", "110"]),
        st.sampled_from([(), (SOFT,), (HARD,), (SOFT, {**SOFT, "key": "softer"})]),
        st.sampled_from([{}, {"disk": "ssd"}]),
    ),
    max_size=5,
)


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
    template = totals.template_of(pod_info(pod("p", **kind)), cluster, rows)
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


def test_pods_of_a_controller_are_spread_when_the_snapshot_knows_the_controller():
    owner = {"kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "default"},
             "spec": {"selector": {"matchLabels": {"app": "web"}}}}  # fmt: skip
    cluster = replace(snapshot([node("a", "64"), node("b", "4")]), owners=(owner,))
    pods = [pod_info(pod(f"p{n}", "1", labels={"app": "web"}, owner="web")) for n in range(4)]
    assert [name for _, name in schedule_many(pods, cluster)] == one_by_one(pods, cluster)
