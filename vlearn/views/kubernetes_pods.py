"""How a pod looks in every picture of a cluster: a fill, an outline, a mark, and kubectl's own word for its state."""

from collections.abc import Iterator
from typing import NamedTuple

from vlearn.blocks import Table
from vlearn.sim.kubernetes.api.pods import is_ready, is_terminal, is_terminating
from vlearn.sim.kubernetes.api.tables.pods import pod_cells
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.cluster.telling import called
from vlearn.sim.kubernetes.store import Key, Object
from vlearn.trace import Event
from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST, INK, PLAIN, READ, SMALL, WAITING, Look, Shape, box, text

MOST = 40
"""Rows of a table of pods."""
CHIP = 20
_ADVANCE = 0.602
_SMALLEST = 9.0
_FAILING = ("BackOff", "Err", "Failed", "Error", "OOM", "Evicted", "Invalid")

LEGEND = "✓ ready   … not ready yet   ✗ failing   − going   ■ done   ? on no node"


class Appearance(NamedTuple):
    """The look of a pod, the mark that says the same without colour, and its STATUS as `kubectl get pods` prints it."""

    look: Look
    mark: str
    word: str


def appearance(pod: Object, now: float) -> Appearance:
    """What a pod looks like at a moment."""
    word = str(pod_cells(pod, now)[2])
    if is_terminating(pod):
        return Appearance(GUEST, "−", word)
    if any(part in word for part in _FAILING):
        return Appearance(FAULT, "✗", word)
    if is_terminal(pod):
        return Appearance(PLAIN, "■", word)
    if is_ready(pod):
        return Appearance(DONE, "✓", word)
    return Appearance(READ, "…", word) if pod["spec"].get("nodeName") else Appearance(WAITING, "?", word)


def said(pod: Object, now: float) -> str:
    """A pod in words: name, status, and whether it is ready."""
    look = appearance(pod, now)
    return f"{pod['metadata']['name']} {look.word}{'' if look.mark != '…' else ', not ready'}"


def chip(pod: Object, name: str, now: float, x: float, y: float, width: float, lit: bool) -> Iterator[Shape]:
    """A pod as a box with its name, cut on the left where it is too long, and its mark; its status where it fits."""
    look = appearance(pod, now)
    word = look.word if width > 190 else ""
    room = width - 22 - (6.2 * len(word) + 8 if word else 0)
    shown = _fitting(name, room)
    yield box(x, y, width, CHIP - 3, CURRENT if lit else look.look)
    yield text(x + 5, y + 12.5, shown, size=_size(shown, room), mono=True, fill=INK)
    yield text(x + width - 6, y + 12.5, f"{word} {look.mark}".strip(), size=10, anchor="end", fill=INK, bold=lit)


def is_lit(resource: str, object: Object, event: Event | None) -> bool:
    """Whether the event touched an object."""
    return event is not None and called(Key(resource, "", object["metadata"]["name"])) in event.touches


def pods_table(cluster: Cluster, namespace: str | None = "default") -> Table:
    """What `kubectl get pods -o wide` says, a row each."""
    pods = cluster.objects("pods", namespace)
    rows = []
    for pod in pods[:MOST]:
        name, ready, status, restarts, age, address, node, *_ = pod_cells(pod, cluster.now)
        rows.append(tuple(map(str, (name, ready, status, restarts, age, address, node))))
    hidden = len(pods) - len(rows)
    more = f"; {hidden} more are not shown" if hidden else ""
    return Table(("NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"), tuple(rows), f"Pods{more}")


def _fitting(name: str, room: float) -> str:
    """As much of the end of a name as fits: the end is what tells pods apart."""
    letters = max(3, int(room / (_ADVANCE * _SMALLEST)))
    return name if len(name) <= letters else f"…{name[-(letters - 1) :]}"


def _size(words: str, room: float) -> float:
    return max(_SMALLEST, min(SMALL, round(room / (_ADVANCE * max(1, len(words))), 1)))
