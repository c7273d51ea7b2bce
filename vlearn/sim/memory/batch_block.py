"""A block of a batch: accesses that walk down together, and how each of them ends (see `batch`)."""

from dataclasses import dataclass

import numpy as np

from vlearn.sim.memory.entries import EPT_R, EPT_W, EPT_X, RW, US, A, D, P
from vlearn.sim.memory.modes import Level
from vlearn.sim.memory.packed import (
    BAD,
    EPT_VIOLATION,
    EXECUTABLE,
    GENERAL_PROTECTION,
    NO_FLAG,
    NO_TABLE,
    NOT_PRESENT,
    PAGE,
    PAGE_FAULT,
    U8,
    U16,
    U64,
    Index,
    Mask,
    Packed,
    Stop,
    descend,
    page_addresses,
    table_mask,
)
from vlearn.sim.memory.packed_guest import through_ept_many
from vlearn.sim.memory.state import Walk


@dataclass(frozen=True, slots=True, eq=False)
class Translations:
    """One element an access: its ending (an index of ENDINGS), the error code or exit qualification, the addresses.

    `guest_physical` is in a guest the address of the data, or the one that caused a VM exit; elsewhere 0.
    """

    ending: U8
    code: U16
    physical: U64
    guest_physical: U64

    def __len__(self) -> int:
        return len(self.ending)

    @classmethod
    def blank(cls, count: int) -> "Translations":
        """Results still to be written."""
        codes = np.zeros(count, np.uint8), np.zeros(count, np.uint16)
        return cls(*codes, np.zeros(count, np.uint64), np.zeros(count, np.uint64))

    def part(self, part: slice) -> "Translations":
        """Some of the results; what is written to them is written here."""
        return Translations(self.ending[part], self.code[part], self.physical[part], self.guest_physical[part])


