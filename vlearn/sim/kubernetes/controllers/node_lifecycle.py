"""A node that falls silent or is in trouble: what its conditions become, and the taints that follow from them.

Source: pkg/controller/nodelifecycle. A kubelet renews its lease every 10 s. A node that has not been heard of for 50 s
(until 1.31, 40 s: less than the 45 s that a broken HTTP/2 connection takes to be noticed) is Unknown. Upstream looks
every 5 s, this model at the very moment. Leaves out the labels of operating system and architecture.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import Condition, condition
from vlearn.sim.kubernetes.api.moments import created, timestamp
from vlearn.sim.kubernetes.api.pods import Pod, is_ready
from vlearn.sim.kubernetes.api.taints import Taint, same_taint

Node = Mapping[str, Any]

GRACE = 50
"""Seconds of silence that a node is allowed: --node-monitor-grace-period (since 1.32; 40 before)."""
STARTUP_GRACE = 60
"""The same for a node whose kubelet has not yet reported any status."""
MONITOR = 5
"""Seconds between two looks at a node in trouble: --node-monitor-period."""

PREFIX = "node.kubernetes.io/"
NOT_READY, UNREACHABLE, UNSCHEDULABLE = f"{PREFIX}not-ready", f"{PREFIX}unreachable", f"{PREFIX}unschedulable"
CONDITION_TAINTS: Mapping[tuple[str, str], str] = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): f"{PREFIX}memory-pressure",
    ("DiskPressure", "True"): f"{PREFIX}disk-pressure",
    ("PIDPressure", "True"): f"{PREFIX}pid-pressure",
    ("NetworkUnavailable", "True"): f"{PREFIX}network-unavailable",
}
"""The taint of each condition and status. All are NoSchedule; the two of Ready are NoExecute as well."""
_OF_THE_KUBELET = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
_OWN = (*CONDITION_TAINTS.values(), UNSCHEDULABLE)


def readiness(node: Node) -> str:
    """True, False or Unknown; Unknown too where no status has been reported yet."""
    ready = condition(node, "Ready")
    return "Unknown" if ready is None else str(ready["status"])


def silent_at(node: Node, heard: float) -> float:
    """When a node last heard of then counts as silent."""
    return heard + GRACE if condition(node, "Ready") is not None else max(heard, created(node)) + STARTUP_GRACE


def silent_status(node: Node, now: float) -> dict[str, Any]:
    """The status of a node that has fallen silent: everything that only its kubelet can know is Unknown."""
    status = node.get("status") or {}
    there = status.get("conditions") or ()
    known = [each["type"] for each in there]
    kept = (_unknown(node, each["type"], now) if each["type"] in _OF_THE_KUBELET else each for each in there)
    missing = (_unknown(node, type, now) for type in _OF_THE_KUBELET if type not in known)
    return {**status, "conditions": [*kept, *missing]}


def with_taints(node: Node, now: float, evicting: bool | None) -> Node:
    """The node with the taints that its conditions ask for.

    `evicting` says whether a node that is not ready may be given its NoExecute taint, by which its pods go: True for
    now, None for not yet, False where evictions have been stopped. One that it has is swapped at once.
    """
    taints = list(node["spec"].get("taints") or ())
    wanted: list[Taint] = [_taint(key, "NoSchedule") for key in _wanted(node)]
    execute = _execute_taint(node, taints, evicting)
    if execute is not None:
        wanted.append(execute)
    kept = [each for each in taints if not _is_own(each) or any(same_taint(each, other) for other in wanted)]
    new = [each for each in wanted if not any(same_taint(each, other) for other in kept)]
    added = [{**each, "timeAdded": timestamp(now)} for each in new]
    if not added and len(kept) == len(taints):
        return node
    spec = {name: value for name, value in node["spec"].items() if name != "taints"}
    return {**node, "spec": {**spec, **({"taints": [*kept, *added]} if kept or added else {})}}


def unready_status(pod: Pod, now: float) -> dict[str, Any] | None:
    """The status of a ready pod whose node has fallen silent: no longer ready. None where nothing is to change."""
    if not is_ready(pod):
        return None
    return {**pod["status"], "conditions": list(_unready(pod["status"]["conditions"], now))}


def _unready(conditions: Iterable[Condition], now: float) -> Iterable[Condition]:
    changed = {"status": "False", "lastTransitionTime": timestamp(now)}
    return ({**each, **changed} if each["type"] == "Ready" else each for each in conditions)


def _unknown(node: Node, type: str, now: float) -> Condition:
    old = condition(node, type)
    moved = {"type": type, "status": "Unknown", "lastTransitionTime": timestamp(now)}
    if old is None:
        never = {"reason": "NodeStatusNeverUpdated", "message": "Kubelet never posted node status."}
        return {**moved, "lastHeartbeatTime": node["metadata"].get("creationTimestamp"), **never}
    if old["status"] == "Unknown":
        return old
    return {**old, **moved, "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}


def _wanted(node: Node) -> list[str]:
    found = [(each["type"], each["status"]) for each in (node.get("status") or {}).get("conditions") or ()]
    keys = [CONDITION_TAINTS[each] for each in found if each in CONDITION_TAINTS]
    return [*keys, *([UNSCHEDULABLE] if node["spec"].get("unschedulable") else [])]


def _execute_taint(node: Node, taints: Iterable[Taint], evicting: bool | None) -> Taint | None:
    ready = condition(node, "Ready")
    if ready is None or ready["status"] == "True" or evicting is False:
        return None
    has = any(_is_own(each) and each.get("effect") == "NoExecute" for each in taints)
    return _taint(CONDITION_TAINTS["Ready", ready["status"]], "NoExecute") if has or evicting else None


def _is_own(taint: Taint) -> bool:
    """Whether this controller gives and takes such a taint."""
    if taint.get("effect") == "NoExecute":
        return taint["key"] in (NOT_READY, UNREACHABLE)
    return taint.get("effect") == "NoSchedule" and taint["key"] in _OWN


def _taint(key: str, effect: str) -> dict[str, str]:
    return {"key": key, "effect": effect}
