"""The words of Popek and Goldberg: what a machine must say of itself so that its instructions can be classified.

Their machine has states S = (E, M, P, R): memory, mode, program counter, relocation-bounds register. An architecture
splits a state accordingly: the mode M, the resources R that a monitor must keep to itself, and what the program that
runs there can see (the words within its bounds, and P). It also knows the twins of a state, which a program ought not
to be able to tell apart: the same content in the other mode, and the same content under moved resources.

Source: G. J. Popek and R. P. Goldberg, Formal Requirements for Virtualizable Third Generation Architectures,
Communications of the ACM 17(7), 1974.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeAlias, TypeVar

S = TypeVar("S")
I = TypeVar("I")  # noqa: E741 -- the paper writes instructions as i, and states as S
I_contra = TypeVar("I_contra", contravariant=True)

Parts: TypeAlias = Mapping[str, Hashable]
"""Named parts of a state with their values, in the order in which they are shown."""


class Mode(Enum):
    """M: the monitor runs in supervisor mode, and everything that it runs directly, in user mode."""

    SUPERVISOR = "supervisor"
    USER = "user"

    @property
    def other(self) -> "Mode":
        """The one that this is not."""
        return Mode.USER if self is Mode.SUPERVISOR else Mode.SUPERVISOR


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S]):
    """What executing one instruction led to: the state after it and, if it trapped, the trap's name.

    A memory trap is one by a reference outside the program's bounds. The definitions leave such states out.
    """

    state: S
    trap: str = ""
    memory_trap: bool = False


class Architecture(Protocol[I_contra, S]):
    """A machine as the classifier sees it. All methods are pure, and `situations` has the same order every time."""

    @property
    def name(self) -> str:
        """As a caption has it: `x86 before 2005`."""

    @property
    def modes(self) -> tuple[str, str]:
        """What this machine calls supervisor mode and user mode, such as `CPL 0` and `CPL 3`."""

    def situations(self, instruction: I_contra) -> Iterable[S]:
        """States in supervisor mode; the instruction is executed in them, and in their twins."""

    def execute(self, instruction: I_contra, state: S) -> Outcome[S]:
        """The paper's i(S)."""

    def mode(self, state: S) -> Mode:
        """M."""

    def resources(self, state: S) -> Parts:
        """R, and what else the machine has that a program must not get hold of."""

    def visible(self, state: S) -> Parts:
        """What the program can see: E within R, as the program addresses it, and P."""

    def other_mode(self, state: S) -> S:
        """The twin that differs in the mode alone."""

    def moved(self, state: S) -> Iterable[S]:
        """The twins that differ in the resources alone: the paper's R moved by x, and the content moved with it."""


@dataclass(frozen=True, slots=True)
class InstructionSet(Generic[I, S]):
    """A machine's instructions by mnemonic. The operands that one mnemonic is tried with are instructions of their own.

    The paper's i is a function from state to state, so an operand is part of it. A mnemonic is sensitive if one of its
    instructions is, and privileged if all of them are.
    """

    architecture: Architecture[I, S]
    table: Mapping[str, tuple[I, ...]]

    @property
    def name(self) -> str:
        """The architecture's."""
        return self.architecture.name
