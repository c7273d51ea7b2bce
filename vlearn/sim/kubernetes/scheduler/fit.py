"""Whether a node has what a pod asks for, and room for one pod more.

A resource that the pod does not ask for never speaks against a node, however overbooked it is. A request that is larger
than all that the node has is unresolvable: no pod that leaves would help. Names in `_1_20` keep the older rules.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from vlearn.sim.kubernetes.api.resources import CPU, MEMORY, PODS, STORAGE, is_extended
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import Check
from vlearn.sim.kubernetes.scheduler.resources import Resources
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

NAME = "NodeResourcesFit"


@dataclass(frozen=True, slots=True)
class Insufficient:
    """One resource that a node is short of."""

    resource: str
    reason: str
    requested: int
    used: int
    capacity: int


def insufficient(
    request: Resources, node: NodeInfo, ignored: Collection[str] = (), groups: Collection[str] = ()
) -> tuple[Insufficient, ...]:
    """Everything that a node is short of. Extended resources of these names, or of these domains, are not looked at."""
    return tuple(each for each in _compared(request, node, ignored, groups) if each.requested or each.resource == PODS)


def insufficient_1_20(
    request: Resources, node: NodeInfo, ignored: Collection[str] = (), groups: Collection[str] = ()
) -> tuple[Insufficient, ...]:
    """The rule of 1.20: a pod that asks for anything fails on an overbooked resource that it does not ask for."""
    asks = request.cpu or request.memory or request.storage or request.scalars
    return tuple(each for each in _compared(request, node, ignored, groups) if asks or each.resource == PODS)


def verdict_of(short: tuple[Insufficient, ...]) -> Verdict | None:
    """Unresolvable where one request exceeds the whole node."""
    if not short:
        return None
    hopeless = any(each.requested > each.capacity for each in short if each.resource != PODS)
    return _verdict(tuple(each.reason for each in short), hopeless)


def verdict_of_1_20(short: tuple[Insufficient, ...]) -> Verdict | None:
    """The rule of 1.20: that pods leave might always help."""
    return _verdict(tuple(each.reason for each in short), False) if short else None


def fits(pod: PodInfo, snapshot: Snapshot) -> Check:
    """The filter: four comparisons of integers for a node that fits."""
    request, cpu, memory, storage = pod.request, pod.request.cpu, pod.request.memory, pod.request.storage
    asks, scalars = bool(cpu or memory or storage), any(request.scalars.values())

    def check(node: NodeInfo) -> Verdict | None:
        if len(node.pods) < node.allowed_pods and not scalars:
            if not asks:
                return None
            has, used = node.allocatable, node.requested
            if (
                (not cpu or cpu <= has.cpu - used.cpu)
                and (not memory or memory <= has.memory - used.memory)
                and (not storage or storage <= has.storage - used.storage)
            ):
                return None
        return verdict_of(insufficient(request, node))

    return check


def _compared(
    request: Resources, node: NodeInfo, ignored: Collection[str], groups: Collection[str]
) -> Iterator[Insufficient]:
    if len(node.pods) >= node.allowed_pods:
        yield Insufficient(PODS, "Too many pods", 1, len(node.pods), node.allowed_pods)
    for name in (CPU, MEMORY, STORAGE, *request.scalars):
        if is_extended(name) and (name in ignored or name.partition("/")[0] in groups):
            continue
        asked, used, capacity = request.of(name), node.requested.of(name), node.allocatable.of(name)
        if asked > capacity - used:
            yield Insufficient(name, f"Insufficient {name}", asked, used, capacity)


@lru_cache(maxsize=1024)
def _verdict(reasons: tuple[str, ...], hopeless: bool) -> Verdict:
    return Verdict(NAME, UNRESOLVABLE if hopeless else UNSCHEDULABLE, reasons)
