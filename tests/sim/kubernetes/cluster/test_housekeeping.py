"""Who tidies up in a cluster that runs: garbage, namespaces, accounts, quotas."""

import pytest

from tests.sim.kubernetes.cluster.test_replicaset import quota
from tests.sim.kubernetes.cluster.workloads import (
    APPS,
    CORE,
    PODS,
    asked,
    available,
    deleted,
    deployment,
    names,
    patched,
    pod,
    replica_set,
    stateful_set,
    status,
)
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster import play, run, started
from vlearn.sim.kubernetes.cluster.actions import Tell
from vlearn.sim.kubernetes.cluster.replicaset import ReplicaSetController
from vlearn.sim.kubernetes.store import Key

WEB = f"{APPS}/deployments/web"
ALL = ("deployments.apps", "replicasets.apps", "pods")


def deployed(*others):
    return run(started(2).create(deployment(replicas=2), *others), 60)


def counts(cluster):
    return [len(names(cluster, resource)) for resource in ALL]


POLICIES = [("Background", [0, 0, 0]), ("Foreground", [0, 0, 0]), ("Orphan", [0, 1, 2])]


@pytest.mark.parametrize(("policy", "left"), POLICIES)
def test_what_stays_of_a_deleted_deployment(policy, left):
    assert counts(run(deleted(deployed(), WEB, propagationPolicy=policy), 60)) == left


@pytest.mark.parametrize(("policy", "order"), [("Background", ALL), ("Foreground", ALL[::-1])])
def test_owners_go_first_or_last(policy, order):
    cluster = deleted(deployed(), WEB, propagationPolicy=policy)
    gone = [resource for resource in ALL if not names(cluster, resource)]
    for step in play(cluster, 60).steps:
        gone += [resource for resource in ALL if not names(step.state, resource) and resource not in gone]
    assert tuple(gone) == order


def test_orphans_are_adopted_by_a_deployment_that_comes_again():
    cluster = run(deleted(deployed(), WEB, propagationPolicy="Orphan"), 60)
    before = names(cluster)
    (orphan,) = cluster.objects("replicasets.apps")
    assert not orphan["metadata"].get("ownerReferences")
    cluster = run(cluster.create(deployment(replicas=2)), 60)
    assert names(cluster) == before
    assert counts(cluster) == [1, 1, 2]


def owner_of(uid, name="web", **more):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": uid, **more}


def test_what_names_an_owner_that_never_was_goes_and_what_names_one_that_is_stays():
    cluster = deployed()
    uid = cluster.get(*ALL[:1], "web")["metadata"]["uid"]
    orphan, kept, both = pod("orphan"), pod("kept"), pod("both")
    orphan["metadata"]["ownerReferences"] = [owner_of("none")]
    kept["metadata"]["ownerReferences"] = [owner_of(uid)]
    both["metadata"]["ownerReferences"] = [owner_of("none", "other"), owner_of(uid)]
    cluster = run(cluster.create(orphan, kept, both), 60)
    assert {"orphan", "kept", "both"} & set(names(cluster)) == {"kept", "both"}
    assert len(cluster.get("pods", "both")["metadata"]["ownerReferences"]) == 1
    assert names(run(deleted(cluster, WEB), 60)) == []


