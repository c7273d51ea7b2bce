"""Who is told of a change: the components that watch its resource, and of a pod's the kubelet of its node."""

from collections.abc import Iterable, Iterator

from vlearn.sim.kubernetes.cluster.cluster import Item
from vlearn.sim.kubernetes.cluster.component import Component
from vlearn.sim.kubernetes.cluster.kubelets import Kubelets
from vlearn.sim.kubernetes.store import Change, Store


class Watchers:
    """The components that run, by the resources that they watch, and the kubelets."""

    def __init__(self, components: Iterable[Component], kubelets: Kubelets) -> None:
        self._kubelets = kubelets
        self._by_resource: dict[str, list[Component]] = {}
        for each in components:
            for resource in each.resources:
                self._by_resource.setdefault(resource, []).append(each)

    def told(self, change: Change, store: Store) -> Iterator[Item]:
        """What they look at because of a change; `store` is as it is after all changes so far."""
        for component in self._by_resource.get(change.key.resource, ()):
            for key in component.concerns(change, store):
                yield Item(component.name, key)
        if change.key.resource == "pods":
            yield from self._kubelets.concerns(change)
