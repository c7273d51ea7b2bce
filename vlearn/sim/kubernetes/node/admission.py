"""Whether a kubelet takes a pod that has been put on its node: the scheduler may have been wrong, or passed over.

Source: pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/eviction. Leaves out the ports of the host, and critical pods
that make room for themselves.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from vlearn.sim.kubernetes.api import untolerated
from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.api.node_selection import required_nodes
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.resources import CPU, MEMORY, PODS, STORAGE, amounts
from vlearn.sim.kubernetes.node.machine import Machine
from vlearn.sim.kubernetes.node.mind import Failure
from vlearn.sim.kubernetes.scheduler.resources import Resources, resources

Object = Mapping[str, Any]


def rejection(pod: Object, request: Resources, node: Object, machine: Machine) -> Failure | None:
    """Why the kubelet of this node rejects a pod that asks for so much; None where it takes it."""
    return _pressed(pod, node) or _misplaced(pod, node) or _short(request, node, machine)


def _pressed(pod: Object, node: Object) -> Failure | None:
    if is_true(node, "MemoryPressure") and qos_class(pod) == "BestEffort":
        tolerated = not untolerated([_MEMORY], pod["spec"].get("tolerations") or ())
        return None if tolerated else Failure("Evicted", "The node had condition: [MemoryPressure]. ", True)
    if is_true(node, "DiskPressure") and not _is_critical(pod):
        return Failure("Evicted", "The node had condition: [DiskPressure]. ", True)
    return None


_MEMORY = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}


def _misplaced(pod: Object, node: Object) -> Failure | None:
    metadata = node["metadata"]
    try:
        wanted = required_nodes(pod["spec"])
    except Refused:
        return None
    if wanted is not None and not wanted(metadata["name"], metadata.get("labels") or {}):
        message = "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
        return Failure("NodeAffinity", message, True)
    taints = (node.get("spec") or {}).get("taints") or ()
    if untolerated(taints, pod["spec"].get("tolerations") or (), ("NoExecute",)):
        message = "Pod was rejected: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
        return Failure("TaintToleration", message, True)
    return None


def _short(request: Resources, node: Object, machine: Machine) -> Failure | None:
    has = amounts((node.get("status") or {}).get("allocatable"))
    capacity = resources(has)
    used = _used(machine, request)
    if PODS in has and used.pods >= has[PODS].value:
        return _lacks(PODS, 1, used.pods, has[PODS].value)
    for name in (CPU, MEMORY, STORAGE, *request.scalars):
        asked = request.of(name)
        if asked and name in has and used.amounts.of(name) + asked > capacity.of(name):
            return _lacks(name, asked, used.amounts.of(name), capacity.of(name))
    return None


class _Used(NamedTuple):
    pods: int
    amounts: Resources


def _used(machine: Machine, request: Resources) -> _Used:
    """What the pods on a machine ask for, of what another one asks for; those that are over ask for nothing."""
    pods = cpu = memory = storage = 0
    for box in machine.sandboxes.values():
        if not box.over:
            asked = box.request
            pods, cpu, memory, storage = pods + 1, cpu + asked.cpu, memory + asked.memory, storage + asked.storage
    boxes = [box for box in machine.sandboxes.values() if not box.over] if request.scalars else ()
    scalars = {name: sum(box.request.of(name) for box in boxes) for name in request.scalars}
    return _Used(pods, Resources(cpu, memory, storage, scalars))


def _lacks(name: str, asked: int, used: int, capacity: int) -> Failure:
    words = f"Node didn't have enough resource: {name}, requested: {asked}, used: {used}, capacity: {capacity}"
    return Failure(f"OutOf{name}", f"Pod was rejected: {words}", True)


def _is_critical(pod: Object) -> bool:
    return (pod["spec"].get("priority") or 0) >= 2_000_000_000
