"""One entry of the question bank: what an exam is assembled by, and how its question is made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

from vlearn.course import chapter_of
from vlearn.questions.model import Bloom, Question


@dataclass(frozen=True, slots=True)
class Entry:
    """What the bank knows of a question before it is made. `path` and `line` are where it is stated.

    `make(rng)` poses it: a generated question draws one of its `variants`, a written one is always the same. Options
    stand as they were written; `vlearn.questions.shuffle` shuffles them. An exam that has an entry has those that it
    `needs` too, right before it.
    """

    id: str
    objective: str
    kind: str
    points: Fraction
    minutes: Fraction
    difficulty: int
    bloom: Bloom
    enemies: tuple[str, ...]
    path: Path
    line: int
    generator: str
    make: Callable[[Random], Question] = field(compare=False, repr=False)
    variants: int = 1
    needs: tuple[str, ...] = ()

    @property
    def chapter(self) -> str:
        """The id of its objective's chapter, such as `ch06`."""
        return chapter_of(self.objective)
