"""The cluster at one moment: a scheduling cycle sees one snapshot from its beginning to its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, Object, PodInfo, node_info, pod_info


@dataclass(frozen=True)
class Snapshot:
    """The cluster of one cycle. Volumes by name, claims by (namespace, name); `services` and the like select pods."""

    nodes: tuple[NodeInfo, ...]
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    services: tuple[Object, ...] = ()
    owners: tuple[Object, ...] = ()
    budgets: tuple[Object, ...] = ()
    claims: Mapping[tuple[str, str], Object] = field(default_factory=dict)
    volumes: Mapping[str, Object] = field(default_factory=dict)
    classes: Mapping[str, Object] = field(default_factory=dict)
    volume_limits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each node stands in `nodes`, by name."""
        return {node.name: n for n, node in enumerate(self.nodes)}

    @cached_property
    def nodes_with_affinity(self) -> tuple[NodeInfo, ...]:
        """The nodes with a pod that says something of other pods."""
        return tuple(node for node in self.nodes if node.with_affinity)

    @cached_property
    def services_of(self) -> Mapping[str, Sequence[Object]]:
        """The services by namespace."""
        found: dict[str, list[Object]] = {}
        for each in self.services:
            found.setdefault((each.get("metadata") or {}).get("namespace", ""), []).append(each)
        return found

    @cached_property
    def owner_of(self) -> Mapping[tuple[str, str, str], Object]:
        """The controllers by kind, namespace and name."""
        found: dict[tuple[str, str, str], Object] = {}
        for each in self.owners:
            metadata = each.get("metadata") or {}
            found.setdefault((each.get("kind", ""), metadata.get("namespace", ""), metadata.get("name", "")), each)
        return found

    def with_node(self, node: NodeInfo) -> "Snapshot":
        """The snapshot with this node in the place of the one of its name."""
        place = self.place[node.name]
        return replace(self, nodes=(*self.nodes[:place], node, *self.nodes[place + 1 :]))


def snapshot(nodes: Iterable[Object], pods: Iterable[Object] = (), **others: Any) -> Snapshot:
    """A snapshot of API objects, each pod on its node. Pods without one, and pods that have ended, are not in it."""
    on: dict[str, list[PodInfo]] = {}
    for pod in pods:
        name = (pod.get("spec") or {}).get("nodeName")
        if name and not is_terminal(pod):
            on.setdefault(name, []).append(pod_info(pod))
    infos = (node_info(node, on.get((node.get("metadata") or {}).get("name", ""), ())) for node in nodes)
    return Snapshot(tuple(infos), **others)
