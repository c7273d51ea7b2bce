"""Replica sets in a cluster that runs: what they adopt, release, replace, give up, and may not create."""

import pytest

from tests.sim.kubernetes.cluster.workloads import (
    CORE,
    PODS,
    available,
    deleted,
    live,
    names,
    patched,
    pod,
    reasons,
    replica_set,
    stateful_set,
    status,
    with_spec,
)
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.cluster import run, started
from vlearn.sim.kubernetes.cluster.ownership import controller_of

WEB = ("replicasets.apps", "web")


def made(replicas=3, nodes=2, *others, **spec):
    return run(started(nodes).create(*others, replica_set(replicas=replicas, **spec)), 30)


def quota(**hard):
    metadata = {"name": "few", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": hard}}


def owner(cluster, name):
    found = controller_of(cluster.get("pods", name))
    return found and found["name"]


def test_a_pod_of_its_labels_is_adopted_and_one_of_others_is_not():
    strangers = pod("mine", labels={"app": "web"}), pod("theirs", labels={"app": "shop"}), pod("bare")
    cluster = made(3, 2, *strangers)
    assert [owner(cluster, name) for name in ("mine", "theirs", "bare")] == ["web", None, None]
    assert len(live(cluster, "web")) == 3


def test_too_many_adopted_pods_go_again():
    cluster = made(1, 2, *(pod(f"p{n}", labels={"app": "web"}) for n in range(3)))
    assert len(names(cluster)) == len(available(cluster)) == 1


def test_a_relabelled_pod_is_released_and_replaced():
    cluster = made()
    first = names(cluster)[0]
    cluster = run(patched(cluster, f"{PODS}/{first}", {"metadata": {"labels": {"app": "debug"}}}), 30)
    assert owner(cluster, first) is None
    assert cluster.get("pods", first)["metadata"].get("ownerReferences", []) == []
    assert (len(live(cluster, "web")), len(names(cluster))) == (3, 4)
    back = run(patched(cluster, f"{PODS}/{first}", {"metadata": {"labels": {"app": "web"}}}), 60)
    assert len(names(back)) == 3


def test_a_deleted_pod_is_replaced_by_one_of_another_name():
    cluster = made()
    before = names(cluster)
    after = names(run(deleted(cluster, f"{PODS}/{before[0]}"), 60))
    assert len(after) == 3
    assert set(after) & set(before) == set(before[1:])


def test_what_a_quota_refuses_is_reported_and_made_up_for_when_it_grows():
    cluster = made(3, 2, quota(pods="2"))
    assert len(available(cluster)) == 2
    found = condition(cluster.get(*WEB), "ReplicaFailure")
    assert (found["status"], found["reason"]) == ("True", "FailedCreate")
    assert "exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2" in found["message"]
    assert status(cluster, *WEB)["readyReplicas"] == 2
    assert "FailedCreate" in reasons(cluster, "web")
    path = f"{CORE}/namespaces/default/resourcequotas/few"
    cluster = run(patched(cluster, path, {"spec": {"hard": {"pods": "5"}}}), 120)
    assert len(available(cluster)) == 3
    assert condition(cluster.get(*WEB), "ReplicaFailure") is None


def refusals(cluster):
    """How often, each time with another name of the pod that is not to be."""
    return sum(each["count"] for each in cluster.objects("events") if each["reason"] == "FailedCreate")


def test_the_pauses_between_refused_tries_grow():
    cluster = made(3, 2, quota(pods="0"))
    early = refusals(cluster)
    assert early > 5
    assert early < refusals(run(cluster, 60)) <= early + 3


def test_the_last_to_start_and_the_unscheduled_go_first():
    cluster = made(3, 1, cpu="1")
    cluster = run(with_spec(cluster, kind="replicasets", replicas=6), 30)
    waiting = {each["metadata"]["name"] for each in cluster.objects("pods") if not each["spec"].get("nodeName")}
    assert waiting
    cluster = run(with_spec(cluster, kind="replicasets", replicas=6 - len(waiting)), 30)
    assert waiting.isdisjoint(names(cluster))
    assert len(available(cluster)) == 6 - len(waiting)


@pytest.mark.parametrize("cost", [True, False])
def test_of_equal_pods_the_cheapest_to_delete_goes_and_else_the_youngest(cost):
    cluster = made(2)
    first = names(cluster)[0]
    if cost:
        annotation = {"controller.kubernetes.io/pod-deletion-cost": "-5"}
        cluster = patched(cluster, f"{PODS}/{first}", {"metadata": {"annotations": annotation}})
    cluster = run(cluster, 60)
    cluster = run(with_spec(cluster, kind="replicasets", replicas=3), 60)
    (young,) = set(names(cluster)) - set(names(made(2)))
    gone = set(names(cluster)) - set(names(run(with_spec(cluster, kind="replicasets", replicas=2), 60)))
    assert gone == ({first} if cost else {young})


def test_pods_that_are_ready_count_as_available_later_though_others_never_are():
    cluster = made(6, 1, cpu="1", minReadySeconds=10)
    found = status(cluster, *WEB)
    assert 0 < found["availableReplicas"] == found["readyReplicas"] < 6


def test_two_replica_sets_of_the_same_labels_leave_each_others_pods_alone():
    second = replica_set(replicas=2)
    second["metadata"]["name"] = "other"
    cluster = run(started(2).create(replica_set(replicas=2), second), 60)
    assert sorted(owner(cluster, name) for name in names(cluster)) == ["other", "other", "web", "web"]


@pytest.mark.parametrize("policy", ["OrderedReady", "Parallel"])
def test_a_stateful_set_on_a_full_node_tries_again_every_second(policy):
    inner = {"nodeName": "node-1"}
    cluster = started(1).create(stateful_set("db", 3, cpu="3", inner=inner, podManagementPolicy=policy))
    cluster = run(cluster, 60)
    assert [each["metadata"]["name"] for each in available(cluster)] == ["db-0"]
    created = [each for each in cluster.objects("events") if each["reason"] == "SuccessfulCreate"]
    tries = [each["count"] for each in created if "db-1" in each["message"]]
    assert 30 < sum(tries) < 70


def test_a_node_named_by_hand_that_is_full_rejects_pod_after_pod():
    """The scheduler is passed over; every second another pod fails, and no more."""
    cluster = made(6, 1, cpu="1", inner={"nodeName": "node-1"})
    assert len(available(cluster)) == 4
    failed = [each for each in cluster.objects("pods") if each["status"]["phase"] == "Failed"]
    assert 50 <= len(failed) <= 70
    assert {each["status"]["reason"] for each in failed} == {"OutOfcpu"}
