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
from tests.exams.test_assemble import meets, meets_in_sections
from tests.exams.test_parallel import alike
from vlearn.exams.blueprint import Parallel, Pick, Section
from vlearn.exams.choice import Choice
from vlearn.exams.demands import demands, grid_of
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
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


def drawn_sections(rng):
    """Sections of a smaller exam, among whose demands some conflict."""
    return blueprint(
        rng.choice((8, Fraction(19, 2), 11)),
        questions=Counts(at_least=4, at_most=7),
        difficulty=Difficulty(average=Amounts(at_most=Fraction(7, 2))),
        sections=(
            Section(title="One", points=Amounts(at_least=rng.choice((2, 4))), kinds={rng.choice(KINDS): 2}),
            Section(title="Two", chapters=("ch06",), questions=rng.choice((2, 3)), minutes=rng.choice((4, 8))),
            Section(title="Three", difficulty=Difficulty(levels={rng.randint(1, 5): rng.choice((1, 2))})),
        ),
    )


def drawn_parallel(rng):
    """Forms of different questions, which the bank is just large enough for, or not."""
    return blueprint(
        rng.choice((6, Fraction(15, 2), 8)),
        questions=Counts(at_least=3, at_most=5),
        kinds={rng.choice(KINDS): Counts(at_least=1)},
        forms=rng.choice((2, 3)),
        parallel=Parallel(
            overlap=rng.choice((0, 1, 2)),
            difficulty=rng.choice((None, Fraction(0), Fraction(1, 4))),
            minutes=rng.choice((None, Fraction(0), Fraction(1, 2))),
        ),
        sections=rng.choice(((), (Section(title="One", questions=2), Section(title="Two", bloom={Bloom.APPLY: 1})))),
        must_have=rng.choice(((), ("q01",))),
    )


def in_whole_numbers(row):
    bounds = (row.at_least, row.at_most)
    scale = lcm(*(n.denominator for n in (*row.weights.values(), *bounds) if n is not None))
    least, most = (None if bound is None else int(bound * scale) for bound in bounds)
    return [[i, int(weight * scale)] for i, weight in row.weights.items()], least, most


def met(wanted, grid, entries, columns):
    """Whether the columns mean what the blueprint wants."""
    chosen = [
        Choice(tuple(tuple(entries[i] for i in grid.chosen(columns, s, f)) for s in range(grid.sections)))
        for f in range(grid.forms)
    ]
    each = meets_in_sections if wanted.sections else lambda wanted, choice: meets(wanted, tuple(choice))
    return all(each(wanted, choice) for choice in chosen) and (not wanted.parallel or alike(wanted.parallel, chosen))


@pytest.mark.skipif(find_spec("ortools") is None, reason="needs ortools")
@pytest.mark.parametrize(
    ("draw", "size", "runs", "least", "most"),
    [(drawn_blueprint, 24, 60, 10, 50), (drawn_sections, 24, 30, 6, 27), (drawn_parallel, 14, 24, 5, 22)],
    ids=["one form", "sections", "parallel forms"],
)
def test_an_independent_solver_confirms_the_optimum(draw, size, runs, least, most):
    drawn, problems = [], []
    for rng in map(Random, range(runs)):
        wanted = draw(rng)
        forms = len(wanted.names) if wanted.parallel else 1
        entries = tuple(e for e in drawn_bank(rng, size) if e.id not in wanted.must_not)
        grid, wants = grid_of(wanted, len(entries), forms), demands(wanted, entries, forms)
        worth = [rng.getrandbits(20) if i < grid.places else 0 for i in range(grid.columns)]
        drawn.append((wanted, grid, entries, wants, worth))
        rows = [in_whole_numbers(row) for demand in wants for row in demand.rows]
        problems.append({"worth": worth, "rows": rows})
    program = Path(__file__).with_name("cp_sat.py")
    asked = json.dumps(problems)
    ran = subprocess.run([sys.executable, program], input=asked, capture_output=True, text=True, check=True)
    found = 0
    for (wanted, grid, entries, wants, worth), theirs in zip(drawn, json.loads(ran.stdout), strict=True):
        ours = optimum(wants, worth)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            found += 1
            assert sum(worth[i] for i in ours) == sum(worth[i] for i in theirs)
            assert met(wanted, grid, entries, ours)
            assert met(wanted, grid, entries, theirs)
    assert least <= found <= most
