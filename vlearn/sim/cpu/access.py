"""Access to memory as instructions make it: through a segment, then through the pages; and the stack.

A stack segment is taken to be a 32-bit one (its flag B is not consulted). Source: Intel SDM vol. 3A, "Limit checking",
"Type checking", "Null segment selectors".
"""

from vlearn.sim.cpu.faults import GP, Fault
from vlearn.sim.cpu.faults import SS as STACK_FAULT
from vlearn.sim.cpu.paging import read_linear, write_linear
from vlearn.sim.cpu.state import ESP, MASK32, SS, Cpu, Segment


def linear(cpu: Cpu, segment: int, offset: int, size: int, write: bool = False) -> int:
    """The linear address of `size` bytes in a segment. Raises #SS(0) in the stack segment and #GP(0) in any other."""
    descriptor = cpu.segments[segment].descriptor
    allowed = descriptor.writable if write else descriptor.readable
    if not allowed or not descriptor.contains(offset, size):
        raise Fault(STACK_FAULT if segment == SS else GP, 0)
    return descriptor.base + offset & MASK32


def load(cpu: Cpu, segment: int, offset: int, size: int) -> tuple[Cpu, int]:
    """Read 1, 2 or 4 bytes with the rights of the CPL."""
    return read_linear(cpu, linear(cpu, segment, offset, size), size, cpu.cpl == 3)


def store(cpu: Cpu, segment: int, offset: int, size: int, value: int) -> Cpu:
    """Write 1, 2 or 4 bytes with the rights of the CPL."""
    return write_linear(cpu, linear(cpu, segment, offset, size, write=True), size, value, cpu.cpl == 3)


def push(cpu: Cpu, *values: int) -> Cpu:
    """Push dwords, the first one first."""
    for value in values:
        top = cpu.registers[ESP] - 4 & MASK32
        cpu = store(cpu, SS, top, 4, value).set_register(ESP, top)
    return cpu


def pop(cpu: Cpu) -> tuple[Cpu, int]:
    """Pop one dword."""
    top = cpu.registers[ESP]
    cpu, value = load(cpu, SS, top, 4)
    return cpu.set_register(ESP, top + 4), value


def peek(cpu: Cpu, depth: int) -> tuple[Cpu, int]:
    """The dword `depth` places below the top of the stack, which stays where it is."""
    return load(cpu, SS, cpu.registers[ESP] + 4 * depth & MASK32, 4)


def read_table(cpu: Cpu, address: int, size: int = 4) -> tuple[Cpu, int]:
    """Read from a descriptor table or the TSS: the processor's own access, with the supervisor's rights."""
    return read_linear(cpu, address & MASK32, size, user=False)


def write_table(cpu: Cpu, address: int, size: int, value: int) -> Cpu:
    """Write to a descriptor table, likewise."""
    return write_linear(cpu, address & MASK32, size, value, user=False)


def require_room(stack: Segment, top: int, size: int, error_code: int) -> None:
    """Raise #SS unless `size` bytes fit on a stack that the processor is about to switch to."""
    if not stack.descriptor.contains(top - size & MASK32, size):
        raise Fault(STACK_FAULT, error_code)
