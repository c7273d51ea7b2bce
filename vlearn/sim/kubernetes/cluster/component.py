"""A component of the control plane: what it watches, which objects a change makes it look at, and what it then does.

All components have this one form. They talk to nobody but the API server, and never to each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action
from vlearn.sim.kubernetes.store import Change, Key, Store


@dataclass(frozen=True, slots=True)
class Work:
    """What one look at an object comes to: actions in order, and after how many seconds to look again anyway.

    `memory` is what the component keeps in mind about this object until the next look; it dies with the component.
    """

    actions: tuple[Action, ...] = ()
    again: float | None = None
    memory: Any = None


NOTHING = Work()


class Component(Protocol):
    """A controller, or the scheduler. It holds no state of its own: what it remembers is in `Work.memory`."""

    @property
    def name(self) -> str:
        """As events and logs call it: deployment-controller."""

    @property
    def resources(self) -> tuple[str, ...]:
        """The qualified names of what it watches: deployments.apps, pods."""

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The objects to look at because of a change to one of `resources`; `store` is as it is after the change."""

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One look at an object, which may have gone since. `store.now` is the time; `memory` as Work left it."""

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """What to do because the API refused an action: None to look again soon, as after any other error."""
