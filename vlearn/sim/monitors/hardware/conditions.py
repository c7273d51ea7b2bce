"""What the rules of `exits` are made of: the faults that come before an exit, and when the controls want the exit.

A guard raises the fault. A condition yields the exit qualification, or None where the instruction goes on. Source:
Intel SDM vol. 3C, "Instructions that cause VM exits conditionally", and the tables of the exit qualification for
control-register accesses and for I/O instructions.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from vlearn.sim.cpu import ControlRegister, Cpu, Fault, Immediate, Instruction, MemoryOperand, Register
from vlearn.sim.cpu.control import CR0_TS, PE, TSD
from vlearn.sim.cpu.faults import BP, UD
from vlearn.sim.cpu.instructions.ports import permit
from vlearn.sim.cpu.instructions.tables import require_cpl0, require_no_umip
from vlearn.sim.cpu.state import ECX, MASK32
from vlearn.sim.monitors.hardware.vmcs import Vmcs

Guard: TypeAlias = Callable[[Cpu, Instruction], object]
Condition: TypeAlias = Callable[[Vmcs, Cpu, Instruction], int | None]

OSXSAVE, SMXE = 1 << 18, 1 << 14
"""Bits of CR4 without which XSETBV and GETSEC are undefined. The guests' processor lacks both."""


def free(cpu: Cpu, instruction: Instruction) -> None:
    """Nothing comes before the exit."""


def cpl0(cpu: Cpu, instruction: Instruction) -> None:
    """#GP(0) at CPL > 0."""
    require_cpl0(cpu)


def umip(cpu: Cpu, instruction: Instruction) -> None:
    """#GP(0) at CPL > 0 with CR4.UMIP."""
    require_no_umip(cpu)


def time_stamp(cpu: Cpu, instruction: Instruction) -> None:
    """#GP(0) at CPL > 0 with CR4.TSD."""
    if cpu.cr4 & TSD:
        require_cpl0(cpu)


def smxe(cpu: Cpu, instruction: Instruction) -> None:
    """#UD without CR4.SMXE."""
    if not cpu.cr4 & SMXE:
        raise Fault(UD)


def osxsave(cpu: Cpu, instruction: Instruction) -> None:
    """#UD without CR4.OSXSAVE, and #GP(0) at CPL > 0."""
    if not cpu.cr4 & OSXSAVE:
        raise Fault(UD)
    require_cpl0(cpu)


def control_register(cpu: Cpu, instruction: Instruction) -> None:
    """#UD for one that does not exist, and #GP(0) at CPL > 0."""
    if not any(ControlRegister(number) in instruction.operands for number in (0, 2, 3, 4)):
        raise Fault(UD)
    require_cpl0(cpu)


def io_permission(cpu: Cpu, instruction: Instruction) -> None:
    """#GP(0) unless IOPL or the bitmap in the TSS permits the port."""
    port, size, _ = _io(cpu, instruction)
    permit(cpu, port, size)


def always(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """Whatever the controls say."""
    return 0


def control(name: str) -> Condition:
    """Under one control."""
    return lambda vmcs, cpu, instruction: 0 if vmcs.on(name) else None


def breakpoint_bit(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """INT3 where the exception bitmap has the bit of #BP."""
    return 0 if vmcs["Exception bitmap"] >> BP & 1 else None


def invalidation(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """Under "INVLPG exiting"; the qualification is the linear address."""
    operand: Any = instruction.operands[0]
    base = cpu.segments[operand.segment].descriptor.base
    return base + operand.offset(cpu) & MASK32 if vmcs.on("INVLPG exiting") else None


def move_to_control(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """MOV to CR0 or CR4 that would change a bit of the host's; to CR3 under its control, but for the target values."""
    target, source = instruction.operands
    assert isinstance(target, ControlRegister)
    assert isinstance(source, Register)
    value, number = cpu.registers[source.number], target.number
    if number == 2:
        return None
    if number == 3:
        exits = vmcs.on("CR3-load exiting") and value not in vmcs.cr3_targets
    else:
        exits = bool((value ^ vmcs[f"CR{number} read shadow"]) & vmcs[f"CR{number} guest/host mask"])
    return number | source.number << 8 if exits else None


def move_from_control(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """MOV from CR3 under its control; the others read the shadow where the host owns a bit, and never exit."""
    target, source = instruction.operands
    assert isinstance(target, Register)
    assert isinstance(source, ControlRegister)
    exits = source.number == 3 and vmcs.on("CR3-store exiting")
    return 3 | 1 << 4 | target.number << 8 if exits else None


def clear_task_switched(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """CLTS where TS is the host's, and 1 in the read shadow."""
    return 2 << 4 if vmcs["CR0 guest/host mask"] & vmcs["CR0 read shadow"] & CR0_TS else None


def load_machine_status_word(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """LMSW that would change MP, EM or TS where it is the host's, or set a PE of the host's."""
    operand: Any = instruction.operands[0]
    value: int = operand.read(cpu)[1]
    mask, shadow = vmcs["CR0 guest/host mask"], vmcs["CR0 read shadow"]
    if not ((value ^ shadow) & mask & 0xE or value & ~shadow & mask & PE):
        return None
    return 3 << 4 | isinstance(operand, MemoryOperand) << 6 | (value & 0xFFFF) << 16


def port_access(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """IN or OUT: by the bitmaps where they are used, otherwise by "unconditional I/O exiting"."""
    port, size, immediate = _io(cpu, instruction)
    if vmcs.on("Use I/O bitmaps"):
        ports = range(port, port + size)
        exits = ports.stop > 0x1_0000 or any(n in vmcs.bitmaps.ports for n in ports)
    else:
        exits = vmcs.on("Unconditional I/O exiting")
    qualification = size - 1 | (instruction.form.mnemonic == "in") << 3 | immediate << 6 | port << 16
    return qualification if exits else None


def msr_read(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """RDMSR, unless bitmaps are used and the MSR's bit in them is 0."""
    return _msr(vmcs, cpu, vmcs.bitmaps.msr_reads)


def msr_write(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> int | None:
    """WRMSR, likewise."""
    return _msr(vmcs, cpu, vmcs.bitmaps.msr_writes)


def _msr(vmcs: Vmcs, cpu: Cpu, exiting: frozenset[int]) -> int | None:
    number = cpu.registers[ECX]
    covered = number < 0x2000 or 0xC000_0000 <= number < 0xC000_2000
    return None if vmcs.on("Use MSR bitmaps") and covered and number not in exiting else 0


def _io(cpu: Cpu, instruction: Instruction) -> tuple[int, int, bool]:
    """Port, size, and whether the port is an immediate."""
    first, second = instruction.operands
    port, data = (second, first) if instruction.form.mnemonic == "in" else (first, second)
    assert isinstance(port, Register | Immediate)
    assert isinstance(data, Register)
    return port.read(cpu)[1], data.size, isinstance(port, Immediate)
