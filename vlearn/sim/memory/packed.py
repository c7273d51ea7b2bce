"""Page tables as numpy arrays, so that many walks go down together: two gathers a level, the rest judged beforehand.

Memory is cut into table frames that lie one after another in a flat array; an entry is known by its flat index. For
every level, `status` says what a walk does at each entry if it meets it at that level.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vlearn.sim.memory.access import Eptp, Registers
from vlearn.sim.memory.entries import EPT_R, EPT_RWX, EPT_W, EPT_X, MEMORY_TYPES, PS, XD, P, bits, reserved_bits
from vlearn.sim.memory.modes import Level, Mode
from vlearn.sim.memory.tables import FRAME, Memory

U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
U64: TypeAlias = NDArray[np.uint64]
Index: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

ENDINGS = ("translated", "page-fault", "general-protection", "ept-violation", "ept-misconfiguration")
"""How a walk can end: the kinds of the last event of the step model, by the number that stands for each in a batch."""
TRANSLATED, PAGE_FAULT, GENERAL_PROTECTION, EPT_VIOLATION, EPT_MISCONFIGURATION = range(5)

EXECUTABLE = XD
"""XD as it is packed here, inverted: 1 allows instruction fetches."""
GO_ON, PAGE, NOT_PRESENT, BAD, NO_TABLE, NO_FLAG = range(6)
"""What a walk does at an entry. BAD: a reserved bit is set, or an EPT entry is misconfigured. In a guest, NO_TABLE: the
EPT does not let the walk reach the table; NO_FLAG: the EPT does not let the processor set A."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Table frames of one entry width. The last frame is all zero: what any other physical memory holds."""

    numbers: U64
    entries: U64
    per_frame: int

    @property
    def base_of_none(self) -> int:
        """The flat index at which the frame that is all zero begins."""
        return len(self.numbers) * self.per_frame

    def step(self, mode: Mode) -> Index:
        """For each entry, where the table begins whose address it holds."""
        return self.base(self.entries & np.uint64(table_mask(mode)))

    def base(self, addresses: U64) -> Index:
        """The flat index at which the table at each of these physical addresses begins."""
        wanted = addresses >> 12
        rows = np.searchsorted(self.numbers, wanted)
        known = np.append(self.numbers, np.uint64(0))[rows] == wanted
        known &= rows < len(self.numbers)
        return np.where(known, rows, len(self.numbers)).astype(np.int64) * self.per_frame


def pack_frames(memory: Memory, entry_bytes: int) -> Frames:
    """Cut memory into frames. An address that is not a multiple of the width belongs to a table of another kind."""
    addresses = np.fromiter(memory.keys(), np.uint64, len(memory))
    values = np.fromiter(memory.values(), np.uint64, len(memory))
    fits = addresses % entry_bytes == 0
    addresses, values = addresses[fits], values[fits]
    numbers, rows = np.unique(addresses >> 12, return_inverse=True)
    per_frame = FRAME // entry_bytes
    entries = np.zeros((len(numbers) + 1) * per_frame, np.uint64)
    entries[rows * per_frame + (addresses % FRAME // entry_bytes).astype(np.int64)] = values
    return Frames(numbers, entries, per_frame)


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """One dimension of a walk: for each level the status of every entry, and where the table is that it references."""

    mode: Mode
    frames: Frames
    status: tuple[U8, ...]
    step: Index


def pack_paging(frames: Frames, registers: Registers) -> Packed:
    """The page tables in these frames. XD is kept inverted, so that the AND of entries gathers that right as well."""
    mode, entries = registers.mode, frames.entries
    status = tuple(paging_status(level, entries, registers) for level in mode.levels)
    inverted = replace(frames, entries=entries ^ np.uint64(EXECUTABLE))
    return Packed(mode, inverted, status, frames.step(mode))


def paging_status(level: Level, entries: U64, registers: Registers) -> U8:
    """What a walk does at entries that it meets at this level."""
    mode = registers.mode
    large = level.may_map_page and (registers.pse or mode.entry_bytes == 8)
    page = np.full(len(entries), True) if level.number == 1 else (entries & PS != 0) & large
    masks = (reserved_bits(mode, level, p, registers.physical_bits, registers.nxe) for p in (True, False))
    return _status(entries & P != 0, page, _any_bit(entries, page, *masks))


def pack_ept(memory: Memory, eptp: Eptp) -> Packed:
    """The EPT in this memory."""
    frames = pack_frames(memory, 8)
    entries, rights = frames.entries, frames.entries & EPT_RWX
    bad_rights = rights & (EPT_R | EPT_W) == EPT_W
    if not eptp.execute_only:
        bad_rights |= rights == EPT_X
    bad_type = ~np.isin(entries >> 3 & 7, list(MEMORY_TYPES))

    def status(level: Level) -> U8:
        page = np.full(len(entries), True) if level.number == 1 else (entries & PS != 0) & level.may_map_page
        masks = (reserved_bits(eptp.mode, level, p, eptp.physical_bits) for p in (True, False))
        return _status(rights != 0, page, bad_rights | page & bad_type | _any_bit(entries, page, *masks))

    return Packed(eptp.mode, frames, tuple(map(status, eptp.mode.levels)), frames.step(eptp.mode))


def page_addresses(mode: Mode, level: Level, entries: U64) -> U64:
    """The physical addresses of the pages that entries of this level map: entries.page_address for arrays."""
    if mode.entry_bytes == 8:
        return entries & np.uint64(bits(51, level.shift))
    if level.number == 1:
        return entries & np.uint64(bits(31, 12))
    return entries & np.uint64(bits(31, 22)) | (entries & np.uint64(bits(20, 13))) << np.uint64(19)


def table_mask(mode: Mode) -> int:
    """The bits of an entry that hold the address of a table."""
    return bits(51 if mode.entry_bytes == 8 else 31, 12)


def _any_bit(entries: U64, page: Mask, if_page: int, if_table: int) -> Mask:
    masks = np.where(page, np.uint64(if_page), np.uint64(if_table))
    return (entries & masks).astype(bool)


def _status(present: Mask, page: Mask, bad: Mask) -> U8:
    return np.select([~present, bad, page], [NOT_PRESENT, BAD, PAGE], GO_ON).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """Walks that end at one level: which they are, why, where the last entry is, and the AND of all entries."""

    level: Level
    lanes: Index
    status: U8
    flat: Index
    rights: U64

    def where(self, mask: Mask) -> "Stop":
        """Those of the walks for which the mask is true."""
        if mask.all():
            return self
        return Stop(self.level, self.lanes[mask], self.status[mask], self.flat[mask], self.rights[mask])


def descend(packed: Packed, addresses: U64, base: Index, lanes: Index) -> Iterator[Stop]:
    """Walk down together for the addresses of these lanes, each from the table at its `base`; say where they stop."""
    signed = (addresses[lanes] if len(lanes) < len(addresses) else addresses).view(np.int64)
    rights = np.full(len(lanes), bits(63, 0), np.uint64)
    for level, statuses in zip(packed.mode.levels, packed.status, strict=True):
        flat = base + (signed >> level.shift & (1 << level.index_bits) - 1)
        rights = rights & packed.frames.entries.take(flat)
        status = statuses.take(flat)
        stops = status != GO_ON
        if stops.all():
            yield Stop(level, lanes, status, flat, rights)
            return
        if stops.any():
            yield Stop(level, lanes[stops], status[stops], flat[stops], rights[stops])
            goes = ~stops
            lanes, signed, rights, flat = lanes[goes], signed[goes], rights[goes], flat[goes]
        base = packed.step.take(flat)
