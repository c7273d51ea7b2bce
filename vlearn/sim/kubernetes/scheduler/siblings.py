"""Which nodes a pod's siblings are on: the pods that the default selector of its services and its controller matches.

Asked for 150,000 pods one after another, no node can be searched each time. So placed pods are filed by their labels,
and a selector is compared only with those that have the one label that it surely wants.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from vlearn.sim.kubernetes.api import Selector
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.selecting import controller_of, default_selector
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot

Heading: TypeAlias = tuple[str, ...]
"""Namespace, key and value of a label; or only the namespace, for selectors that want no certain label."""


@dataclass(eq=False, slots=True)
class Siblings:
    """The pods of a namespace that a selector matches. `rows` are their nodes, in the order in which they came."""

    selector: Selector
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    pods: list[tuple[int, PodInfo]] = field(default_factory=list)
    watched_by: list[Siblings] = field(default_factory=list)


@dataclass(slots=True)
class Directory:
    """All placed pods that are not being deleted, each with the row of its node, and the siblings asked for so far."""

    cluster: Snapshot
    files: dict[Heading, _File] = field(default_factory=dict)
    known: dict[tuple[str, Selector], Siblings] = field(default_factory=dict)
    of_words: dict[object, Siblings | None] = field(default_factory=dict)

    def place(self, row: int, pod: PodInfo) -> None:
        """Put a pod on a node."""
        if pod.leaving:
            return
        entry = row, pod
        for heading in _headings(pod):
            file = self._file(heading)
            file.pods.append(entry)
            for each in file.watched_by:
                if each.selector.matches(pod.labels):
                    each.rows.append(row)

    def siblings(self, pod: PodInfo) -> Siblings | None:
        """A pod's siblings, which stay true while pods are placed; None for a pod that nothing selects."""
        controller: Any = controller_of(pod) or {}
        words = pod.namespace, tuple(pod.labels.items()), controller.get("kind"), controller.get("name")
        if words not in self.of_words:
            selector = default_selector(pod, self.cluster)
            self.of_words[words] = self._matching(pod.namespace, selector) if selector else None
        return self.of_words[words]

    def _matching(self, namespace: str, selector: Selector) -> Siblings:
        if (namespace, selector) not in self.known:
            file = self._file(_heading(namespace, selector))
            there = [row for row, pod in file.pods if selector.matches(pod.labels)]
            self.known[namespace, selector] = found = Siblings(selector, there)
            file.watched_by.append(found)
        return self.known[namespace, selector]

    def _file(self, heading: Heading) -> _File:
        file = self.files.get(heading)
        if file is None:
            file = self.files[heading] = _File()
        return file


def directory_of(cluster: Snapshot) -> Directory | None:
    """The pods of this moment; None where no service and no controller could select one."""
    if not cluster.services and not cluster.owners:
        return None
    directory = Directory(cluster)
    for row, node in enumerate(cluster.nodes):
        for pod in node.pods:
            directory.place(row, pod)
    return directory


def _headings(pod: PodInfo) -> Iterator[Heading]:
    yield (pod.namespace,)
    for key, value in pod.labels.items():
        yield pod.namespace, key, value


def _heading(namespace: str, selector: Selector) -> Heading:
    for each in selector.requirements:
        if each.operator == "in" and len(each.values) == 1:
            return namespace, each.key, each.values[0]
    return (namespace,)
