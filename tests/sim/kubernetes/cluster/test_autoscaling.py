import pytest

from tests.sim.kubernetes.cluster.single import NOW, cluster, looked, messages
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.kinds import PODS
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.status import conflict
from vlearn.sim.kubernetes.cluster.actions import Tell, Update
from vlearn.sim.kubernetes.cluster.autoscaling import HorizontalPodAutoscalerController
from vlearn.sim.kubernetes.store import Key

SCALER = Key("horizontalpodautoscalers.autoscaling", "default", "web")
WEB = Key("deployments.apps", "default", "web")


def autoscaler(kind="Deployment", name="web", version="apps/v1"):
    target = {"apiVersion": version, "kind": kind, "name": name}
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
    }
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 10, "metrics": [metric]},
    }


def deployment(replicas=2):
    container = {"name": "app", "image": "app:1", "resources": {"requests": {"cpu": "100m"}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": spec,
    }


def pod(name, app="web"):
    since = timestamp(NOW - 3600)
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": since}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": app}},
        "spec": deployment()["spec"]["template"]["spec"],
        "status": {"phase": "Running", "startTime": since, "conditions": [ready]},
    }


def due(store, cores=0.1, scaler=SCALER):
    """The store after the first look that is due, and that look's work."""
    component = HorizontalPodAutoscalerController(lambda uid: cores)
    store, first = looked(component, store, scaler)
    assert first.actions == ()
    assert first.again == 15
    return looked(component, store, scaler, first.memory, NOW + 15)


def test_the_target_is_scaled_one_period_after_the_autoscaler_was_made():
    store, work = due(cluster(deployment(), autoscaler(), pod("a"), pod("b"), pod("c", app="other")))
    assert store.get(WEB)["spec"]["replicas"] == 4
    assert store.get(SCALER)["status"]["desiredReplicas"] == 4
    assert messages(store, "SuccessfulRescale")[0].startswith("New size: 4; reason: cpu resource utilization")
    assert work.again == 15


def test_a_change_in_between_waits_for_the_next_look():
    component, store = HorizontalPodAutoscalerController(lambda uid: 0.1), cluster(deployment(), autoscaler())
    _, first = looked(component, store, SCALER)
    early = looked(component, store, SCALER, first.memory, NOW + 6)[1]
    assert (early.actions, early.again, early.memory) == ((), 9, first.memory)
    assert looked(component, store, SCALER._replace(name="gone"))[1].again is None


MISSING = [
    (autoscaler(name="shop"), 'deployments/scale.apps "shop" not found'),
    (autoscaler("Wagon", version="cars/v1"), 'no matches for kind "Wagon" in group "cars"'),
    (autoscaler("DaemonSet"), "the server could not find the requested resource"),
]


@pytest.mark.parametrize(("scaler", "words"), MISSING)
def test_a_target_that_cannot_be_read_is_reported(scaler, words):
    store, _ = due(cluster(deployment(), scaler))
    said = condition(store.get(SCALER), "AbleToScale")
    assert (said["status"], said["reason"]) == ("False", "FailedGetScale")
    assert said["message"] == f"the HPA controller was unable to get the target's current scale: {words}"
    assert messages(store, "FailedGetScale") == [words]


def test_a_target_that_cannot_be_written_to_is_reported():
    store = cluster(deployment(), autoscaler())
    component = HorizontalPodAutoscalerController(lambda uid: None)
    work = component.refused(store, SCALER, Update(store.get(WEB)), conflict(PODS, "web", "changed"))
    told, status = work.actions
    assert isinstance(told, Tell)
    assert told.reason == "FailedRescale"
    assert condition({"status": status.status}, "AbleToScale")["reason"] == "FailedUpdateScale"
    assert component.refused(store, SCALER, told, conflict(PODS, "web", "changed")) is None
