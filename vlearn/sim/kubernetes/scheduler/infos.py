"""Pods and nodes as the scheduler sees them: what a filter asks of them again and again is computed once.

The objects are plain API values and never changed; a node with one pod more is another NodeInfo.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.pods import is_terminating, restartable
from vlearn.sim.kubernetes.api.resources import PODS, amounts
from vlearn.sim.kubernetes.scheduler.resources import ASSUMED, Resources, requested_by, resources
from vlearn.sim.kubernetes.scheduler.terms import NO_AFFINITY, Affinity, Constraint, affinity_of, constraints_of

Object = Mapping[str, Any]
Port = tuple[str, str, int]
"""Address, protocol, number of a port on the node."""
ANYWHERE = "0.0.0.0"


@dataclass(frozen=True, slots=True, eq=False)
class PodInfo:
    """A pod. `refused` says what is wrong with its terms, which are then empty; `scored` is its request for scores."""

    pod: Object
    namespace: str
    name: str
    labels: Mapping[str, str]
    spec: Object
    request: Resources
    scored: Resources
    ports: tuple[Port, ...]
    priority: int
    affinity: Affinity
    constraints: tuple[Constraint, ...]
    refused: str = ""

    @property
    def key(self) -> str:
        """namespace/name"""
        return f"{self.namespace}/{self.name}"

    @property
    def leaving(self) -> bool:
        """Whether its deletion has begun."""
        return is_terminating(self.pod)


def pod_info(pod: Object) -> PodInfo:
    """What the scheduler knows of a pod. Raises Refused for a malformed quantity."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    namespace, labels = metadata.get("namespace", ""), metadata.get("labels") or {}
    affinity, refused = NO_AFFINITY, ""
    constraints: tuple[Constraint, ...] = ()
    try:
        affinity = affinity_of(spec, namespace)
        constraints = constraints_of(spec, labels)
    except Refused as problem:
        refused = f"parsing pod: {problem}"
    return PodInfo(
        pod,
        namespace,
        metadata.get("name", ""),
        labels,
        spec,
        requested_by(spec),
        requested_by(spec, ASSUMED),
        _host_ports(spec),
        spec.get("priority") or 0,
        affinity,
        constraints,
        refused,
    )


def _host_ports(spec: Object) -> tuple[Port, ...]:
    sidecars = (each for each in spec.get("initContainers") or () if restartable(each))
    return tuple(
        (port.get("hostIP") or ANYWHERE, port.get("protocol") or "TCP", port["hostPort"])
        for container in (*(spec.get("containers") or ()), *sidecars)
        for port in container.get("ports") or ()
        if port.get("hostPort")
    )


@dataclass(frozen=True, slots=True, eq=False)
class NodeInfo:
    """A node and its pods. `requested` and `scored` are the sums over its pods."""

    node: Object
    name: str
    labels: Mapping[str, str]
    taints: tuple[Mapping[str, str], ...]
    unschedulable: bool
    allocatable: Resources
    allowed_pods: int
    requested: Resources = field(default_factory=Resources)
    scored: Resources = field(default_factory=Resources)
    ports: frozenset[Port] = frozenset()
    pods: tuple[PodInfo, ...] = ()
    with_affinity: tuple[PodInfo, ...] = ()

    def with_pod(self, pod: PodInfo) -> "NodeInfo":
        """The node with one pod more."""
        return replace(
            self,
            requested=self.requested + pod.request,
            scored=self.scored + pod.scored,
            ports=self.ports.union(pod.ports) if pod.ports else self.ports,
            pods=(*self.pods, pod),
            with_affinity=(*self.with_affinity, pod) if pod.affinity else self.with_affinity,
        )

    def without_pods(self, leaving: Iterable[PodInfo]) -> "NodeInfo":
        """The node without these pods, as if they had never been there."""
        gone = {id(pod) for pod in leaving}
        empty = replace(self, requested=Resources(), scored=Resources(), ports=frozenset(), pods=(), with_affinity=())
        for pod in self.pods:
            empty = empty if id(pod) in gone else empty.with_pod(pod)
        return empty


def node_info(node: Object, pods: Iterable[PodInfo] = ()) -> NodeInfo:
    """What the scheduler knows of a node. Raises Refused for a malformed quantity."""
    metadata, spec = node.get("metadata") or {}, node.get("spec") or {}
    allocatable = amounts((node.get("status") or {}).get("allocatable"))
    info = NodeInfo(
        node,
        metadata.get("name", ""),
        metadata.get("labels") or {},
        tuple(spec.get("taints") or ()),
        bool(spec.get("unschedulable")),
        resources(allocatable),
        allocatable[PODS].value if PODS in allocatable else 0,
    )
    for pod in pods:
        info = info.with_pod(pod)
    return info
