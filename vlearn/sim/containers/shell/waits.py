"""What a program yields while it cannot go on: a condition, a moment, or nothing but a turn for the others."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias


def _always() -> bool:
    return True


def never() -> bool:
    """The condition of who waits for a moment or a signal alone."""
    return False


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on when `ready` holds, or at model time `at`. A handled signal ends it if it is `interruptible`."""

    ready: Callable[[], bool] = never
    at: float | None = None
    interruptible: bool = False
    what: str = "something"


TURN = Wait(_always, what="its turn")

Running: TypeAlias = Generator[Wait, None, int]
"""A program that runs; its value is the exit code."""
