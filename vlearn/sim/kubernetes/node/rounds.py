"""One turn of the kubelet for all pods of its node, as after it has started: what is wanted, and what no longer is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from vlearn.sim.kubernetes.node.images.registry import DEFAULT, Registry
from vlearn.sim.kubernetes.node.kubelet import sync_pod
from vlearn.sim.kubernetes.node.machine import Machine, run_until, stop_pod
from vlearn.sim.kubernetes.node.turn import Told

Object = Mapping[str, Any]


class Said(NamedTuple):
    """An event, and the pod that it is about."""

    about: Object
    told: Told


@dataclass(frozen=True, slots=True)
class Synced:
    """The outcome of a turn for all pods of a node, by uid."""

    machine: Machine
    statuses: Mapping[str, Mapping[str, Any]]
    removed: tuple[str, ...]
    told: tuple[Said, ...]


def sync(
    machine: Machine, pods: Iterable[Object], node: Object | None, now: float, registry: Registry = DEFAULT
) -> Synced:
    """One turn for all pods that the API server has for this node. What it no longer has is stopped."""
    pods = tuple(pods)
    statuses: dict[str, Mapping[str, Any]] = {}
    removed: list[str] = []
    told: list[Said] = []
    for pod in pods:
        uid = pod["metadata"]["uid"]
        done = sync_pod(machine, pod, now, registry, node)
        machine = done.machine
        if done.status is not None:
            statuses[uid] = done.status
        if done.removed:
            removed.append(uid)
        told += [Said(pod, each) for each in done.told]
    known = {pod["metadata"]["uid"] for pod in pods}
    for uid in sorted(set(machine.sandboxes) - known):
        machine = stop_pod(machine, uid, now)
    return Synced(run_until(machine, now), statuses, tuple(removed), tuple(told))
