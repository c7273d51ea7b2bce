"""How fast exams are chosen exactly: out of a thousand questions with every demand, and four parallel forms of 300."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

from vlearn.bench import Measurement, best_of
from vlearn.exams.assemble import assemble, assemble_forms
from vlearn.exams.blueprint import Blueprint, Parallel, Pick, Section
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.model import KINDS, Bloom, Question

LIMITS = {"exact": 3.0, "parallel": 5.0}
"""Seconds."""


def _unasked(_: Random) -> Question:
    raise AssertionError("a choice makes no question")


def _bank(size: int) -> Bank:
    """Entries of every kind, level and chapter; a third name an enemy, one in fifty needs another."""
    return Bank(
        tuple(
            Entry(
                id=f"q{n:03}",
                objective=f"ch{1 + n % 15:02}-goal",
                kind=tuple(KINDS)[n * 5 % len(KINDS)],
                points=Fraction(1 + n * 7 % 5),
                minutes=Fraction(1 + n * 5 % 6),
                difficulty=1 + n * 11 // 3 % 5,
                bloom=tuple(Bloom)[n * 13 % 6],
                enemies=(f"q{n * 31 % size:03}",) if n % 3 == 0 and n else (),
                path=Path("bank.yaml"),
                line=n,
                generator="",
                make=_unasked,
                needs=(f"q{n - 1:03}",) if n % 50 == 7 else (),
            )
            for n in range(size)
        )
    )


KIND = tuple(KINDS)[:3]
EVERYTHING = Blueprint(
    title="Exam",
    points=Fraction(80),
    minutes=Fraction(90),
    questions=Counts(at_least=20, at_most=35),
    chapters={f"ch{n:02}": Share(questions=Counts(at_least=1)) for n in range(1, 16)},
    kinds=dict.fromkeys(KIND, Counts(at_least=2, at_most=6)),
    difficulty=Difficulty(average=Amounts(at_least=Fraction(5, 2), at_most=Fraction(3)), levels={5: Counts(at_most=4)}),
    bloom={Bloom.REMEMBER: Counts(at_most=6), Bloom.APPLY: Counts(at_least=3)},
    objectives={"ch06-goal": Counts(at_least=1, at_most=3)},
    must_have=("q107",),
    must_not=("q001", "q002"),
    pick=(Pick(tuple(f"q{n:03}" for n in range(200, 230)), 2),),
    sections=(
        Section(title="Short", minutes=Fraction(30), kinds={KIND[0]: 0}),
        Section(title="Long", points=Amounts(at_least=Fraction(20), at_most=Fraction(40))),
        Section(title="Kernel", chapters=("ch06", "ch07", "ch08"), questions=4),
    ),
)
FOUR = Blueprint(
    title="Exam",
    points=Fraction(45),
    minutes=Fraction(60),
    questions=15,
    kinds=dict.fromkeys(KIND, Counts(at_least=1)),
    difficulty=Difficulty(average=Amounts(at_least=Fraction(2), at_most=Fraction(4))),
    forms=4,
    parallel=Parallel(overlap=5, difficulty=Fraction(1, 10), minutes=Fraction(2)),
)


def measure() -> Iterator[Measurement]:
    """Seconds until the best choice is found and proved."""
    thousand, hundreds = _bank(1000), _bank(300)
    assemble(EVERYTHING, hundreds, 1)  # the solver is loaded once
    exact = best_of(lambda: assemble(EVERYTHING, thousand, 1), 3)
    yield Measurement("an exam out of 1,000 questions, every demand", exact, "s", "3 s", exact / LIMITS["exact"])
    four = best_of(lambda: assemble_forms(FOUR, hundreds, 1), 3)
    yield Measurement("four parallel forms out of 300 questions", four, "s", "5 s", four / LIMITS["parallel"])
