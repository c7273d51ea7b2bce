"""RISC-V for the classifier, in two readings of the paper's words.

Without H, a monitor in S runs its guest's kernel in U: supervisor mode is S, user mode is U, and all supervisor CSRs
are resources. With H, the guest's kernel keeps the level S, in VS: user mode is V = 1, supervisor mode the same program
on a hart of its own with V = 0. A program's set of supervisor CSRs is then *content*, for the hart has two of them; the
resources are `hgatp`, the other set, and the hart's time. An exception that the program's own kernel handles stands for
a memory trap: the instruction was refused to the program, on its own hart too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from vlearn.sim.virtualizability.definitions import InstructionSet, Mode, Outcome, Parts
from vlearn.sim.virtualizability.riscv_hart import BASE, CALL, WITH_H, Effect, Hart, HartTrap, SupervisorCsrs


@dataclass(frozen=True, slots=True)
class Operation:
    """An instruction in assembly, with its effect."""

    text: str
    effect: Effect

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Riscv:
    """A hart without H: S and U."""

    name: str = "RISC-V"
    modes: tuple[str, str] = ("S", "U")

    def situations(self, instruction: Operation) -> Iterable[Hart]:
        """Every value that the CSRs here take."""
        for satp, sie, spp, a0 in product((1, 2), (0, 1), "US", (0, 1)):
            yield Hart("S", False, SupervisorCsrs(satp, sie, spp), SupervisorCsrs(0), a0)

    def execute(self, instruction: Operation, state: Hart) -> Outcome[Hart]:
        """Every exception is a trap."""
        try:
            return Outcome(instruction.effect(state))
        except HartTrap as trap:
            return Outcome(state.enter_handler(), str(trap))

    def mode(self, state: Hart) -> Mode:
        """The level."""
        return Mode.SUPERVISOR if state.level == "S" else Mode.USER

    def resources(self, state: Hart) -> Parts:
        """The supervisor CSRs, and whether the hart waits."""
        return {**_parts(state.csrs), "waiting": state.waiting}

    def visible(self, state: Hart) -> Parts:
        """a0 and pc."""
        return {"a0": state.a0, "pc": state.pc}

    def other_mode(self, state: Hart) -> Hart:
        """The other level."""
        return replace(state, level="U" if state.level == "S" else "S")

    def moved(self, state: Hart) -> Iterable[Hart]:
        """Other page tables, and another state of the monitor's interrupts."""
        yield replace(state, csrs=replace(state.csrs, satp=3 - state.csrs.satp))
        yield replace(state, csrs=replace(state.csrs, sie=1 - state.csrs.sie))
        yield replace(state, csrs=replace(state.csrs, sepc=state.csrs.sepc + 4))


@dataclass(frozen=True, slots=True)
class RiscvWithH:
    """A hart with H: V = 0 and V = 1. `nested` guests are hypervisors themselves, so their SRET may enter a guest."""

    name: str
    nested: bool = False
    vtsr: bool = False
    vtvm: bool = False
    vtw: bool = True
    modes: tuple[str, str] = ("V = 0", "V = 1")

    def situations(self, instruction: Operation) -> Iterable[Hart]:
        """Both levels, with every value that the CSRs here take."""
        spvs = (False, True) if self.nested else (False,)
        for level, satp, sie, spp, a0, spv in product("SU", (1, 2), (0, 1), "US", (0, 1), spvs):
            csrs, others = SupervisorCsrs(satp, sie, spp), SupervisorCsrs(0)
            bits = (self.vtsr, self.vtvm, self.vtw)
            yield Hart(level, False, csrs, others, a0, hgatp=0x100, spv=spv, vtsr=bits[0], vtvm=bits[1], vtw=bits[2])

    def execute(self, instruction: Operation, state: Hart) -> Outcome[Hart]:
        """Exceptions go to HS if V = 1, and a call from S to M; others to the program's own kernel."""
        try:
            return Outcome(instruction.effect(state))
        except HartTrap as trap:
            own = state.level == "U" and (not state.virtual or str(trap) == CALL)
            return Outcome(state.enter_handler(), str(trap), memory_trap=own)

    def mode(self, state: Hart) -> Mode:
        """V."""
        return Mode.USER if state.virtual else Mode.SUPERVISOR

    def resources(self, state: Hart) -> Parts:
        """What the monitor keeps to itself."""
        other = {f"other {name}": value for name, value in _parts(state.others).items()}
        return {"hgatp": state.hgatp, "hstatus.SPV": state.spv, **other, "waiting": state.waiting}

    def visible(self, state: Hart) -> Parts:
        """The program's registers, with its level and its own supervisor CSRs."""
        return {"level": state.level, "a0": state.a0, "pc": state.pc, **_parts(state.csrs)}

    def other_mode(self, state: Hart) -> Hart:
        """The same CSRs under their other name."""
        return replace(state, virtual=not state.virtual)

    def moved(self, state: Hart) -> Iterable[Hart]:
        """The guest's memory elsewhere, and other values in the CSRs that are not the program's."""
        yield replace(state, hgatp=0x200)
        yield replace(state, others=SupervisorCsrs(7, 0, "S", 0x60))


def riscv() -> InstructionSet[Operation, Hart]:
    """RISC-V without H: a guest's kernel runs in U."""
    return _instruction_set(Riscv(), BASE)


def riscv_with_h(
    *, nested: bool = False, vtsr: bool = False, vtvm: bool = False, vtw: bool = True
) -> InstructionSet[Operation, Hart]:
    """RISC-V with H: a guest's kernel runs in VS. The other arguments are the bits of hstatus that make VS trap."""
    bits = {"VTSR": vtsr, "VTVM": vtvm, "VTW": vtw}
    on = ", ".join(name for name, value in bits.items() if value) or "no intercepts"
    name = f"RISC-V with H ({on}{', for a guest that is a hypervisor' if nested else ''})"
    return _instruction_set(RiscvWithH(name, nested, vtsr, vtvm, vtw), WITH_H)


def _instruction_set(
    architecture: Riscv | RiscvWithH, table: Mapping[str, Callable[[Hart], Hart]]
) -> InstructionSet[Operation, Hart]:
    return InstructionSet(architecture, {text: (Operation(text, effect),) for text, effect in table.items()})


def _parts(csrs: SupervisorCsrs) -> dict[str, int | str]:
    return {"satp": csrs.satp, "sstatus.SIE": csrs.sie, "sstatus.SPP": csrs.spp, "sepc": csrs.sepc}
