"""A cluster while it runs: the queues as a loop uses them, taken from a value and given back as one.

Who is told what, in which order they look, and what becomes of a refusal: that is all that is here.
"""

from dataclasses import replace
from typing import Any

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, unrecorded
from vlearn.sim.kubernetes.cluster.cluster import API_SERVER, Cluster, Item
from vlearn.sim.kubernetes.cluster.component import Component, Work
from vlearn.sim.kubernetes.cluster.control_plane import control_plane
from vlearn.sim.kubernetes.cluster.kubelets import Kubelets, is_kubelets, node_item
from vlearn.sim.kubernetes.cluster.queue import Choose, Queue
from vlearn.sim.kubernetes.cluster.retry import pause
from vlearn.sim.kubernetes.cluster.telling import told, unheard
from vlearn.sim.kubernetes.cluster.usage import MetricsServer
from vlearn.sim.kubernetes.cluster.watchers import Watchers
from vlearn.sim.kubernetes.node.eviction import PERIOD
from vlearn.sim.kubernetes.store import Store
from vlearn.trace import Event

PATIENCE = 20_000
"""Looks at one moment, for the control plane and for each node: with more, nobody will ever come to rest."""


class Running:
    """One cluster in motion."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.store: Store = cluster.store
        self.agenda = dict(cluster.agenda)
        self.memory: dict[Item, Any] = dict(cluster.memory)
        self.tries = dict(cluster.tries)
        self.seen = cluster.seen
        self.is_headless = API_SERVER in cluster.down
        self.kubelets = Kubelets(cluster)
        self.metrics = MetricsServer(cluster.demand)
        self.components: dict[str, Component] = {
            each.name: each for each in control_plane(cluster, self.heard, self.usage) if each.name not in cluster.down
        }
        self.watchers = Watchers(self.components.values(), self.kubelets)
        self.queue = Queue(cluster.queue)
        self._patience = PATIENCE * (1 + len(cluster.machines))
        self._looks = 0

    def frozen(self) -> Cluster:
        """The cluster as it is now."""
        return replace(
            self.cluster,
            store=self.store,
            machines=self.kubelets.machines,
            queue=tuple(self.queue),
            agenda=Map(self.agenda),
            memory=Map(self.memory),
            tries=Map(self.tries),
            seen=self.seen,
        )

    def look(self, choose: Choose) -> Event | None:
        """Let components look until one does something; None when nobody has anything to do at this moment.

        Raises ModelError where that moment never comes to an end.
        """
        self._spread()
        while (item := self._taken(choose)) is not None:
            before = self.store
            alone = self._looked(item)
            self._spread()
            if alone is not None:
                return alone
            if self.store.revision > before.revision:
                return told(item, before, self.store)
        return None

    def exhaust(self, choose: Choose, looks: int) -> int:
        """The same until there is nothing left to do, or for so many looks, and nothing is told; how many it took."""
        self._spread()
        done = 0
        while done < looks and (item := self._taken(choose)) is not None:
            self._looked(item)
            self._spread()
            done += 1
        return done

    def wait(self, until: float) -> bool:
        """Let time pass to the next item of the agenda; False, and the time is `until`, where that is later."""
        possible = filter(is_kubelets, self.agenda) if self.is_headless else self.agenda
        at = min((self.agenda[item] for item in possible), default=None)
        if at is None or at > until:
            self.store = replace(self.store, now=max(until, self.store.now))
            return False
        if at > self.store.now:
            self.store, self._looks = replace(self.store, now=at), 0
        for item in [item for item, when in self.agenda.items() if when <= self.store.now]:
            del self.agenda[item]
            self.queue.put(item)
        return True

    def heard(self, node: str) -> float:
        """When a node was last heard of: now, unless it is silent."""
        return self.cluster.silent.get(node, self.store.now)

    def usage(self, uid: str) -> float | None:
        """The cores that a pod takes now; None where nobody has measured."""
        return self.metrics.cores(self.store, uid)

    def _looked(self, item: Item) -> Event | None:
        """Let a component look; an event only of what the API server does not hear of."""
        if is_kubelets(item):
            work, heard, following = self.kubelets.reconcile(self.store, item)
            for each in following:
                self.queue.put(each)
            self.agenda.setdefault(node_item(item), self.store.now + PERIOD)
            if self.is_headless or not heard:
                self._remember(item, work)
                return unheard(item, work.actions)
        elif item.component in self.components:
            work = self.components[item.component].reconcile(self.store, item.key, self.memory.get(item))
        else:
            return None  # it is down; when it is back it looks at everything anew
        self._remember(item, work)
        refusal = self._applied(work.actions)
        if refusal is not None:
            self._refused(item, *refusal)
        else:
            self.tries.pop(item, None)
        return None

    def _applied(self, actions: tuple[Action, ...]) -> tuple[Action, StatusError] | None:
        """Do one after another, up to the first that is refused, which is given back with the refusal."""
        for action in actions if self.cluster.records else unrecorded(actions):
            try:
                self.store = action.apply(self.store)
            except StatusError as error:
                return action, error
        return None

    def _refused(self, item: Item, action: Action, error: StatusError) -> None:
        component = self.components.get(item.component)
        answer = component.refused(self.store, item.key, action, error) if component is not None else None
        if answer is not None:
            self._applied(answer.actions)
        tries = self.tries.get(item, 0)
        self.tries[item] = tries + 1
        self.agenda[item] = min(self.store.now + pause(tries), self.agenda.get(item, float("inf")))

    def _remember(self, item: Item, work: Work) -> None:
        self.agenda.pop(item, None)
        if work.again is not None and work.again > 0:
            self.agenda[item] = self.store.now + work.again
        elif work.again is not None:
            self.queue.put(item)
        if work.memory is None:
            self.memory.pop(item, None)
        else:
            self.memory[item] = work.memory

    def _spread(self) -> None:
        """Tell everybody of the changes they watch."""
        if self.seen == self.store.revision:
            return
        for change in self.store.changes(self.seen):
            for item in self.watchers.told(change, self.store):
                self.queue.put(item)
        self.seen = self.store.revision

    def _taken(self, choose: Choose) -> Item | None:
        item = self.queue.take(choose, is_kubelets if self.is_headless else None)
        self._looks += item is not None
        if self._looks > self._patience:
            raise ModelError("the components stay busy: two of them undo each other's work")
        return item
