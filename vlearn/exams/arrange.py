"""A choice of questions put in order, section by section."""

from collections.abc import Sequence
from math import prod
from random import Random
from typing import TypeAlias

from vlearn.exams.blueprint import Arrangement, Blueprint
from vlearn.exams.choice import Choice
from vlearn.exams.form import Section
from vlearn.exams.order import ordered, orders
from vlearn.questions.entry import Entry

Parts: TypeAlias = tuple[tuple[Entry, ...], ...]
"""The entries of each section in their order."""


def arranged(blueprint: Blueprint, choice: Choice, rng: Random) -> Parts:
    """The sections, each in the order that the blueprint wants; without sections everything is shuffled."""
    return tuple(ordered(part, how, rng) for part, how in zip(choice.sections, _hows(blueprint), strict=True))


def ways(blueprint: Blueprint, choice: Choice) -> int:
    """How many arrangements `arranged` may draw."""
    return prod(orders(part, how) for part, how in zip(choice.sections, _hows(blueprint), strict=True))


def headings(blueprint: Blueprint, parts: Parts) -> tuple[Section, ...]:
    """The headings above the sections, each at its first question."""
    firsts = (sum(map(len, parts[:n])) for n in range(len(blueprint.sections)))
    return tuple(
        Section(first, section.title, section.instructions)
        for first, section in zip(firsts, blueprint.sections, strict=True)
    )


def _hows(blueprint: Blueprint) -> Sequence[Arrangement]:
    return [section.order for section in blueprint.sections] or ["shuffled"]
