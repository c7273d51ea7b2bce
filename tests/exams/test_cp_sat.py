"""CP-SAT, a solver of another kind by other people, finds the same optimum as HiGHS, or none either."""

import json
import subprocess
import sys
from fractions import Fraction
from importlib.util import find_spec
from math import lcm
from pathlib import Path
from random import Random

import pytest

from tests.exams.banks import bank, blueprint, entry
from tests.exams.test_assemble import meets
from vlearn.exams.blueprint import Amounts, Counts, Difficulty, Pick, Share
from vlearn.exams.demands import demands
from vlearn.exams.solve import optimum
from vlearn.questions.model import Bloom

KINDS = ("single-choice", "numeric", "ordering")


def drawn_bank(rng, size=24):
    ids = [f"q{n:02}" for n in range(size)]
    return bank(
        *(
            entry(
                id,
                kind=rng.choice(KINDS),
                points=rng.choice((1, Fraction(3, 2), 2, 4)),
                minutes=rng.choice((1, 2, Fraction(5, 2))),
                difficulty=rng.randint(1, 5),
                bloom=rng.choice((Bloom.REMEMBER, Bloom.APPLY)),
                chapter=rng.choice(("ch06", "ch10")),
                enemies=rng.sample(ids[:n], 1) if n % 3 == 2 else (),
                needs=rng.sample(ids[:n], 1) if n % 4 == 1 else (),
            )
            for n, id in enumerate(ids)
        )
    )


def drawn_blueprint(rng):
    """Every demand at once, each in one of several strengths: some can be met and some cannot."""
    return blueprint(
        rng.choice((8, Fraction(25, 2), 15)),
        minutes=rng.choice((12, 15, 30)),
        questions=Counts(at_least=4, at_most=rng.choice((6, 9))),
        chapters={
            "ch06": Share(points=Amounts(at_least=rng.choice((2, 5)))),
            "ch10": Share(questions=rng.choice((2, 3))),
        },
        kinds={rng.choice(KINDS): Counts(at_least=rng.choice((1, 3)))},
        difficulty=Difficulty(
            average=Amounts(at_least=Fraction(rng.choice((3, 5)), 2), at_most=Fraction(10, 3)),
            levels={5: Counts(at_most=1)},
        ),
        bloom={Bloom.APPLY: Counts(at_least=rng.choice((1, 3)))},
        objectives={"ch06-goal": Counts(at_most=5)},
        must_have=(f"q{rng.randrange(12):02}",),
        must_not=(f"q{rng.randrange(12, 24):02}",),
        pick=(Pick(tuple(f"q{n:02}" for n in rng.sample(range(24), 6)), rng.choice((1, 2))),),
    )


def in_whole_numbers(demand):
    bounds = (demand.at_least, demand.at_most)
    scale = lcm(*(n.denominator for n in (*demand.weights.values(), *bounds) if n is not None))
    least, most = (None if bound is None else int(bound * scale) for bound in bounds)
    return [[i, int(weight * scale)] for i, weight in demand.weights.items()], least, most


@pytest.mark.skipif(find_spec("ortools") is None, reason="needs ortools")
def test_an_independent_solver_confirms_the_optimum():
    drawn, problems = [], []
    for rng in map(Random, range(60)):
        wanted = drawn_blueprint(rng)
        entries = tuple(e for e in drawn_bank(rng) if e.id not in wanted.must_not)
        wants, worth = demands(wanted, entries), [rng.getrandbits(20) for _ in entries]
        drawn.append((wanted, entries, wants, worth))
        problems.append({"worth": worth, "rows": [in_whole_numbers(demand) for demand in wants]})
    program = Path(__file__).with_name("cp_sat.py")
    asked = json.dumps(problems)
    ran = subprocess.run([sys.executable, program], input=asked, capture_output=True, text=True, check=True)
    found = 0
    for (wanted, entries, wants, worth), theirs in zip(drawn, json.loads(ran.stdout), strict=True):
        ours = optimum(wants, worth)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            found += 1
            assert sum(worth[i] for i in ours) == sum(worth[i] for i in theirs)
            assert meets(wanted, [entries[i] for i in ours])
            assert meets(wanted, [entries[i] for i in theirs])
    assert 10 <= found <= 50
