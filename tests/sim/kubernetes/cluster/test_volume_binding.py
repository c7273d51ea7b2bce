"""The controllers of volumes against the API: claims and volumes find each other, and go as they should."""

import pytest

from tests.sim.kubernetes.cluster.single import cluster, looked, messages
from vlearn.sim.kubernetes.cluster.actions import Bind, Create, Remove
from vlearn.sim.kubernetes.cluster.volume_binding import CLAIMS, VOLUMES, VolumeBinder
from vlearn.sim.kubernetes.cluster.volume_protection import VolumeProtection
from vlearn.sim.kubernetes.store import Key

BINDER, PROTECTION = VolumeBinder(), VolumeProtection()
DATA, PV = Key(CLAIMS, "default", "data"), Key(VOLUMES, "", "pv")


def claim(name="data", **spec):
    own = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": own}


def volume(policy="Retain", **spec):
    own = {
        "capacity": {"storage": "2Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data"},
        "persistentVolumeReclaimPolicy": policy,
        **spec,
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv"}, "spec": own}


def storage_class(mode="Immediate", policy="Delete", default=False):
    marks = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    metadata = {"name": "fast", "annotations": marks}
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata}
    return {**kind, "provisioner": "csi.example", "reclaimPolicy": policy, "volumeBindingMode": mode}


def pod(*claims):
    volumes = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in claims]
    spec = {"containers": [{"name": "c", "image": "nginx"}], "volumes": volumes}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "default"}, "spec": spec}


def node(name="n1"):
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}


def played(store, since=1):
    """The store when both controllers have looked at all that changed, and at what they changed."""
    for _ in range(200):
        if since == store.revision:
            return store
        (change, *_) = store.changes(since)
        since += 1
        for component in (BINDER, PROTECTION):
            if change.key.resource in component.resources:
                for key in component.concerns(change, store):
                    store, _ = looked(component, store, key)
    raise AssertionError("the controllers do not come to rest")


def phases(store):
    found = store.get(DATA), store.get(PV)
    return tuple(each and each["status"]["phase"] for each in found)


@pytest.mark.parametrize("objects", [(claim(), volume()), (volume(), claim())], ids=["claim first", "volume first"])
def test_a_claim_and_a_volume_find_each_other(objects):
    store = played(cluster(*objects))
    assert phases(store) == ("Bound", "Bound")
    assert store.get(DATA)["status"]["capacity"] == {"storage": "2Gi"}
    assert store.get(PV)["spec"]["claimRef"]["uid"] == store.get(DATA)["metadata"]["uid"]


def test_without_volume_and_class_a_claim_waits_and_says_so():
    store = played(cluster(claim()))
    assert phases(store) == ("Pending", None)
    assert messages(store, "FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]


def test_a_volume_made_by_a_class_goes_with_its_claim():
    store = played(cluster(storage_class(), claim(storageClassName="fast")))
    name = f"pvc-{store.get(DATA)['metadata']['uid']}"
    assert store.get(DATA)["spec"]["volumeName"] == name
    assert store.get(Key(VOLUMES, "", name))["status"]["phase"] == "Bound"
    assert messages(store, "ProvisioningSucceeded") == [f"Successfully provisioned volume {name}"]
    store = played(Remove(DATA).apply(store), store.revision)
    assert (store.get(DATA), store.get(Key(VOLUMES, "", name))) == (None, None)


@pytest.mark.parametrize(("spec", "expected"), [({}, "fast"), ({"storageClassName": ""}, "")])
def test_a_claim_without_a_class_gets_the_default_at_once_or_when_there_is_one(spec, expected):
    at_once = cluster(storage_class(default=True), claim(**spec))
    assert at_once.get(DATA)["spec"]["storageClassName"] == expected
    later = played(cluster(claim(**spec)))
    later = played(Create(storage_class(default=True)).apply(later), later.revision)
    assert later.get(DATA)["spec"]["storageClassName"] == expected
    assert later.get(DATA)["status"]["phase"] == ("Bound" if expected else "Pending")


def test_a_volume_that_is_kept_is_released_and_bound_to_nobody_else():
    store = played(cluster(claim(), volume()))
    store = played(Remove(DATA).apply(store), store.revision)
    assert phases(store) == (None, "Released")
    store = played(Create(claim()).apply(store), store.revision)
    assert phases(store) == ("Pending", "Released")


def test_a_claim_without_its_volume_is_lost():
    store = played(cluster(claim(), volume()))
    store = Remove(PV).apply(store)
    assert store.get(PV)["metadata"]["deletionTimestamp"]
    store = store.remove(PV)
    store = played(store, store.revision - 1)
    assert phases(store) == ("Lost", None)
    assert messages(store, "ClaimLost") == ["Bound claim has lost its PersistentVolume. Data on the volume is lost!"]


def test_a_claim_that_waits_for_its_consumer_is_bound_when_the_pod_has_a_node():
    store = played(cluster(node(), storage_class("WaitForFirstConsumer"), claim(storageClassName="fast")))
    assert messages(store, "WaitForFirstConsumer") == ["waiting for first consumer to be created before binding"]
    store = played(Create(pod("data")).apply(store), store.revision)
    assert messages(store, "WaitForPodScheduled") == ["waiting for pod p to be scheduled"]
    store = played(Bind(Key("pods", "default", "p"), "n1").apply(store), store.revision)
    assert store.get(DATA)["status"]["phase"] == "Bound"


def test_a_claim_in_use_goes_after_its_pod():
    store = played(cluster(node(), claim(), volume(), pod("data")))
    store = played(Bind(Key("pods", "default", "p"), "n1").apply(store), store.revision)
    store = played(Remove(DATA).apply(store), store.revision)
    assert store.get(DATA)["metadata"]["deletionTimestamp"]
    store = played(Remove(Key("pods", "default", "p"), grace=0).apply(store), store.revision)
    assert phases(store) == (None, "Released")
