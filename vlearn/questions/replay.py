"""The model's own run behind a generated question, kept as what it starts from: it runs again when somebody looks.

So a question stays small and can be sent to another process, and a paper of a thousand variants runs no model twice.
A replay tells the key: it belongs to the instructor's side of a question, and no `Item` has one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from vlearn.trace import Step, Trace, run
from vlearn.views import Draw

S = TypeVar("S")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Replay(Generic[S, A]):
    """A model given `actions` from `start`, and the view that draws its moments. Functions are a module's own."""

    model: Callable[[S, A], Iterator[Step[S]]]
    start: S
    actions: tuple[A, ...]
    draw: Draw[S]

    def trace(self) -> Trace[S]:
        """The run, the same each time."""
        return run(self.model, self.start, self.actions)
