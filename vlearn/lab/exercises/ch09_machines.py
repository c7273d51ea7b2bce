"""The machines that chapter 9's notebook moves, and the wrong model of its bug hunt."""

from dataclasses import replace

from vlearn.sim.migration import (
    PAGE,
    Link,
    Migrate,
    Migration,
    PreCopy,
    Sequential,
    VirtualMachine,
    before,
    migrate,
    plain,
)
from vlearn.trace import Trace, run

SMALL = before(VirtualMachine(12 * PAGE, (Sequential(3 * PAGE, 10 * PAGE),), state=PAGE), Link(20 * PAGE))
"""Twelve pages, of which the guest writes three over and over."""
ROUNDS = PreCopy(replace(plain(rounds=3), batch=2))
READER = VirtualMachine(12 * PAGE, (Sequential(4 * PAGE, 30 * PAGE, 8 * PAGE, writes=False),), state=PAGE)
"""Twelve pages, of which the guest reads the last four."""


def migrated() -> Trace[Migration]:
    """The pre-copy of the small machine."""
    return run(migrate, SMALL, [Migrate(ROUNDS)])


def careless(machine: VirtualMachine, link: Link, rounds: int = 3) -> frozenset[int]:
    """A wrong model, to be found out: it crosses off what it skips. Which pages are out of date at the resume."""
    return spoiled(machine, link, rounds)[0]


def spoiled(machine: VirtualMachine, link: Link, rounds: int = 3) -> tuple[frozenset[int], int]:
    """What `careless` leaves out of date, and how many pages it skipped."""
    to_send, stale, time, skipped = set(range(machine.pages)), set(range(machine.pages)), 0.0, 0
    for _ in range(rounds):
        dirty: set[int] = set()
        for page in sorted(to_send):
            if page in dirty:
                dirty.discard(page)
                skipped += 1
                continue
            stale.discard(page)
            written = {int(p) for writer in machine.processors for p in writer.written(time, time + link.slot)}
            dirty, stale, time = dirty | written, stale | written, time + link.slot
        to_send = dirty
    return frozenset(stale - to_send), skipped
