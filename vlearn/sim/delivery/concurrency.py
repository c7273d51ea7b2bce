"""Runs of one concurrency group: which run, which wait, which are given up when pushes come faster than runs end.

One run goes on and one waits; a newer push takes the place of the one that waits, or ends even the one that runs. So it
is in GitHub Actions. Source: its documentation, "Control the concurrency of workflows and jobs". Left out: its `queue`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of a push: when its run began, when it ended, and how; minutes."""

    name: str
    pushed: float
    began: float | None
    ended: float
    fate: Literal["finished", "cancelled while running", "cancelled while waiting"]


def admit(pushes: Iterable[tuple[str, float]], minutes: float, cancels: bool = False) -> tuple[Admitted, ...]:
    """The runs of pushes (names and times in order), each of so many minutes; `cancels` is cancel-in-progress."""
    if not 0 < minutes < float("inf"):
        raise ModelError(f"a run takes more than 0 minutes, not {minutes:g}")
    found: list[Admitted] = []
    running: tuple[str, float, float] | None = None
    waiting: tuple[str, float] | None = None
    before = float("-inf")
    for name, moment in (*pushes, ("", float("inf"))):
        if moment < before:
            raise ModelError(f"{name!r} is pushed at {moment:g} min, before the push ahead of it")
        before = moment
        while running and running[2] + minutes <= moment:
            end = running[2] + minutes
            found.append(Admitted(*running, end, "finished"))
            running, waiting = ((*waiting, end), None) if waiting else (None, None)
        if moment == float("inf"):
            break
        if running and cancels:
            found.append(Admitted(*running, moment, "cancelled while running"))
            running = None
        if running:
            if waiting:
                found.append(Admitted(*waiting, None, moment, "cancelled while waiting"))
            waiting = name, moment
        else:
            running = name, moment, moment
    return tuple(sorted(found, key=lambda one: (one.pushed, one.ended)))
