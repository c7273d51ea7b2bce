"""A look in words: what a component did, as a student reads it in the player."""

from vlearn.sim.kubernetes.api.kinds import RESOURCES
from vlearn.sim.kubernetes.cluster.actions import Action, Tell
from vlearn.sim.kubernetes.cluster.cluster import Item
from vlearn.sim.kubernetes.store import Change, Key, Store
from vlearn.trace import Event

_SINGULAR = {each.qualified: each.singular for each in RESOURCES}


def told(item: Item, before: Store, after: Store) -> Event:
    """The event of a look: its kind is the component's name, its text what the component says of it itself."""
    changes = list(after.changes(before.revision))
    lines = [line for change in changes if (line := _spoken(change)) is not None]
    if not lines:
        lines = [line for change in changes if (line := _written(change)) is not None]
    touched = dict.fromkeys(called(change.key) for change in changes if change.key.resource != "events")
    return Event(item.component, _summed(lines), tuple(touched))


def unheard(item: Item, actions: tuple[Action, ...]) -> Event | None:
    """What a kubelet does that cannot reach the API server, if it does anything that it would tell."""
    words = [f"{each.reason}: {each.message}" for each in actions if isinstance(each, Tell)]
    if not words:
        return None
    return Event(item.component, f"{called(item.key)}, unheard: {_summed(words)}", (called(item.key),))


def called(key: Key) -> str:
    """An object as kubectl calls it: pod/web-1, deployment.apps/web."""
    _, dot, group = key.resource.partition(".")
    return f"{_SINGULAR[key.resource]}{dot}{group}/{key.name}"


def _spoken(change: Change) -> str | None:
    if change.key.resource != "events" or change.kind == "DELETED":
        return None
    about = change.after["involvedObject"]
    return f"{about['kind']} {about['name']}: {change.after['reason']}: {change.after['message']}"


def _written(change: Change) -> str | None:
    if change.key.resource == "events":
        return None
    name = called(change.key)
    if change.kind == "ADDED":
        return f"{name} is created"
    if change.kind == "DELETED":
        return f"{name} is gone"
    assert change.before is not None
    if change.before["metadata"].get("deletionTimestamp") != change.after["metadata"].get("deletionTimestamp"):
        return f"{name} is told to go"
    parts = [part for part in ("metadata", "spec", "status") if _differs(change, part)]
    return f"{name}: {' and '.join(parts) or 'contents'} updated"


def _differs(change: Change, part: str) -> bool:
    assert change.before is not None
    old, new = change.before.get(part), change.after.get(part)
    if part == "metadata":
        old, new = ({**(each or {}), "resourceVersion": ""} for each in (old, new))
    return bool(old != new)


def _summed(lines: list[str]) -> str:
    """The lines, and how many more there are where they are many."""
    shown = lines[:4]
    rest = len(lines) - len(shown)
    return "; ".join(shown) + (f"; and {rest} more" if rest else "")
