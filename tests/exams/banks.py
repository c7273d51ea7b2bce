"""Banks and blueprints made up for these tests: every kind, every level, generated questions too."""

from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from tests.questions.samples import ANSWERS, entry_of
from vlearn.blocks import Text
from vlearn.exams.blueprint import Blueprint, Pick, Section
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
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


_KINDS = ("single-choice", "numeric", "ordering", "matching", "cloze", "essay")

THOUSAND = bank(
    *(
        entry(
            f"q{n:03}",
            kind=_KINDS[n % 6],
            points=1 + n * 7 % 5,
            minutes=1 + n * 5 % 6,
            difficulty=1 + n * 11 // 3 % 5,
            bloom=tuple(Bloom)[n * 13 % 6],
            chapter=f"ch{1 + n % 15:02}",
            enemies=(f"q{n * 31 % 1000:03}",) if n % 3 == 0 and n else (),
            needs=(f"q{n - 1:03}",) if n % 50 == 7 else (),
        )
        for n in range(1000)
    )
)
"""A bank of a thousand questions: 333 of them name an enemy, 20 need another."""

EVERYTHING = blueprint(
    80,
    minutes=90,
    questions=Counts(at_least=20, at_most=35),
    chapters={f"ch{n:02}": Share(questions=Counts(at_least=1)) for n in range(1, 16)},
    kinds=dict.fromkeys(_KINDS, Counts(at_least=3, at_most=6)),
    difficulty=Difficulty(average=Amounts(at_least=Fraction(5, 2), at_most=3), levels={5: Counts(at_most=4)}),
    bloom={Bloom.REMEMBER: Counts(at_most=6), Bloom.APPLY: Counts(at_least=3)},
    objectives={"ch06-goal": Counts(at_least=1, at_most=3)},
    must_have=("q107",),
    must_not=("q001", "q002"),
    pick=(Pick(tuple(f"q{n:03}" for n in range(200, 230)), 2),),
    sections=(
        Section(title="Short", minutes=30, kinds={"essay": 0}, difficulty=Difficulty(average=Amounts(at_most=3))),
        Section(title="Long", points=Amounts(at_least=20, at_most=40), questions=Counts(at_least=5)),
        Section(title="Kernel", chapters=("ch06", "ch07", "ch08"), questions=4),
    ),
)
"""A blueprint for it in which every field demands something."""
