"""The scheduler in a cluster that runs: who is placed when, who waits, and who has to leave."""

import pytest

from tests.sim.kubernetes.cluster.workloads import (
    CORE,
    PODS,
    available,
    deleted,
    deployment,
    names,
    patched,
    pod,
    reasons,
    status,
)
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.cluster import next_cycle, play, run, start, started, stop, with_node


def importance(name, value, policy="PreemptLowerPriority"):
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        "preemptionPolicy": policy,
    }


def scheduled(cluster, name):
    return cluster.get("pods", name)["spec"].get("nodeName")


def tries(cluster, name):
    return sum(
        each["count"]
        for each in cluster.objects("events")
        if each["reason"] == "FailedScheduling" and each["involvedObject"]["name"] == name
    )


def test_a_pod_that_fits_nowhere_says_why():
    cluster = run(started(3).create(pod("big", cpu="16")), 60)
    found = condition(cluster.get("pods", "big"), "PodScheduled")
    assert (found["status"], found["reason"]) == ("False", "Unschedulable")
    assert found["message"].startswith("0/3 nodes are available: 3 Insufficient cpu.")
    assert cluster.get("pods", "big")["status"]["phase"] == "Pending"
    assert next_cycle(cluster.store, cluster.get("pods", "big")).message == found["message"]


def test_it_is_placed_as_soon_as_a_node_comes():
    cluster = run(started(3).create(pod("big", cpu="16")), 60)
    cluster = run(with_node(cluster, "node-9", cpu="32"), 5)
    assert scheduled(cluster, "big") == "node-9"
    assert "unschedulable" not in str(condition(cluster.get("pods", "big"), "PodScheduled"))


def test_it_is_tried_again_every_five_minutes_though_nothing_has_changed():
    cluster = run(started(1).create(pod("big", cpu="16")), 10)
    assert [tries(run(cluster, seconds), "big") for seconds in (0, 280, 300, 900)] == [1, 1, 2, 4]


def test_it_is_placed_as_soon_as_room_is_made():
    cluster = run(started(1).create(pod("first", cpu="3"), pod("second", cpu="3")), 30)
    assert scheduled(cluster, "second") is None
    cluster = run(deleted(cluster, f"{PODS}/first"), 30)
    assert scheduled(cluster, "second") == "node-1"


def test_pauses_between_tries_grow_while_things_change():
    """Each label on the node may help: 1, 2, 4, 8, then every 10 seconds."""
    cluster = run(started(1).create(pod("big", cpu="16")))
    for second in range(60):
        cluster = run(patched(cluster, f"{CORE}/nodes/node-1", {"metadata": {"labels": {"at": str(second)}}}), 1)
    assert tries(cluster, "big") == pytest.approx(9, abs=1)


def test_a_cordoned_node_gets_no_pod_and_an_uncordoned_one_does():
    cluster = patched(started(1), f"{CORE}/nodes/node-1", {"spec": {"unschedulable": True}})
    cluster = run(cluster.create(pod("a")), 30)
    assert scheduled(cluster, "a") is None
    cluster = run(patched(cluster, f"{CORE}/nodes/node-1", {"spec": {"unschedulable": None}}), 30)
    assert scheduled(cluster, "a") == "node-1"


def test_the_more_important_is_placed_first():
    cluster = stop(run(started(1).create(importance("high", 1000))), "default-scheduler")
    cluster = cluster.create(pod("low", cpu="3"), pod("high", cpu="3", priorityClassName="high"))
    cluster = run(start(run(cluster, 10), "default-scheduler"), 30)
    assert (scheduled(cluster, "high"), scheduled(cluster, "low")) == ("node-1", None)


def crowded(**more):
    cluster = run(started(1).create(importance("high", 1000, **more)))
    return run(cluster.create(deployment(replicas=3, cpu="1200m")), 60)


