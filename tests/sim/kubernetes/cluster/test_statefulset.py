"""The stateful set controller against the API: objects, events, adoption, refusals."""

import pytest

from tests.sim.kubernetes.cluster.single import NOW, cluster, looked, messages, settled
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster import run, started
from vlearn.sim.kubernetes.cluster.actions import Create, Remove, SetStatus, Update
from vlearn.sim.kubernetes.cluster.statefulset import CLAIMS, REVISIONS, STATEFUL_SETS, StatefulSetController
from vlearn.sim.kubernetes.controllers.statefulset_identity import revision_of
from vlearn.sim.kubernetes.store import Key, collection

WEB = Key(STATEFUL_SETS, "default", "web")
CONTROLLER = StatefulSetController()


def stateful_set(replicas=2, image="nginx:1", **spec):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    own = {
        "replicas": replicas,
        "serviceName": "web",
        "selector": {"matchLabels": {"app": "web"}},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": claim}],
        **spec,
    }
    metadata = {"name": "web", "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": own}


def names(store, resource):
    return [key.name for key, _ in collection(store.objects, resource, "default")]


def ready(store):
    """Every pod is Running and Ready."""
    for key, _ in collection(store.objects, "pods"):
        condition = {"type": "Ready", "status": "True", "lastTransitionTime": timestamp(NOW)}
        store = SetStatus(key, {"phase": "Running", "conditions": [condition]}).apply(store)
    return store


def rolled_out(store, looks=10):
    for _ in range(looks):
        store = ready(looked(CONTROLLER, store, WEB)[0])
    return store


def test_pods_come_one_after_the_other_each_after_its_claim():
    store = settled(CONTROLLER, cluster(stateful_set()), WEB)
    assert (names(store, "pods"), names(store, CLAIMS)) == (["web-0"], ["www-web-0"])
    store = rolled_out(store)
    assert (names(store, "pods"), names(store, CLAIMS)) == (["web-0", "web-1"], ["www-web-0", "www-web-1"])
    assert set(messages(store, "SuccessfulCreate")) == {
        "create Claim www-web-0 Pod web-0 in StatefulSet web success",
        "create Claim www-web-1 Pod web-1 in StatefulSet web success",
        "create Pod web-0 in StatefulSet web successful",
        "create Pod web-1 in StatefulSet web successful",
    }
    status = store.get(WEB)["status"]
    assert (status["replicas"], status["readyReplicas"], status["currentRevision"]) == (2, 2, status["updateRevision"])


def changed(store, **spec):
    found = store.get(WEB)
    return Update({**found, "spec": {**found["spec"], **spec}}).apply(store)


def test_an_update_keeps_claims_and_leaves_a_second_revision():
    store = rolled_out(cluster(stateful_set()))
    claims = {key.name: each["metadata"]["uid"] for key, each in collection(store.objects, CLAIMS)}
    store = rolled_out(changed(store, template=stateful_set(image="nginx:2")["spec"]["template"]))
    pods = [pod for _, pod in collection(store.objects, "pods")]
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"nginx:2"}
    assert {key.name: each["metadata"]["uid"] for key, each in collection(store.objects, CLAIMS)} == claims
    assert len(names(store, REVISIONS)) == 2
    status = store.get(WEB)["status"]
    assert {status["currentRevision"], status["updateRevision"]} == {revision_of(pod) for pod in pods}
    assert "delete Pod web-1 in StatefulSet web successful" in messages(store, "SuccessfulDelete")


def test_scaling_down_keeps_the_claims():
    store = rolled_out(changed(rolled_out(cluster(stateful_set(3))), replicas=1))
    assert (names(store, "pods"), len(names(store, CLAIMS))) == (["web-0"], 3)


def test_claims_that_are_to_go_with_their_pods_are_theirs_first():
    policy = {"whenDeleted": "Delete", "whenScaled": "Delete"}
    store = rolled_out(cluster(stateful_set(2, persistentVolumeClaimRetentionPolicy=policy)))
    owners = [_owner(store, "www-web-0"), _owner(store, "www-web-1")]
    assert owners == ["StatefulSet", "StatefulSet"]
    store, _ = looked(CONTROLLER, changed(store, replicas=1), WEB)
    assert [_owner(store, "www-web-0"), _owner(store, "www-web-1")] == ["StatefulSet", "Pod"]
    assert names(store, "pods") == ["web-0"]


def _owner(store, claim):
    (reference,) = store.get(Key(CLAIMS, "default", claim))["metadata"]["ownerReferences"]
    return reference["kind"]


@pytest.mark.parametrize(("name", "owners"), [("web-1", 1), ("other-1", 0), ("web", 0)])
def test_only_a_pod_of_the_right_name_is_adopted(name, owners):
    metadata = {"name": name, "namespace": "default", "labels": {"app": "web"}}
    spec = {"containers": [{"name": "c", "image": "nginx"}]}
    stray = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    store, _ = looked(CONTROLLER, cluster(stateful_set(), stray), WEB)
    found = store.get(Key("pods", "default", name))["metadata"]
    assert len(found.get("ownerReferences", ())) == owners


@pytest.mark.parametrize(
    ("hard", "words"),
    [
        ({"pods": "0"}, "create Pod web-0 in StatefulSet web failed error: pods "),
        (
            {"persistentvolumeclaims": "0"},
            "create Pod web-0 in StatefulSet web failed error: failed to create PVC www-web-0",
        ),
    ],
)
def test_what_is_refused_is_reported_and_tried_again_at_the_same_ordinal(hard, words):
    metadata = {"name": "q", "namespace": "default"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": hard}}
    used = {"hard": hard, "used": dict.fromkeys(hard, "0")}
    store = cluster(stateful_set(), {**quota, "status": used})
    for _ in range(2):
        store, error, action = _until_refused(store)
        work = CONTROLLER.refused(store, WEB, action, error)
        for each in work.actions:
            store = each.apply(store)
    assert messages(store, "FailedCreate")[0].startswith(words)
    assert names(store, "pods") == []
    assert store.get(WEB)["status"]["replicas"] == 0


def _until_refused(store):
    for action in CONTROLLER.reconcile(store, WEB, None).actions:
        try:
            store = action.apply(store)
        except StatusError as error:
            assert isinstance(action, Create)
            return store, error, action
    raise AssertionError("nothing was refused")


def test_a_set_on_its_way_out_does_nothing():
    store = Remove(WEB, policy="Foreground").apply(cluster(stateful_set()))
    store, _ = looked(CONTROLLER, store, WEB)
    assert names(store, "pods") == []
    assert looked(CONTROLLER, store, Key(STATEFUL_SETS, "default", "none"))[1].actions == ()


def test_a_template_mounts_the_volumes_of_its_claims():
    template = stateful_set()["spec"]["template"]
    mount = {"name": "www", "mountPath": "/www"}
    mounted = {**template, "spec": {"containers": [{**template["spec"]["containers"][0], "volumeMounts": [mount]}]}}
    fast = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "csi.example.com",
    }
    found = run(started(2).create(fast, stateful_set(template=mounted)), 60)
    pods = found.objects("pods", "default")
    assert [pod["status"]["phase"] for pod in pods] == ["Running", "Running"]
    claims = [volume["persistentVolumeClaim"]["claimName"] for pod in pods for volume in pod["spec"]["volumes"]]
    assert claims == ["www-web-0", "www-web-1"]
