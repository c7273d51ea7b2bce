"""What the API server answers: refusals in its own words, versions, generations, patches, subresources, tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.apiserver import Request, answer, new_cluster
from vlearn.sim.kubernetes.store import collection

DEFAULT, APPS = "/api/v1/namespaces/default", "/apis/apps/v1/namespaces/default"
MERGE, STRATEGIC, JSON = (f"application/{kind}+json" for kind in ("merge-patch", "strategic-merge-patch", "json-patch"))
CONTAINERS = [{"name": "c", "image": "nginx"}]


def pod(name="p", **spec):
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name}, "spec": {"containers": CONTAINERS, **spec}}


def deployment(name="d", **spec):
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": CONTAINERS}}
    own = {"selector": {"matchLabels": labels}, "template": template, **spec}
    return {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": name}, "spec": own}


def service(name, **spec):
    own = {"ports": [{"port": 80}], **spec}
    return {"kind": "Service", "apiVersion": "v1", "metadata": {"name": name}, "spec": own}


def job(**spec):
    template = {"spec": {"restartPolicy": "Never", "containers": CONTAINERS}}
    return {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "j"}, "spec": {"template": template, **spec}}


def played(*requests, store=None):
    """The store after the requests, and the last answer."""
    store, response = store or new_cluster(1.6e9), None
    for request in requests:
        store, response = answer(store, request)
    return store, response


def post(path, body, **query):
    return Request("POST", path, query, body)


def patch(path, body, kind=MERGE):
    return Request("PATCH", path, body=body, content_type=kind)


PODS, DEPLOYMENTS = f"{DEFAULT}/pods", f"{APPS}/deployments"

REFUSALS = [
    (PODS, pod(containers=[]), 422, "spec.containers: Required value"),
    (PODS, pod(containers=[{"name": "C!", "image": "a"}]), 422, 'spec.containers[0].name: Invalid value: "C!"'),
    (PODS, pod(containers=[{"name": "c"}]), 422, "spec.containers[0].image: Required value"),
    (
        PODS,
        pod(containers=[{**CONTAINERS[0], "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}}]),
        422,
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ),
    (
        PODS,
        pod(containers=[{**CONTAINERS[0], "volumeMounts": [{"name": "v", "mountPath": "/v"}]}]),
        422,
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ),
    (PODS, pod(priorityClassName="high"), 403, 'pods "p" is forbidden: no PriorityClass with name high was found'),
    (PODS, {"kind": "Pod", "apiVersion": "v1", "spec": {}}, 422, "name or generateName is required"),
    (DEPLOYMENTS, deployment(replicas=-1), 422, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
    (
        DEPLOYMENTS,
        deployment(replicas="3"),
        400,
        "cannot unmarshal string into Go struct field DeploymentSpec.spec.rep",
    ),
    (
        DEPLOYMENTS,
        deployment(selector=None),
        422,
        "[spec.selector: Required value, spec.template.metadata.labels: Invalid value: "
        'map[string]string{"app":"d"}: `selector` does not match template `labels`]',
    ),
    (
        DEPLOYMENTS,
        deployment(strategy={"type": "Recreate", "rollingUpdate": {}}),
        422,
        "may not be specified when strategy `type` is 'Recreate'",
    ),
    (DEPLOYMENTS, {**deployment(), "apiVersion": "v1"}, 400, 'no kind "Deployment" is registered for version "v1"'),
    (
        "/apis/batch/v1/namespaces/default/jobs",
        job(template={"spec": {"containers": CONTAINERS}}),
        422,
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ),
    (f"{DEFAULT}/services", service("s", clusterIP="10.96.0.1"), 422, "provided IP is already allocated"),
    (f"{DEFAULT}/services", service("s", clusterIP="1.2.3.4"), 422, "The range of valid IPs is 10.96.0.0/16"),
    (f"{DEFAULT}/services", service("s", ports=[]), 422, "spec.ports: Required value"),
    (
        f"{DEFAULT}/services",
        service("s", type="NodePort", ports=[{"port": 80, "nodePort": 80}]),
        422,
        "The range of valid ports is 30000-32767",
    ),
    (
        f"{DEFAULT}/configmaps",
        {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "data": {"a b": "c"}},
        422,
        'data[a b]: Invalid value: "a b": a valid config key must consist of',
    ),
]


@pytest.mark.parametrize(("path", "body", "code", "words"), REFUSALS)
def test_a_refusal_says_why_in_the_apis_words_and_changes_nothing(path, body, code, words):
    before = new_cluster(1.6e9)
    store, response = played(post(path, body), store=before)
    assert (response.status, response.body["code"], response.body["status"]) == (code, code, "Failure")
    assert words in response.body["message"]
    assert store is before


def test_an_unknown_field_is_a_warning_by_default_and_an_error_where_strictness_is_asked():
    body = deployment(replica=3)
    _, warned = played(post(DEPLOYMENTS, body))
    assert (warned.status, warned.warnings) == (201, ('unknown field "spec.replica"',))
    assert "replica" not in warned.body["spec"]
    _, refused = played(post(DEPLOYMENTS, body, fieldValidation="Strict"))
    assert refused.body["message"].endswith('strict decoding error: unknown field "spec.replica"')


def test_of_two_writers_with_the_same_version_the_second_gets_a_conflict():
    store, made = played(post(DEPLOYMENTS, deployment()))
    path = f"{DEPLOYMENTS}/d"
    first = {**made.body, "spec": {**made.body["spec"], "replicas": 2}}
    second = {**made.body, "spec": {**made.body["spec"], "replicas": 3}}
    store, answered = played(Request("PUT", path, body=first), store=store)
    assert answered.body["metadata"]["generation"] == 2
    after, refused = played(Request("PUT", path, body=second), store=store)
    assert (refused.status, refused.body["reason"]) == (409, "Conflict")
    assert "the object has been modified" in refused.body["message"]
    assert after is store


def test_status_and_spec_are_written_by_different_doors():
    store, _ = played(post(DEPLOYMENTS, deployment()))
    path = f"{DEPLOYMENTS}/d"
    both = {"spec": {"replicas": 7}, "status": {"replicas": 5}}
    _, spec = played(patch(path, both), store=store)
    assert (spec.body["spec"]["replicas"], spec.body["status"], spec.body["metadata"]["generation"]) == (7, {}, 2)
    _, status = played(patch(f"{path}/status", both), store=store)
    assert (status.body["spec"]["replicas"], status.body["status"]) == (1, {"replicas": 5})
    assert status.body["metadata"]["generation"] == 1


def test_a_patch_that_changes_nothing_makes_no_new_version():
    store, _ = played(post(DEPLOYMENTS, deployment(replicas=2)))
    after, response = played(patch(f"{DEPLOYMENTS}/d", {"spec": {"replicas": 2}}), store=store)
    assert (after, response.status) == (store, 200)


PATCHES = [
    (MERGE, {"spec": {"template": {"spec": {"containers": [{"name": "x", "image": "y"}]}}}}, ["x"]),
    (STRATEGIC, {"spec": {"template": {"spec": {"containers": [{"name": "x", "image": "y"}]}}}}, ["c", "x"]),
    (
        STRATEGIC,
        {"spec": {"template": {"spec": {"$setElementOrder/containers": [{"name": "x"}, {"name": "c"}],
                                        "containers": [{"name": "x", "image": "y"}]}}}},
        ["x", "c"],
    ),
    (
        STRATEGIC,
        {"spec": {"template": {"spec": {"containers": [{"name": "c", "$patch": "delete"},
                                                       {"name": "z", "image": "y"}]}}}},
        ["z"],
    ),
    (
        JSON,
        [{"op": "add", "path": "/spec/template/spec/containers/0", "value": {"name": "x", "image": "y"}}],
        ["x", "c"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "names"), PATCHES)
def test_each_kind_of_patch_treats_a_list_in_its_own_way(kind, body, names):
    _, response = played(post(DEPLOYMENTS, deployment()), patch(f"{DEPLOYMENTS}/d", body, kind))
    assert [each["name"] for each in response.body["spec"]["template"]["spec"]["containers"]] == names


def test_a_selector_and_most_of_a_pod_never_change():
    _, response = played(
        post(DEPLOYMENTS, deployment()), patch(f"{DEPLOYMENTS}/d", {"spec": {"selector": {"matchLabels": {"a": "b"}}}})
    )
    assert response.body["details"]["causes"][-1]["message"].endswith(": field is immutable")
    _, response = played(post(PODS, pod()), patch(f"{PODS}/p", {"spec": {"hostname": "x"}}))
    assert "pod updates may not change fields other than" in response.body["message"]


def test_a_dry_run_answers_and_leaves_the_store():
    before = new_cluster(1.6e9)
    store, response = played(post(PODS, pod(), dryRun="All"), store=before)
    assert (response.status, store) == (201, before)


def test_scale_changes_replicas_alone():
    store, _ = played(post(DEPLOYMENTS, deployment(replicas=2)))
    after, scale = played(patch(f"{DEPLOYMENTS}/d/scale", {"spec": {"replicas": 4}}), store=store)
    assert (scale.body["kind"], scale.body["spec"], scale.body["status"]["selector"]) == (
        "Scale",
        {"replicas": 4},
        "app=d",
    )
    assert answer(after, Request("GET", f"{DEPLOYMENTS}/d"))[1].body["spec"]["replicas"] == 4


def test_a_pod_is_bound_once():
    binding = {
        "kind": "Binding",
        "apiVersion": "v1",
        "metadata": {"name": "p"},
        "target": {"kind": "Node", "name": "n"},
    }
    store, response = played(post(PODS, pod()), post(f"{PODS}/p/binding", binding))
    assert response.status == 201
    _, response = played(post(f"{PODS}/p/binding", binding), store=store)
    assert 'pod p is already assigned to node "n"' in response.body["message"]


def test_an_eviction_asks_the_disruption_budget():
    budget = {
        "kind": "PodDisruptionBudget",
        "apiVersion": "policy/v1",
        "metadata": {"name": "b"},
        "spec": {"minAvailable": 1, "selector": {}},
    }
    budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
    eviction = {"kind": "Eviction", "apiVersion": "policy/v1", "metadata": {"name": "p"}}
    store, response = played(post(PODS, pod()), post(budgets, budget), post(f"{PODS}/p/eviction", eviction))
    assert (response.status, response.body["reason"]) == (429, "TooManyRequests")
    allowed = patch(f"{budgets}/b/status", {"status": {"disruptionsAllowed": 1}})
    store, response = played(allowed, post(f"{PODS}/p/eviction", eviction), store=store)
    assert response.status == 201
    assert not collection(store.objects, "pods")


def test_an_old_version_can_no_longer_be_watched_after_compaction():
    store, _ = played(post(PODS, pod()))
    store = store.compacted(store.revision)
    _, response = played(Request("GET", PODS, {"watch": "1", "resourceVersion": "2"}), store=store)
    assert response.body[0]["type"] == "ERROR"
    assert (response.body[0]["object"]["code"], response.body[0]["object"]["reason"]) == (410, "Expired")


def test_every_kind_has_a_table_that_fits_its_columns():
    from vlearn.sim.kubernetes.api.kinds import RESOURCES
    from vlearn.sim.kubernetes.api.tables import TABLES

    store = new_cluster(1.6e9)
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
    made = (post(PODS, pod()), post(DEPLOYMENTS, deployment()), post("/apis/batch/v1/namespaces/default/jobs", job()))
    store, _ = played(*made, store=store)
    for path in (
        PODS,
        DEPLOYMENTS,
        "/apis/batch/v1/namespaces/default/jobs",
        f"{DEFAULT}/services",
        "/api/v1/namespaces",
    ):
        table = answer(store, Request("GET", path, accept=accept))[1].body
        assert all(len(row["cells"]) == len(table["columnDefinitions"]) for row in table["rows"])
        assert table["rows"]
    assert {each.kind for each in RESOURCES} == set(TABLES)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["metadata", "spec", "name", "containers", "template", "selector", "ports", "kind", "labels", "$patch"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
TARGETS = st.sampled_from(
    [PODS, DEPLOYMENTS, f"{DEPLOYMENTS}/d", f"{DEFAULT}/services", f"{DEPLOYMENTS}/d/scale", "/api"]
)
KINDS = st.sampled_from([MERGE, STRATEGIC, JSON, "application/json", "text/plain"])


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]), TARGETS, JUNK, KINDS)
def test_whatever_is_sent_is_answered(method, path, body, kind):
    store, _ = played(post(DEPLOYMENTS, deployment()))
    after, response = answer(store, Request(method, path, body=body, content_type=kind))
    assert 200 <= response.status < 600
    assert response.status < 300 or after is store


def test_generated_names_start_with_their_base_and_are_free():
    body = {**pod(), "metadata": {"generateName": "web-"}}
    store, response = played(*[post(PODS, body)] * 20)
    names = [key.name for key, _ in collection(store.objects, "pods")]
    assert response.status == 201
    assert len(set(names)) == 20
    assert all(name.startswith("web-") and len(name) == 9 for name in names)


def test_a_quota_that_nobody_has_counted_refuses_what_it_limits():
    spec = {"hard": {"requests.cpu": "1", "services.nodeports": "1"}}
    quota = {"kind": "ResourceQuota", "apiVersion": "v1", "metadata": {"name": "q"}, "spec": spec}
    store, _ = played(post(f"{DEFAULT}/resourcequotas", quota))
    costly = pod(containers=[{**CONTAINERS[0], "resources": {"requests": {"cpu": "100m"}}}])
    _, unknown = played(post(PODS, costly), store=store)
    assert unknown.body["message"].endswith("status unknown for quota: q, resources: requests.cpu")
    _, silent = played(post(PODS, pod()), store=store)
    assert silent.body["message"].endswith("failed quota: q: must specify requests.cpu for: c")
    _, beside = played(post(f"{DEFAULT}/services", service("s")), store=store)
    assert beside.status == 201
