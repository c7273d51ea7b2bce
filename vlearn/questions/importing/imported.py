"""What comes in from another system: questions in the shape of our files, and what could not be taken, with reasons.

Every importer hands what it read to `Intake`, which takes a question only if a bank would: so nothing is written that
`vlearn.questions.bank` would not load.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from vlearn.course import COURSE
from vlearn.errors import did_you_mean
from vlearn.questions import wire
from vlearn.questions.build import answer, blocks
from vlearn.questions.faults import Where
from vlearn.questions.load import Plain
from vlearn.questions.model import Question
from vlearn.questions.shape import shaped
from vlearn.questions.validity import problems

LIMIT = 32 << 20
"""The largest file that is read, in bytes."""

_OBJECTIVES = frozenset(objective.id for chapter in COURSE for objective in chapter.objectives)
_STATED = ("objective", "bloom", "difficulty", "minutes", "points")


class RefusedError(Exception):
    """Why a question cannot be taken."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that was not taken as it is: where it begins, what it is called there, and why."""

    line: int
    id: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: question {self.id!r}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Imported:
    """Questions as plain mappings, the drawings that they name, what was refused, and what was taken otherwise."""

    questions: tuple[dict[str, Plain], ...]
    drawings: Mapping[str, str]
    refused: tuple[Refused, ...]
    changed: tuple[Refused, ...] = ()


@dataclass(slots=True)
class Found:
    """A question as another system states it; `tags` such as `bloom:apply` are those that our exporters write."""

    line: int
    name: str
    tags: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Plain] = field(default_factory=dict)
    drawings: dict[str, str] = field(default_factory=dict)


def tagged(tags: list[str]) -> dict[str, str]:
    """Tags by the word before their colon."""
    return {name: value for name, colon, value in (tag.partition(":") for tag in tags) if colon}


@dataclass(slots=True)
class Intake:
    """Collects questions. Those that name no objective of the course are counted to `objective`, if one is given.

    What the other system does not know is assumed: difficulty 3, Bloom level understand, 1 point, and a minute and a
    half for each point.
    """

    objective: str = ""
    questions: list[dict[str, Plain]] = field(default_factory=list)
    drawings: dict[str, str] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)
    _shared: dict[str, int] = field(default_factory=dict)

    def refuse(self, found: Found, reason: str) -> None:
        """Report a question."""
        self.refused.append(Refused(found.line, found.name, reason))

    def take(self, found: Found) -> None:
        """Take a question, or report it."""
        try:
            raw = self._raw(found)
            self._check(raw, found.drawings)
        except RefusedError as error:
            self.refuse(found, str(error))
            return
        self._ids.add(str(raw["id"]))
        self.questions.append(raw)
        self.drawings.update(found.drawings)

    def done(self) -> Imported:
        """Everything that came in."""
        return Imported(tuple(self.questions), dict(self.drawings), tuple(self.refused))

    def _raw(self, found: Found) -> dict[str, Plain]:
        id = self._free(slug(found.name))
        if found.drawings.keys() & self.drawings.keys():
            raise RefusedError("it has pictures, and the name of an earlier question: give it a name of its own")
        stated: dict[str, Plain] = {name: found.tags[name] for name in _STATED if name in found.tags}
        objective = str(stated.get("objective", ""))
        if objective not in _OBJECTIVES:
            objective = self.objective or objective
        if objective not in _OBJECTIVES:
            near = did_you_mean(objective, _OBJECTIVES) if objective else "; name one for all that have none"
            raise RefusedError(f"it names no objective of the course{near}")
        points = str(stated.get("points") or found.fields.get("points", "1"))
        return {
            "id": id,
            "objective": objective,
            "kind": found.fields["kind"],
            "points": _tidy(points),
            "minutes": stated.get("minutes", _tidy(points, 1.5)),
            "difficulty": stated.get("difficulty", "3"),
            "bloom": stated.get("bloom", "understand"),
            **{name: found.fields[name] for name in ("source", "prompt") if name in found.fields},
            **{name: value for name, value in found.fields.items() if name not in ("points", "solution")},
            "solution": found.fields["solution"],
        }

    def _free(self, id: str) -> str:
        """The id, or the next of `ID-2`, `ID-3`, ... that is free: other systems let questions share a name."""
        free = id
        while free in self._ids:
            self._shared[id] = self._shared.get(id, 1) + 1
            free = f"{id}-{self._shared[id]}"
        return free

    def _check(self, raw: dict[str, Plain], drawings: Mapping[str, str]) -> None:
        faults: list[str] = []

        def complain(_: Where, message: str) -> None:
            faults.append(message)

        stated = shaped(raw, wire.KINDS[str(raw["kind"])], (), complain)
        if stated is not None:
            prompt = blocks(stated.prompt, "prompt", drawings.__getitem__, complain)
            solution = blocks(stated.solution, "solution", drawings.__getitem__, complain)
            built = answer(stated, complain)
            if built is not None and not faults:
                question = Question(
                    stated.id, stated.objective, prompt, built, solution, stated.points, stated.minutes,
                    stated.difficulty, stated.bloom,
                )  # fmt: skip
                faults += (problem.text for problem in problems(question))
        if faults:
            raise RefusedError("; ".join(faults))


def slug(name: str) -> str:
    """A name as an id: words of a-z and 0-9 joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:80].strip("-") or "question"


def _tidy(points: str, times: float = 1) -> str:
    """A number of points, which Moodle writes with seven places, or the minutes for it."""
    try:
        return f"{float(points) * times:.7f}".rstrip("0").rstrip(".")
    except (ValueError, OverflowError):
        return points
