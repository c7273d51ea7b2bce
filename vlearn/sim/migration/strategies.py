"""The ways to move a machine, as values."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.migration.policies import plain, qemu
from vlearn.sim.migration.policy import Policy

Push: TypeAlias = Literal["none", "ascending", "bubble"]
"""What the source of a post-copy sends unasked: nothing, page after page, or pages around the last fault first."""

PUSHES: tuple[Push, ...] = ("none", "ascending", "bubble")
PUSH_NAMES: dict[Push, str] = {"none": "demand paging", "ascending": "active push", "bubble": "prepaging"}


@dataclass(frozen=True, slots=True)
class Cold:
    """Shut the guest down, boot it at the destination. No page of memory is sent."""

    name = "cold"


@dataclass(frozen=True, slots=True)
class Suspend:
    """Pause, copy everything once, resume."""

    name = "suspend, copy, resume"


@dataclass(frozen=True, slots=True)
class PreCopy:
    """Rounds while the guest runs at the source, then a pause for the rest."""

    policy: Policy = qemu()  # noqa: RUF009 - a policy is a frozen value

    @property
    def name(self) -> str:
        """With the name of its stop rule."""
        return f"pre-copy, {self.policy.name}"


@dataclass(frozen=True, slots=True)
class PostCopy:
    """Processor state first; the guest runs at the destination and its pages follow, each exactly once.

    With demand paging, `alone` says for how many seconds; then the source pushes the rest.
    """

    push: Push = "ascending"
    alone: float = 10.0

    def __post_init__(self) -> None:
        check_push(self.push, self.alone)

    @property
    def name(self) -> str:
        """With the way its pages travel."""
        return f"post-copy, {PUSH_NAMES[self.push]}"


@dataclass(frozen=True, slots=True)
class Hybrid:
    """Rounds of pre-copy, by default one, then post-copy for the pages that are dirty."""

    policy: Policy = plain(rounds=1)  # noqa: RUF009 - a policy is a frozen value
    push: Push = "ascending"
    alone: float = 10.0

    def __post_init__(self) -> None:
        check_push(self.push, self.alone)

    @property
    def name(self) -> str:
        """With the way its last pages travel."""
        return f"hybrid, {PUSH_NAMES[self.push]}"


Strategy: TypeAlias = Cold | Suspend | PreCopy | PostCopy | Hybrid


def check_push(push: str, alone: float) -> None:
    """Raise ModelError for a way to push that is none, and for a time that is none."""
    if not isfinite(alone) or alone < 0:
        raise ModelError(f"alone is how many seconds demand paging goes on alone, 0 or more, not {alone}")
    if push not in PUSHES:
        raise ModelError(f"push is one of {', '.join(PUSHES)}, not {push!r}")
