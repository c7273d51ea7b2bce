"""The official Python client against the server on loopback."""

from itertools import pairwise
from threading import Timer

import pytest

kubernetes = pytest.importorskip("kubernetes", reason="the official client is in the test extra")

from kubernetes import client, config, watch  # noqa: E402

LABELS = {"app": "web"}
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": LABELS},
        "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}},
    },
}


@pytest.fixture
def api(home):
    with config.new_client_from_config(str(home / "config")) as found:
        yield found


@pytest.fixture
def core(api):
    return client.CoreV1Api(api)


@pytest.fixture
def apps(api):
    return client.AppsV1Api(api)


def config_map(name, **data):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name), data=data)


def test_it_creates_lists_patches_scales_and_deletes(apps):
    made = apps.create_namespaced_deployment("default", DEPLOYMENT)
    assert (made.spec.replicas, made.spec.strategy.type) == (2, "RollingUpdate")
    assert [each.metadata.name for each in apps.list_namespaced_deployment("default", label_selector="").items] == [
        "web"
    ]
    patched = apps.patch_namespaced_deployment("web", "default", {"spec": {"template": {"spec": {"containers": [
        {"name": "c", "image": "nginx:2"}]}}}})  # fmt: skip
    assert [each.image for each in patched.spec.template.spec.containers] == ["nginx:2"]
    swap = [{"op": "replace", "path": "/spec/replicas", "value": 7}]
    assert apps.patch_namespaced_deployment("web", "default", swap).spec.replicas == 7
    scale = apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 3}})
    assert (scale.spec.replicas, scale.status.selector) == (3, "app=web")
    apps.delete_namespaced_deployment("web", "default", propagation_policy="Background")
    assert apps.list_deployment_for_all_namespaces().items == []


def test_the_client_believes_every_kind_as_it_is_when_new(api, apps, core):
    """It checks that no field is missing which the API always sends."""
    spec = {name: value for name, value in DEPLOYMENT["spec"].items() if name != "replicas"}
    own = {"metadata": {"name": "web"}, "spec": spec}
    policy, batch = client.PolicyV1Api(api), client.BatchV1Api(api)
    once = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}
    made = [
        apps.create_namespaced_replica_set("default", own),
        apps.create_namespaced_daemon_set("default", own),
        apps.create_namespaced_stateful_set("default", {**own, "spec": {**spec, "serviceName": "web"}}),
        batch.create_namespaced_job("default", {"metadata": {"name": "web"}, "spec": {"template": once}}),
        policy.create_namespaced_pod_disruption_budget("default", {"metadata": {"name": "web"}, "spec": {}}),
        core.create_namespaced_service("default", {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}),
        core.create_namespaced_persistent_volume_claim("default", {"metadata": {"name": "web"}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}),
    ]  # fmt: skip
    assert {each.metadata.name for each in made} == {"web"}
    assert core.list_node().items[0].metadata.name == "n1"
    assert {each.metadata.name for each in core.list_namespace().items} >= {"default", "kube-system"}


REFUSALS = [
    (404, "NotFound", lambda core: core.read_namespaced_config_map("none", "default")),
    (409, "AlreadyExists", lambda core: core.create_namespaced_config_map("default", config_map("there"))),
    (422, "Invalid", lambda core: core.create_namespaced_config_map("default", config_map("NOT A NAME"))),
    (403, "Forbidden", lambda core: core.delete_namespace("default")),
]


@pytest.mark.parametrize(("code", "reason", "ask"), REFUSALS)
def test_a_refusal_arrives_as_an_exception_with_code_and_reason(core, code, reason, ask):
    core.create_namespaced_config_map("default", config_map("there"))
    with pytest.raises(client.ApiException) as raised:
        ask(core)
    assert raised.value.status == code
    assert f'"reason": "{reason}"' in raised.value.body


def test_who_writes_an_old_version_meets_a_conflict(core):
    mine = core.create_namespaced_config_map("default", config_map("c", a="1"))
    core.patch_namespaced_config_map("c", "default", {"data": {"a": "2"}})
    mine.data = {"a": "3"}
    with pytest.raises(client.ApiException, match="the object has been modified"):
        core.replace_namespaced_config_map("c", "default", mine)


def test_a_list_comes_in_pages(core):
    names = [f"c{n}" for n in range(5)]
    for name in names:
        core.create_namespaced_config_map("default", config_map(name))
    found, token = [], None
    while token != "":
        page = core.list_namespaced_config_map("default", limit=2, _continue=token)
        found += [each.metadata.name for each in page.items]
        token = page.metadata._continue or ""
    assert found == names


def test_a_watch_tells_each_change_in_order(core):
    start = core.list_namespaced_config_map("default").metadata.resource_version
    seen = []

    def act():
        core.create_namespaced_config_map("default", config_map("c", a="1"))
        core.patch_namespaced_config_map("c", "default", {"data": {"a": "2"}})
        core.delete_namespaced_config_map("c", "default")

    acting = Timer(0.2, act)
    acting.start()
    stream = watch.Watch()
    for event in stream.stream(core.list_namespaced_config_map, "default", resource_version=start, timeout_seconds=30):
        seen.append((event["type"], event["object"].data["a"], int(event["object"].metadata.resource_version)))
        if event["type"] == "DELETED":
            stream.stop()
    acting.join()
    assert [each[:2] for each in seen] == [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2")]
    assert all(one[2] < other[2] for one, other in pairwise(seen))


def test_the_older_autoscaler_is_the_newer_one_in_other_words(api):
    older, newer = client.AutoscalingV1Api(api), client.AutoscalingV2Api(api)
    target = {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"}
    spec = {"scaleTargetRef": target, "maxReplicas": 5, "targetCPUUtilizationPercentage": 50}
    older.create_namespaced_horizontal_pod_autoscaler("default", {"metadata": {"name": "h"}, "spec": spec})
    read = newer.read_namespaced_horizontal_pod_autoscaler("h", "default")
    assert read.spec.metrics[0].resource.target.average_utilization == 50
    older.patch_namespaced_horizontal_pod_autoscaler("h", "default", {"spec": {"targetCPUUtilizationPercentage": 70}})
    listed = older.list_namespaced_horizontal_pod_autoscaler("default").items
    assert [each.spec.target_cpu_utilization_percentage for each in listed] == [70]


def test_a_log_is_read_from_the_container(core):
    spec = {"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "i"}]}
    core.create_namespaced_pod("default", {"metadata": {"name": "p"}, "spec": spec})
    assert core.read_namespaced_pod_log("p", "default", container="a", tail_lines=1) == "two\n"
    with pytest.raises(
        client.ApiException, match=r"a container name must be specified for pod p, choose one of: \[a b\]"
    ):
        core.read_namespaced_pod_log("p", "default")
