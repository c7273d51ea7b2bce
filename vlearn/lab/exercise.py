"""What a checked exercise is: an id, the objective it serves, what it asks for, and a check that answers with a hint.

A check never shows the solution. It returns None for a right answer, else a `Hint` that gets the student one step
further; whatever it raises on a strange answer becomes a hint too (see `vlearn.lab.checking`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any


def is_number(answer: object) -> bool:
    """Whether an answer is a number, and not a Boolean."""
    return isinstance(answer, Real) and not isinstance(answer, bool)


def is_whole(answer: object) -> bool:
    """Whether an answer is a whole number, and not a Boolean."""
    return isinstance(answer, int) and not isinstance(answer, bool)


@dataclass(frozen=True, slots=True)
class Hint:
    """What is not right yet and where to look next, as Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """`asks` says in a sentence what the answer is and which form it takes ("a function that ...", "an address").

    `id` begins with its chapter (`ch06-offset`); `accept(answer)` is None if the answer is right, else a hint.
    """

    id: str
    objective: str
    asks: str
    accept: Callable[[Any], Hint | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prediction asks and why its answer is right, kept here so that its cell in the notebook does not tell.

    A prediction about a run takes its answer from the run, and without `choices` these too. `choices` maps each wrong
    one to what it would have meant.
    """

    objective: str
    why: str
    question: str = ""
    answer: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
