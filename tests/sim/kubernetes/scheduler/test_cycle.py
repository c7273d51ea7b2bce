from random import Random

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.sim.kubernetes.scheduler import pod_info, schedule, scheduling, snapshot

TAINTED = [taint("node-role.kubernetes.io/control-plane")]
THREE = [node("a"), node("b", taints=TAINTED), node("c", taints=TAINTED)]


def message(asking, nodes, pods=()):
    return schedule(pod_info(asking), snapshot(nodes, pods)).message


def test_the_steps_of_a_cycle_are_verdicts_then_scores_then_the_choice():
    trace = scheduling(pod_info(pod("p", "1")), snapshot([node("small", "2"), node("large"), THREE[1]]))
    assert trace.kinds == ("feasible", "feasible", "filtered", "scored", "scored", "scored", "totalled", "assigned")
    assert [step.event.text for step in trace.steps[2:]] == [
        "b: TaintToleration: node(s) had untolerated taint {node-role.kubernetes.io/control-plane: } "
        "(UnschedulableAndUnresolvable)",
        "TaintToleration, weight 3: small 100 (from 0), large 100 (from 0)",
        "NodeResourcesFit, weight 1: small 73, large 86",
        "NodeResourcesBalancedAllocation, weight 1: small 75, large 87",
        "Weights times scores: small 448, large 473",
        "Successfully assigned default/p to large",
    ]


def test_the_trace_ends_where_schedule_ends():
    cluster, asking = snapshot(THREE, [pod("x", "3", on="a", priority=1)]), pod_info(pod("p", "2", priority=5))
    trace, done = scheduling(asking, cluster), schedule(asking, cluster)
    assert (trace.final.message, trace.final.node, trace.final.verdicts) == (done.message, None, done.verdicts)
    assert trace.final.preemption.node == done.preemption.node == "a"
    assert trace.kinds[-2:] == ("unschedulable", "preempting")


def test_a_pod_that_fits_nowhere_is_told_why_in_the_words_of_kubernetes():
    taints = "2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"
    assert message(pod("p", "2"), THREE, [pod("x", "3", on="a")]) == (
        f"0/3 nodes are available: 1 Insufficient cpu, {taints}. preemption: 0/3 nodes are available: "
        "1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."
    )
    assert message(pod("p", "5"), THREE) == (
        f"0/3 nodes are available: 1 Insufficient cpu, {taints}. "
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    )


def test_a_cluster_without_nodes_says_so():
    assert message(pod("p"), []) == "no nodes available to schedule pods"


def test_a_pod_that_may_not_preempt_is_told_so():
    full = [pod("x", "4", on="a")]
    assert message(pod("p", "1", priority=9, preemptionPolicy="Never"), [node("a")], full) == (
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never."
    )


def test_a_single_node_that_fits_is_taken_without_scores():
    done = schedule(pod_info(pod("p")), snapshot(THREE))
    assert (done.node, done.columns) == ("a", ())


def test_of_equal_nodes_the_first_is_taken_or_the_generator_chooses():
    cluster, asking = snapshot([node(name) for name in "abc"]), pod_info(pod("p", "1"))
    assert schedule(asking, cluster).node == "a"
    assert {schedule(asking, cluster, rng=Random(seed)).node for seed in range(20)} == {"a", "b", "c"}
    assert schedule(asking, cluster, rng=Random(7)).node == schedule(asking, cluster, rng=Random(7)).node
