"""What a self-test or a practice exam asks: the course's bank, read once a session, and entries drawn from it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from random import Random

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
    count: int | None = None,
    minutes: Fraction | None = None,
    first: Sequence[str] = (),
) -> Iterator[Entry]:
    """Entries that are not enemies, at most `count` of them and for at most `minutes` in all.

    The ids in `first` come first, in their order; for the rest, an objective comes again only when all others have come
    as often.
    """
    left = rng.sample(entries, len(entries))
    rank = {id: place for place, id in enumerate(first)}
    times: dict[str, int] = {}
    barred: set[str] = set()
    while count is None or count > 0:
        free = [e for e in left if e.id not in barred and (minutes is None or e.minutes <= minutes)]
        if not free:
            return
        entry = min(free, key=lambda e: (rank.get(e.id, len(rank)), times.get(e.objective, 0)))
        times[entry.objective] = times.get(entry.objective, 0) + 1
        barred |= {entry.id, *entry.enemies, *(e.id for e in left if entry.id in e.enemies)}
        count = None if count is None else count - 1
        minutes = None if minutes is None else minutes - entry.minutes
        yield entry
