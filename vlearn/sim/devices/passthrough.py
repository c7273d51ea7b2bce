"""Passthrough: a guest drives a real function of a device, and an IOMMU confines what the function can reach.

A whole device serves one guest. SR-IOV is the way out: the physical function enables virtual ones, each with its own
registers, its own name on the bus and so its own context in the IOMMU, and each can be given to another guest. What a
processor does (a store to the function's register, a load from a buffer) never meets the IOMMU. Left out: the
function's queues, the card's switch between functions, resets between guests, mediated devices, and what interrupts do
on a host whose IOMMU does not remap them.
Sources: PCI-SIG, Single Root I/O Virtualization; Intel VT-d specification; Linux kernel documentation, VFIO.
"""

from dataclasses import dataclass
from typing import TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.devices.iommu import Iommu
from vlearn.sim.devices.memory import Memory

_NO_OWNERS: Map[str, str | None] = Map({"01:00.0": None})
_IOMMU, _MEMORY = Iommu(), Memory()


@dataclass(frozen=True, slots=True)
class Host:
    """The host's memory, each guest's place in it (first frame and count), each function's guest, and the IOMMU."""

    guests: Map[str, tuple[int, int]]
    owners: Map[str, str | None] = _NO_OWNERS
    iommu: Iommu = _IOMMU
    memory: Memory = _MEMORY
    delivered: tuple[tuple[str, int], ...] = ()

    @classmethod
    def with_guests(cls, names: tuple[str, ...], frames: int, remaps: bool = True) -> "Host":
        """Guests of so many frames each, one after the other from host frame 0x100 on; one card at 01:00.0."""
        if frames < 1:
            raise ModelError(f"a guest of {frames} frames has no memory; give it 1 or more")
        places = {name: (0x100 + n * frames, frames) for n, name in enumerate(names)}
        return cls(Map(places), iommu=Iommu(remaps=remaps))


@dataclass(frozen=True, slots=True)
class Assign:
    """The hypervisor gives a function to a guest: its domain maps the guest's memory and nothing else."""

    function: str
    guest: str


@dataclass(frozen=True, slots=True)
class Release:
    """The hypervisor takes a function back."""

    function: str


@dataclass(frozen=True, slots=True)
class EnableFunctions:
    """The physical function's driver enables so many virtual functions."""

    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 7:
            raise ModelError(f"this card has 1 to 7 virtual functions, not {self.count}")


@dataclass(frozen=True, slots=True)
class ReadByDma:
    """A function reads memory, at an address as its driver gave it."""

    function: str
    address: int
    length: int


@dataclass(frozen=True, slots=True)
class WriteByDma:
    """A function writes memory, at an address as its driver gave it."""

    function: str
    address: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A function sends an interrupt message with an index into the remapping table."""

    function: str
    index: int

    def __post_init__(self) -> None:
        if self.index < 0:
            raise ModelError(f"the interrupt table is indexed from 0; there is no entry {self.index}")


@dataclass(frozen=True, slots=True)
class StoreToRegister:
    """The guest's processor stores a value in a register of its function."""

    guest: str
    function: str


Passthrough: TypeAlias = Assign | Release | EnableFunctions | ReadByDma | WriteByDma | Interrupt | StoreToRegister