@dataclass(frozen=True, slots=True, eq=False)
class PackedMachine:
    """A walk's state packed into arrays by `batch.pack`, for any number of batches.

    `writable` says for each table frame whether the EPT lets it be written. `roots` are where walks begin, with P: CR3,
    or the four PDPTE registers.
    """

    state: Walk
    tables: Packed
    ept: Packed | None
    writable: Mask
    roots: U64


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The accesses, one element each, and where their results go. A lane is the place of an access in the block."""

    machine: PackedMachine
    address: U64
    write: Mask
    execute: Mask
    user: Mask
    ac: Mask
    result: Translations

    def walk(self) -> None:
        """Walk for every access and write the results."""
        machine, mode = self.machine, self.machine.state.registers.mode
        lanes = np.arange(len(self.address))
        if mode.register_bits > mode.linear_bits:
            top = self.address >> (mode.linear_bits - 1)
            canonical = (top == 0) | (top == (1 << mode.register_bits - mode.linear_bits + 1) - 1)
            self.result.ending[~canonical] = GENERAL_PROTECTION
            lanes = lanes[canonical]
        which = (self.address[lanes] >> mode.loaded.shift).astype(np.int64) if mode.loaded else np.zeros_like(lanes)
        present = (machine.roots & P != 0)[which]
        self._fault(lanes[~present], present=0)
        lanes, which = lanes[present], which[present]
        tables = machine.roots & np.uint64(table_mask(mode))
        bases = machine.tables.frames.base(tables)
        if machine.ept:
            lost = (bases == machine.tables.frames.base_of_none)[which]
            self._exit_at_table(lanes[lost], tables[which[lost]], mode.levels[0])
            lanes, which = lanes[~lost], which[~lost]
        for stop in descend(machine.tables, self.address, bases[which], lanes):
            self._end(stop)

    def _end(self, stop: Stop) -> None:
        machine, levels = self.machine, self.machine.state.registers.mode.levels
        entries = machine.tables.frames.entries.take(stop.flat)
        if not (stop.status == PAGE).all():
            self._fault(stop.lanes[stop.status == NOT_PRESENT], present=0)
            self._fault(stop.lanes[stop.status == BAD], reserved=1)
            self._exit_at_flag(stop.where(stop.status == NO_FLAG))
            lost = stop.status == NO_TABLE
            if lost.any():
                tables = entries[lost] & np.uint64(table_mask(machine.tables.mode))
                self._exit_at_table(stop.lanes[lost], tables, levels[levels.index(stop.level) + 1])
            stop, entries = stop.where(stop.status == PAGE), entries[stop.status == PAGE]
        refused = self._forbidden(stop)
        if refused.any():
            self._fault(stop.lanes[refused])
            stop, entries = stop.where(~refused), entries[~refused]
        if not machine.writable.all():
            missing = (entries & A == 0) | self.write[stop.lanes] & (entries & D == 0)
            stuck = missing & ~machine.writable[stop.flat // machine.tables.frames.per_frame]
            self._exit_at_flag(stop.where(stuck))
            stop, entries = stop.where(~stuck), entries[~stuck]
        page = page_addresses(machine.tables.mode, stop.level, entries)
        self._reach(stop.lanes, page | self.address[stop.lanes] & np.uint64(stop.level.span - 1))

    def _reach(self, lanes: Index, physical: U64) -> None:
        """The guest's own walk is done, or the native one."""
        ept, eptp, result = self.machine.ept, self.machine.state.eptp, self.result
        if ept is None or eptp is None:
            result.physical[lanes] = physical
            return
        wanted = np.select([self.write[lanes], self.execute[lanes]], [EPT_W, EPT_X], EPT_R).astype(np.uint64)
        places = through_ept_many(ept, eptp, physical, wanted)
        result.ending[lanes], result.physical[lanes] = places.ending, places.physical
        result.code[lanes] = places.qualification | (places.ending == EPT_VIOLATION) * np.uint16(1 << 7 | 1 << 8)
        result.guest_physical[lanes] = physical

    def _forbidden(self, stop: Stop) -> Mask:
        """Where the AND of the entries does not allow the access: the rule of access.Rights.allow."""
        registers, lanes = self.machine.state.registers, stop.lanes
        write, execute, user = self.write[lanes], self.execute[lanes], self.user[lanes]
        user_page, read_only = stop.rights & US != 0, stop.rights & RW == 0
        forbidden: Mask = write & read_only if registers.wp else write & read_only & user
        forbidden |= execute & (stop.rights & EXECUTABLE == 0) | user & ~user_page
        if registers.smep:
            forbidden |= execute & user_page & ~user
        if registers.smap:
            forbidden |= ~execute & user_page & ~user & ~self.ac[lanes]
        return forbidden

    def _fault(self, lanes: Index, present: int = 1, reserved: int = 0) -> None:
        registers = self.machine.state.registers
        tells_fetches = (registers.nxe and registers.mode.entry_bytes == 8) or registers.smep
        named = ((self.write[lanes], 1), (self.user[lanes], 2), (self.execute[lanes] & tells_fetches, 4))
        code = sum(flag.astype(np.uint16) << position for flag, position in named)
        self.result.ending[lanes] = PAGE_FAULT
        self.result.code[lanes] = code | present | reserved << 3

    def _exit_at_table(self, lanes: Index, tables: U64, level: Level) -> None:
        """The EPT does not let these walks read their entry of the table at a guest-physical address."""
        eptp = self.machine.state.eptp
        index = self.address[lanes] >> level.shift & np.uint64((1 << level.index_bits) - 1)
        places = tables + index * np.uint64(self.machine.tables.mode.entry_bytes)
        self._exit(lanes, places, EPT_R | EPT_W if eptp and eptp.accessed_dirty else EPT_R)

    def _exit_at_flag(self, stop: Stop) -> None:
        """The EPT does not let the processor set A or D in the entry where these walks stop."""
        frames = self.machine.tables.frames
        offset = stop.flat % frames.per_frame * self.machine.tables.mode.entry_bytes
        frame = frames.numbers[stop.flat // frames.per_frame] << np.uint64(12)
        self._exit(stop.lanes, frame + offset.astype(np.uint64), EPT_R | EPT_W)

    def _exit(self, lanes: Index, places: U64, wanted: int) -> None:
        """Find out what the exit says by walking the EPT once more."""
        ept, eptp, result = self.machine.ept, self.machine.state.eptp, self.result
        if len(lanes) and ept and eptp:
            found = through_ept_many(ept, eptp, places, np.full(len(lanes), wanted, np.uint64))
            result.ending[lanes], result.guest_physical[lanes] = found.ending, places
            result.code[lanes] = found.qualification | (found.ending == EPT_VIOLATION) * np.uint16(1 << 7)
