"""Instruction sets for the paper's machine: one that meets Theorem 1, one instruction each that breaks it, the PDP-10.

The PDP-10 is here as far as the paper speaks of it: a machine with JRST 1, which returns to user mode and does not trap
in user mode, so that only a hybrid monitor is promised. Its registers, its other instructions and its two segments are
left out; its words are those of the paper's machine.
"""

from collections.abc import Mapping
from dataclasses import replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.virtualizability.definitions import InstructionSet, Mode
from vlearn.sim.virtualizability.small_machine import Operation, Semantics, instruction_set
from vlearn.sim.virtualizability.third_generation import WORDS, State


def load(state: State, address: int) -> State:
    """The accumulator, which is the program's word 0, becomes the word at the address."""
    return state.write(0, state.read(address)).next()


def store(state: State, address: int) -> State:
    """The word at the address becomes the accumulator."""
    return state.write(address, state.read(0)).next()


def add(state: State, address: int) -> State:
    """The word at the address is added to the accumulator."""
    return state.write(0, state.read(0) + state.read(address)).next()


def jump(state: State, address: int) -> State:
    """P becomes the address."""
    return state.jump(address)


def jump_if_zero(state: State, address: int) -> State:
    """P becomes the address if the accumulator is 0."""
    return state.jump(address) if state.read(0) == 0 else state.next()


def call_supervisor(state: State, address: int) -> State:
    """Traps, in either mode."""
    return state.trap()


def halt(state: State, address: int) -> State:
    """Stops the processor."""
    return replace(state, halted=True)


def load_relocation_bounds(state: State, address: int) -> State:
    """R becomes that of the word at the address."""
    return state.relocate(state.read(address)).next()


def store_relocation_bounds(state: State, address: int) -> State:
    """The word at the address becomes R."""
    return state.write(address, state.base << 4 | state.bound).next()


def load_psw(state: State, address: int) -> State:
    """M, P and R become those of the PSW at the address."""
    return state.load(state.read(address))


def return_to_user(state: State, address: int) -> State:
    """P becomes the address, and M user mode."""
    return state.jump(address).enter(Mode.USER)


def store_mode(state: State, address: int) -> State:
    """The word at the address becomes 1 in user mode, and 0 in supervisor mode."""
    return state.write(address, int(state.user)).next()


def start_io(state: State, address: int) -> State:
    """The channel gets the word at the address as its command."""
    return replace(state, channel=state.read(address)).next()


def real_address(state: State, address: int) -> State:
    """The accumulator becomes the absolute address, as by LRA of the IBM 360/67."""
    state.read(address)
    return state.write(0, state.base + address).next()


def store_bound(state: State, address: int) -> State:
    """The word at the address becomes the bound of R."""
    return state.write(address, state.bound).next()


def double_bound(state: State, address: int) -> State:
    """The bound of R becomes twice as large."""
    return state.relocate(state.base << 4 | min(2 * state.bound, WORDS)).next()


def in_supervisor_mode(semantics: Semantics) -> Semantics:
    """The instruction that traps in user mode, and does as given in supervisor mode."""
    return lambda state, operand: state.trap() if state.user else semantics(state, operand)


def ignored_in_user_mode(semantics: Semantics) -> Semantics:
    """The instruction that goes on to the next one in user mode, and does as given in supervisor mode."""
    return lambda state, operand: state.next() if state.user else semantics(state, operand)


FAITHFUL: Mapping[str, Semantics] = {
    "LOAD": load,
    "STORE": store,
    "ADD": add,
    "JUMP": jump,
    "JZ": jump_if_zero,
    "SVC": call_supervisor,
    "HLT": in_supervisor_mode(halt),
    "LRB": in_supervisor_mode(load_relocation_bounds),
    "SRB": in_supervisor_mode(store_relocation_bounds),
    "LPSW": in_supervisor_mode(load_psw),
    "RETU": in_supervisor_mode(return_to_user),
    "TMODE": in_supervisor_mode(store_mode),
    "SIO": in_supervisor_mode(start_io),
}
"""All sensitive instructions trap in user mode."""

EXTRA: Mapping[str, Semantics] = {
    "GRB": store_relocation_bounds,
    "LRA": real_address,
    "GMODE": store_mode,
    "EXIT": return_to_user,
    "TRYRB": ignored_in_user_mode(load_relocation_bounds),
    "GROW": double_bound,
    "GBOUND": store_bound,
}
"""One at a time, added to the faithful set: what happens to the theorems where an instruction does not trap."""

PDP10: Mapping[str, Semantics] = {
    "MOVE": load,
    "MOVEM": store,
    "ADD": add,
    "JUMPE": jump_if_zero,
    "MUUO": call_supervisor,
    "JRST 0": jump,
    "JRST 1": return_to_user,
    "JRST 4": in_supervisor_mode(halt),
    "DATAO APR": in_supervisor_mode(load_relocation_bounds),
    "DATAI APR": in_supervisor_mode(store_relocation_bounds),
    "CONO": in_supervisor_mode(start_io),
}
"""DATAO APR sets the protection and relocation registers; MUUO calls the monitor."""


def third_generation(*extra: str) -> InstructionSet[Operation, State]:
    """The faithful machine, with instructions of EXTRA added by mnemonic."""
    for mnemonic in extra:
        if mnemonic not in EXTRA:
            known = f"{', '.join(EXTRA)}{did_you_mean(mnemonic, EXTRA)}"
            raise ModelError(f"no extra instruction is called {mnemonic!r}: there are {known}")
    name = " with ".join(["the paper's machine", *([" and ".join(extra)] if extra else [])])
    return instruction_set(name, {**FAITHFUL, **{mnemonic: EXTRA[mnemonic] for mnemonic in extra}}, guarded=False)


def pdp10() -> InstructionSet[Operation, State]:
    """The PDP-10 in the small."""
    return instruction_set("PDP-10", PDP10, guarded=False)
