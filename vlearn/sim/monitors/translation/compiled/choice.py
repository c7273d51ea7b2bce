"""Which lines of a unit become Python of their own, and which flags they have to compute."""

from dataclasses import dataclass

from vlearn.sim.cpu import ControlRegister, Cpu, Instruction, MemoryOperand, Register, SegmentRegister
from vlearn.sim.cpu.control import PG
from vlearn.sim.cpu.eflags import STATUS
from vlearn.sim.cpu.state import MASK32, SS
from vlearn.sim.monitors.translation.compiled.emitters import EMITTERS
from vlearn.sim.monitors.translation.compiled.liveness import is_simple_shift, live_before, touches_memory
from vlearn.sim.monitors.translation.treatments import Treatment
from vlearn.sim.monitors.translation.units import Line, Unit


@dataclass(frozen=True, slots=True)
class Context:
    """What a function takes for granted: the CPL, whether paging is on, which segments are flat."""

    cpl: int
    paging: bool
    flat: tuple[bool, ...]


def context_of(cpu: Cpu) -> Context:
    """The context that a state is in."""
    flat = tuple(
        d.base == 0 and d.limit == MASK32 and d.writable and d.contains(0, 4)
        for d in (segment.descriptor for segment in cpu.segments)
    )
    return Context(cpu.cpl, bool(cpu.cr0 & PG), flat)


def live_flags(unit: Unit, context: Context) -> list[int]:
    """The flags that are live before each line, and behind the last one."""
    lives = [STATUS]
    for line in reversed(unit.lines):
        leaves = not native(line, context) or touches_memory(line.instruction)
        lives.append(live_before(line.instruction, lives[-1], leaves))
    return lives[::-1]


def native(line: Line, context: Context) -> bool:
    """Whether the line becomes Python of its own."""
    instruction = line.instruction
    name, operands = instruction.form.mnemonic, instruction.operands
    segments = [o.segment for o in operands if isinstance(o, MemoryOperand)] if name != "lea" else []
    if name in ("push", "pop", "pushf", "call", "ret"):
        segments.append(SS)
    if line.treatment is Treatment.CALL_OUT or not all(context.flat[segment] for segment in segments):
        return False
    if line.treatment in (Treatment.DIRECT, Treatment.INDIRECT):
        return True
    return name in EMITTERS and _expressible(name, instruction, context)


def _expressible(name: str, instruction: Instruction, context: Context) -> bool:
    operands = instruction.operands
    match name:
        case "shl" | "shr" | "sar":
            return is_simple_shift(instruction)
        case "imul":
            return len(operands) > 1
        case "pop":
            return isinstance(operands[0], Register)
        case "mov":
            if isinstance(operands[0], SegmentRegister | ControlRegister):
                return False
            control = isinstance(operands[1], ControlRegister)
            return not control or (context.cpl == 0 and str(operands[1]) in ("cr0", "cr2", "cr3", "cr4"))
        case "cli":
            return context.cpl == 0
    return True
