"""Changes to a program, and what is wrong with a set of them: faults of one, and clashes of two that are each right.

A fault has a stage that can find it; one that no stage finds is seen by users alone. Branches and text conflicts, which
Git itself reports, are left out: what is interesting is what only a build of the merged whole can show.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.errors import ModelError

Finder: TypeAlias = Literal["build", "test", "acceptance", "users"]
FINDERS: tuple[Finder, ...] = ("build", "test", "acceptance", "users")
"""Who can find a fault, the earliest and cheapest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """One commit: its fault, if any, by who can find it, and the changes beside which its tests fail."""

    name: str
    fault: Finder | None = None
    clashes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.name:
            raise ModelError("a change needs a name")
        if self.fault is not None and self.fault not in FINDERS:
            raise ModelError(f"a fault is found by {', '.join(FINDERS)}, not by {self.fault!r}")
        if self.name in self.clashes:
            raise ModelError(f"{self.name!r} cannot clash with itself: then it has a fault")


def faults(changes: Iterable[Change], finder: Finder) -> tuple[str, ...]:
    """What this finder sees in the sum of the changes: a sentence for each fault and each clash."""
    found = tuple(changes)
    names = {change.name for change in found}
    said = [f"{change.name} is faulty" for change in found if change.fault == finder]
    if finder == "test":
        pairs = {frozenset((one.name, other)) for one in found for other in one.clashes & names}
        said += [f"{' and '.join(sorted(pair))} clash" for pair in sorted(pairs, key=sorted)]
    return tuple(said)


def green(changes: Iterable[Change]) -> bool:
    """Whether build and tests pass on the sum of the changes, if no test is flaky."""
    found = tuple(changes)
    return not faults(found, "build") and not faults(found, "test")
