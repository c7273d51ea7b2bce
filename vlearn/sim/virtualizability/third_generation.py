"""The paper's machine: S = (E, M, P, R), with traps that store one program status word and load another.

E is a few words, R = (base, bound) relocates every reference in both modes, and a reference outside R or E is a memory
trap. A trap stores the PSW (M, P, R) in E[0] and loads the one in E[1]. A PSW is a word of four hexadecimal digits:
M (0 supervisor, 1 user), P, base, bound; so 0x1253 is user mode, P = 2, R = (5, 3).

Beyond the paper, a state knows whether the processor halted, and the last command that its I/O channel got, so that
HLT and SIO do something; both count as resources. Left out: registers, whence instructions use word 0 of the program
as accumulator; interrupts; and the fetch, as the paper's instructions are functions from state to state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.sim.virtualizability.definitions import Mode

WORD, FIELD = 0xFFFF, 0xF
WORDS = 8
"""Words of E. Addresses, base, bound and P have four bits, so that a PSW fits a word."""


class MemoryTrap(Exception):
    """A reference outside the program's bounds."""


@dataclass(frozen=True, slots=True)
class State:
    """One state. Its methods return the next one; an instruction is a function of a State and an operand."""

    memory: tuple[int, ...]
    mode: Mode
    counter: int
    base: int
    bound: int
    halted: bool = False
    channel: int = 0

    def read(self, address: int) -> int:
        """The program's word at `address`, or a memory trap."""
        return self.memory[self._absolute(address)]

    def write(self, address: int, word: int) -> "State":
        """With the low 16 bits of `word` at the program's `address`, or a memory trap."""
        place = self._absolute(address)
        memory = (*self.memory[:place], word & WORD, *self.memory[place + 1 :])
        return State(memory, self.mode, self.counter, self.base, self.bound, self.halted, self.channel)

    def next(self) -> "State":
        """P moves on to the next instruction."""
        return self.jump(self.counter + 1)

    def jump(self, address: int) -> "State":
        """P becomes `address`, which is relocated when it is used."""
        counter = address & FIELD
        return State(self.memory, self.mode, counter, self.base, self.bound, self.halted, self.channel)

    def enter(self, mode: Mode) -> "State":
        """M becomes `mode`."""
        return State(self.memory, mode, self.counter, self.base, self.bound, self.halted, self.channel)

    def relocate(self, word: int) -> "State":
        """R becomes the two last digits of `word`."""
        return replace(self, base=word >> 4 & FIELD, bound=word & FIELD)

    def load(self, psw: int) -> "State":
        """M, P and R become those of a PSW."""
        mode = Mode.USER if psw >> 12 & 1 else Mode.SUPERVISOR
        return State(self.memory, mode, psw >> 8 & FIELD, psw >> 4 & FIELD, psw & FIELD, self.halted, self.channel)

    def trap(self) -> "State":
        """E[0] becomes the PSW, which becomes E[1]."""
        return replace(self, memory=(self.psw, *self.memory[1:])).load(self.memory[1])

    def trapped_to(self, after: "State") -> bool:
        """Whether a trap from this state led to `after`: the paper tells a trap by what it does to the state."""
        return after.memory[0] == self.psw and after == self.trap()

    @property
    def user(self) -> bool:
        """Whether M is user mode."""
        return self.mode is Mode.USER

    @property
    def psw(self) -> int:
        """M, P and R as one word."""
        return self.user << 12 | self.counter << 8 | self.base << 4 | self.bound

    @property
    def window(self) -> tuple[int, ...]:
        """The words within R: the paper's E | R."""
        return self.memory[self.base : self.base + self.bound]

    def _absolute(self, address: int) -> int:
        if not 0 <= address < self.bound or self.base + address >= len(self.memory):
            raise MemoryTrap
        return self.base + address


def states(words: tuple[int, ...], bases: tuple[int, ...], bound: int, counters: tuple[int, ...]) -> Iterator[State]:
    """All states whose program has these words, in each place, with each P, in supervisor mode. The rest of E is 0.

    E[1] is a PSW of a handler with all of E in supervisor mode; programs keep clear of E[0] and E[1].
    """
    handler = 0x0000 | WORDS
    for code in range(len(words) ** bound):
        content = tuple(words[code // len(words) ** n % len(words)] for n in range(bound))
        for base in bases:
            memory = placed((0, handler) + (0,) * (WORDS - 2), base, content)
            for counter in counters:
                yield State(memory, Mode.SUPERVISOR, counter, base, bound)


def placed(memory: tuple[int, ...], base: int, content: tuple[int, ...]) -> tuple[int, ...]:
    """Memory with the content at `base`."""
    return (*memory[:base], *content, *memory[base + len(content) :])


def moved(state: State, base: int) -> State:
    """R moved to another base and the program's words with it; where they were, 0 stays behind."""
    cleared = placed(state.memory, state.base, (0,) * len(state.window))
    memory = placed(cleared, base, state.window)
    return State(memory, state.mode, state.counter, base, state.bound, state.halted, state.channel)
