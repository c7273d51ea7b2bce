"""Pods made from one template: what was found out about the first is not found out again.

A replica set sends one object many times, without a name. What defaults, admission and validation make of it depends on
that object and on three kinds of policy. All are values that nobody writes to, so the very same ones mean the same.
"""

from typing import NamedTuple

from vlearn.sim.kubernetes.store import Object, Store

_POLICIES = ("namespaces", "limitranges", "priorityclasses.scheduling.k8s.io")


class _Known(NamedTuple):
    sent: Object
    policies: tuple[object, ...]
    prepared: Object


class Alike:
    """Remembers the last object that had its name made up."""

    def __init__(self) -> None:
        self._last: _Known | None = None

    def find(self, store: Store, sent: Object) -> Object | None:
        """What was made of this very object under these very policies, with another name and uid."""
        last = self._last
        if last is None or last.sent is not sent:
            return None
        now = _policies(store)
        return last.prepared if all(one is other for one, other in zip(now, last.policies, strict=True)) else None

    def keep(self, store: Store, sent: Object, prepared: Object) -> None:
        """Remember what was made of it."""
        self._last = _Known(sent, _policies(store), prepared)


def _policies(store: Store) -> tuple[object, ...]:
    return tuple(store.objects.get(resource) for resource in _POLICIES)
