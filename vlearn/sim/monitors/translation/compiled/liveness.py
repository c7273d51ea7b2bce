"""Which flags an instruction computes and uses, so that a unit computes only those that somebody can see.

A flag is live where a later instruction reads it before another one has set it, or where the unit can be left: whoever
goes on from there sees all of them.
"""

from vlearn.sim.cpu import Immediate, Instruction, MemoryOperand
from vlearn.sim.cpu.eflags import CF, OF, PF, SF, STATUS, ZF
from vlearn.sim.cpu.instructions.control import CONDITIONS

SETS = {
    **dict.fromkeys(("add", "adc", "sub", "sbb", "cmp", "neg", "and", "or", "xor", "test"), STATUS),
    **dict.fromkeys(("inc", "dec"), STATUS & ~CF),
    **dict.fromkeys(("shl", "shr", "sar"), STATUS),
    **dict.fromkeys(("clc", "stc", "cmc"), CF),
    "imul": CF | OF,
}
"""By mnemonic, of those that have Python of their own; the others leave the flags alone or are not compiled."""
_TESTED = (OF, CF, ZF, CF | ZF, SF, PF, SF | OF, SF | OF | ZF)
READS = {
    **{f"j{name}": _TESTED[number >> 1] for number, name in enumerate(CONDITIONS)},
    "adc": CF, "sbb": CF, "cmc": CF, "pushf": STATUS,
}  # fmt: skip


def live_before(instruction: Instruction, after: int, leaves: bool) -> int:
    """The flags that are live before an instruction; `leaves` if the unit can be left there."""
    if leaves:
        return STATUS
    name = instruction.form.mnemonic
    return after & ~SETS.get(name, 0) | READS.get(name, 0)


def touches_memory(instruction: Instruction) -> bool:
    """Whether it loads or stores: where that cannot be done at once, its unit is left."""
    name = instruction.form.mnemonic
    if name in ("push", "pop", "pushf", "call", "ret"):
        return True
    return name != "lea" and any(isinstance(operand, MemoryOperand) for operand in instruction.operands)


def is_simple_shift(instruction: Instruction) -> bool:
    """A shift of 32 bits by a constant that is not 0."""
    target, by = instruction.operands
    size = getattr(target, "size", 0)
    return size == 4 and isinstance(by, Immediate) and bool(by.value & 0x1F)
