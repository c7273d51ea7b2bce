"""The cluster in which a recorded request was made, as far as the recording says or shows it.

The recordings are of one session, and each case is run alone. So each gets a cluster with everything that the session
had made, less what the case itself creates or finds missing, and with the quota or the limits that its answer quotes.
"""

import re
from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.apiserver import Request, answer, new_cluster
from vlearn.sim.kubernetes.apiserver.admission.quota import with_status
from vlearn.sim.kubernetes.apiserver.admission.usage import used
from vlearn.sim.kubernetes.store import Key, Store, later

Case = Mapping[str, Any]
Body = Mapping[str, Any]

DEFAULT = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
NOW = 1.6e9
_CONTAINERS = [{"name": "c", "image": "nginx"}]
_AMOUNTS = {"limits": {"cpu": "500m", "memory": "64Mi"}}
_CANONICAL = {"requests": {"cpu": "1000m", "memory": "1024Mi"}}


def pod(name: str, **metadata: Any) -> dict[str, Any]:
    """A pod as the session made them."""
    own = {"name": name, **metadata}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": own, "spec": {"containers": list(_CONTAINERS)}}


def _with_resources(name: str, resources: Body) -> dict[str, Any]:
    return {**pod(name), "spec": {"containers": [{**_CONTAINERS[0], "resources": resources}]}}


def _deployment(name: str) -> dict[str, Any]:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": list(_CONTAINERS)}}
    spec = {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def _service(name: str, **spec: Any) -> dict[str, Any]:
    own = {"ports": [{"port": 80}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": own}


_JOB = {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "a"}]}}}
_LIMITS = {"type": "Container", "default": {"cpu": "300m"}, "defaultRequest": {"cpu": "200m"}, "min": {"cpu": "100m"}}

MADE: tuple[tuple[str, Body], ...] = (
    (f"{DEFAULT}/pods", pod("p1")),
    (f"{DEFAULT}/pods", pod("gen-4jl97")),
    (f"{DEFAULT}/pods", _with_resources("p-lim", _AMOUNTS)),
    (f"{DEFAULT}/pods", _with_resources("p-can", _CANONICAL)),
    (f"{APPS}/deployments", _deployment("d1")),
    (
        "/apis/batch/v1/namespaces/default/jobs",
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": _JOB},
    ),
    (f"{DEFAULT}/services", _service("s1", selector={"app": "d1"})),
    (f"{DEFAULT}/services", _service("s2", type="NodePort", selector={"a": "b"})),
    ("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "tmp"}}),
)
"""What the session made before anything that only some of its cases need."""


def world(case: Case) -> Store:
    """The cluster that a recorded case found."""
    store = new_cluster(NOW)
    for path, body in MADE:
        if not _is_absent(case, path, body["metadata"]["name"]):
            store = done(store, Request("POST", path, body=body))
    store = _prepared(store, case)
    return later(store, 22)


def done(store: Store, request: Request) -> Store:
    """The store after a request that must succeed."""
    store, response = answer(store, request)
    assert response.status < 300, response.body
    return store


def _is_absent(case: Case, path: str, name: str) -> bool:
    """Whether the case itself says that this object is not there yet, or no longer."""
    asked, body = (case.get("path") or "").partition("?")[0], case.get("body")
    if case["status"] == 201 and asked == path and isinstance(body, Mapping):
        return bool((body.get("metadata") or {}).get("name") == name)
    return case["status"] == 404 and asked == f"{path}/{name}"


def _prepared(store: Store, case: Case) -> Store:
    name, response = case["id"], case["response"]
    told = response.get("message", "") if isinstance(response, Mapping) else ""
    if (case.get("path") or "").endswith("/pods/fin") and case["status"] == 200:
        store = done(store, Request("POST", f"{DEFAULT}/pods", body=pod("fin", finalizers=["example.com/hold"])))
        store = done(store, Request("DELETE", f"{DEFAULT}/pods/fin")) if "still" in name else store
    if name == "dep-gen":
        store = done(store, _scaled(5))
    if "being terminated" in told:
        store = done(store, Request("DELETE", "/api/v1/namespaces/tmp"))
    if "usage per Container" in told or name.startswith("limitrange"):
        store = _limited(store, told)
    if "quota" in told or (name.startswith("quota") and name != "quota-create"):
        store = _with_quota(store, case, told)
    return store


def _scaled(replicas: int) -> Request:
    path = f"{APPS}/deployments/d1/scale"
    return Request("PATCH", path, body={"spec": {"replicas": replicas}}, content_type="application/merge-patch+json")


def _limited(store: Store, told: str) -> Store:
    """A LimitRange with the defaults of the recording, and any bound that the answer quotes."""
    item = dict(_LIMITS)
    for bound, resource, amount in re.findall(r"(minimum|maximum) (\S+) usage per Container is (\w+)", told):
        kind = "min" if bound == "minimum" else "max"
        item[kind] = {**item.get(kind, {}), resource: amount}
    metadata = {"name": "lr"}
    body = {"apiVersion": "v1", "kind": "LimitRange", "metadata": metadata, "spec": {"limits": [item]}}
    return done(store, Request("POST", f"{DEFAULT}/limitranges", body=body))


def _with_quota(store: Store, case: Case, told: str) -> Store:
    """The quota of the recording in a namespace without pods, and with as much in use as the answer quotes."""
    for name in ("p1", "gen-4jl97", "p-lim", "p-can"):
        store = done(store, Request("DELETE", f"{DEFAULT}/pods/{name}", {"gracePeriodSeconds": "0"}))
    spec = {"hard": {"configmaps": "1", "requests.cpu": "1"}}
    body = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": spec}
    store = _counted(done(store, Request("POST", f"{DEFAULT}/resourcequotas", body=body)))
    if "configmaps=1" in told or case["id"] == "quota-used":
        made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c1"}, "data": {"a": "b"}}
        store = done(store, Request("POST", f"{DEFAULT}/configmaps", body=made))
    asks = re.search(r"used: [^:]*requests\.cpu=(\w+)", told)
    cpu = "600m" if case["id"] == "quota-used" else asks[1] if asks else "0"
    if cpu != "0":
        costly = _with_resources("nq", {"requests": {"cpu": cpu}})
        store = done(store, Request("POST", f"{DEFAULT}/pods", body=costly))
    return store


def _counted(store: Store) -> Store:
    """What the quota controller would write."""
    key = Key("resourcequotas", "default", "q")
    quota = store.get(key)
    assert quota is not None
    return with_status(store, key, used(quota, store.objects, store.now))
