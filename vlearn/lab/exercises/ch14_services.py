"""Checks of chapter 14 about services: which pods are behind one, and why nobody is behind another."""

from typing import Any

from vlearn.blocks import Table
from vlearn.errors import ModelError
from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch14_clusters import applied, read, service
from vlearn.render.markdown import escaped
from vlearn.sim.kubernetes.api.pods import is_ready
from vlearn.sim.kubernetes.cluster import Cluster, run, started
from vlearn.sim.kubernetes.controllers.endpoints import belongs_in_endpoints, selects
from vlearn.views.kubernetes_services import endpoints_of, slices_of

SELECTOR = {"app": "shop", "tier": "web"}


def _pod(name: str, labels: dict[str, str], ready: bool = True, going: bool = False, phase: str = "Running",
         namespace: str = "default") -> dict[str, Any]:  # fmt: skip
    metadata: dict[str, Any] = {"name": name, "namespace": namespace, "labels": labels}
    if going:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:30Z"
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    return {"metadata": metadata, "status": {"phase": phase, "podIP": "10.244.0.9", "conditions": [condition]}}


PODS = (
    _pod("a", {"app": "shop", "tier": "web"}),
    _pod("b", {"app": "shop", "tier": "web", "version": "2"}),
    _pod("c", {"app": "shop"}),
    _pod("d", {"app": "shop", "tier": "web"}, ready=False),
    _pod("e", {"app": "shop", "tier": "web"}, going=True),
    _pod("f", {"app": "shop", "tier": "web"}, ready=False, phase="Succeeded"),
    _pod("g", {"app": "shop", "tier": "web"}, namespace="test"),
    _pod("h", {"app": "blog", "tier": "web"}),
)


def pods_asked() -> Table:
    """The pods of the exercise."""
    rows = tuple(
        (
            pod["metadata"]["name"],
            pod["metadata"]["namespace"],
            ", ".join(f"{key}={value}" for key, value in pod["metadata"]["labels"].items()),
            "Terminating" if "deletionTimestamp" in pod["metadata"] else pod["status"]["phase"],
            "yes" if is_ready(pod) else "no",
        )
        for pod in PODS
    )
    return Table(("Pod", "Namespace", "Labels", "Status", "Ready"), rows, "Pods, some of them behind the service")


def served() -> set[str]:
    """The pods of PODS that the service sends to."""
    asked = service("shop", selector=SELECTOR)
    return {
        pod["metadata"]["name"]
        for pod in PODS
        if pod["metadata"]["namespace"] == "default"
        and selects(asked, pod)
        and belongs_in_endpoints(pod)
        and is_ready(pod)
    }


_WHY = {
    "a": "`a` has both labels, runs and is ready.",
    "b": "A selector asks for what it names. Further labels do not matter.",
    "c": "All labels of the selector must be there.",
    "d": "A pod that is not ready is listed as such, and gets no traffic.",
    "e": "A pod on its way out gets no new connections.",
    "f": "This one has ended.",
    "g": "A service selects in its own namespace.",
    "h": "The value of a label counts, not only its name.",
}


def endpoints(answer: Any) -> Hint | None:
    """The names of the pods that get traffic."""
    if not isinstance(answer, (set, list, tuple)) or not all(isinstance(name, str) for name in answer):
        return Hint('Give the names as a set: `{"a", ...}`.')
    if unknown := set(answer) - _WHY.keys():
        return Hint(f"There is no pod {escaped(sorted(unknown)[0])}.")
    wrong = sorted(set(answer) ^ served())
    return Hint(_WHY[wrong[0]]) if wrong else None


SHOP = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop, tier: front}
  ports:
  - port: 80
    targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop, tier: web}
    spec:
      containers:
      - name: shop
        image: nginx:1.28
        ports:
        - name: web
          containerPort: 80
        readinessProbe:
          httpGet: {path: /healthz, port: 80}
          periodSeconds: 2
"""
"""A shop whose pods run, and whose service reaches nobody: it has three faults."""


def opened(text: str) -> Cluster:
    """A cluster a minute after these manifests were applied. Raises ModelError."""
    return run(applied(started(2), *read(text)), 60)


def no_endpoints(answer: Any) -> Hint | None:
    """SHOP repaired: two pods are ready behind the service, at port 80, and a readiness probe still says so."""
    if not isinstance(answer, str):
        return Hint("The answer is the text of the two manifests.")
    try:
        cluster = opened(answer)
    except ModelError as error:
        return Hint(escaped(str(error)))
    made, workload = cluster.get("services", "shop"), cluster.get("deployments.apps", "shop")
    if made is None or workload is None:
        return Hint("A service `shop` and a deployment `shop` are asked for.")
    containers = workload["spec"]["template"]["spec"]["containers"]
    if not all("readinessProbe" in each for each in containers):
        return Hint("Without a readiness probe, a pod gets traffic before it can answer. Repair it instead.")
    ready, waiting = endpoints_of(cluster, made)
    if not ready and not waiting:
        return Hint("The service selects no pod. Compare its selector with the labels of the pods, word by word.")
    if not any(each.get("ports") for each in slices_of(cluster, made)):
        return Hint("The pods are selected, but no port leads to them. What does `targetPort` name?")
    if not ready:
        return Hint(f"The pods are selected, but none is ready:\n\n```\n{_unhealthy(cluster)}\n```")
    numbers = {port["port"] for each in slices_of(cluster, made) for port in each.get("ports") or ()}
    if numbers != {80}:
        return Hint(
            f"The service sends to port {escaped(str(sorted(map(str, numbers))[0]))}, where nginx does not listen."
        )
    if made["spec"]["ports"][0]["port"] != 80 or len(ready) != 2:
        return Hint("Two pods behind port 80 of the service are asked for, as before.")
    return None


def _unhealthy(cluster: Cluster) -> str:
    """What the kubelet says of a pod that is not ready."""
    told = [event["message"] for event in cluster.objects("events") if event["type"] == "Warning"]
    return str(told[-1]) if told else "no event says why"
