"""The three theorems, evaluated on what was found: whose condition holds, which instructions break it, what follows.

All three are sufficient, none is necessary: where a condition fails, the theorem is silent, and a monitor of another
kind (translating, paravirtualizing) may exist, or even one that traps and emulates.
"""

from dataclasses import dataclass
from typing import Generic

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.virtualizability.definitions import Architecture, I, S
from vlearn.sim.virtualizability.verdict import Verdict


@dataclass(frozen=True, slots=True)
class TheoremVerdict:
    """A theorem on one machine. `holds` is None where the instruction set does not decide; `breakers` are mnemonics."""

    number: int
    condition: str
    holds: bool | None
    breakers: tuple[str, ...]
    conclusion: str


@dataclass(frozen=True, slots=True)
class Classification(Generic[I, S]):
    """All verdicts on one instruction set, in its order, and what the theorems say of it."""

    architecture: Architecture[I, S]
    verdicts: tuple[Verdict[I, S], ...]

    def __getitem__(self, name: str) -> Verdict[I, S]:
        for verdict in self.verdicts:
            if verdict.name == name:
                return verdict
        names = [verdict.name for verdict in self.verdicts]
        known = f"{', '.join(names)}{did_you_mean(name, names)}"
        raise ModelError(f"{self.architecture.name} has no instruction {name!r}; it has {known}")

    @property
    def privileged(self) -> tuple[str, ...]:
        """Mnemonics that trap in user mode, and not in supervisor mode."""
        return tuple(verdict.name for verdict in self.verdicts if verdict.privileged)

    @property
    def sensitive(self) -> tuple[str, ...]:
        """Mnemonics that are control or behaviour sensitive."""
        return tuple(verdict.name for verdict in self.verdicts if verdict.sensitive)

    @property
    def user_sensitive(self) -> tuple[str, ...]:
        """Mnemonics that are sensitive in user mode."""
        return tuple(verdict.name for verdict in self.verdicts if verdict.user_sensitive)

    @property
    def innocuous(self) -> tuple[str, ...]:
        """Mnemonics that are not sensitive."""
        return tuple(verdict.name for verdict in self.verdicts if verdict.innocuous)

    @property
    def holes(self) -> tuple[str, ...]:
        """Mnemonics of which an instruction is sensitive, and not privileged: plain trap-and-emulate misses it."""
        return tuple(verdict.name for verdict in self.verdicts if verdict.holes)

    @property
    def user_holes(self) -> tuple[str, ...]:
        """Mnemonics of which an instruction is user sensitive, and not privileged: a hybrid monitor misses it."""
        return tuple(verdict.name for verdict in self.verdicts if verdict.user_holes)

    @property
    def theorems(self) -> tuple[TheoremVerdict, TheoremVerdict, TheoremVerdict]:
        """Theorems 1, 2 and 3."""
        return (self._first(), self._second(), self._third())

    @property
    def monitor(self) -> str:
        """What can be built by the theorems, in a sentence."""
        if not self.holes:
            return "A virtual machine monitor that traps and emulates can be built (Theorem 1)."
        if not self.user_holes:
            return (
                "A hybrid monitor can be built, which interprets all code of virtual supervisor mode (Theorem 3);"
                " Theorem 1 promises nothing."
            )
        return (
            "The theorems promise no monitor. They do not rule one out: their conditions are sufficient, not necessary."
        )

    def _first(self) -> TheoremVerdict:
        holds = not self.holes
        conclusion = (
            "A virtual machine monitor may be constructed."
            if holds
            else "The theorem is silent: its condition is sufficient, not necessary."
        )
        condition = "every sensitive instruction is privileged"
        return TheoremVerdict(1, condition, holds, self.holes, conclusion)

    def _second(self) -> TheoremVerdict:
        condition = "the machine is virtualizable, and has a monitor without timing dependencies"
        if self.holes:
            conclusion = "Theorem 1 does not show that the machine is virtualizable, so this one has nothing to go by."
        else:
            conclusion = (
                "By Theorem 1 the machine is virtualizable. If a monitor without timing dependencies can be"
                " constructed, which its instructions alone do not tell, it is recursively virtualizable."
            )
        return TheoremVerdict(2, condition, None, (), conclusion)

    def _third(self) -> TheoremVerdict:
        holds = not self.user_holes
        conclusion = (
            "A hybrid virtual machine monitor may be constructed."
            if holds
            else "The theorem is silent: its condition, too, is sufficient, not necessary."
        )
        return TheoremVerdict(3, "every user-sensitive instruction is privileged", holds, self.user_holes, conclusion)
