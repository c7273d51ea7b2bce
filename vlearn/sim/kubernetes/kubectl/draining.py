"""Who leaves a node that is drained: which pods may go, their eviction, and the wait for their end.

Source: k8s.io/kubectl, package `drain`.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import LONGEST, Object
from vlearn.sim.kubernetes.kubectl.command import Call

RETRY = 5.0
"""Seconds until an eviction that a disruption budget refuses is tried again."""
MIRROR = "kubernetes.io/config.mirror"
_DAEMON = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_LOCAL = "Pods with local storage (use --delete-emptydir-data to override)"
_ALONE = "cannot delete Pods that declare no controller (use --force to override)"


def leaving(call: Call, node: str) -> tuple[list[Object], list[str], list[str]]:
    """The pods that are to go, what to warn of, and what forbids it."""
    found = call.client.ask("GET", "/api/v1/pods", query={"fieldSelector": f"spec.nodeName={node}"})["items"]
    going: list[Object] = []
    reasons: dict[str, list[str]] = {}
    errors: dict[str, list[str]] = {}
    for pod in found:
        title = pod_title(pod)
        if MIRROR in (pod["metadata"].get("annotations") or {}):
            continue
        done = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        owner = next((each for each in pod["metadata"].get("ownerReferences") or () if each.get("controller")), None)
        if owner is not None and owner["kind"] == "DaemonSet" and not done:
            if call.given.has("ignore-daemonsets"):
                reasons.setdefault("ignoring DaemonSet-managed Pods", []).append(title)
            else:
                errors.setdefault(_DAEMON, []).append(title)
            continue
        fine = True
        deletes = call.given.has("delete-emptydir-data") or call.given.has("delete-local-data")
        if not done and not deletes and any("emptyDir" in each for each in pod["spec"].get("volumes") or ()):
            errors.setdefault(_LOCAL, []).append(title)
            fine = False
        if not done and owner is None:
            if call.given.has("force"):
                reasons.setdefault("deleting Pods that declare no controller", []).append(title)
            else:
                errors.setdefault(_ALONE, []).append(title)
                fine = False
        if fine:
            going.append(pod)
    warnings = [f"{words}: {', '.join(names)}" for words, names in sorted(reasons.items())]
    return going, warnings, [f"cannot delete {words}: {', '.join(names)}" for words, names in sorted(errors.items())]


def emptied(call: Call, pods: list[Object], limit: float | None) -> dict[str, str]:
    """Evict the pods and wait for their end; why some are still there when the time is over, by name."""
    if call.dry:
        for pod in pods:
            call.out(f"evicting pod {pod_title(pod)}{call.dry_suffix}")
        return {}
    client = call.client
    end = client.cluster.now + (LONGEST if limit is None else limit)
    over = f"global timeout reached: {call.given.text('timeout', f'{LONGEST:.0f}s')}"
    due = [(pod, client.cluster.now) for pod in pods]
    going: list[Object] = []
    late: dict[str, str] = {}
    while due or going:
        waiting, due = due, []
        for pod, at in waiting:
            name, space = pod["metadata"]["name"], pod["metadata"]["namespace"]
            if at > client.cluster.now:
                due.append((pod, at))
                continue
            call.out(f"evicting pod {pod_title(pod)}")
            if client.cluster.now >= end:
                late[name] = f'error when evicting pods/"{name}" -n "{space}": {over}'
            elif _evicted(call, pod):
                going.append(pod)
            else:
                due.append((pod, client.cluster.now + RETRY))
        for pod in [pod for pod in going if _is_gone(call, pod)]:
            call.out(f"pod/{pod['metadata']['name']} evicted")
            going.remove(pod)
        if client.cluster.now >= end:
            late |= {
                pod["metadata"]["name"]: f"error when waiting for {_words(pod)} to terminate: {over}" for pod in going
            }
            going = []
        next_try = min((at for _, at in due), default=end)
        client.until(next_try - client.cluster.now, partial(_some_gone, call, going))
    return late


def _evicted(call: Call, pod: Object) -> bool:
    """Ask for a pod's eviction: False where a disruption budget forbids it for now."""
    metadata = pod["metadata"]
    try:
        call.client.ask("POST", _path(pod) + "/eviction", _eviction(call, metadata))
    except StatusError as refused:
        if refused.code == 404:
            return True
        if refused.code != 429:
            raise
        where = f'pods/"{metadata["name"]}" -n "{metadata["namespace"]}"'
        call.err(f"error when evicting {where} (will retry after {RETRY:.0f}s): {refused.message}")
        return False
    return True


def _words(pod: Object) -> str:
    return f'pod "{pod["metadata"]["name"]}" in namespace "{pod["metadata"]["namespace"]}"'


def pod_title(pod: Object) -> str:
    """A pod by namespace and name."""
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _some_gone(call: Call, pods: list[Object]) -> bool:
    return any(_is_gone(call, pod) for pod in pods)


def _is_gone(call: Call, pod: Object) -> bool:
    try:
        there = call.client.ask("GET", _path(pod))
    except StatusError as refused:
        return refused.code == 404
    return bool(there["metadata"]["uid"] != pod["metadata"]["uid"])


def _path(pod: Object) -> str:
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def _eviction(call: Call, metadata: Mapping[str, Any]) -> dict[str, Any]:
    grace = call.given.options.get("grace-period", -1)
    options = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    named = {"name": metadata["name"], "namespace": metadata["namespace"]}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": named, "deleteOptions": options}
