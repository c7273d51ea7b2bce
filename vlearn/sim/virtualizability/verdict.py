"""What the classifier says of one instruction: its properties, each with the states that prove it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic

from vlearn.sim.virtualizability.definitions import I, Outcome, S


class Claim(Enum):
    """What a witness proves."""

    NOT_PRIVILEGED = "not privileged"
    CONTROL = "control sensitive"
    LOCATION = "location sensitive"
    MODE = "mode sensitive"
    BOTH = "behaviour sensitive, in location and mode at once"


@dataclass(frozen=True, slots=True)
class Run(Generic[S]):
    """One execution of the instruction: the state before, and what became of it."""

    before: S
    outcome: Outcome[S]


@dataclass(frozen=True, slots=True)
class Witness(Generic[I, S]):
    """The runs that prove a claim: one for control sensitivity, a pair from twin states for everything else."""

    claim: Claim
    instruction: I
    runs: tuple[Run[S], ...]


@dataclass(frozen=True, slots=True)
class Verdict(Generic[I, S]):
    """The classes of one mnemonic, by its `instructions`: all the operands that were tried.

    A property without a witness was looked for in all `states`, and not found. `pairs` counts the pairs of modes
    without a memory trap, which decide whether the instruction is privileged; `not_privileged` is the first one that
    refutes it. `both` is looked for only where neither location nor mode alone makes a difference. `parts` are the
    verdicts on the single instructions, where there are several.
    """

    name: str
    instructions: tuple[I, ...]
    states: int
    pairs: int
    not_privileged: Witness[I, S] | None = None
    control: Witness[I, S] | None = None
    location: Witness[I, S] | None = None
    mode: Witness[I, S] | None = None
    both: Witness[I, S] | None = None
    user_control: Witness[I, S] | None = None
    user_location: Witness[I, S] | None = None
    parts: "tuple[Verdict[I, S], ...]" = ()

    @property
    def holes(self) -> tuple[I, ...]:
        """The instructions that are sensitive, and not privileged; Theorem 1 asks about each of them."""
        return tuple(part.instructions[0] for part in self._each if part.sensitive and not part.privileged)

    @property
    def user_holes(self) -> tuple[I, ...]:
        """Those that are user sensitive, and not privileged."""
        return tuple(part.instructions[0] for part in self._each if part.user_sensitive and not part.privileged)

    @property
    def _each(self) -> "tuple[Verdict[I, S], ...]":
        return self.parts or (self,)

    @property
    def privileged(self) -> bool:
        """Whether it traps in user mode *and does not* in supervisor mode, in every pair. No pair is no proof."""
        return self.pairs > 0 and self.not_privileged is None

    @property
    def behaviour_sensitive(self) -> bool:
        """Whether its result depends on location or mode."""
        return bool(self.location or self.mode or self.both)

    @property
    def sensitive(self) -> bool:
        """Control or behaviour sensitive, whether it traps or not."""
        return bool(self.control) or self.behaviour_sensitive

    @property
    def innocuous(self) -> bool:
        """Not sensitive."""
        return not self.sensitive

    @property
    def user_sensitive(self) -> bool:
        """Sensitive by states in user mode alone, which is what Theorem 3 asks about."""
        return bool(self.user_control or self.user_location)

    @property
    def witnesses(self) -> tuple[Witness[I, S], ...]:
        """All that were found, each once."""
        found = (
            self.not_privileged, self.control, self.location, self.mode, self.both,
            self.user_control, self.user_location,
        )  # fmt: skip
        return tuple(dict.fromkeys(witness for witness in found if witness))

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of its classes, as a table has them."""
        kinds = {
            "control": self.control,
            "location": self.location,
            "mode": self.mode,
            "location-and-mode": self.both,
        }
        names = [f"{kind} sensitive" for kind, witness in kinds.items() if witness]
        return tuple(["privileged"] * self.privileged + (names or ["innocuous"]))


def merged(name: str, parts: Sequence[Verdict[I, S]]) -> Verdict[I, S]:
    """The verdict on a mnemonic: sensitive if one of its instructions is, privileged if all of them are."""
    location, mode = _first(part.location for part in parts), _first(part.mode for part in parts)
    return Verdict(
        name,
        tuple(instruction for part in parts for instruction in part.instructions),
        sum(part.states for part in parts),
        sum(part.pairs for part in parts),
        _first(part.not_privileged for part in parts),
        _first(part.control for part in parts),
        location,
        mode,
        None if location or mode else _first(part.both for part in parts),
        _first(part.user_control for part in parts),
        _first(part.user_location for part in parts),
        tuple(parts),
    )


def _first(witnesses: Iterable[Witness[I, S] | None]) -> Witness[I, S] | None:
    return next((witness for witness in witnesses if witness), None)
