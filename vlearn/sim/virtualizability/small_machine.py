"""The adapter of the paper's machine: which of its states are explored, and how an instruction is executed in them.

An instruction is a Python function of a State and an operand that returns the next State. It traps by returning
`state.trap()`: as in the paper, a trap is told by what it does to the state. The states are all those of a program of
three words from a small alphabet, at two places in memory; a function that waits for any other word is not found out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.virtualizability.definitions import InstructionSet, Mode, Outcome, Parts
from vlearn.sim.virtualizability.student import call
from vlearn.sim.virtualizability.third_generation import WORD, MemoryTrap, State, moved, states

Semantics: TypeAlias = Callable[[State, int], State]

BOUND, BASES, COUNTERS = 3, (2, 5), (0, 2)
ALPHABET = (0, 1, 0x1153, 0x0022)
"""Two numbers, and two words that are other PSWs and other R than the program's, in either mode."""
MOST_WORDS = 20
OPERANDS = (0, 1, 2, 3)
"""Addresses within the program, and one beyond."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A mnemonic with its operand: one of the paper's instructions. `guarded` watches over a function not our own."""

    mnemonic: str
    semantics: Semantics
    operand: int
    guarded: bool = False

    def __str__(self) -> str:
        return f"{self.mnemonic} {self.operand}"


@dataclass(frozen=True, slots=True)
class SmallMachine:
    """The paper's machine of eight words, seen by the classifier."""

    name: str
    alphabet: tuple[int, ...] = ALPHABET
    modes: tuple[str, str] = ("supervisor mode", "user mode")

    def situations(self, instruction: Operation) -> Iterable[State]:
        """The same for every instruction."""
        return _all_states(self.alphabet)

    def execute(self, instruction: Operation, state: State) -> Outcome[State]:
        """Calls the function; a trap is what does to the state what a trap does."""
        try:
            if instruction.guarded:
                after = call(instruction.mnemonic, instruction.semantics, state, instruction.operand)
            else:
                after = instruction.semantics(state, instruction.operand)
        except MemoryTrap:
            return Outcome(state.trap(), "memory trap", memory_trap=True)
        return Outcome(after, "trap" if state.trapped_to(after) else "")

    def mode(self, state: State) -> Mode:
        """M."""
        return state.mode

    def resources(self, state: State) -> Parts:
        """R, the processor and the channel."""
        return {"base": state.base, "bound": state.bound, "halted": state.halted, "channel": state.channel}

    def visible(self, state: State) -> Parts:
        """The words within R, and P."""
        return {**{f"word {n}": word for n, word in enumerate(state.window)}, "P": state.counter}

    def other_mode(self, state: State) -> State:
        """M is the other one."""
        return state.enter(state.mode.other)

    def moved(self, state: State) -> Iterable[State]:
        """R and the program lie at the other place."""
        return (moved(state, base) for base in BASES if base != state.base)


def instruction_set(
    name: str, table: Mapping[str, Semantics], *, guarded: bool = True, words: Iterable[int] = ()
) -> InstructionSet[Operation, State]:
    """A machine with these instructions: a mnemonic and a function `(state, operand) -> state` each.

    `words` are explored besides those of ALPHABET. Raises ModelError for what is no function or no word, and the
    classifier does so for a function that raises, never ends, or returns what is no state.
    """
    alphabet = tuple(dict.fromkeys((*ALPHABET, *words)))
    for word in alphabet:
        if not isinstance(word, int) or not 0 <= word <= WORD:
            raise ModelError(f"{word!r} is no word of this machine: words are whole numbers from 0 to {WORD:#x}")
    if len(alphabet) > MOST_WORDS:
        raise ModelError(
            f"{len(alphabet)} words make {len(alphabet) ** BOUND:,} programs of {BOUND} words; give at most"
            f" {MOST_WORDS - len(ALPHABET)} words besides the {len(ALPHABET)} that are there"
        )
    if not table:
        raise ModelError(f"{name} has no instruction: give a table such as {{'LOAD': load}}")
    for mnemonic, semantics in table.items():
        if not callable(semantics):
            raise ModelError(
                f"{mnemonic} of {name} is {semantics!r}, not a function: write one of `(state, operand)`"
                " with a body that returns the next state"
            )
    operations = {
        mnemonic: tuple(Operation(mnemonic, semantics, operand, guarded) for operand in OPERANDS)
        for mnemonic, semantics in table.items()
    }
    return InstructionSet(SmallMachine(name, alphabet), operations)


@cache
def _all_states(alphabet: tuple[int, ...]) -> tuple[State, ...]:
    return tuple(states(alphabet, BASES, BOUND, COUNTERS))
