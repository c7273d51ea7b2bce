"""Workloads to compare shadow and nested paging with: processes of a guest, and what they do, as one list of actions.

A kernel's part in a workload is what the architecture asks of it: a store to an entry, and INVLPG where a translation
was taken away or restricted. Addresses and frames are made up here; what counts is how many pages there are, and how
often they change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.memory.access import Access, Registers
from vlearn.sim.memory.entries import PS, RW, US, P
from vlearn.sim.memory.invalidation import Invlpg, LoadCr3
from vlearn.sim.memory.mmu import StoreEntry
from vlearn.sim.memory.modes import FOUR_LEVEL, GIB, MIB
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.tables import FRAME, Memory

DATA_AT = 8 * MIB
"""Guest-physical: the tables of a workload's processes lie below, their pages from here on."""
LINEAR_AT = GIB

GuestAction: TypeAlias = Access | StoreEntry | Invlpg | LoadCr3


@dataclass(frozen=True, slots=True)
class Workload:
    """A guest before the run, its first process in CR3, and all that it does. `ram` is guest-physical, in bytes.

    `warm` comes before `actions` and is not counted: every page has been written once, so that no cost is that of a
    first use.
    """

    name: str
    registers: Registers
    memory: Memory
    ram: int
    warm: tuple[GuestAction, ...]
    actions: tuple[GuestAction, ...]

    @property
    def accesses(self) -> int:
        """How many of the actions are accesses to memory."""
        return sum(isinstance(action, Access) for action in self.actions)


def work(
    rng: Random,
    pages: int = 64,
    accesses: int = 400,
    *,
    churn: float = 0.0,
    processes: int = 1,
    turn: int = 100,
    page_size: int = FRAME,
) -> Workload:
    """Accesses to random pages of a working set, a quarter of them writes, by processes that take turns.

    Before an access, with a probability of `churn`, the kernel moves one page of the process to another frame: a store
    that takes the old entry away, INVLPG, a store of the new one. A turn is so many accesses long.
    """
    for name, value in (("pages", pages), ("accesses", accesses), ("processes", processes), ("turn", turn)):
        if value < 1:
            raise ModelError(f"a workload has 1 or more {name}, not {value}")
    if not 0 <= churn <= 1:
        raise ModelError(f"churn is the probability that a page moves before an access, from 0 to 1; not {churn}")
    if page_size not in (FRAME, 2 * MIB):
        raise ModelError(f"the pages of a workload have 4 KiB or 2 MiB, not {page_size:#x} bytes")
    size, room = pages * page_size, 2 * pages * page_size
    spaces, memory, root = [], PageTables().memory, FRAME
    for number in range(processes):
        tables = PageTables(FOUR_LEVEL, root, memory).map_page(
            LINEAR_AT, DATA_AT + number * room, page_size, length=size
        )
        spaces.append(tables)
        memory, root = tables.memory, tables.next_frame
    spaces = [replace(tables, memory=memory) for tables in spaces]
    if root > DATA_AT:
        raise ModelError(
            f"the tables of {processes} processes with {pages} pages each take more than {DATA_AT:#x} bytes"
        )
    actions = tuple(_actions(rng, spaces, pages, accesses, churn, turn, page_size))
    name = f"{pages} pages, {processes} process{'es' if processes > 1 else ''}, churn {churn:g}"
    warm = tuple(_warm(spaces, pages, page_size))
    return Workload(name, spaces[0].registers(), memory, DATA_AT + processes * room, warm, actions)


def _warm(spaces: list[PageTables], pages: int, page_size: int) -> Iterator[GuestAction]:
    for tables in reversed(spaces):
        yield LoadCr3(tables.root)
        for at in range(0, pages * page_size, FRAME):
            yield Access(LINEAR_AT + at, "write", user=True)


def _actions(
    rng: Random, spaces: list[PageTables], pages: int, accesses: int, churn: float, turn: int, page_size: int
) -> Iterator[GuestAction]:
    moved: dict[tuple[int, int], bool] = {}
    large = 0 if page_size == FRAME else PS
    for n in range(accesses):
        running = n // turn % len(spaces)
        if n and n % turn == 0 and len(spaces) > 1:
            yield LoadCr3(spaces[running].root)
        page = rng.randrange(pages)
        address = LINEAR_AT + page * page_size
        if rng.random() < churn:
            elsewhere = moved[running, page] = not moved.get((running, page), False)
            frame = DATA_AT + (2 * pages * running + pages * elsewhere + page) * page_size
            entry = spaces[running].path(address)[-1].address
            yield StoreEntry(entry, 0)
            yield Invlpg(address)
            yield StoreEntry(entry, frame | large | P | RW | US)
        offset = rng.randrange(0, page_size, 8)
        yield Access(address + offset, "write" if rng.random() < 0.25 else "read", user=True)
