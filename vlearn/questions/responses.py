"""What a student hands in for each kind of question. Whether it is right is for `vlearn.questions.grade` to say.

An option, reason, right side, category or thing to order is named by its letter as shown ("B") or by its index
from 0; letters are what a student types, indices what a program keeps. None, for a whole response or for one entry of
it, means unanswered.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from vlearn.questions.labels import index_of, letter


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person gave an essay for each line of its rubric: from 0, missing, to 1, met."""

    shares: tuple[Fraction, ...]


Named: TypeAlias = str | int
Response: TypeAlias = (
    Named | float | Fraction | Collection[Named] | tuple[bool, Named | None] | Sequence[Named | None] | Marks
)

FORMS: dict[str, str] = {
    "single-choice": 'the letter or index of an option, such as "B" or 1',
    "multiple-choice": 'a set of letters or indices of options, such as {"A", "C"}',
    "true-false": 'a verdict and the letter or index of a reason, or None for the reason, such as (False, "C")',
    "numeric": 'a number, or text such as "24" or "0x1F000"',
    "short-text": "text",
    "matching": 'a list with the letter or index of a right side for each left side, such as ["B", "A", None]',
    "ordering": 'a list with the letters or indices of all items, first to last, such as ["B", "C", "A"]',
    "cloze": 'a list with the text of each gap, such as ["guest", None]',
    "classification": 'a list with the letter or index of a category for each item, such as ["A", "B", "A"]',
    "essay": "text, or Marks with a share from 0 to 1 for each line of the rubric",
    "trace": 'a list with the text of each blank cell, row by row, such as ["0x1000", None]',
    "code": "Python source as text",
}
"""The form of a response to each kind of question, in words."""


class UnreadableError(Exception):
    """A response, or a part of it, does not have the form of its kind; the message says which part."""


def named(value: object, count: int) -> int:
    """The index, below `count`, that a letter or an index names."""
    if isinstance(value, str):
        if (index := index_of(value, count)) is None:
            raise UnreadableError(f"{value!r} is not one of the letters A to {letter(count - 1)}")
        return index
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadableError(f"{value!r} is neither a letter nor an index")
    if not 0 <= value < count:
        raise UnreadableError(f"the index {value} is not one of 0 to {count - 1}")
    return value


def chosen(value: object, count: int) -> frozenset[int]:
    """The indices that a collection of letters or indices names."""
    if isinstance(value, str) or not isinstance(value, Collection):
        raise UnreadableError(f"{value!r} is no set of options")
    return frozenset(named(item, count) for item in value)


def entries(value: object, count: int) -> Sequence[object]:
    """A list with one entry for each of `count` places."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise UnreadableError(f"{value!r} is no list")
    if len(value) != count:
        has = f"{len(value)} entr{'y' if len(value) == 1 else 'ies'}"
        raise UnreadableError(f"it has {has}, not {count}; None stands for one that is unanswered")
    return value


def text(value: object) -> str:
    """The value, which must be text."""
    if not isinstance(value, str):
        raise UnreadableError(f"{value!r} is no text")
    return value


def shortened(shown: str, longest: int = 80) -> str:
    """What a student wrote or a program returned, as a message shows it."""
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
