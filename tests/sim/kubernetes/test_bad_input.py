"""What a person gets wrong: the API's own answer, and a cluster that goes on."""

from typing import Any

import pytest

from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import Cluster, run, started

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PODS = "/api/v1/namespaces/default/pods"


def deployment(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    full = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {**full, **spec}}


def pod(name: str = "one", **container: Any) -> dict[str, Any]:
    containers = [{"name": "web", "image": "nginx", **container}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers}}


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return run(started(2), 1)


@pytest.mark.parametrize(
    ("path", "body", "content_type", "code", "words"),
    [
        (DEPLOYMENTS, b"kind: Deployment\n  metadata: {", "application/yaml", 400, "yaml"),
        (DEPLOYMENTS, b"{", "application/json", 400, "json"),
        (DEPLOYMENTS, {"apiVersion": "apps/v1", "kind": "Deploiment"}, "application/json", 400, "Deploiment"),
        (
            DEPLOYMENTS,
            deployment(selector={"matchLabels": {"app": "other"}}),
            "application/json",
            422,
            "`selector` does not match template `labels`",
        ),
        (DEPLOYMENTS, deployment(replicas=-1), "application/json", 422, "must be greater than or equal to 0"),
        (
            PODS,
            pod(resources={"requests": {"memory": "1.5.5Gi"}}),
            "application/json",
            400,
            "quantities must match the regular expression",
        ),
    ],
)
def test_a_mistake_is_answered_as_the_api_answers_it(
    cluster: Cluster, path: str, body: Any, content_type: str, code: int, words: str
):
    after, response = cluster.ask(Request("POST", path, body=body, content_type=content_type))
    assert response.status == code
    assert words in response.body["message"]
    assert after.store is cluster.store


def test_an_unknown_field_is_warned_of_or_refused(cluster: Cluster):
    body = pod(imagee="nginx")
    _, response = cluster.ask(Request("POST", PODS, body=body))
    assert (response.status, response.warnings) == (201, ('unknown field "spec.containers[0].imagee"',))
    _, response = cluster.ask(Request("POST", PODS, {"fieldValidation": "Strict"}, body))
    assert response.status == 400
    assert 'strict decoding error: unknown field "spec.containers[0].imagee"' in response.body["message"]


def test_a_write_from_an_old_version_changes_nothing(cluster: Cluster):
    cluster = cluster.create(deployment())
    old = cluster.get("deployments.apps", "web")
    assert old is not None
    cluster = run(cluster, 5)
    now = cluster.get("deployments.apps", "web")
    assert now is not None
    assert now["metadata"]["resourceVersion"] != old["metadata"]["resourceVersion"]
    after, response = cluster.ask(Request("PUT", f"{DEPLOYMENTS}/web", body={**old, "spec": deployment()["spec"]}))
    assert response.status == 409
    assert "please apply your changes to the latest version" in response.body["message"]
    assert after.get("deployments.apps", "web") == now


def test_two_that_own_each_other_go_when_one_is_deleted(cluster: Cluster):
    cluster = run(cluster.create(pod("one"), pod("two")), 5)
    for name, owner in (("one", "two"), ("two", "one")):
        found = cluster.get("pods", owner)
        assert found is not None
        reference = {"apiVersion": "v1", "kind": "Pod", "name": owner, "uid": found["metadata"]["uid"]}
        patch = {"metadata": {"ownerReferences": [reference]}}
        cluster, response = cluster.ask(Request("PATCH", f"{PODS}/{name}", {}, patch, "application/merge-patch+json"))
        assert response.status == 200
    cluster = run(cluster, 60)
    assert len(cluster.objects("pods")) == 2
    cluster, _ = cluster.ask(Request("DELETE", f"{PODS}/one"))
    assert run(cluster, 120).objects("pods") == []


def test_a_pod_that_fits_nowhere_waits_and_says_why(cluster: Cluster):
    cluster = run(cluster.create(pod("huge", resources={"requests": {"cpu": "64"}})), 30)
    found = cluster.get("pods", "huge")
    assert found is not None
    (condition,) = [each for each in found["status"]["conditions"] if each["type"] == "PodScheduled"]
    assert (found["status"]["phase"], condition["reason"]) == ("Pending", "Unschedulable")
    assert condition["message"].startswith("0/2 nodes are available: 2 Insufficient cpu.")
    events = [event["reason"] for event in cluster.objects("events") if event["involvedObject"]["name"] == "huge"]
    assert events == ["FailedScheduling"]
