"""What the monitor keeps for a guest, and how it follows the guest's tables."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from immutables import Map

from vlearn.sim.cpu import Cpu
from vlearn.sim.cpu.control import PG, PSE, SMAP, SMEP
from vlearn.sim.memory.tables import FRAME, Memory
from vlearn.sim.monitors.trap_and_emulate.compression import Compression
from vlearn.sim.monitors.trap_and_emulate.descriptor_tables import (
    descriptor_frames,
    descriptor_pages,
    shadow_descriptors,
)
from vlearn.sim.monitors.trap_and_emulate.shadow import (
    ENTRIES,
    Traced,
    mapped_pages,
    places,
    shadow_of,
    traced_frames,
)
from vlearn.sim.monitors.vm import RAM

_UNTRACED = Traced(None, Map(), frozenset())
_NO_SHADOW: Map[int, tuple[int, ...]] = Map()
_NO_WORDS: Map[int, int] = Map()


@dataclass(frozen=True, slots=True)
class TrapAndEmulate:
    """The monitor's own state. `shadow` has the shadow's entries by linear page, one for each view.

    `descriptors` are the words of the shadow GDT and LDT by physical address. All of it lies in the real memory too.
    """

    compression: Compression
    umip: bool = False
    traced: Traced = _UNTRACED
    shadow: Map[int, tuple[int, ...]] = _NO_SHADOW
    descriptors: Map[int, int] = _NO_WORDS

    def follow(self, before: Cpu, after: Cpu, written: Iterable[int], real: Memory) -> tuple["TrapAndEmulate", Memory]:
        """The monitor and the real memory after the guest has changed, given the words of its memory that it wrote."""
        words = real.mutate()
        frames = set[int]()
        for address in written:
            if address < RAM:
                words[address] = after.memory[address]
                frames.add(address & -FRAME)
        memory = words.finish()
        watched = {self.traced.directory, *self.traced.descriptors}
        if _governing(before) != _governing(after) or not watched.isdisjoint(frames):
            return self.rebuilt(after, memory)
        pages = {page for address in written for page in self._pages_of(address)}
        if pages and not pages.isdisjoint(descriptor_pages(after)):
            return self.rebuilt(after, memory)
        return self._edited(after, pages, memory)

    def rebuilt(self, guest: Cpu, real: Memory) -> tuple["TrapAndEmulate", Memory]:
        """With every shadow made anew."""
        traced = traced_frames(guest, descriptor_frames(guest))
        descriptors = Map(shadow_descriptors(guest, self.compression))
        words = real.mutate()
        for address in {*self.descriptors}.difference(descriptors):
            del words[address]
        words.update(descriptors)
        new = replace(self, traced=traced, descriptors=descriptors)
        return new._edited(guest, {*self.shadow, *mapped_pages(guest)}, words.finish())

    def _pages_of(self, address: int) -> Iterable[int]:
        """The linear pages whose entry in the guest's page tables is the word at an address."""
        users = self.traced.tables.get(address & -FRAME, ())
        return (number * ENTRIES + (address % FRAME >> 2) for number in users)

    def _edited(self, guest: Cpu, pages: Iterable[int], real: Memory) -> tuple["TrapAndEmulate", Memory]:
        shadow, words = self.shadow.mutate(), real.mutate()
        for page in pages:
            entries = shadow_of(guest, page, self.traced, self.compression)
            if entries == shadow.get(page, (0,) * len(entries)):
                continue
            shadow[page] = entries
            for view, entry in enumerate(entries):
                at, directory_at, pde = places(page, view)
                words[at] = entry
                words[directory_at] = pde
        return replace(self, shadow=shadow.finish()), words.finish()


def _governing(guest: Cpu) -> tuple[object, ...]:
    """Everything but memory that decides what the shadows hold."""
    cr0, cr4 = guest.cr0 & PG, guest.cr4 & (PSE | SMEP | SMAP)
    return guest.gdtr, guest.ldtr.descriptor, cr0, guest.cr3 if cr0 else 0, cr4
