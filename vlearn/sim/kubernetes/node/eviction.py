"""Eviction: a node that runs out of memory or disk says so in its conditions, and fails one pod after the other.

Source: pkg/kubelet/eviction/helpers.go and eviction_manager.go, with the default hard thresholds. First go pods that
use more than they asked for, then those of lower priority, then those that use the most beyond it: BestEffort before
Burstable before Guaranteed comes out of that. Leaves out soft thresholds, inodes, and the removal of unused images,
which the real kubelet tries first when the disk is full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from vlearn.sim.kubernetes.api.quantity import NANO, Quantity, parse_quantity
from vlearn.sim.kubernetes.api.resources import pod_requests
from vlearn.sim.kubernetes.node.kubelet import fail_pod
from vlearn.sim.kubernetes.node.machine import Machine, disk_used, memory_used, run_until
from vlearn.sim.kubernetes.node.registration import MEMORY_THRESHOLD, node_conditions
from vlearn.sim.kubernetes.node.rounds import Said
from vlearn.sim.kubernetes.node.turn import Told

Object = Mapping[str, Any]
Resource = Literal["memory", "ephemeral-storage"]

DISK_THRESHOLD = 0.10
"""Of the disk must be free."""
TRANSITION = 300.0
"""Seconds that a condition stays after the pressure has gone."""
PERIOD = 10.0
"""Seconds between two looks of the kubelet at its node as a whole."""
CRITICAL = 2_000_000_000
_PRESSURES: Mapping[Resource, str] = {"memory": "MemoryPressure", "ephemeral-storage": "DiskPressure"}


@dataclass(frozen=True, slots=True)
class Starved:
    """A resource below its threshold, in bytes."""

    resource: Resource
    threshold: int
    available: int


@dataclass(frozen=True, slots=True)
class NodeSynced:
    """The outcome of a look at the node: its conditions, and the uid of the pod that is to be evicted, if any.

    `due` is when to look again while there is pressure, or was until lately.
    """

    machine: Machine
    conditions: list[dict[str, Any]]
    evicted: str = ""
    told: tuple[Said, ...] = ()
    due: float | None = None


def starved(machine: Machine, node: Object, now: float) -> tuple[Starved, ...]:
    """What the node is short of now. The node's capacity says how much memory it has."""
    capacity = (node.get("status") or {}).get("capacity") or {}
    found: list[Starved] = []
    if "memory" in capacity:
        free = parse_quantity(str(capacity["memory"])).value - memory_used(machine, now)
        if free < MEMORY_THRESHOLD.value:
            found.append(Starved("memory", MEMORY_THRESHOLD.value, max(free, 0)))
    least, left = int(machine.disk * DISK_THRESHOLD), machine.disk - disk_used(machine)
    if left < least:
        found.append(Starved("ephemeral-storage", least, max(left, 0)))
    return tuple(found)


def sync_node(machine: Machine, pods: Iterable[Object], node: Object, now: float) -> NodeSynced:
    """One look at the node as a whole: conditions, and one pod to evict where something is short.

    The pod's own next turn, due at once, stops it. Raises ModelError for a moment before the machine's.
    """
    machine = run_until(machine, now)
    short = starved(machine, node, now)
    pressing = {_PRESSURES[each.resource] for each in short}
    before = (node.get("status") or {}).get("conditions") or []
    since = {
        **{type: at for type, at in machine.pressed.items() if now < at + TRANSITION},
        **dict.fromkeys(pressing, now),
    }
    if since != machine.pressed:
        machine = replace(machine, pressed=since)
    conditions = node_conditions(before, now, frozenset(since))
    told = tuple(
        Said(node, Told("Normal", each["reason"], f"Node {machine.node} status is now: {each['reason']}"))
        for each in conditions
        if each["type"] in _PRESSURES.values() and each["lastTransitionTime"] != _since(before, each["type"])
        and (each["status"] == "True" or _since(before, each["type"]))
    )  # fmt: skip
    due = now + PERIOD if short else min((at + TRANSITION for at in since.values()), default=None)
    for each in short:
        victim = next(iter(ranked(machine, pods, each.resource, now)), None)
        if victim is not None:
            machine = _evicted(machine, victim, each, now)
            message = machine.sandboxes[victim["metadata"]["uid"]].mind.failure
            said = Said(victim, Told("Warning", "Evicted", message.message if message is not None else ""))
            threshold = Said(node, Told("Warning", "EvictionThresholdMet", f"Attempting to reclaim {each.resource}"))
            return NodeSynced(machine, conditions, victim["metadata"]["uid"], (*told, threshold, said), due)
    return NodeSynced(machine, conditions, "", told, due)


def ranked(machine: Machine, pods: Iterable[Object], resource: Resource, now: float) -> list[Object]:
    """The pods that may be evicted for a resource, the first to go first."""
    rows = []
    for pod in pods:
        metadata, spec = pod["metadata"], pod["spec"]
        box = machine.sandboxes.get(metadata["uid"])
        critical = (spec.get("priority") or 0) >= CRITICAL
        if box is None or critical or box.mind.failure is not None or box.mind.stopping is not None:
            continue
        if not any(each.runs(now) for each in box.containers.values()):
            continue
        beyond = _used(machine, metadata["uid"], resource, now) - _requested(spec, resource)
        rows.append((beyond <= 0, spec.get("priority") or 0, -beyond, metadata["name"], metadata["uid"], pod))
    return [row[-1] for row in sorted(rows, key=lambda row: row[:-1])]


def _evicted(machine: Machine, pod: Object, short: Starved, now: float) -> Machine:
    words = f"The node was low on resource: {short.resource}. "
    words += f"Threshold quantity: {_bytes(short.threshold)}, available: {_bytes(short.available // 1024 * 1024)}. "
    uid = pod["metadata"]["uid"]
    for spec in pod["spec"]["containers"]:
        container = machine.sandboxes[uid].containers.get(spec["name"])
        used = container.memory(now) if container is not None and short.resource == "memory" else 0
        asked = str(((spec.get("resources") or {}).get("requests") or {}).get(short.resource, "0"))
        if used > parse_quantity(asked).value:
            words += (
                f"Container {spec['name']} was using {_bytes(used)}, request is {asked}, "
                f"has larger consumption of {short.resource}. "
            )
    return fail_pod(machine, uid, "Evicted", words)


def _used(machine: Machine, uid: str, resource: Resource, now: float) -> int:
    if resource != "memory":
        return 0
    return sum(each.memory(now) for each in machine.sandboxes[uid].containers.values())


def _requested(spec: Object, resource: Resource) -> int:
    found = pod_requests(spec).get(resource)
    return 0 if found is None else found.value


def _bytes(amount: int) -> str:
    return str(Quantity(amount // 1024 * 1024 * NANO, "BinarySI"))


def _since(conditions: Iterable[Object], type: str) -> str:
    return next((str(each["lastTransitionTime"]) for each in conditions if each["type"] == type), "")