def test_a_cycle_of_owners_in_the_foreground_ends():
    cluster = deployed(pod("a"))
    uid = cluster.get("pods", "a")["metadata"]["uid"]
    b = pod("b")
    b["metadata"]["ownerReferences"] = [
        {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": uid, "blockOwnerDeletion": True}
    ]
    cluster = run(cluster.create(b), 30)
    back = {
        "apiVersion": "v1", "kind": "Pod", "name": "b", "uid": cluster.get("pods", "b")["metadata"]["uid"],
        "blockOwnerDeletion": True,
    }  # fmt: skip
    cluster = patched(cluster, f"{PODS}/a", {"metadata": {"ownerReferences": [back]}})
    cluster = run(deleted(cluster, f"{PODS}/a", propagationPolicy="Foreground"), 120)
    assert {"a", "b"}.isdisjoint(names(cluster))


def space(name="shop"):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def inside(object, namespace="shop"):
    return {**object, "metadata": {**object["metadata"], "namespace": namespace}}


def test_every_namespace_has_its_account_and_gets_it_back():
    cluster = run(started(1).create(space()))
    assert cluster.get("serviceaccounts", "default", "shop") is not None
    path = f"{CORE}/namespaces/shop/serviceaccounts/default"
    before = cluster.get("serviceaccounts", "default", "shop")["metadata"]["uid"]
    after = run(deleted(cluster, path)).get("serviceaccounts", "default", "shop")["metadata"]["uid"]
    assert before != after


def test_a_namespace_goes_with_all_that_is_in_it():
    cluster = run(started(2).create(space()), 1)
    cluster = run(cluster.create(inside(deployment()), inside(stateful_set(replicas=2)), deployment(replicas=1)), 90)
    cluster = deleted(cluster, f"{CORE}/namespaces/shop")
    assert cluster.get("namespaces", "shop", "")["status"]["phase"] == "Terminating"
    cluster = run(cluster, 120)
    assert cluster.get("namespaces", "shop", "") is None
    left = [name for name, spaces in cluster.store.objects.items() if "shop" in spaces]
    assert left == []
    assert len(available(cluster)) == 1
    assert run(cluster, 3600).store.revision == cluster.store.revision


def test_nothing_new_comes_into_a_namespace_that_goes():
    held = inside(pod("held"))
    held["metadata"]["finalizers"] = ["example.com/hold"]
    cluster = run(run(started(1).create(space())).create(held), 30)
    cluster = run(deleted(cluster, f"{CORE}/namespaces/shop"), 60)
    asked(cluster, "POST", f"{CORE}/namespaces/shop/pods", inside(pod("new")), expected=(403,))
    assert cluster.get("namespaces", "shop", "") is not None
    about = cluster.get("pods", "held", "shop")
    assert Tell(about, "Held", "still there", "test").apply(cluster.store) is cluster.store
    path = f"{CORE}/namespaces/shop/pods/held"
    cluster = run(patched(cluster, path, {"metadata": {"finalizers": None}}), 60)
    assert cluster.get("namespaces", "shop", "") is None


def test_controllers_do_not_complain_of_a_namespace_that_goes():
    cluster = run(started(1).create(space())).create(inside(replica_set()))
    store = deleted(cluster, f"{CORE}/namespaces/shop").store
    controller, key = ReplicaSetController(), Key("replicasets.apps", "shop", "web")
    action = controller.reconcile(store, key, None).actions[0]
    with pytest.raises(StatusError, match="because it is being terminated") as refused:
        action.apply(store)
    assert controller.refused(store, key, action, refused.value) is None


def used(cluster):
    return status(cluster, "resourcequotas", "few")["used"]


def test_a_quota_counts_what_is_there_and_what_has_gone():
    cluster = deployed(quota(**{"pods": "10", "count/deployments.apps": "3"}))
    assert used(cluster) == {"pods": "2", "count/deployments.apps": "1"}
    cluster = run(deleted(cluster, WEB, propagationPolicy="Background"), 60)
    assert used(cluster) == {"pods": "0", "count/deployments.apps": "0"}


def test_a_quota_that_comes_later_counts_what_is_there_already():
    assert used(run(deployed().create(quota(pods="1")), 1)) == {"pods": "2"}


def test_an_object_waits_for_its_finalizers():
    cluster = patched(deployed(), WEB, {"metadata": {"finalizers": ["example.com/hold"]}})
    cluster = run(deleted(cluster, WEB), 60)
    assert cluster.store.get(Key("deployments.apps", "default", "web"))["metadata"]["deletionTimestamp"]
    cluster = run(patched(cluster, WEB, {"metadata": {"finalizers": None}}), 60)
    assert counts(cluster) == [0, 0, 0]
