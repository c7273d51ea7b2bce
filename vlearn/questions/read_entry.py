"""From what a question file says of one question to its entry."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from vlearn.errors import did_you_mean
from vlearn.questions import wire
from vlearn.questions.build import answer, blocks
from vlearn.questions.drawing import read_drawing
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Complain, Counted, Where
from vlearn.questions.generators.generator import Generator
from vlearn.questions.load import Plain
from vlearn.questions.model import Question
from vlearn.questions.shape import shaped
from vlearn.questions.validity import problems

_Made: TypeAlias = tuple[Callable[[Random], Question], str, int]
"""How the question is made, its kind, and how many variants it has."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a question file may refer to: its bank's folder, generators by name, and ids of objectives.

    `tries` says whether a generator poses one question, to see that it takes its parameters.
    """

    folder: Path
    generators: Mapping[str, Generator]
    objectives: Collection[str]
    tries: bool = True


def read_entry(raw: Plain, path: Path, line: int, known: Known, complain: Complain) -> Entry | None:
    """The entry that a plain mapping states; None, after a complaint for each fault."""
    if not isinstance(raw, dict):
        complain((), "a question must be a mapping: `id: ...`, `kind: ...` and so on")
        return None
    kind = _kind(raw, complain)
    if not kind or not (stated := shaped(raw, kind, (), complain)):
        return None
    if unknown := stated.objective not in known.objectives:
        near = did_you_mean(stated.objective, known.objectives) or "; the objectives are listed in vlearn/syllabus.py"
        complain(("objective",), f"the course has no objective {stated.objective!r}{near}")
    if isinstance(stated, wire.Generated):
        made = _generated(stated, known, complain)
    else:
        made = _written(stated, partial(read_drawing, beside=path, folder=known.folder), complain)
    if unknown or not made:
        return None
    make, kind_name, variants = made
    return Entry(
        id=stated.id,
        objective=stated.objective,
        kind=kind_name,
        points=stated.points,
        minutes=stated.minutes,
        difficulty=stated.difficulty,
        bloom=stated.bloom,
        enemies=tuple(stated.enemies),
        path=path,
        line=line,
        generator=stated.generator if isinstance(stated, wire.Generated) else "",
        make=make,
        variants=variants,
        needs=tuple(stated.needs),
    )


def _kind(raw: dict[str, Plain], complain: Complain) -> type[wire.Generated | wire.Written] | None:
    if "generator" in raw:
        return wire.Generated
    kinds = f"the kinds are {', '.join(wire.KINDS)}"
    if "kind" not in raw:
        complain((), f"missing field `kind`: {kinds}; a generated question has `generator` instead")
        return None
    kind = raw["kind"]
    if isinstance(kind, str) and kind in wire.KINDS:
        return wire.KINDS[kind]
    complain(("kind",), f"unknown kind {kind!r}{did_you_mean(str(kind), wire.KINDS)}; {kinds}")
    return None


def _written(stated: wire.Written, drawings: Callable[[str], str], complain: Complain) -> _Made | None:
    counted = Counted(complain)
    prompt = blocks(stated.prompt, "prompt", drawings, counted)
    solution = blocks(stated.solution, "solution", drawings, counted)
    built = answer(stated, counted)
    if built is None or counted.count:
        return None
    question = Question(answer=built, prompt=prompt, solution=solution, **_common(stated))
    return (lambda _: question, question.kind, 1) if _sound(question, (), complain) else None


def _generated(stated: wire.Generated, known: Known, complain: Complain) -> _Made | None:
    generators = known.generators
    if not (generator := generators.get(stated.generator)):
        near = did_you_mean(stated.generator, generators) or f"; there are {', '.join(sorted(generators)) or 'none'}"
        complain(("generator",), f"there is no generator {stated.generator!r}{near}")
        return None
    parameters = generator.parameters(stated.parameters, ("parameters",), complain)
    if parameters is None:
        return None

    def make(rng: Random) -> Question:
        posed = generator.pose(rng, **parameters)
        return Question(
            prompt=posed.prompt,
            answer=posed.answer,
            solution=posed.solution,
            generator=generator.name,
            replay=posed.replay,
            **_common(stated),
        )

    if not known.tries:
        return make, generator.kind, stated.variants
    try:
        trial = make(Random(0))
    except ValueError as error:
        complain(("parameters",), f"the generator {generator.name!r} refuses these parameters: {error}")
        return None
    if trial.kind != generator.kind:
        complain(("generator",), f"the generator {generator.name!r} posed {trial.kind!r}, not its {generator.kind!r}")
        return None
    return (make, generator.kind, stated.variants) if _sound(trial, ("generator",), complain) else None


def _common(stated: wire.Stated) -> dict[str, Any]:
    return {
        "id": stated.id,
        "objective": stated.objective,
        "points": stated.points,
        "minutes": stated.minutes,
        "difficulty": stated.difficulty,
        "bloom": stated.bloom,
        "enemies": tuple(stated.enemies),
        "source": stated.source,
    }


def _sound(question: Question, otherwise: Where, complain: Complain) -> bool:
    found = problems(question)
    for problem in found:
        complain(problem.where or otherwise, problem.text)
    return not found
