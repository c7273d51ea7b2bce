"""What the questions on Popek and Goldberg are about: instructions put together of effects, one for each mode.

An instruction is a value, so a question with its run can be sent to another process, and equal ones are classified
once. What an effect is called is what a table of the question says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from vlearn.blocks import Table
from vlearn.sim.virtualizability import Verdict, classify_instruction, instruction_set, paper_sets
from vlearn.sim.virtualizability.small_machine import Operation, Semantics
from vlearn.sim.virtualizability.third_generation import State


def _clear(state: State, address: int) -> State:
    return state.write(address, 0).next()


def _exchange(state: State, address: int) -> State:
    return state.write(0, state.read(address)).write(address, state.read(0)).next()


def _save_counter(state: State, address: int) -> State:
    return state.write(address, state.counter).next()


def _nothing(state: State, address: int) -> State:
    return state.next()


TRAP, NOTHING = "it traps", "it does nothing"
LOAD_PSW, ENTER_USER = "M, P and R become what word a holds", "P becomes a, and M user mode"
HARMLESS: Mapping[str, Semantics] = {
    "word 0 becomes word a": paper_sets.load,
    "word a becomes word 0": paper_sets.store,
    "word a is added to word 0": paper_sets.add,
    "word a becomes 0": _clear,
    "words 0 and a change places": _exchange,
    "word a becomes P": _save_counter,
    "P becomes a": paper_sets.jump,
    "P becomes a if word 0 is 0": paper_sets.jump_if_zero,
}
TELLING: Mapping[str, Semantics] = {
    "word a becomes R": paper_sets.store_relocation_bounds,
    "word 0 becomes the absolute address of word a": paper_sets.real_address,
    "word a becomes M, as 0 or 1": paper_sets.store_mode,
}
TAKING: Mapping[str, Semantics] = {
    "R becomes what word a holds": paper_sets.load_relocation_bounds,
    LOAD_PSW: paper_sets.load_psw,
    ENTER_USER: paper_sets.return_to_user,
    "the bound of R doubles, up to 8": paper_sets.double_bound,
}
EFFECTS: Mapping[str, Semantics] = {
    **HARMLESS,
    **TELLING,
    **TAKING,
    TRAP: paper_sets.call_supervisor,
    NOTHING: _nothing,
    "the I/O channel gets word a as its command": paper_sets.start_io,
    "the processor halts": paper_sets.halt,
}
FORMAT = (
    "A word holds a program status word as four hexadecimal digits: M (0 supervisor, 1 user), P, base and bound; `R`"
    " alone is the last two. So `0x1253` is user mode, P = 2 and R = (5, 3)."
)
MACHINE = (
    "A machine is as in the paper of Popek and Goldberg, with states (E, M, P, R). Addresses such as `a`, the operand,"
    " are relocated and bounded by R in either mode; words are those of the program. Unless P is given a value, it goes"
    " on by 1."
)


@dataclass(frozen=True, slots=True)
class Made:
    """The semantics of an instruction: what it does in supervisor mode, and what in user mode, by EFFECTS."""

    supervisor: str
    user: str

    def __call__(self, state: State, operand: int) -> State:
        """The next state."""
        return EFFECTS[self.user if state.user else self.supervisor](state, operand)


Instructions = Mapping[str, Made]


def alike(effect: str) -> Made:
    """The same in both modes."""
    return Made(effect, effect)


def guarded(effect: str) -> Made:
    """Privileged: it traps in user mode."""
    return Made(effect, TRAP)


GUEST: Instructions = {
    "LOAD": alike("word 0 becomes word a"),
    "STORE": alike("word a becomes word 0"),
    "ADD": alike("word a is added to word 0"),
    "SVC": alike(TRAP),
    "SRB": guarded("word a becomes R"),
    "LPSW": guarded(LOAD_PSW),
    "SIO": guarded("the I/O channel gets word a as its command"),
    "HLT": guarded("the processor halts"),
}
"""The instructions of a guest, all sensitive ones privileged."""
NAMES = (
    "ALFA", "BRAVO", "DELTA", "ECHO", "GOLF", "HOTEL", "KILO", "LIMA", "OSCAR", "PAPA", "ROMEO", "SIERRA", "TANGO",
    "VICTOR", "XRAY", "ZULU",
)  # fmt: skip


@cache
def verdict(made: Made) -> Verdict[Operation, State]:
    """What the classifier finds."""
    machine = instruction_set("a machine", {"it": made}, guarded=False)
    return classify_instruction(machine.architecture, "it", machine.table["it"])


def drawn(rng: Random) -> Made:
    """An instruction at random, sensitive or not, trapping or not.

    What loads R or the PSW has no other effect in user mode: where the word is the R or PSW that holds already, it
    keeps them, so that only states that nobody thinks of would tell the modes apart.
    """
    if rng.random() < 0.1:
        return alike(TRAP)
    effect = rng.choice(tuple(rng.choice((HARMLESS, TELLING, TAKING, TAKING))))
    user = [effect, effect, TRAP, TRAP]
    if effect != LOAD_PSW:
        user.append(NOTHING)
    if effect not in TAKING or effect == ENTER_USER:
        user.append(rng.choice(tuple(HARMLESS)))
    return Made(effect, rng.choice(user))


def named(rng: Random, made: Sequence[Made]) -> dict[str, Made]:
    """Instructions under names that say nothing of them."""
    return dict(zip(rng.sample(NAMES, len(made)), made, strict=True))


def described(instructions: Instructions) -> str:
    """The machine in words, with the format of a PSW where an instruction loads one."""
    loads = any("becomes what" in effect or "become what" in effect for effect in _effects(instructions))
    return f"{MACHINE} {FORMAT}" if loads else MACHINE


def _effects(instructions: Instructions) -> Iterator[str]:
    for made in instructions.values():
        yield made.supervisor
        yield made.user


def table(instructions: Instructions) -> Table:
    """What each does in either mode."""
    rows = tuple((name, made.supervisor, made.user) for name, made in instructions.items())
    return Table(("Instruction", "In supervisor mode", "In user mode"), rows)
