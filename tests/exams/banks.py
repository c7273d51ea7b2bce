"""Banks and blueprints made up for these tests: every kind, every level, generated questions too."""

from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from vlearn.blocks import Text
from vlearn.exams.blueprint import Blueprint
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.model import (
    KINDS,
    Bloom,
    Case,
    Classification,
    Cloze,
    Criterion,
    Essay,
    Gap,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)

OPTIONS = tuple(Option(f"option {n}", f"feedback {n}") for n in range(5))
WORDS = ("alpha", "beta", "gamma", "delta")

ANSWERS = {
    "single-choice": SingleChoice(OPTIONS, 2),
    "multiple-choice": MultipleChoice(OPTIONS, frozenset({1, 3})),
    "true-false": TrueFalse(True, OPTIONS, 4),
    "numeric": Numeric(Fraction(24)),
    "short-text": ShortText(("page fault",)),
    "matching": Matching(WORDS, WORDS[::-1], (3, 2, 1, 0)),
    "ordering": Ordering(WORDS, (2, 0, 3, 1)),
    "cloze": Cloze("a [[1]] b [[2]]", (Gap(("x",)), Gap(("y",), ("y", "z", "w")))),
    "classification": Classification(("Greek", "Latin"), WORDS, (0, 1, 0, 1)),
    "essay": Essay((Criterion("it says why", Fraction(1)),)),
    "trace": TraceTable(("step", "value"), (("1", "a"), ("2", "b")), ((0, 1), (1, 1))),
    "code": Program("def f(x):\n    ...", (Case("f(1)", "2"),), reference="def f(x):\n    return x + 1"),
}
assert ANSWERS.keys() == KINDS.keys()


def entry(
    id,
    kind="single-choice",
    points=2,
    minutes=3,
    difficulty=2,
    bloom=Bloom.APPLY,
    chapter="ch06",
    objective=None,
    enemies=(),
    generator="",
):
    """An entry whose question says its own id; a generated one also draws a number."""
    objective = objective or f"{chapter}-goal"

    def make(rng):
        drawn = f" {rng.randrange(1000)}" if generator else ""
        return Question(
            id=id,
            objective=objective,
            prompt=(Text(f"{id}{drawn}"),),
            answer=ANSWERS[kind],
            solution=(Text("because"),),
            points=Fraction(points),
            minutes=Fraction(minutes),
            difficulty=difficulty,
            bloom=bloom,
            enemies=tuple(enemies),
            generator=generator,
        )

    return Entry(
        id=id,
        objective=objective,
        kind=kind,
        points=Fraction(points),
        minutes=Fraction(minutes),
        difficulty=difficulty,
        bloom=bloom,
        enemies=tuple(enemies),
        path=Path("made-up.yaml"),
        line=1,
        generator=generator,
        make=make,
        variants=1000 if generator else 1,
    )


def bank(*entries):
    return Bank(tuple(entries))


def blueprint(points, **fields):
    return Blueprint(title="Made up", points=points, **fields)


@st.composite
def banks(draw, most=40, chapters=("ch06", "ch10")):
    """Banks of up to `most` entries of few distinct sizes, so that constraints bite."""
    size = draw(st.integers(0, most))
    ids = [f"q{n:02}" for n in range(size)]
    return bank(
        *(
            entry(
                id,
                kind=draw(st.sampled_from(("single-choice", "numeric", "ordering"))),
                points=draw(st.sampled_from((1, Fraction(3, 2), 2, 4))),
                minutes=draw(st.sampled_from((1, 2, Fraction(5, 2)))),
                difficulty=draw(st.integers(1, 5)),
                bloom=draw(st.sampled_from((Bloom.REMEMBER, Bloom.APPLY))),
                chapter=draw(st.sampled_from(chapters)),
                enemies=draw(st.lists(st.sampled_from(ids), max_size=1).map(lambda e, id=id: tuple(set(e) - {id}))),
                generator=draw(st.sampled_from(("", "made-up"))),
            )
            for id in ids
        )
    )
