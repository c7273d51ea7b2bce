"""Who is told of a change: the components that watch its resource, and of a pod's the kubelet of its node."""

from collections.abc import Iterable, Iterator

from vlearn.sim.kubernetes.cluster.cluster import Item
from vlearn.sim.kubernetes.cluster.component import Component
from vlearn.sim.kubernetes.cluster.kubelets import Kubelets
from vlearn.sim.kubernetes.cluster.ownership import KINDS, controller_of
from vlearn.sim.kubernetes.cluster.workers import Controller, has_moved
from vlearn.sim.kubernetes.store import Change, Store


class Watchers:
    """The components that run, by the resources that they watch, and the kubelets.

    With each goes the kind of the owners that it asks a dependent for: most changes are to pods that have an owner, and
    of the controllers that care for nothing else only one need be asked.
    """

    def __init__(self, components: Iterable[Component], kubelets: Kubelets) -> None:
        self._kubelets = kubelets
        self._by_resource: dict[str, list[tuple[Component, str]]] = {}
        for each in components:
            owned = each.by_owner if isinstance(each, Controller) else ()
            for resource in each.resources:
                kind = KINDS[each.own] if isinstance(each, Controller) and resource in owned else ""
                self._by_resource.setdefault(resource, []).append((each, kind))

    def told(self, change: Change, store: Store) -> Iterator[Item]:
        """What they look at because of a change; `store` is as it is after all changes so far."""
        owner = _settled_owner(change)
        for component, kind in self._by_resource.get(change.key.resource, ()):
            if kind and owner and kind != owner:
                continue
            for key in component.concerns(change, store):
                yield Item(component.name, key)
        if change.key.resource == "pods":
            yield from self._kubelets.concerns(change)


def _settled_owner(change: Change) -> str:
    """The kind of an object's controller, if it has one and had the same before."""
    found = controller_of(change.after)
    if found is None or (change.before is not None and has_moved(change)):
        return ""
    return str(found["kind"])
