"""An IOMMU: it translates and checks what devices send, their DMA and their interrupts, by tables of the hypervisor.

A context entry gives a function of a device, named by its bus number, a domain; a domain maps frames that the device
names to frames of the host. An interrupt message carries an index into a table of entries, each valid for one function.
What no table allows is blocked, and recorded with its reason. Left out: the levels of the domain's table (they are a
walk as in `vlearn.sim.memory`), the IOTLB and its invalidation, page requests, posted interrupts' descriptors.
Source: Intel, Virtualization Technology for Directed I/O, sections 3 (DMA remapping), 5 (interrupts), 7 (faults).
"""

from dataclasses import dataclass, replace

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.devices.memory import PAGE

NO_CONTEXT, NO_WRITE, NO_READ = 0x02, 0x05, 0x06
INDEX_TOO_LARGE, NOT_PRESENT, WRONG_SOURCE = 0x21, 0x22, 0x26
REASONS = {
    NO_CONTEXT: "the function has no context entry",
    NO_WRITE: "the domain's table allows no write there",
    NO_READ: "the domain's table allows no read there",
    INDEX_TOO_LARGE: "the index lies beyond the interrupt table",
    NOT_PRESENT: "the interrupt table has no entry there",
    WRONG_SOURCE: "that entry belongs to another function",
}
"""Fault reasons with their numbers in the fault recording registers."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a domain's frame lies in the host, and whether the device may write it."""

    host: int
    writable: bool = True


@dataclass(frozen=True, slots=True)
class InterruptEntry:
    """What an interrupt message becomes: a vector for a guest; only messages of `function` count."""

    function: str
    vector: int
    guest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A blocked message of a device: which function, the address or the interrupt's index, and the reason's number."""

    function: str
    at: int
    reason: int

    def __str__(self) -> str:
        return f"fault {self.reason:#04x} for {self.function} at {self.at:#x}: {REASONS[self.reason]}"


_NO_CONTEXTS: Map[str, str] = Map()
_NO_DOMAINS: Map[str, Map[int, Frame]] = Map()


@dataclass(frozen=True, slots=True)
class Iommu:
    """Context entries (function to domain), each domain's frames, the interrupt table, and the faults recorded.

    `remaps` is false for a host without an IOMMU, whose devices use host addresses whatever their drivers mean.
    """

    contexts: Map[str, str] = _NO_CONTEXTS
    domains: Map[str, Map[int, Frame]] = _NO_DOMAINS
    interrupts: tuple[InterruptEntry | None, ...] = (None,) * 8
    faults: tuple[Fault, ...] = ()
    remaps: bool = True

    def map_frames(self, domain: str, first: int, host: int, count: int, writable: bool = True) -> "Iommu":
        """With `count` frames of the domain from `first` on, at host frames from `host` on."""
        if count < 1 or first < 0 or host < 0:
            raise ModelError(f"{count} frames from {first} to host frame {host}: map 1 frame or more, counted from 0")
        frames: Map[int, Frame] = self.domains.get(domain, Map())
        for n in range(count):
            frames = frames.set(first + n, Frame(host + n, writable))
        return replace(self, domains=self.domains.set(domain, frames))

    def attach(self, function: str, domain: str) -> "Iommu":
        """With a context entry that puts the function in the domain."""
        return replace(self, contexts=self.contexts.set(function, domain))

    def detach(self, function: str) -> "Iommu":
        """Without the function's context entry, and without its interrupts."""
        contexts = self.contexts.delete(function) if function in self.contexts else self.contexts
        kept = tuple(None if entry and entry.function == function else entry for entry in self.interrupts)
        return replace(self, contexts=contexts, interrupts=kept)

    def set_interrupt(self, index: int, entry: InterruptEntry) -> "Iommu":
        """With this entry of the interrupt table."""
        if not 0 <= index < len(self.interrupts):
            raise ModelError(f"the interrupt table has entries 0 to {len(self.interrupts) - 1}, and none at {index}")
        if not 32 <= entry.vector <= 255:
            raise ModelError(f"vector {entry.vector} is no interrupt's: vectors of devices run from 32 to 255")
        return replace(self, interrupts=(*self.interrupts[:index], entry, *self.interrupts[index + 1 :]))

    def recorded(self, fault: Fault) -> "Iommu":
        """With the fault in its recording registers."""
        return replace(self, faults=(*self.faults, fault))


def translate(iommu: Iommu, function: str, address: int, writes: bool) -> int | Fault:
    """The host address of a device's access to one byte, or why it is blocked."""
    if not iommu.remaps:
        return address
    if function not in iommu.contexts:
        return Fault(function, address, NO_CONTEXT)
    frames: Map[int, Frame] = iommu.domains.get(iommu.contexts[function], Map())
    frame = frames.get(address // PAGE)
    if frame is None or (writes and not frame.writable):
        return Fault(function, address, NO_WRITE if writes else NO_READ)
    return frame.host * PAGE + address % PAGE


def remap(iommu: Iommu, function: str, index: int) -> InterruptEntry | Fault:
    """The entry by which an interrupt message is delivered, or why it is blocked."""
    if index >= len(iommu.interrupts):
        return Fault(function, index, INDEX_TOO_LARGE)
    entry = iommu.interrupts[index]
    if entry is None:
        return Fault(function, index, NOT_PRESENT)
    return entry if entry.function == function else Fault(function, index, WRONG_SOURCE)
