"""A log: entries with the term in which a leader took them in. Indices count from 1; index 0 is before all entries."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A command for the state machine; without a value it is the empty entry that begins a leader's term."""

    term: int
    value: str = ""

    def __str__(self) -> str:
        return f"{self.value or 'empty'} of term {self.term}"


Log: TypeAlias = tuple[Entry, ...]


def term_at(log: Log, index: int) -> int:
    """The term of an entry; 0 before the first and behind the last."""
    return log[index - 1].term if 0 < index <= len(log) else 0


def last(log: Log) -> tuple[int, int]:
    """Term and index of the last entry. Of two logs the one for which this is larger is more up to date."""
    return term_at(log, len(log)), len(log)


def fits(log: Log, index: int, term: int) -> bool:
    """Whether the log has an entry of this index and term; any log has index 0."""
    return index <= len(log) and term_at(log, index) == term


def merged(log: Log, index: int, entries: Log) -> Log:
    """The log with these entries behind an index. Only from the first conflict on is what it had there cut off.

    A late message holds fewer entries than came since; they are the same, so they stay.
    """
    for n, entry in enumerate(entries, index):
        if n >= len(log) or log[n].term != entry.term:
            return (*log[:n], *entries[n - index :])
    return log


def agreement(one: Log, other: Log) -> int:
    """The last index up to which two logs are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