def test_an_important_pod_drives_out_others_and_no_more_than_it_must():
    cluster = crowded().create(pod("vip", cpu="2", priorityClassName="high"))
    trace = play(cluster, 90)
    cluster = trace.final
    assert scheduled(cluster, "vip") == "node-1"
    assert cluster.get("pods", "vip")["status"]["phase"] == "Running"
    victims = [each["involvedObject"]["name"] for each in cluster.objects("events") if each["reason"] == "Preempted"]
    assert len(victims) == 2
    assert set(victims).isdisjoint(names(cluster))
    assert len(available(cluster, "web")) == 1
    nominated = {
        (each.get("status") or {}).get("nominatedNodeName")
        for step in trace.steps
        for each in step.state.objects("pods")
        if each["metadata"]["name"] == "vip"
    }
    assert "node-1" in nominated


def test_while_its_victims_end_it_takes_no_others_and_nobody_takes_its_place():
    slow = deployment(replicas=3, image="python", cpu="1200m")
    slow["spec"]["template"]["spec"]["containers"][0]["command"] = ["python3"]
    cluster = run(run(started(1).create(importance("high", 1000))).create(slow), 60)
    trace = play(cluster.create(pod("vip", cpu="2", priorityClassName="high")), 120)
    assert scheduled(trace.final, "vip") == "node-1"
    assert reasons(trace.final).count("Preempted") == 2
    assert len(available(trace.final, "web")) == 1


def test_room_that_was_made_is_kept_for_whom_it_was_made():
    """Amid its pause after many tries, when its victim has just gone: a new pod of no importance must not slip in."""
    victim = pod("victim", image="python", cpu="3", terminationGracePeriodSeconds=20)
    victim["spec"]["containers"][0]["command"] = ["python3"]
    cluster = run(run(started(1).create(importance("high", 1000))).create(victim), 60)
    cluster = cluster.create(pod("vip", cpu="3", priorityClassName="high"))
    for second in range(21):
        cluster = run(patched(cluster, f"{CORE}/nodes/node-1", {"metadata": {"labels": {"at": str(second)}}}), 1)
    assert "victim" not in names(cluster)
    assert scheduled(cluster, "vip") is None
    cluster = run(cluster.create(pod("late", cpu="3")), 30)
    assert (scheduled(cluster, "vip"), scheduled(cluster, "late")) == ("node-1", None)
    assert reasons(cluster).count("Preempted") == 1


def test_a_pod_that_never_preempts_waits():
    cluster = run(crowded(policy="Never").create(pod("vip", cpu="2", priorityClassName="high")), 60)
    assert scheduled(cluster, "vip") is None
    assert "preemptionPolicy=Never" in condition(cluster.get("pods", "vip"), "PodScheduled")["message"]
    assert "Preempted" not in reasons(cluster)


def test_another_scheduler_s_pods_are_left_alone():
    cluster = run(started(1).create(pod("mine", schedulerName="mine"), pod("given", nodeName="node-1")), 30)
    assert scheduled(cluster, "mine") is None
    assert len(available(cluster)) == 1
    assert "Scheduled" not in reasons(cluster)


@pytest.mark.parametrize("at_once", [1, 2, 50])
def test_many_at_once_come_to_the_same(at_once):
    cluster = started(2, at_once=at_once).create(deployment(replicas=12, cpu="1"), pod("vast", cpu="64"))
    cluster = run(cluster, 60)
    assert len(available(cluster)) == 8
    assert status(cluster, "deployments.apps", "web")["unavailableReplicas"] == 4
    assert all(condition(each, "PodScheduled") is not None for each in cluster.objects("pods"))
    assert len(available(run(with_node(cluster, "node-9", cpu="32"), 60), "web")) == 12


@pytest.mark.parametrize("at_once", [1, 50])
def test_a_pod_without_room_is_told_of_those_that_were_placed_before_it(at_once):
    cluster = run(started(1, at_once=at_once).create(*(pod(f"p{n}", cpu="3") for n in range(3))), 5)
    told = {each["involvedObject"]["name"]: each["message"] for each in cluster.objects("events")
            if each["reason"] == "FailedScheduling"}  # fmt: skip
    words = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: "
    assert sorted(told) == ["p1", "p2"]
    assert all(each.startswith(words) for each in told.values())
