"""Linear to physical addresses, and bytes of physical memory.

The walk is chapter 6's, `vlearn.sim.memory.translate`, for 32-bit paging. Where every entry on the way allows the
access and has its A and D flags already, a short cut finds the same address without the steps; a property test holds
the two together. There is no TLB: every access walks, so INVLPG has nothing to forget. A and D flags that an
instruction's walks set are lost if the instruction then faults; its next try sets them.
"""

from functools import lru_cache

from vlearn.sim.cpu.control import PG, PGE, PSE, SMAP, SMEP, WP
from vlearn.sim.cpu.eflags import AC
from vlearn.sim.cpu.faults import PF, Fault
from vlearn.sim.cpu.state import MASK32, Cpu
from vlearn.sim.memory.access import Access, Kind, PageFault, Registers, Translation
from vlearn.sim.memory.entries import PS, RW, US, A, D, P
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.tables import FRAME, Memory
from vlearn.sim.memory.walk import translate

PHYSICAL_BITS = 32
_MASKS = {1: 0xFF, 2: 0xFFFF, 4: MASK32}


@lru_cache(maxsize=256)
def walk_registers(cr0: int, cr3: int, cr4: int) -> Registers:
    """What governs a walk, from the control registers."""
    return Registers(
        TWO_LEVEL, cr3, wp=bool(cr0 & WP), pse=bool(cr4 & PSE), pge=bool(cr4 & PGE), nxe=False,
        smep=bool(cr4 & SMEP), smap=bool(cr4 & SMAP), physical_bits=PHYSICAL_BITS,
    )  # fmt: skip


def physical(cpu: Cpu, linear: int, kind: Kind, user: bool) -> tuple[Cpu, int]:
    """The physical address of a linear one, and the state with the A and D flags that the walk set. Raises #PF."""
    if not cpu.cr0 & PG:
        return cpu, linear
    known = _short_cut(cpu, linear, kind, user)
    return (cpu, known) if known is not None else walk(cpu, linear, kind, user)


def walk(cpu: Cpu, linear: int, kind: Kind, user: bool) -> tuple[Cpu, int]:
    """The same by the whole walk of chapter 6."""
    state = Walk(walk_registers(cpu.cr0, cpu.cr3, cpu.cr4), cpu.memory)
    access = Access(linear, kind, user, bool(cpu.eflags & AC))
    for step in translate(state, access):
        state = step.state
    if isinstance(state.outcome, PageFault):
        raise Fault(PF, state.outcome.error_code, linear)
    assert isinstance(state.outcome, Translation), "32-bit paging without an EPT ends in no other way"
    return cpu if state.memory is cpu.memory else cpu.set_memory(state.memory), state.outcome.physical


def _short_cut(cpu: Cpu, linear: int, kind: Kind, user: bool) -> int | None:
    if cpu.cr4 & (SMEP | SMAP):
        return None
    wanted = P | (US if user else 0) | (RW if kind == "write" and (user or cpu.cr0 & WP) else 0)
    dirty = D if kind == "write" else 0
    pde = cpu.memory.get((cpu.cr3 & -FRAME) + (linear >> 22) * 4, 0)
    if pde & (wanted | A) != wanted | A or pde & PS:
        return None
    pte = cpu.memory.get((pde & -FRAME) + (linear >> 12 & 0x3FF) * 4, 0)
    if pte & (wanted | A | dirty) != wanted | A | dirty:
        return None
    return pte & -FRAME | linear & FRAME - 1


def read_physical(memory: Memory, address: int, size: int) -> int:
    """1, 2 or 4 bytes, little-endian, wherever they lie in words."""
    shift = (address & 3) * 8
    word = memory.get(address & ~3, 0)
    if shift + size * 8 > 32:
        word |= memory.get((address & ~3) + 4, 0) << 32
    return word >> shift & _MASKS[size]


def write_physical(memory: Memory, address: int, size: int, value: int) -> Memory:
    """The memory after a store of 1, 2 or 4 bytes."""
    at, shift, mask = address & ~3, (address & 3) * 8, _MASKS[size]
    if mask == MASK32 and not shift:
        return memory.set(at, value)
    mask, value = mask << shift, (value & mask) << shift
    memory = memory.set(at, memory.get(at, 0) & ~mask & MASK32 | value & MASK32)
    if mask >> 32:
        memory = memory.set(at + 4, memory.get(at + 4, 0) & ~(mask >> 32) | value >> 32)
    return memory


def read_linear(cpu: Cpu, address: int, size: int, user: bool) -> tuple[Cpu, int]:
    """1, 2 or 4 bytes at a linear address; each page that they touch is translated."""
    if (address & FRAME - 1) + size > FRAME and cpu.cr0 & PG:
        value = 0
        for n in range(size):
            cpu, byte = read_linear(cpu, address + n & MASK32, 1, user)
            value |= byte << 8 * n
        return cpu, value
    cpu, at = physical(cpu, address, "read", user)
    return cpu, read_physical(cpu.memory, at, size)


def write_linear(cpu: Cpu, address: int, size: int, value: int, user: bool) -> Cpu:
    """The state after a store of 1, 2 or 4 bytes at a linear address. Nothing is written if any page of it faults."""
    if (address & FRAME - 1) + size > FRAME and cpu.cr0 & PG:
        for n in range(size):
            cpu = write_linear(cpu, address + n & MASK32, 1, value >> 8 * n & 0xFF, user)
        return cpu
    cpu, at = physical(cpu, address, "write", user)
    return cpu.set_memory(write_physical(cpu.memory, at, size, value))
