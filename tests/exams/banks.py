"""Banks and blueprints made up for these tests: every kind, every level, generated questions too."""

from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from tests.questions.samples import ANSWERS, entry_of
from vlearn.blocks import Text
from vlearn.exams.blueprint import Blueprint
from vlearn.questions.bank import Bank
from vlearn.questions.model import Bloom, Question


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
    needs=(),
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

    return entry_of(make(Random(0)), make=make, variants=1000 if generator else 1, needs=tuple(needs))


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
                needs=draw(st.lists(st.sampled_from(ids[:n]), max_size=1)) if n % 4 == 1 else (),
            )
            for n, id in enumerate(ids)
        )
    )
