"""Loading segment registers: the checks that decide whether a selector may be used, by the kind of register.

Source: Intel SDM vol. 2, MOV ("Loading a segment register under special conditions"), LLDT, LTR; vol. 3A, "Privilege
level checking when accessing data segments".
"""

from dataclasses import replace

from vlearn.sim.cpu.access import read_table, write_table
from vlearn.sim.cpu.descriptors import ACCESSED, BUSY_TSS, LDT, TSS, Descriptor, Entry, decode, is_null
from vlearn.sim.cpu.faults import GP, NP, TS, Fault
from vlearn.sim.cpu.faults import SS as STACK_FAULT
from vlearn.sim.cpu.state import DS, ES, FS, GS, NULL_SEGMENT, SS, Cpu, Segment


def entry_address(cpu: Cpu, selector: int) -> int | None:
    """The linear address of the descriptor a selector names; None outside the table's limit or without an LDT."""
    if selector & 4:
        base, limit = cpu.ldtr.descriptor.base, cpu.ldtr.descriptor.limit
        if not cpu.ldtr.descriptor.present:
            return None
    else:
        base, limit = cpu.gdtr.base, cpu.gdtr.limit
    offset = selector & 0xFFF8
    return base + offset if offset + 7 <= limit else None


def look_up(cpu: Cpu, selector: int) -> tuple[Cpu, Entry | None]:
    """The descriptor or gate a selector names, None where there is none."""
    at = entry_address(cpu, selector)
    if at is None:
        return cpu, None
    cpu, low = read_table(cpu, at)
    cpu, high = read_table(cpu, at + 4)
    return cpu, decode(high << 32 | low)


def entry(cpu: Cpu, selector: int, external: int = 0, vector: int = GP) -> tuple[Cpu, Entry]:
    """The same for a selector that has to name something; raises #GP (or #TS) with the selector as error code."""
    if is_null(selector):
        raise Fault(vector, external)
    cpu, found = look_up(cpu, selector)
    if found is None:
        raise Fault(vector, selector & 0xFFFC | external)
    return cpu, found


def load_segment(cpu: Cpu, register: int, selector: int) -> Cpu:
    """MOV, POP and their kin to ES, SS, DS, FS or GS."""
    if register == SS:
        return load_stack(cpu, selector, cpu.cpl)
    if is_null(selector):
        return cpu.set_segment(register, Segment(selector))
    cpu, found = entry(cpu, selector)
    code = selector & 0xFFFC
    if not isinstance(found, Descriptor) or not found.readable:
        raise Fault(GP, code)
    if not found.conforming and max(selector & 3, cpu.cpl) > found.dpl:
        raise Fault(GP, code)
    if not found.present:
        raise Fault(NP, code)
    cpu, found = mark_accessed(cpu, selector, found)
    return cpu.set_segment(register, Segment(selector, found))


def load_stack(cpu: Cpu, selector: int, cpl: int, vector: int = GP, external: int = 0) -> Cpu:
    """A load of SS for a privilege level. The faults are #GP and #SS, or #TS where the selector comes from the TSS."""
    cpu, found = entry(cpu, selector, external, vector)
    code = selector & 0xFFFC | external
    if not isinstance(found, Descriptor) or not found.writable or found.dpl != cpl or selector & 3 != cpl:
        raise Fault(vector, code)
    if not found.present:
        raise Fault(STACK_FAULT, code)
    cpu, found = mark_accessed(cpu, selector, found)
    return cpu.set_segment(SS, Segment(selector, found))


def mark_accessed(cpu: Cpu, selector: int, found: Descriptor) -> tuple[Cpu, Descriptor]:
    """Set A in the descriptor, in its table, unless it is set."""
    if found.access & ACCESSED:
        return cpu, found
    found = replace(found, access=found.access | ACCESSED)
    return _set_access(cpu, selector, found), found


def null_data_segments(cpu: Cpu) -> Cpu:
    """After a return to an outer ring: a data segment that the new CPL may not use becomes null, without a trap."""
    for register in (ES, DS, FS, GS):
        descriptor = cpu.segments[register].descriptor
        if descriptor.present and not descriptor.conforming and descriptor.dpl < cpu.cpl:
            cpu = cpu.set_segment(register, NULL_SEGMENT)
    return cpu


def load_ldtr(cpu: Cpu, selector: int) -> Cpu:
    """LLDT at CPL 0."""
    if is_null(selector):
        return replace(cpu, ldtr=Segment(selector))
    cpu, found = _system(cpu, selector, LDT)
    return replace(cpu, ldtr=Segment(selector, found))


def load_tr(cpu: Cpu, selector: int) -> Cpu:
    """LTR at CPL 0: the TSS must be available, and is busy afterwards."""
    cpu, found = _system(cpu, selector, TSS)
    found = replace(found, access=found.access | BUSY_TSS)
    return replace(_set_access(cpu, selector, found), tr=Segment(selector, found))


def _system(cpu: Cpu, selector: int, type: int) -> tuple[Cpu, Descriptor]:
    cpu, found = entry(cpu, selector)
    code = selector & 0xFFFC
    if selector & 4 or not isinstance(found, Descriptor) or found.is_segment or found.type != type:
        raise Fault(GP, code)
    if not found.present:
        raise Fault(NP, code)
    return cpu, found


def _set_access(cpu: Cpu, selector: int, found: Descriptor) -> Cpu:
    at = entry_address(cpu, selector)
    assert at is not None, "the descriptor has just been read from there"
    return write_table(cpu, at + 5, 1, found.access)


def inner_stack(cpu: Cpu, level: int, external: int = 0) -> tuple[Cpu, int, int]:
    """SS and ESP for a more privileged level, from the TSS. Raises #TS if the TSS is too short to have them."""
    tss = cpu.tr.descriptor
    if 8 * level + 9 > tss.limit or not tss.present:
        raise Fault(TS, cpu.tr.selector & 0xFFFC | external)
    cpu, esp = read_table(cpu, tss.base + 4 + 8 * level)
    cpu, ss = read_table(cpu, tss.base + 8 + 8 * level, 2)
    return cpu, ss, esp
