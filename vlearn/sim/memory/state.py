"""The state of a walk: the registers that govern it, physical memory, what has been read so far, and how it ended."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from vlearn.sim.memory.access import ALL_RIGHTS, Access, Eptp, Outcome, Registers, Rights
from vlearn.sim.memory.entries import EPT_RWX
from vlearn.sim.memory.modes import Level
from vlearn.sim.memory.tables import Memory
from vlearn.trace import Event, Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reference:
    """One read of a paging-structure entry by the processor.

    `guest_level` and `host_level` place it in the two-dimensional walk: host level 0 is the guest's entry itself, guest
    level 0 the walk for the final guest-physical address. A native walk has host level 0 throughout.
    """

    name: str
    entry: str
    guest_level: int
    host_level: int
    address: int
    value: int
    guest_physical: int | None = None

    def __str__(self) -> str:
        """As a sentence names it: `the PDE`, in a guest `gL4, the guest's PML4E` or `gL4:nL4, the EPT PML4E`."""
        if self.guest_physical is None:
            return f"the {self.entry}"
        return f"{self.name}, the {self.entry}" if self.host_level else f"{self.name}, the guest's {self.entry}"


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a guest-physical address lies in the host, and what the EPT says of it: rights, D, page size.

    Without an EPT every physical address is reached at itself, with all rights.
    """

    physical: int
    rights: int = EPT_RWX
    dirty: bool = True
    page_size: int = 1 << 52


@dataclass(frozen=True, slots=True)
class Descent:
    """How far down a walk is: the levels still to read, the table to read next, and the rights gathered so far.

    This is what a paging-structure cache keeps. `reached` is the table's place in the host, once it is known.
    """

    levels: tuple[Level, ...]
    table: int
    rights: Rights = ALL_RIGHTS
    reached: Reached | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """A processor's walk. With an EPT pointer the walk is two-dimensional; without one it is native.

    `memory` is the machine's one physical memory: in a guest, the guest's tables lie in it where the EPT puts them.
    `descents` are the tables the walk has gone down to, in order.
    """

    registers: Registers
    memory: Memory
    eptp: Eptp | None = None
    access: Access | None = None
    references: tuple[Reference, ...] = ()
    descents: tuple[Descent, ...] = ()
    outcome: Outcome | None = None

    def ends(self, outcome: Outcome, kind: str, text: str, *touches: str) -> Step["Walk"]:
        """The last step of a walk."""
        return Step(Event(kind, text, touches), replace(self, outcome=outcome))

    def reads(self, reference: Reference, kind: str, text: str) -> Step["Walk"]:
        """The step that reads one entry."""
        return Step(Event(kind, text, (reference.name,)), replace(self, references=(*self.references, reference)))

    def stores(self, reference: Reference, entry: int, kind: str, text: str) -> Step["Walk"]:
        """The step in which the processor itself writes an entry back, to set its A or D flag."""
        memory = self.memory.set(reference.address, entry)
        return Step(Event(kind, text, (reference.name,)), replace(self, memory=memory))


Walking: TypeAlias = Generator[Step[Walk], None, T]
"""Part of a walk: it yields its steps and returns what the rest of the walk needs."""
