"""The order of a form: shuffled, but for questions that build on each other, which stay together and in their order."""

from collections.abc import Sequence
from math import factorial
from random import Random

from vlearn.questions.entry import Entry


def blocks(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], ...]:
    """The entries in groups that a form keeps together: whoever needs another is in its group, and stands after it.

    Within a group, as among groups, the earlier entry stands first where no need says otherwise.
    """
    groups: list[list[Entry]] = []
    for entry in entries:
        near = [group for group in groups if any(e.id in entry.needs or entry.id in e.needs for e in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(e for group in near for e in group), entry])
    place = {entry.id: n for n, entry in enumerate(entries)}
    sorted_groups = (sorted(group, key=lambda e: place[e.id]) for group in groups)
    return tuple(_in_order(group) for group in sorted(sorted_groups, key=lambda group: place[group[0].id]))


def shuffled_order(entries: Sequence[Entry], rng: Random) -> tuple[Entry, ...]:
    """The entries in an order that `rng` draws, each directly after those of its block that come first."""
    kept = blocks(entries)
    return tuple(entry for block in rng.sample(kept, len(kept)) for entry in block)


def orders(entries: Sequence[Entry]) -> int:
    """How many orders `shuffled_order` may draw."""
    return factorial(len(blocks(entries)))


def _in_order(group: Sequence[Entry]) -> tuple[Entry, ...]:
    """What is needed goes first; `load_bank` sees to it that no question needs itself in the end."""
    left, done = list(group), list[Entry]()
    while left:
        waiting = {entry.id for entry in left}
        done.append(next(entry for entry in left if waiting.isdisjoint(entry.needs)))
        left.remove(done[-1])
    return tuple(done)
