"""x86 in 32-bit protected mode for the classifier: before 2005, and with UMIP.

Supervisor mode is CPL 0, user mode another ring, where a monitor of that time put its guest's kernel. A fault that a
ring raises because of its privilege, #GP(0) or #UD, is a trap. Faults that name a segment or an address (#TS, #NP, #SS,
#PF, and #GP with a selector or vector as error code) take the place of the paper's memory trap: the operand lies
outside what the program may refer to. So `POP DS` of a kernel's selector traps, but `POP DS` is not privileged: with a
selector of the user's it does not trap.

INT n is an instruction here, whose effect is to enter a handler; it is no trap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

from vlearn.errors import ModelError
from vlearn.sim.cpu.control import UMIP
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.faults import GP, UD, Fault
from vlearn.sim.cpu.machine import execute
from vlearn.sim.cpu.state import Cpu
from vlearn.sim.virtualizability.definitions import InstructionSet, Mode, Outcome, Parts
from vlearn.sim.virtualizability.x86_machine import Case, in_ring, machine, moved, resources, visible
from vlearn.sim.virtualizability.x86_table import TABLE


@dataclass(frozen=True, slots=True)
class X86:
    """A processor whose guests' kernels run in `ring`, under each of these IOPLs."""

    name: str
    ring: int = 3
    iopls: tuple[int, ...] = (0,)
    cr4: int = 0

    @property
    def modes(self) -> tuple[str, str]:
        """The rings."""
        return "CPL 0", f"CPL {self.ring}"

    def situations(self, instruction: Case) -> Iterable[Cpu]:
        """Interrupts on and off, under every IOPL."""
        for enabled, iopl in product((IF, 0), self.iopls):
            yield from instruction.prepare(_machine(0, enabled | iopl << 12, self.cr4))

    def execute(self, instruction: Case, state: Cpu) -> Outcome[Cpu]:
        """The processor's own execution; it leaves the state alone where it faults."""
        try:
            return Outcome(execute(state, instruction.instruction))
        except Fault as fault:
            privilege = fault.vector == UD or (fault.vector == GP and not fault.error_code)
            return Outcome(state, str(fault), memory_trap=not privilege)

    def mode(self, state: Cpu) -> Mode:
        """CPL 0 or not."""
        return Mode.USER if state.cpl else Mode.SUPERVISOR

    def resources(self, state: Cpu) -> Parts:
        """See `x86_machine`."""
        return resources(state)

    def visible(self, state: Cpu) -> Parts:
        """See `x86_machine`."""
        return visible(state)

    def other_mode(self, state: Cpu) -> Cpu:
        """The other of the two rings."""
        return in_ring(state, 0 if state.cpl else self.ring)

    def moved(self, state: Cpu) -> Iterable[Cpu]:
        """See `x86_machine`."""
        return moved(state)


def x86(*, ring: int = 3, iopls: tuple[int, ...] = (0,), umip: bool = False) -> InstructionSet[Case, Cpu]:
    """x86 without hardware assistance, by the forms of the instruction table. Raises ModelError for other rings."""
    if ring not in (1, 3):
        raise ModelError(f"a guest's kernel runs in ring 1 or 3, not {ring}")
    if not iopls or not set(iopls) <= {0, 1, 2, 3}:
        raise ModelError(f"IOPL is 0 to 3, and at least one of them has to be tried; {iopls} was given")
    name = "x86 with UMIP" if umip else "x86 before 2005"
    where = "" if ring == 3 else f", guests in ring {ring}"
    levels = "" if iopls == (0,) else f", IOPL {' or '.join(map(str, iopls))}"
    return InstructionSet(X86(name + where + levels, ring, iopls, UMIP if umip else 0), TABLE)


@cache
def _machine(ring: int, eflags: int, cr4: int) -> Cpu:
    return machine(ring=ring, eflags=eflags, cr4=cr4)
