"""LAR, LSL, VERR, VERW: they ask what a selector names. None traps; ZF is the answer, and it depends on the CPL.

ARPL, which compares two selectors alone, does not depend on it. Source: Intel SDM vol. 2, ARPL, LAR and LSL, the tables
of valid descriptor types.
"""

from typing import Any

from vlearn.sim.cpu.descriptors import BUSY_TSS, CALL_GATE, LDT, TASK_GATE, TSS, Descriptor, Entry, is_null
from vlearn.sim.cpu.eflags import ZF
from vlearn.sim.cpu.forms import Operands, row
from vlearn.sim.cpu.loading import look_up
from vlearn.sim.cpu.state import Cpu

_HAVE_LIMIT = frozenset({0x1, LDT, 0x3, TSS, BUSY_TSS})
_HAVE_RIGHTS = _HAVE_LIMIT | {0x4, TASK_GATE, CALL_GATE}


def _visible(cpu: Cpu, operand: Any, types: frozenset[int]) -> tuple[Cpu, Entry | None]:
    """What a selector names, unless it is of another type, or too privileged for the CPL and the selector's RPL."""
    cpu, selector = operand.read(cpu)
    selector &= 0xFFFF
    if is_null(selector):
        return cpu, None
    cpu, found = look_up(cpu, selector)
    if found is None:
        return cpu, None
    if isinstance(found, Descriptor) and found.is_segment:
        hidden = not found.conforming and max(cpu.cpl, selector & 3) > found.dpl
    else:
        hidden = found.type not in types or max(cpu.cpl, selector & 3) > found.dpl
    return cpu, None if hidden else found


def load_access_rights(cpu: Cpu, operands: Operands) -> Cpu:
    """LAR: the descriptor's second dword, masked with 00F0FF00."""
    cpu, found = _visible(cpu, operands[1], _HAVE_RIGHTS)
    if found is None:
        return cpu.set_flags(ZF, 0)
    return operands[0].write(cpu, found.value >> 32 & 0x00F0_FF00).set_flags(ZF, ZF)  # type: ignore[no-any-return]


def load_segment_limit(cpu: Cpu, operands: Operands) -> Cpu:
    """LSL: the limit in bytes."""
    cpu, found = _visible(cpu, operands[1], _HAVE_LIMIT)
    if not isinstance(found, Descriptor):
        return cpu.set_flags(ZF, 0)
    return operands[0].write(cpu, found.limit).set_flags(ZF, ZF)  # type: ignore[no-any-return]


def verify_read(cpu: Cpu, operands: Operands) -> Cpu:
    """VERR: could this CPL read the segment?"""
    cpu, found = _visible(cpu, operands[0], frozenset())
    return cpu.set_flags(ZF, ZF if isinstance(found, Descriptor) and found.readable else 0)


def verify_write(cpu: Cpu, operands: Operands) -> Cpu:
    """VERW: could this CPL write it?"""
    cpu, found = _visible(cpu, operands[0], frozenset())
    return cpu.set_flags(ZF, ZF if isinstance(found, Descriptor) and found.writable else 0)


def adjust_requested_level(cpu: Cpu, operands: Operands) -> Cpu:
    """ARPL: the first selector gets the RPL of the second, if that is the outer one; ZF says whether it did."""
    cpu, selector = operands[0].read(cpu)
    cpu, other = operands[1].read(cpu)
    if selector & 3 >= other & 3:
        return cpu.set_flags(ZF, 0)
    return operands[0].write(cpu, selector & ~3 | other & 3).set_flags(ZF, ZF)  # type: ignore[no-any-return]


FORMS = (
    row("lar r32, r32", "0F 02 /r", "RM", load_access_rights),
    row("lar r32, m16", "0F 02 /r", "RM", load_access_rights),
    row("lar r16, r/m16", "66 0F 02 /r", "RM", load_access_rights),
    row("lsl r32, r32", "0F 03 /r", "RM", load_segment_limit),
    row("lsl r32, m16", "0F 03 /r", "RM", load_segment_limit),
    row("lsl r16, r/m16", "66 0F 03 /r", "RM", load_segment_limit),
    row("verr r/m16", "0F 00 /4", "M", verify_read),
    row("verw r/m16", "0F 00 /5", "M", verify_write),
    row("arpl r/m16, r16", "63 /r", "MR", adjust_requested_level),
)
