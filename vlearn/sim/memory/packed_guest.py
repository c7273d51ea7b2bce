"""A guest's page tables as arrays: every table has been through the EPT beforehand, so a batch need not do it again.

Frames are known by guest-physical address here. Two guest-physical addresses may lie in one host frame and yet differ
in EPT rights, so each keeps its own copy.
"""

from dataclasses import dataclass, replace

import numpy as np

from vlearn.sim.memory.access import Eptp
from vlearn.sim.memory.entries import EPT_R, EPT_RWX, EPT_W, A
from vlearn.sim.memory.packed import (
    BAD,
    EPT_MISCONFIGURATION,
    EPT_VIOLATION,
    GO_ON,
    NO_FLAG,
    NO_TABLE,
    PAGE,
    TRANSLATED,
    U8,
    U16,
    U64,
    Frames,
    Mask,
    Packed,
    descend,
    pack_frames,
    pack_paging,
    page_addresses,
    paging_status,
    table_mask,
)
from vlearn.sim.memory.state import Walk


@dataclass(frozen=True, slots=True, eq=False)
class HostPlaces:
    """Where guest-physical addresses lie in the host, or how the VM exits: bits 5:0 of the exit qualification."""

    physical: U64
    ending: U8
    qualification: U16
    rights: U8


def through_ept_many(ept: Packed, eptp: Eptp, addresses: U64, wanted: U64) -> HostPlaces:
    """Walk the EPT for all addresses; `wanted` holds for each the rights (EPT_R, EPT_W, EPT_X) that it needs."""
    count = len(addresses)
    physical, rights = np.zeros(count, np.uint64), np.zeros(count, np.uint8)
    ending = np.full(count, EPT_VIOLATION, np.uint8)
    root = ept.frames.base(np.array([eptp.root], np.uint64))
    for stop in descend(ept, addresses, np.broadcast_to(root, count), np.arange(count)):
        ending[stop.lanes[stop.status == BAD]] = EPT_MISCONFIGURATION
        stop = stop.where(stop.status == PAGE)
        rights[stop.lanes] = stop.rights & EPT_RWX
        stop = stop.where(wanted[stop.lanes] & ~stop.rights == 0)
        pages = page_addresses(ept.mode, stop.level, ept.frames.entries.take(stop.flat))
        physical[stop.lanes] = pages | addresses[stop.lanes] & (stop.level.span - 1)
        ending[stop.lanes] = TRANSLATED
    wide = addresses >> eptp.mode.linear_bits != 0
    ending[wide], rights[wide], physical[wide] = EPT_VIOLATION, 0, 0
    qualification = (wanted | rights.astype(np.uint64) << 3).astype(np.uint16)
    qualification[ending == TRANSLATED] = qualification[ending == EPT_MISCONFIGURATION] = 0
    return HostPlaces(physical, ending, qualification, rights)


def pack_guest(state: Walk, eptp: Eptp, ept: Packed, roots: U64) -> tuple[Packed, Mask]:
    """The guest's tables below these guest-physical roots, and for each frame whether the EPT lets it be written."""
    registers, mode = state.registers, state.registers.mode
    host = pack_frames(state.memory, mode.entry_bytes)
    wanted = np.uint64(EPT_R | EPT_W if eptp.accessed_dirty else EPT_R)
    tables: dict[int, U64] = {}
    writable: dict[int, bool] = {}
    frontier = np.unique(roots >> 12)
    for level in mode.levels:
        new = np.array([n for n in frontier.tolist() if n not in tables], np.uint64)
        places = through_ept_many(ept, eptp, new << np.uint64(12), np.full(len(new), wanted))
        for i in np.flatnonzero(places.ending == TRANSLATED).tolist():
            begin = int(host.base(places.physical[i : i + 1])[0])
            tables[int(new[i])] = host.entries[begin : begin + host.per_frame]
            writable[int(new[i])] = bool(places.rights[i] & EPT_W)
        met = [tables[n] for n in frontier.tolist() if n in tables]
        entries = np.concatenate([*met, np.zeros(0, np.uint64)])
        goes_on = paging_status(level, entries, registers) == GO_ON
        frontier = np.unique((entries[goes_on] & table_mask(mode)) >> 12)
    order = sorted(tables)
    nothing = np.zeros(host.per_frame, np.uint64)
    entries = np.concatenate([*(tables[n] for n in order), nothing])
    frames = Frames(np.array(order, np.uint64), entries, host.per_frame)
    may_write = np.array([*(writable[n] for n in order), True])
    packed = pack_paging(frames, registers)
    lost = packed.step == frames.base_of_none
    stuck = (entries & A == 0) & ~np.repeat(may_write, host.per_frame)
    status = (np.where(s == GO_ON, np.select([stuck, lost], [NO_FLAG, NO_TABLE], GO_ON), s) for s in packed.status)
    return replace(packed, status=tuple(s.astype(np.uint8) for s in status)), may_write
