"""IN and OUT, and the two devices behind them: a console and a timer.

At CPL > IOPL the I/O permission bitmap of the TSS decides. A port without a device holds what was last written to it,
and reads as ones before that. Source: Intel SDM vol. 1, "I/O permission bit map".
"""

from dataclasses import replace

from vlearn.sim.cpu.access import read_table
from vlearn.sim.cpu.faults import GP, Fault
from vlearn.sim.cpu.forms import Operands, row
from vlearn.sim.cpu.state import Cpu, Timer

CONSOLE = 0xE9
"""OUT to this port appends a character to `cpu.console`: the debug console of Bochs and QEMU."""
TIMER = 0x40
"""OUT to this port sets the timer's interval, in instructions; 0 stops it."""
_BITMAP = 0x66
"""Where the TSS says at what offset its I/O permission bitmap begins."""


def permit(cpu: Cpu, port: int, size: int) -> Cpu:
    """Raise #GP(0) unless this CPL may use these ports."""
    if cpu.cpl <= cpu.iopl:
        return cpu
    tss = cpu.tr.descriptor
    if not tss.present or tss.limit < _BITMAP + 1:
        raise Fault(GP, 0)
    cpu, start = read_table(cpu, tss.base + _BITMAP, 2)
    at = start + port // 8
    if at + 1 > tss.limit:
        raise Fault(GP, 0)
    cpu, bits = read_table(cpu, tss.base + at, 2)
    if bits >> port % 8 & (1 << size) - 1:
        raise Fault(GP, 0)
    return cpu


def port_in(cpu: Cpu, operands: Operands) -> Cpu:
    """IN."""
    destination, source = operands
    port = source.read(cpu)[1]
    cpu = permit(cpu, port, destination.size)
    ones = (1 << 8 * destination.size) - 1
    return destination.write(cpu, cpu.ports.get(port, ones) & ones)  # type: ignore[no-any-return]


def port_out(cpu: Cpu, operands: Operands) -> Cpu:
    """OUT."""
    target, source = operands
    port, value = target.read(cpu)[1], source.read(cpu)[1]
    cpu = permit(cpu, port, source.size)
    if port == CONSOLE:
        return replace(cpu, console=cpu.console + chr(value & 0xFF))
    if port == TIMER:
        return replace(cpu, timer=Timer(value, cpu.tsc + value))
    return replace(cpu, ports=cpu.ports.set(port, value))


FORMS = (
    row("in AL, imm8", "E4", "-I", port_in),
    row("in AX, imm8", "66 E5", "-I", port_in),
    row("in EAX, imm8", "E5", "-I", port_in),
    row("in AL, DX", "EC", "--", port_in),
    row("in AX, DX", "66 ED", "--", port_in),
    row("in EAX, DX", "ED", "--", port_in),
    row("out imm8, AL", "E6", "I-", port_out),
    row("out imm8, AX", "66 E7", "I-", port_out),
    row("out imm8, EAX", "E7", "I-", port_out),
    row("out DX, AL", "EE", "--", port_out),
    row("out DX, AX", "66 EF", "--", port_out),
    row("out DX, EAX", "EF", "--", port_out),
)
