"""Pods made from one object: each is what it would be if nothing were known of the others."""

from dataclasses import replace

import pytest

from vlearn.sim.kubernetes.api.kinds import BY_KIND, PODS
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver import new_cluster
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.writing import created
from vlearn.sim.kubernetes.store import Deletion, Key, deleted

PLACE = Target(PODS, "default")


def sent():
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "web-", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx"}]},
    }


def limit_range(cpu):
    spec = {"limits": [{"type": "Container", "defaultRequest": {"cpu": cpu}}]}
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small"}, "spec": spec}


def test_they_differ_in_name_uid_and_time_alone():
    pod = sent()
    store, one = created(new_cluster(1000.0), PLACE, pod)
    _, other = created(replace(store, now=2000.0), PLACE, pod)
    _, apart = created(replace(store, now=2000.0), PLACE, sent())
    assert other == apart
    differing = {name for name in one["metadata"] if one["metadata"][name] != other["metadata"][name]}
    assert differing == {"name", "uid", "creationTimestamp", "resourceVersion"}
    assert (one["spec"], one["status"]) == (other["spec"], other["status"])


def test_a_policy_that_comes_between_two_of_them_holds_for_the_second():
    pod = sent()
    store, one = created(new_cluster(), PLACE, pod)
    store, _ = created(store, Target(BY_KIND["v1", "LimitRange"], "default"), limit_range("100m"))
    _, other = created(store, PLACE, pod)
    assert "resources" not in one["spec"]["containers"][0] or not one["spec"]["containers"][0]["resources"]
    assert other["spec"]["containers"][0]["resources"] == {"requests": {"cpu": "100m"}}


def test_a_namespace_that_ends_between_two_of_them_takes_no_second():
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    store, _ = created(new_cluster(), Target(BY_KIND["v1", "Namespace"]), namespace)
    pod = sent() | {"metadata": {"generateName": "web-", "namespace": "shop"}}
    store, _ = created(store, Target(PODS, "shop"), pod)
    store, _, _ = deleted(store, Key("namespaces", "", "shop"), Deletion())
    with pytest.raises(StatusError, match="because it is being terminated"):
        created(store, Target(PODS, "shop"), pod)


def test_a_quota_counts_each_of_them():
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "two"}, "spec": {"hard": {"pods": "2"}}}
    store, made = created(new_cluster(), Target(BY_KIND["v1", "ResourceQuota"], "default"), quota)
    key = Key("resourcequotas", "default", "two")
    store = store.put(key, {**made, "status": {"hard": {"pods": "2"}, "used": {"pods": "0"}}})
    pod = sent()
    for _ in range(2):
        store, _ = created(store, PLACE, pod)
    with pytest.raises(StatusError, match="exceeded quota: two"):
        created(store, PLACE, pod)
