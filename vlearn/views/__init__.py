"""What a run looks like: a view draws a moment of it as blocks, and no model knows its view."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from vlearn.blocks import Block
from vlearn.trace import Event

S = TypeVar("S")
Draw: TypeAlias = Callable[[S, Event | None], tuple[Block, ...]]
"""`draw(state, event)`: the moment after an event. The event is None at moment 0."""
