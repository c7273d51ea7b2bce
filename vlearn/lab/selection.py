"""What a self-test or a practice exam asks: the course's bank, read once a session, and entries drawn from it."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from random import Random

from vlearn.exams.order import blocks, with_needs
from vlearn.questions.bank import Bank, load_bank
from vlearn.questions.entry import Entry


@cache
def course_bank() -> Bank:
    """The course's own bank."""
    return load_bank()


def drawn(
    entries: Sequence[Entry],
    rng: Random,
    *,
    bank: Bank,
    count: int | None = None,
    minutes: Fraction | None = None,
    first: Sequence[str] = (),
) -> tuple[Entry, ...]:
    """Entries that are not enemies, at most `count` of them and for at most `minutes` in all.

    The ids in `first` come first, in their order; for the rest, an objective comes again only when all others have come
    as often. An entry brings those of the bank that it needs, which stand directly before it and count too.
    """
    whole = {entry.id: with_needs(entry, bank) for entry in entries}
    left = rng.sample(entries, len(entries))
    rank = {id: place for place, id in enumerate(first)}
    times: dict[str, int] = {}
    chosen: dict[str, Entry] = {}
    foes = {(e.id, enemy) for e in bank for enemy in e.enemies}

    def fits(entry: Entry) -> bool:
        fresh = [e for e in whole[entry.id] if e.id not in chosen]
        then = (*chosen.values(), *fresh)
        return (
            (count is None or len(then) <= count)
            and (minutes is None or sum(e.minutes for e in then) <= minutes)
            and not any({(e.id, other.id), (other.id, e.id)} & foes for e in fresh for other in then)
        )

    while free := [entry for entry in left if entry.id not in chosen and fits(entry)]:
        entry = min(free, key=lambda e: (rank.get(e.id, len(rank)), times.get(e.objective, 0)))
        for fresh in whole[entry.id]:
            if fresh.id not in chosen:
                chosen[fresh.id] = fresh
                times[fresh.objective] = times.get(fresh.objective, 0) + 1
    return tuple(entry for block in blocks(tuple(chosen.values())) for entry in block)


def shortest(entries: Sequence[Entry], bank: Bank) -> Fraction:
    """The minutes of the entry that takes the fewest, with those it needs."""
    return min(sum((e.minutes for e in with_needs(entry, bank)), Fraction(0)) for entry in entries)
