"""The map f from the virtual processor to the real one, and its way back after the real one has run.

What the hardware holds besides general registers is the monitor's: descriptor tables, CR3, IF = 1 so that devices are
heard, IOPL = 0 so that CLI and STI trap. Left out: what cannot be loaded back on a real processor, the hidden part of a
segment register whose descriptor has changed in its table since (the segment reversibility problem); the model sets
hidden parts at will.
"""

from dataclasses import replace

from vlearn.sim.cpu import Cpu, Descriptor, Segment, TableRegister
from vlearn.sim.cpu.control import AM, CR0_TS, EM, ET, MP, NE, PE, PG, SMAP, SMEP, TSD, UMIP, WP
from vlearn.sim.cpu.descriptors import BUSY_TSS, LDT, is_null
from vlearn.sim.cpu.eflags import IF, IOPL
from vlearn.sim.cpu.loading import look_up
from vlearn.sim.cpu.state import CS, NO_TIMER, SS
from vlearn.sim.memory.tables import FRAME, Memory
from vlearn.sim.monitors.trap_and_emulate.compression import Compression, compressed_segment
from vlearn.sim.monitors.trap_and_emulate.layout import (
    DIRECTORIES,
    GDT_AT,
    IDT_AT,
    LDT_AT,
    MONITOR_LDT,
    MONITOR_TSS,
    TABLE_SIZE,
    TSS_AT,
)
from vlearn.sim.monitors.trap_and_emulate.state import TrapAndEmulate

_GDTR, _IDTR = TableRegister(GDT_AT, TABLE_SIZE - 1), TableRegister(IDT_AT, 0x7FF)
_TR = Segment(MONITOR_TSS, Descriptor(TSS_AT, 0x67, 0x80 | BUSY_TSS, 0))
_LDTR = Segment(MONITOR_LDT, Descriptor(LDT_AT, TABLE_SIZE - 1, 0x80 | LDT, 0))
_GUESTS_CR0 = MP | EM | CR0_TS | NE | AM


def real_state(guest: Cpu, monitor: TrapAndEmulate, memory: Memory) -> Cpu:
    """f(guest): the real processor about to go on with the guest, given the real memory."""
    compression = monitor.compression
    segments = tuple(compressed_segment(n, segment, compression) for n, segment in enumerate(guest.segments))
    view = 1 if compression.views == 2 and guest.cpl == 3 else 0
    kept = guest.cr4 & (TSD | UMIP | (SMEP | SMAP if compression.views == 1 else 0))
    due = guest.timer.deadline < guest.tsc
    return Cpu(
        registers=guest.registers,
        eip=guest.eip,
        eflags=guest.eflags & ~IOPL | IF,
        segments=segments,
        memory=memory,
        tsc=guest.tsc,
        shadow=guest.shadow,
        gdtr=_GDTR,
        idtr=_IDTR,
        ldtr=_LDTR,
        tr=_TR,
        cr0=PE | ET | PG | WP | guest.cr0 & _GUESTS_CR0,
        cr3=DIRECTORIES + view * FRAME,
        cr4=kept | (UMIP if monitor.umip else 0),
        cpuid=guest.cpuid,
        code=guest.code,
        timer=NO_TIMER if due else guest.timer,
    )


def virtual_state(guest: Cpu, before: Cpu, after: Cpu, written: tuple[int, ...], compression: Compression) -> Cpu:
    """The guest after an instruction ran directly, from the real processor before and after it.

    What the guest calls its own goes back as it is. IF and IOPL stay the virtual ones: whatever the instruction meant
    for them, it has not trapped, so the monitor does not know.
    """
    memory = guest.memory
    for address in written:
        memory = memory.set(address, after.memory[address])
    virtual = guest.eflags & (IF | IOPL)
    guest = replace(
        guest,
        registers=after.registers,
        eip=after.eip,
        eflags=after.eflags & ~(IF | IOPL) | virtual,
        memory=memory,
        tsc=after.tsc,
        shadow=after.shadow,
    )
    if after.segments is before.segments:
        return guest
    cpl = _virtual_cpl(guest, before, after)
    loaded = (new is not old for new, old in zip(after.segments, before.segments, strict=True))
    segments = tuple(
        _uncompressed(guest, number, after.segments[number], cpl) if was_loaded else segment
        for number, (segment, was_loaded) in enumerate(zip(guest.segments, loaded, strict=True))
    )
    return replace(guest, segments=segments)


def _virtual_cpl(guest: Cpu, before: Cpu, after: Cpu) -> int:
    """The ring of the guest that its code segment says; conforming code does not say, and changes no ring inwards."""
    segment = after.segments[CS]
    if segment is before.segments[CS]:
        return guest.cpl
    _, found = look_up(guest, segment.selector)
    if isinstance(found, Descriptor) and not found.conforming:
        return found.dpl
    return guest.cpl if after.cpl == before.cpl else after.cpl


def _uncompressed(guest: Cpu, number: int, segment: Segment, cpl: int) -> Segment:
    """What the guest's segment register holds after the real one was loaded directly."""
    if is_null(segment.selector):
        return segment
    _, found = look_up(guest, segment.selector)
    assert isinstance(found, Descriptor), "the real processor has just loaded the shadow of it"
    selector = segment.selector & ~3 | cpl if number in (CS, SS) else segment.selector
    return Segment(selector, found)
