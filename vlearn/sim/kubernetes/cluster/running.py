"""A cluster while it runs: the queues as a loop uses them, taken from a value and given back as one.

Who is told what, in which order they look, and what becomes of a refusal: that is all that is here.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from immutables import Map

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, unrecorded
from vlearn.sim.kubernetes.cluster.cluster import API_SERVER, Cluster, Item
from vlearn.sim.kubernetes.cluster.component import Component, Work
from vlearn.sim.kubernetes.cluster.control_plane import control_plane
from vlearn.sim.kubernetes.cluster.kubelets import PERIOD, Kubelets, is_kubelets, node_item
from vlearn.sim.kubernetes.cluster.telling import told, unheard
from vlearn.sim.kubernetes.cluster.usage import cores
from vlearn.sim.kubernetes.store import Change, Store
from vlearn.trace import Event

FIRST_RETRY, LONGEST_RETRY = 0.005, 1000.0
"""Seconds before a component that met an error looks again; doubled each time (client-go's default)."""


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
        self.components: dict[str, Component] = {
            each.name: each for each in control_plane(cluster, self.heard, self.usage) if each.name not in cluster.down
        }
        self.watchers: dict[str, list[Component]] = {}
        for each in self.components.values():
            for resource in each.resources:
                self.watchers.setdefault(resource, []).append(each)
        self._usage: tuple[int, dict[str, float]] = (-1, {})
        self.queue = deque(cluster.queue)
        self.queued = set(cluster.queue)

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

    def look(self, choose: Callable[[int], int]) -> Event | None:
        """Let components look until one does something; None when nobody has anything to do at this moment."""
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

    def exhaust(self, choose: Callable[[int], int], looks: int) -> int:
        """Let components look until nobody has anything to do at this moment, and tell nothing; how many looks it took.

        At most so many.
        """
        self._spread()
        done = 0
        while done < looks and (item := self._taken(choose)) is not None:
            self._looked(item)
            self._spread()
            done += 1
        return done

    def wait(self, until: float) -> bool:
        """Let time pass to the next item of the agenda; False, and the time is `until`, where that is later."""
        at = min((when for item, when in self.agenda.items() if self._may_look(item)), default=None)
        if at is None or at > until:
            self.store = replace(self.store, now=max(until, self.store.now))
            return False
        self.store = replace(self.store, now=max(at, self.store.now))
        for item in [item for item, when in self.agenda.items() if when <= self.store.now]:
            del self.agenda[item]
            self._enqueue(item)
        return True

    def heard(self, node: str) -> float:
        """When a node was last heard of: now, unless it is silent."""
        return self.cluster.silent.get(node, self.store.now)

    def usage(self, uid: str) -> float | None:
        """The cores that a pod takes now."""
        revision, known = self._usage
        if revision != self.store.revision:
            known = cores(self.store, self.cluster.demand)
            self._usage = self.store.revision, known
        return known.get(uid)

    def _may_look(self, item: Item) -> bool:
        """Without an API server only the kubelets go on."""
        return not self.is_headless or is_kubelets(item)

    def _looked(self, item: Item) -> Event | None:
        """Let a component look; an event only of what the API server does not hear of."""
        if is_kubelets(item):
            work, heard, following = self.kubelets.reconcile(self.store, item)
            for each in following:
                self._enqueue(each)
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
        wait = min(FIRST_RETRY * 2.0 ** min(tries, 30), LONGEST_RETRY)
        self.agenda[item] = min(self.store.now + wait, self.agenda.get(item, float("inf")))

    def _remember(self, item: Item, work: Work) -> None:
        self.agenda.pop(item, None)
        if work.again is not None and work.again > 0:
            self.agenda[item] = self.store.now + work.again
        elif work.again is not None:
            self._enqueue(item)
        if work.memory is None:
            self.memory.pop(item, None)
        else:
            self.memory[item] = work.memory

    def _spread(self) -> None:
        """Tell everybody of the changes they watch."""
        if self.seen == self.store.revision:
            return
        for change in self.store.changes(self.seen):
            self._tell(change)
        self.seen = self.store.revision

    def _tell(self, change: Change) -> None:
        for component in self.watchers.get(change.key.resource, ()):
            for key in component.concerns(change, self.store):
                self._enqueue(Item(component.name, key))
        if change.key.resource == "pods":
            for item in self.kubelets.concerns(change):
                self._enqueue(item)

    def _enqueue(self, item: Item) -> None:
        if item not in self.queued:
            self.queued.add(item)
            self.queue.append(item)

    def _taken(self, choose: Callable[[int], int]) -> Item | None:
        """The next item, or the one that is chosen of those that wait."""
        if not self.is_headless:
            at = choose(len(self.queue)) if self.queue else None
        else:
            possible = [n for n, item in enumerate(self.queue) if self._may_look(item)]
            at = possible[choose(len(possible))] if possible else None
        if at is None:
            return None
        self.queue.rotate(-at)
        item = self.queue.popleft()
        self.queue.rotate(at)
        self.queued.discard(item)
        return item
