"""What the scheduler takes from the store: the cluster of one cycle, and which changes may help a pod that failed."""

from typing import Any

from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.scheduler import Snapshot, snapshot
from vlearn.sim.kubernetes.store import Change, Object, Store, collection

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
HELPFUL = ("nodes", CLAIMS, VOLUMES, CLASSES)
_OWNERS = ("replicasets.apps", "statefulsets.apps", "replicationcontrollers")


def is_helpful(change: Change) -> bool:
    """Whether a change may let a pod fit that did not: a node or a volume, or a pod that comes, goes or changes."""
    if change.key.resource != "pods":
        return change.key.resource in HELPFUL and _says_more(change)
    if change.kind == "DELETED":
        return bool((change.after.get("spec") or {}).get("nodeName"))
    if change.before is None:
        return False
    ended = is_terminal(change.after) and not is_terminal(change.before)
    placed = _node(change.after) != _node(change.before)
    relabelled = change.after["metadata"].get("labels") != change.before["metadata"].get("labels")
    changed = {**change.after["spec"], "nodeName": ""} != {**change.before["spec"], "nodeName": ""}
    return ended or placed or relabelled or changed


def snapshot_of(store: Store, pod: Object | None = None) -> Snapshot:
    """The cluster as it is now; for `pod`, the room that more important pods have made for themselves is taken.

    Upstream tries filters with and without these pods, and scores without them.
    """
    objects = store.objects
    others: dict[str, Any] = {
        "namespaces": {
            each["metadata"]["name"]: each["metadata"].get("labels") or {} for each in _all(store, "namespaces")
        },
        "services": tuple(each for each in _all(store, "services") if each["spec"].get("selector")),
        "owners": tuple(each for resource in _OWNERS if resource in objects for each in _all(store, resource)),
        "budgets": tuple(_all(store, "poddisruptionbudgets.policy")),
        "claims": {(key.namespace, key.name): each for key, each in collection(objects, CLAIMS)},
        "volumes": {key.name: each for key, each in collection(objects, VOLUMES)},
        "classes": {key.name: each for key, each in collection(objects, CLASSES)},
    }
    pods = _all(store, "pods")
    return snapshot(_all(store, "nodes"), [*pods, *_nominated(pods, pod)] if pod is not None else pods, **others)


def _nominated(pods: list[Object], pod: Object) -> list[Object]:
    """The others, at least as important, whose victims are on their way out, as if they were there already."""
    return [
        {**each, "spec": {**each["spec"], "nodeName": node}}
        for each in pods
        if (node := (each.get("status") or {}).get("nominatedNodeName"))
        and not _node(each)
        and each["metadata"]["uid"] != pod["metadata"]["uid"]
        and (each["spec"].get("priority") or 0) >= (pod["spec"].get("priority") or 0)
    ]


def _all(store: Store, resource: str) -> list[Object]:
    return [each for _, each in collection(store.objects, resource)]


def _says_more(change: Change) -> bool:
    """Whether more than the times of a node's heartbeat have changed."""
    if change.before is None or change.key.resource != "nodes":
        return True
    return bool(_lasting(change.before) != _lasting(change.after))


def _lasting(node: Object) -> Any:
    status = node.get("status") or {}
    conditions = [(each["type"], each["status"]) for each in status.get("conditions") or ()]
    return node.get("spec"), node["metadata"].get("labels"), status.get("allocatable"), conditions


def _node(pod: Object) -> str:
    return str(pod["spec"].get("nodeName") or "")
