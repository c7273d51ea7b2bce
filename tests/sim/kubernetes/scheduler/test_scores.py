import pytest

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.scheduler import SCORES, Score, pod_info, snapshot
from vlearn.sim.kubernetes.scheduler.allocation_scores import (
    broken_line,
    least_allocated,
    most_allocated,
    requested_to_capacity_ratio,
)
from vlearn.sim.kubernetes.scheduler.balance_score import standard_deviation_score
from vlearn.sim.kubernetes.scheduler.plugin import as_they_are
from vlearn.sim.kubernetes.scheduler.pod_affinity import between_extremes, between_zero_and_extremes_1_20
from vlearn.sim.kubernetes.scheduler.preference_scores import normalised
from vlearn.sim.kubernetes.scheduler.scores import column
from vlearn.sim.kubernetes.scheduler.selector_spread import selector_spread_1_20

ZONE = "topology.kubernetes.io/zone"
BY_NAME = {score.name: score for score in SCORES}
WEB = {"kind": "ReplicaSet", "metadata": {"name": "web", "namespace": "default"},
       "spec": {"selector": {"matchLabels": {"app": "web"}}}}  # fmt: skip


def scores(score, asking, nodes, pods=(), **others):
    """The scores of a plug-in, in the order of the nodes; None where it has nothing to say."""
    cluster = snapshot(nodes, pods, **others)
    row = BY_NAME[score] if isinstance(score, str) else Score("", 1, score, as_they_are)
    found = column(row, pod_info(asking), cluster, cluster.nodes)
    return found and list(found.scores)


STRATEGIES = [
    ("least", least_allocated(), [62, 25]),
    ("least, by memory alone", least_allocated({"memory": 1}), [75, 50]),
    ("most", most_allocated(), [37, 75]),
    ("a resource that nobody has", least_allocated({"example.com/gpu": 1}), [0, 0]),
    ("a curve that likes half full nodes", requested_to_capacity_ratio(((0, 0), (50, 10), (100, 0))), [75, 100]),
]


@pytest.mark.parametrize(("strategy", "wanted"), [row[1:] for row in STRATEGIES], ids=[row[0] for row in STRATEGIES])
def test_how_full_a_node_would_be(strategy, wanted):
    nodes = [node("a", "4", "8Gi"), node("b", "2", "4Gi")]
    assert scores(strategy, pod("p", "2", "2Gi"), nodes) == wanted


@pytest.mark.parametrize(("weight", "words"), [(0, "positive value, got 0"), (101, "less than 100, got 101")])
def test_a_weight_out_of_range_is_refused(weight, words):
    with pytest.raises(Refused, match=words):
        least_allocated({"cpu": weight})


BALANCES = [([0.5, 0.5], 100), ([1.0, 0.0], 50), ([0.25, 0.75], 75), ([0.3], 100), ([], 100), ([0.0, 0.0, 0.3], 85)]


@pytest.mark.parametrize(("fractions", "wanted"), BALANCES)
def test_balance_is_the_standard_deviation_of_the_fractions(fractions, wanted):
    assert standard_deviation_score(fractions) == wanted


def test_a_pod_that_asks_for_nothing_unbalances_nothing():
    assert scores("NodeResourcesBalancedAllocation", pod("p"), [node("a")]) is None


def test_soft_taints_drive_away_and_preferred_nodes_attract():
    x, y = (taint(key, effect="PreferNoSchedule") for key in "xy")
    soft = [node("a"), node("b", taints=[x]), node("c", taints=[x, y])]
    assert scores("TaintToleration", pod("p"), soft) == [100, 50, 0]
    prefers = {"preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}, "weight": 7}
    asking = pod("p", affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [prefers]}})
    assert scores("NodeAffinity", asking, [node("a"), node("b", labels={"disk": "ssd"})]) == [0, 100]
    assert scores("NodeAffinity", pod("p"), [node("a")]) is None


def test_an_image_counts_by_its_size_and_by_how_many_nodes_have_it():
    half = [node("a", images=[("app:1", 1046 << 20)]), node("b")]
    assert scores("ImageLocality", pod("p"), half) == [51, 0]
    assert scores("ImageLocality", pod("p", image="other"), half) is None
    assert [normalised(name) for name in ("app", "host:5000/app", "app:1")] == [
        "app:latest",
        "host:5000/app:latest",
        "app:1",
    ]


def test_pods_of_a_controller_spread_over_nodes_and_zones_by_default():
    nodes = [node("a", labels={ZONE: "1"}), node("b", labels={ZONE: "1"}), node("c", labels={ZONE: "2"})]
    there = [pod("x", on="a", labels={"app": "web"}), pod("y", on="a", labels={"app": "other"})]
    asking = pod("p", labels={"app": "web"}, owner="web")
    assert scores("PodTopologySpread", asking, nodes, there, owners=(WEB,)) == [66, 88, 100]
    assert scores("PodTopologySpread", asking, nodes, there) is None
    assert scores(selector_spread_1_20, asking, nodes, there, owners=(WEB,)) == [0, 33, 100]


def test_a_service_makes_its_pods_spread_too():
    service = {"metadata": {"namespace": "default"}, "spec": {"selector": {"app": "web"}}}
    there = [pod("x", on="a", labels={"app": "web"})]
    found = scores(
        "PodTopologySpread", pod("p", labels={"app": "web"}), [node("a"), node("b")], there, services=(service,)
    )
    assert found == [66, 100]


SCALES = [([5, 15, 10], [0, 100, 50], [33, 100, 66]), ([7, 7], [0, 0], [100, 100]), ([-4, 0], [0, 100], [0, 100])]


@pytest.mark.parametrize(("raw", "today", "then"), SCALES)
def test_affinity_is_scaled_between_its_extremes_and_once_was_between_zero_and_them(raw, today, then):
    assert (between_extremes(raw), between_zero_and_extremes_1_20(raw)) == (today, then)


def test_a_broken_line_is_level_outside_its_points_and_cuts_off_towards_zero():
    line = broken_line([(10, 9), (20, 0)])
    assert [line(x) for x in (0, 10, 11, 15, 19, 20, 90)] == [9, 9, 9, 5, 1, 0, 0]
