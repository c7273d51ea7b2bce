from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.sim.kubernetes.scheduler import (
    UNSCHEDULABLE,
    Verdict,
    checks,
    pod_info,
    preempt,
    schedule,
    snapshot,
    verdict,
)
from vlearn.sim.kubernetes.scheduler.preemption import victims_on

FULL = Verdict("NodeResourcesFit", UNSCHEDULABLE, ("Insufficient cpu",))


def found(pods, asking=None, nodes=("a", "b"), **others):
    """The nominated node, the names of its victims, and the budgets violated."""
    cluster = snapshot([node(name) for name in nodes], pods, **others)
    done = preempt(pod_info(asking or pod("p", "4", priority=10)), cluster, dict.fromkeys(nodes, FULL))
    violated = [each.violations for each in done.candidates if each.node == done.node]
    return done.node, [victim.name for victim in done.victims], *violated


def test_only_as_many_pods_leave_as_it_takes_and_the_least_important_first():
    pods = [pod("x", "2", on="a", priority=1), pod("y", "1", on="a", priority=3), pod("z", "1", on="a", priority=2)]
    assert found(pods, pod("p", "1", priority=10), "a") == ("a", ["x"], 0)
    assert found(pods, pod("p", "3", priority=10), "a") == ("a", ["z", "x"], 0)


def test_nobody_makes_way_for_a_pod_of_the_same_priority():
    assert found([pod("x", "4", on="a", priority=10)], nodes="a") == (None, [])


def test_of_equal_pods_on_a_node_the_younger_leaves():
    pods = [
        pod("new", "2", on="a", start="2026-02-01T00:00:00Z"),
        pod("old", "2", on="a", start="2026-01-01T00:00:00Z"),
    ]
    assert found(pods, pod("p", "2", priority=1), "a") == ("a", ["new"], 0)


CHOICES = [
    ("the node whose victims are least important", [("x", "4", "a", 5, ""), ("y", "4", "b", 4, "")], "b"),
    ("then the smaller sum of priorities",
     [("x", "2", "a", 5, ""), ("x2", "2", "a", 4, ""), ("y", "2", "b", 5, ""), ("y2", "2", "b", 3, "")], "b"),
    ("one victim rather than two", [("x", "2", "a", 0, ""), ("x2", "2", "a", 0, ""), ("y", "4", "b", 0, "")], "b"),
    ("one victim rather than two, below zero as well",
     [("x", "2", "a", -9, ""), ("x2", "2", "a", -9, ""), ("y", "4", "b", -9, "")], "b"),
    ("then the node whose victim started last",
     [("x", "4", "a", 5, "2026-01-01"), ("y", "4", "b", 5, "2026-02-01")], "b"),
    ("then the first", [("x", "4", "a", 5, ""), ("y", "4", "b", 5, "")], "a"),
]  # fmt: skip


def test_the_node_that_costs_least_is_nominated():
    for reason, pods, wanted in CHOICES:
        there = [pod(name, cpu, on=on, priority=priority, start=start) for name, cpu, on, priority, start in pods]
        assert found(there)[0] == wanted, reason


def budget(allowed):
    return {
        "metadata": {"namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}},
        "status": {"disruptionsAllowed": allowed},
    }


def test_a_budget_is_violated_last():
    pods = [pod("x", "4", on="a", labels={"app": "web"}), pod("y", "4", on="b", priority=9)]
    assert found(pods, budgets=(budget(0),)) == ("b", ["y"], 0)
    assert found(pods, budgets=(budget(1),)) == ("a", ["x"], 0)
    assert found(pods[:1], nodes="a", budgets=(budget(0),)) == ("a", ["x"], 1)


def test_on_a_node_a_pod_whose_budget_allows_nothing_stays_if_another_can_leave():
    pods = [pod("web", "2", on="a", labels={"app": "web"}), pod("batch", "2", on="a", priority=5)]
    assert found(pods, pod("p", "2", priority=10), "a", budgets=(budget(0),)) == ("a", ["batch"], 0)


def test_a_node_that_is_out_for_good_is_not_looked_at():
    cluster = snapshot([node("a", taints=[taint("x")])], [pod("x", "4", on="a")])
    assert schedule(pod_info(pod("p", "1", priority=5)), cluster).preemption.candidates == ()


def test_a_pod_whose_victims_are_leaving_waits_for_them():
    leaving = pod("x", "4", on="a")
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    asking = pod("p", "4", priority=5)
    asking["status"]["nominatedNodeName"] = "a"
    done = preempt(pod_info(asking), snapshot([node("a")], [leaving]), {"a": FULL})
    assert done.message == "not eligible due to a terminating pod on the nominated node."


@settings(deadline=None, max_examples=60)
@given(
    there=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=1, max_size=6),
    asks=st.integers(1, 6),
    allowed=st.integers(0, 2),
)
def test_the_victims_suffice_and_none_of_them_is_superfluous(there, asks, allowed):
    pods = [pod(f"x{n}", str(cpu), on="a", priority=p, labels={"app": "web"}) for n, (cpu, p) in enumerate(there)]
    cluster = snapshot([node("a", "6")], pods, budgets=(budget(allowed),))
    asking, [only] = pod_info(pod("p", str(asks), priority=3)), cluster.nodes
    victims = victims_on(only, asking, cluster)

    def fits_without(leaving):
        rest = only.without_pods(leaving)
        return verdict(rest, checks(asking, cluster.with_node(rest))) is None

    if isinstance(victims, Verdict):
        assert not fits_without([each for each in only.pods if each.priority < 3]) or not victims.reasons[0].startswith(
            "I"
        )
        return
    assert all(each.priority < 3 for each in victims.pods)
    assert fits_without(victims.pods)
    assert not any(fits_without([each for each in victims.pods if each is not one]) for one in victims.pods)
