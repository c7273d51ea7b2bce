"""What a run looks like: a view draws a moment of it as blocks, and no model knows its view."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from vlearn.blocks import Block
from vlearn.trace import Event, Trace

S = TypeVar("S")
Draw: TypeAlias = Callable[[S, Event | None], tuple[Block, ...]]
"""`draw(state, event)`: the moment after an event. The event is None at moment 0."""


def drawn(trace: Trace[S], draw: Draw[S], moment: int) -> tuple[Block, ...]:
    """A moment of a run, as the view draws it. Raises ModelError where the run has no such moment."""
    return draw(trace.state_at(moment), trace.steps[moment - 1].event if moment else None)
