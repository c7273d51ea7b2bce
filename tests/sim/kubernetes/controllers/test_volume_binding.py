"""Which volume a claim gets, and what becomes of both: tables, and that no volume is ever promised twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.controllers.volume_binding import claim_step
from vlearn.sim.kubernetes.controllers.volume_matching import best_volume
from vlearn.sim.kubernetes.controllers.volume_protection import (
    CLAIM_FINALIZER,
    VOLUME_FINALIZER,
    protected_claim,
    protected_volume,
)
from vlearn.sim.kubernetes.controllers.volume_provisioning import PROVISIONED_BY, SELECTED_NODE, default_class
from vlearn.sim.kubernetes.controllers.volume_reclaiming import volume_step
from vlearn.sim.kubernetes.controllers.volume_steps import BIND_COMPLETED, BOUND_BY_CONTROLLER

ONCE, MANY = "ReadWriteOnce", "ReadWriteMany"


def volume(name="pv", size="10Gi", modes=(ONCE,), phase="Available", labels=None, annotations=None, **spec):
    metadata = {"name": name, "labels": labels or {}, "annotations": annotations or {}}
    own = {"capacity": {"storage": size}, "accessModes": list(modes), "persistentVolumeReclaimPolicy": "Retain", **spec}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": metadata,
        "spec": own,
        "status": {"phase": phase},
    }


def claim(name="data", size="5Gi", modes=(ONCE,), phase="Pending", uid="u", annotations=None, **spec):
    metadata = {"name": name, "namespace": "default", "uid": uid, "annotations": annotations or {}}
    own = {"resources": {"requests": {"storage": size}}, "accessModes": list(modes), **spec}
    kind = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    return {**kind, "metadata": metadata, "spec": own, "status": {"phase": phase}}


def reference(name="data", uid="u"):
    return {"namespace": "default", "name": name, **({"uid": uid} if uid else {})}


def storage_class(name="fast", mode="Immediate", policy="Delete", default=False, created="2026-01-01T00:00:00Z"):
    marks = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    metadata = {"name": name, "annotations": marks, "creationTimestamp": created}
    return {"metadata": metadata, "provisioner": "csi.example", "volumeBindingMode": mode, "reclaimPolicy": policy}


def pinned(name, node):
    on = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    return volume(name, nodeAffinity={"required": {"nodeSelectorTerms": [{"matchExpressions": [on]}]}})


def node(name):
    return {"metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}}


MATCHES = [
    ("the smallest that is large enough", claim(), [volume("a", "20Gi"), volume("b", "6Gi"), volume("c", "4Gi")], "b"),
    ("exactly as large", claim(size="10Gi"), [volume("a")], "a"),
    ("none is large enough", claim(size="11Gi"), [volume("a")], None),
    ("of two equal the first", claim(), [volume("b"), volume("a")], "a"),
    ("more modes than asked for", claim(), [volume("a", modes=(ONCE, MANY))], "a"),
    ("fewer modes than asked for", claim(modes=(ONCE, MANY)), [volume("a")], None),
    ("few modes before small", claim(), [volume("a", "6Gi", (ONCE, MANY)), volume("b", "9Gi")], "b"),
    ("of its class", claim(storageClassName="fast"), [volume("a"), volume("b", storageClassName="fast")], "b"),
    ("no class is a class too", claim(), [volume("a", storageClassName="fast")], None),
    ("a block device", claim(volumeMode="Block"), [volume("a"), volume("b", volumeMode="Block")], "b"),
    (
        "with its labels",
        claim(selector={"matchLabels": {"x": "1"}}),
        [volume("a"), volume("b", labels={"x": "1"})],
        "b",
    ),
    ("not one that is not yet seen", claim(), [volume("a", phase="Pending")], None),
    ("not one that was another's", claim(), [volume("a", phase="Released", claimRef=reference("old", "x"))], None),
    ("kept for it, though larger", claim(), [volume("a", "6Gi"), volume("b", claimRef=reference(uid=""))], "b"),
    ("kept for it, but too small", claim(size="11Gi"), [volume("b", claimRef=reference(uid=""))], None),
    ("kept for one of its name that has gone", claim(), [volume("b", claimRef=reference(uid="gone"))], None),
]


@pytest.mark.parametrize(("asked", "there", "name"), [row[1:] for row in MATCHES], ids=[row[0] for row in MATCHES])
def test_which_volume_a_claim_gets(asked, there, name):
    found = best_volume(asked, there)
    assert (found and found["metadata"]["name"]) == name


def test_a_claim_that_waits_gets_a_volume_that_its_node_can_use():
    there = [pinned("a", "n1"), pinned("b", "n2")]
    assert best_volume(claim(), there, delayed=True) is None
    assert best_volume(claim(), there, delayed=True, node=node("n2"))["metadata"]["name"] == "b"
    assert best_volume(claim(), there, delayed=True, node=node("n3")) is None
    kept = volume("c", claimRef=reference())
    assert best_volume(claim(), [kept], delayed=True) == kept


def by_name(*objects):
    return {each["metadata"]["name"]: each for each in objects}


def told(step):
    return [(each.reason, each.message) for each in step.notices]


BOUND = {BIND_COMPLETED: "yes"}
CLAIMS = [
    (
        "no volume, no class",
        claim(),
        [],
        "Pending",
        "no persistent volumes available for this claim and no storage class",
    ),
    ("the named volume is not there", claim(volumeName="pv"), [], "Pending", ""),
    ("the named volume is free", claim(volumeName="pv"), [volume()], "Bound", ""),
    ("it is kept for the claim", claim(volumeName="pv"), [volume(claimRef=reference(uid=""))], "Bound", ""),
    (
        "it is another's",
        claim(volumeName="pv"),
        [volume(claimRef=reference("x"))],
        "Pending",
        "already bound to a diff",
    ),
    ("it is too small", claim(volumeName="pv", size="11Gi"), [volume()], "Pending", "requested PV is too small"),
    (
        "it is of a class",
        claim(volumeName="pv"),
        [volume(storageClassName="x")],
        "Pending",
        "storageClassName does not",
    ),
    ("it is raw", claim(volumeName="pv"), [volume(volumeMode="Block")], "Pending", "incompatible volumeMode"),
    ("it has other modes", claim(volumeName="pv", modes=(MANY,)), [volume()], "Pending", "incompatible accessMode"),
    ("bound, and all is well", claim(volumeName="pv", annotations=BOUND), [volume(claimRef=reference())], "Bound", ""),
    ("bound, and the volume forgot", claim(volumeName="pv", annotations=BOUND), [volume()], "Bound", ""),
    (
        "bound, and the volume has gone",
        claim(volumeName="pv", annotations=BOUND),
        [],
        "Lost",
        "lost its PersistentVolume",
    ),
    ("bound, and forgot", claim(annotations=BOUND), [volume()], "Lost", "lost reference to PersistentVolume"),
    (
        "bound twice",
        claim(volumeName="pv", annotations=BOUND),
        [volume(claimRef=reference("x", "x"))],
        "Lost",
        "Two claims",
    ),
]


@pytest.mark.parametrize(("asked", "there", "phase", "words"), [row[1:] for row in CLAIMS], ids=[r[0] for r in CLAIMS])
def test_the_phase_of_a_claim(asked, there, phase, words):
    step = claim_step(asked, by_name(*there), {})
    assert step.claim_status["phase"] == phase
    assert bool(words) == bool(told(step))
    assert all(words in message for _, message in told(step))
    assert ("capacity" in step.claim_status) == (phase == "Bound")


def test_both_sides_of_a_binding_say_who_made_it():
    step = claim_step(claim(), by_name(volume()), {})
    assert step.volume["spec"]["claimRef"]["uid"] == "u"
    assert step.volume["metadata"]["annotations"] == {BOUND_BY_CONTROLLER: "yes"}
    assert step.claim["spec"]["volumeName"] == "pv"
    assert step.claim["metadata"]["annotations"] == {BOUND_BY_CONTROLLER: "yes", BIND_COMPLETED: "yes"}
    assert step.claim_status == {"phase": "Bound", "accessModes": [ONCE], "capacity": {"storage": "10Gi"}}
    kept = claim_step(claim(volumeName="pv"), by_name(volume(claimRef=reference(uid=""))), {})
    assert BOUND_BY_CONTROLLER not in kept.volume["metadata"]["annotations"]
    assert BOUND_BY_CONTROLLER not in kept.claim["metadata"]["annotations"]


def test_a_finished_binding_is_written_no_more():
    first = claim_step(claim(), by_name(volume()), {})
    after = claim_step({**first.claim, "status": first.claim_status}, by_name(first.volume), {})
    assert (after.volume, after.claim, after.claim_status) == (None, None, first.claim_status)
    assert volume_step(first.volume, first.claim).phase == "Bound"


def test_a_class_makes_a_volume_that_the_next_step_binds():
    asked, classes = claim(storageClassName="fast"), by_name(storage_class())
    step = claim_step(asked, {}, classes)
    spec = step.create["spec"]
    assert step.create["metadata"] == {"name": "pvc-u", "annotations": {PROVISIONED_BY: "csi.example"}}
    assert (spec["capacity"], spec["persistentVolumeReclaimPolicy"]) == ({"storage": "5Gi"}, "Delete")
    assert ("ProvisioningSucceeded", "Successfully provisioned volume pvc-u") in told(step)
    bound = claim_step(step.claim, by_name(step.create), classes)
    assert (bound.claim["spec"]["volumeName"], bound.claim_status["phase"]) == ("pvc-u", "Bound")


FAILURES = [
    ({}, 'storageclass.storage.k8s.io "fast" not found'),
    (by_name({**storage_class(), "provisioner": "kubernetes.io/no-provisioner"}), "no volume plugin matched name"),
]


@pytest.mark.parametrize(("classes", "words"), FAILURES)
def test_a_class_that_makes_nothing(classes, words):
    step = claim_step(claim(storageClassName="fast"), {}, classes)
    assert step.create is None
    assert told(step)[0][0] == "ProvisioningFailed"
    assert words in told(step)[0][1]


WAITING = [
    ((), "waiting for first consumer to be created before binding"),
    (("p",), "waiting for pod p to be scheduled"),
    (("p", "q"), "waiting for pods p,q to be scheduled"),
]


@pytest.mark.parametrize(("pods", "words"), WAITING)
def test_a_claim_waits_for_its_first_consumer(pods, words):
    classes = by_name(storage_class(mode="WaitForFirstConsumer"))
    step = claim_step(claim(storageClassName="fast"), {}, classes, None, pods)
    assert ([message for _, message in told(step)], step.create) == ([words], None)
    there = claim_step(claim(storageClassName="fast"), {}, classes, node("n1"))
    assert there.create is not None
    assert there.claim["metadata"]["annotations"][SELECTED_NODE] == "n1"


def test_a_claim_without_a_class_gets_the_newest_default():
    classes = [storage_class("a"), storage_class("b", default=True), storage_class("c", default=True)]
    newer = storage_class("d", default=True, created="2026-02-01T00:00:00Z")
    assert default_class(classes)["metadata"]["name"] == "b"
    assert default_class([*classes, newer])["metadata"]["name"] == "d"
    assert default_class(classes[:1]) is None
    step = claim_step(claim(), {}, by_name(*classes))
    assert step.claim["spec"]["storageClassName"] == "b"
    assert claim_step(claim(storageClassName=""), {}, by_name(*classes)).claim is None


MADE = {PROVISIONED_BY: "csi.example"}
HELD = {"claimRef": reference()}
GOING = {**HELD, "persistentVolumeReclaimPolicy": "Delete"}
VOLUMES = [
    ("nobody wants it", volume(), None, "Available", False),
    ("kept for a claim", volume(claimRef=reference(uid="")), None, "Available", False),
    ("its claim has gone", volume(**HELD), None, "Released", False),
    ("a claim of the same name came", volume(**HELD), claim(uid="other"), "Released", False),
    ("made for a claim that has gone", volume(annotations=MADE, **GOING), None, "Released", True),
    ("to go, but nobody can", volume(**GOING), None, "Failed", False),
    ("to go, a folder of temporary files", volume(hostPath={"path": "/tmp/x"}, **GOING), None, "Released", True),
    ("to go, another folder", volume(hostPath={"path": "/data"}, **GOING), None, "Failed", False),
    ("its claim is not done", volume(**HELD), claim(), "", False),
    ("bound", volume(**HELD), claim(volumeName="pv"), "Bound", False),
    ("its claim went elsewhere", volume(**HELD), claim(volumeName="x"), "Available", False),
    ("made for nothing", volume(annotations=MADE, **GOING), claim(volumeName="x"), "Released", True),
]


@pytest.mark.parametrize(("own", "other", "phase", "goes"), [row[1:] for row in VOLUMES], ids=[r[0] for r in VOLUMES])
def test_the_phase_of_a_volume(own, other, phase, goes):
    step = volume_step(own, other)
    assert (step.phase, step.delete) == (phase, goes)


def test_a_volume_whose_claim_went_elsewhere_is_free_or_kept_as_before():
    ours = volume_step(volume(annotations={BOUND_BY_CONTROLLER: "yes"}, **HELD), claim(volumeName="x")).volume
    theirs = volume_step(volume(**HELD), claim(volumeName="x")).volume
    assert "claimRef" not in ours["spec"]
    assert BOUND_BY_CONTROLLER not in ours["metadata"]["annotations"]
    assert theirs["spec"]["claimRef"] == reference(uid="")


SIZES = st.sampled_from(["1Gi", "2Gi", "3Gi"])
MODES = st.lists(st.sampled_from([ONCE, MANY]), min_size=1, unique=True)


@given(st.lists(st.tuples(SIZES, MODES), max_size=6), st.lists(st.tuples(SIZES, MODES), max_size=6))
def test_no_volume_is_bound_to_two_claims_and_each_fits(volumes, claims):
    there = by_name(*(volume(f"v{n}", *each) for n, each in enumerate(volumes)))
    holders = {}
    for n, each in enumerate(claims):
        step = claim_step(claim(f"c{n}", *each, uid=str(n)), there, {})
        if step.claim is None:
            fitting = [v for v in there.values() if not v["spec"].get("claimRef") and _fits(v, each)]
            assert fitting == []
            continue
        name = step.claim["spec"]["volumeName"]
        assert name not in holders
        assert _fits(there[name], each)
        holders[name] = n
        there[name] = step.volume


def _fits(volume, asked):
    size, modes = asked
    capacity = parse_quantity(volume["spec"]["capacity"]["storage"])
    return capacity >= parse_quantity(size) and set(modes) <= set(volume["spec"]["accessModes"])


def pod(claim_name, node_name="n1"):
    used = [{"name": "v", "persistentVolumeClaim": {"claimName": claim_name}}]
    return {"metadata": {"name": "p"}, "spec": {"volumes": used, **({"nodeName": node_name} if node_name else {})}}


def leaving(object, finalizer):
    gone = {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": [finalizer]}
    return {**object, "metadata": {**object["metadata"], **gone}}


def test_a_claim_stays_while_a_pod_on_a_node_uses_it():
    assert protected_claim(claim(), [])["metadata"]["finalizers"] == [CLAIM_FINALIZER]
    going = leaving(claim(), CLAIM_FINALIZER)
    assert protected_claim(going, [pod("data")]) is None
    for pods in ([], [pod("other")], [pod("data", "")]):
        assert protected_claim(going, pods)["metadata"]["finalizers"] == []


def test_a_volume_stays_while_it_is_bound():
    assert protected_volume(volume())["metadata"]["finalizers"] == [VOLUME_FINALIZER]
    assert protected_volume(leaving(volume(phase="Bound"), VOLUME_FINALIZER)) is None
    assert protected_volume(leaving(volume(phase="Released"), VOLUME_FINALIZER))["metadata"]["finalizers"] == []
