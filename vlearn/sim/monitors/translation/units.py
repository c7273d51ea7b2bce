"""Translation units: the guest's code from one address to the next control transfer, and what becomes of each line.

A unit also ends after 12 instructions, the limit in the paper, and here at the end of a page, because nothing is known
of the next one; an instruction that lies across two pages is left to the monitor. Code is found as the virtual
processor would find it, through its segment and its page tables. Code segments have to be flat (see `translatable`).
"""

from dataclasses import dataclass

from vlearn.sim.cpu import Cpu, Fault, Instruction, NoCode, fetch
from vlearn.sim.cpu.operands import Target
from vlearn.sim.cpu.paging import physical
from vlearn.sim.cpu.state import CS, MASK32
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.monitors.translation.treatments import TRACED, Rule, Treatment, rule_for, written

LIMIT = 12
"""The most instructions in a unit: Adams and Agesen's figure as remembered [M], to be checked before it is cited."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a unit begins in the guest: the address it runs at, and the physical one that this led to."""

    eip: int
    physical: int

    def __str__(self) -> str:
        return f"{self.eip:#x}"


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction of a unit, with the rule by which it was translated."""

    eip: int
    instruction: Instruction
    rule: Rule

    @property
    def treatment(self) -> Treatment:
        """Ident, inline, call-out, direct or indirect jump."""
        return self.rule.treatment

    @property
    def after(self) -> int:
        """The address behind the instruction."""
        return self.eip + self.instruction.length & MASK32


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and its translation. `exits` are the addresses that its last line leads to, as far as they are known.

    The first exit is the target of the jump or call, the last one the address behind the unit.
    """

    key: Key
    lines: tuple[Line, ...]
    exits: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.lines)

    def written(self) -> tuple[tuple[str, ...], ...]:
        """The translation: some lines for each line of the guest's, and a jump onward where the unit was cut off."""
        shown = [written(line.rule, line.instruction, line.after, self.exits) for line in self.lines]
        cut = () if self.lines[-1].rule.ends else ((f"jmp [{self.exits[-1]:#x}]",),)
        return (*shown, *cut)


def translatable(guest: Cpu) -> bool:
    """Whether the guest is in its kernel, at CPL 0 in a flat code segment."""
    code = guest.segments[CS].descriptor
    return guest.cpl == 0 and code.base == 0 and code.limit == MASK32


def key_at(guest: Cpu) -> tuple[Cpu, Key]:
    """What the guest's code at EIP is looked up by, and the state with the A flags set. Raises Fault and NoCode."""
    guest, _ = fetch(guest)
    return guest, Key(guest.eip, physical(guest, guest.eip, "execute", guest.cpl == 3)[1])


def unit_at(guest: Cpu, called_out: frozenset[int] = frozenset()) -> Unit:
    """Translate from EIP on. `called_out` are the physical addresses of copied instructions that trap too often."""
    _, key = key_at(guest)
    lines: list[Line] = []
    eip = guest.eip
    page = eip & -FRAME
    while len(lines) < LIMIT and eip & -FRAME == page:
        try:
            _, found = fetch(guest.jump(eip))
        except (Fault, NoCode):
            break
        crosses = (eip & FRAME - 1) + found.length > FRAME
        if crosses and lines:
            break
        traced = crosses or key.physical + eip - key.eip in called_out
        lines.append(Line(eip, found, TRACED if traced else rule_for(found.form)))
        eip = lines[-1].after
        if lines[-1].rule.ends or crosses:
            break
    return Unit(key, tuple(lines), _exits(lines[-1]))


def _exits(last: Line) -> tuple[int, ...]:
    if last.treatment is Treatment.DIRECT:
        (target,) = last.instruction.operands
        assert isinstance(target, Target), "the forms of direct jumps have no other operand"
        behind = () if last.instruction.form.mnemonic in ("jmp", "call") else (last.after,)
        return (target.offset, *behind)
    return () if last.rule.ends else (last.after,)
