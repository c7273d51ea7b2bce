"""The order of questions: those that build on each other stay together and in their order, whatever else is wanted."""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial, prod
from random import Random
from typing import TypeAlias

from vlearn.exams.blueprint import Arrangement
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry

Block: TypeAlias = tuple[Entry, ...]
"""Questions that a form keeps together."""


def blocks(entries: Sequence[Entry]) -> tuple[Block, ...]:
    """The entries in groups that a form keeps together: whoever needs another is in its group, and stands after it.

    Within a group, as among groups, the earlier entry stands first where no need says otherwise.
    """
    groups = {entry.id: [entry] for entry in entries}
    for entry in entries:
        for id in entry.needs:
            if id in groups and groups[id] is not groups[entry.id]:
                merged = groups[id] + groups[entry.id]
                groups |= dict.fromkeys((member.id for member in merged), merged)
    place = {entry.id: n for n, entry in enumerate(entries)}
    distinct = {group[0].id: group for group in groups.values()}.values()
    sorted_groups = (sorted(group, key=lambda e: place[e.id]) for group in distinct)
    return tuple(_in_order(group) for group in sorted(sorted_groups, key=lambda group: place[group[0].id]))


def with_needs(entry: Entry, bank: Bank) -> Block:
    """The entry after all that it builds on, in the bank, directly or not."""
    found, left = {entry.id: entry}, [entry]
    while left:
        fresh = [bank[id] for id in left.pop().needs if id not in found]
        found |= {needed.id: needed for needed in fresh}
        left += fresh
    return _in_order(list(found.values()))


def ordered(entries: Sequence[Entry], arrangement: Arrangement, rng: Random) -> Block:
    """The entries in this arrangement, in an order that `rng` draws as far as that leaves any open.

    Each stands directly after those of its block that come first.
    """
    key, kept = _KEYS[arrangement], list(enumerate(blocks(entries)))
    drawn = sorted(rng.sample(kept, len(kept)), key=lambda placed: key(*placed))
    return tuple(entry for _, block in drawn for entry in block)


def orders(entries: Sequence[Entry], arrangement: Arrangement = "shuffled") -> int:
    """How many orders `ordered` may draw."""
    alike = Counter(_KEYS[arrangement](n, block) for n, block in enumerate(blocks(entries)))
    return prod(map(factorial, alike.values()))


def _in_order(group: Sequence[Entry]) -> Block:
    """What is needed goes first; `load_bank` sees to it that no question needs itself in the end."""
    left, done = list(group), list[Entry]()
    while left:
        waiting = {entry.id for entry in left}
        done.append(next(entry for entry in left if waiting.isdisjoint(entry.needs)))
        left.remove(done[-1])
    return tuple(done)


def _difficulty(block: Block) -> Fraction:
    return Fraction(sum(entry.difficulty for entry in block), len(block))


_KEYS: dict[Arrangement, Callable[[int, Block], int | str | Fraction]] = {
    "shuffled": lambda _, __: 0,
    "as in the bank": lambda place, _: place,
    "by chapter": lambda _, block: block[0].chapter,
    "by difficulty": lambda _, block: _difficulty(block),
}
"""What each arrangement sorts blocks by, of which it has the place in the bank and the block."""
