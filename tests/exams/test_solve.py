"""What the solver may not do: give up silently, or pass rounding off as an answer."""

import subprocess
import sys
from fractions import Fraction
from random import Random

import pytest

from vlearn.errors import BlueprintError
from vlearn.exams.demand import Demand, Row
from vlearn.exams.solve import OPTIONS, optimum


def exactly(number, *weights):
    """A demand for one sum of weights."""
    row = Row({i: Fraction(w) for i, w in enumerate(weights)}, Fraction(number), Fraction(number))
    return Demand((), f"exactly {number}", (row,))


def test_the_choice_of_greatest_worth_is_found():
    assert optimum([exactly(3, 1, 2, 3)], [10, 10, 19]) == (0, 1)
    assert optimum([exactly(3, 1, 2, 3)], [10, 10, 21]) == (2,)
    assert optimum([exactly(7, 1, 2, 3)], [1, 1, 1]) is None


def test_no_candidates_meet_only_what_asks_for_nothing():
    assert optimum([], []) == ()
    assert optimum([exactly(0)], []) == ()
    assert optimum([exactly(1)], []) is None


def test_fractions_are_added_exactly():
    third = Fraction(1, 3)
    assert optimum([exactly(1, third, third, third, Fraction(9_999, 10_000))], [1, 1, 1, 9]) == (0, 1, 2)


def test_a_search_that_ends_without_a_proof_says_so(monkeypatch):
    monkeypatch.setitem(OPTIONS, "mip_max_nodes", 1)
    rng = Random(2)
    hard = [exactly(5 * 10**5, *(rng.randrange(10**4, 10**5) for _ in range(30))) for _ in range(2)]
    with pytest.raises(
        BlueprintError, match=r"ended without one and without a proof .* give some of the exact numbers"
    ):
        optimum(hard, [1] * 30)


def test_numbers_that_floating_point_cannot_keep_apart_are_refused():
    fine = Fraction(1, 10**10)
    with pytest.raises(
        BlueprintError, match=r"^exactly 1: the numbers behind this are too fine to solve for; use fewer"
    ):
        optimum([exactly(1, 1, fine)], [1, 1])


def test_an_answer_that_is_only_nearly_right_is_refused(monkeypatch):
    monkeypatch.setattr("vlearn.exams.solve.LARGEST", 10**11)
    near = 10**10 - 1
    with pytest.raises(BlueprintError, match="too fine to solve for"):
        optimum([exactly(near + 2, 2 * 10**10, near, near, 3)], [5, 1, 1, 1])


def test_the_solver_is_imported_only_when_an_exam_is_assembled():
    program = "import sys, vlearn.exams.session; print('highspy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
