"""What is drawn keeps to its limits, has no enemies, and brings what it needs directly before it."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exams.banks import bank, banks, entry
from vlearn.errors import LabError
from vlearn.exams.order import blocks
from vlearn.lab import practice, practice_exam
from vlearn.lab.selection import drawn, shortest

CHAIN = bank(
    entry("a", chapter="ch10", minutes=1),
    *(entry(f"q{n}", minutes=4) for n in range(4)),
    entry("b", needs=("a",), minutes=2),
    entry("c", needs=("b",), minutes=3),
)


@given(banks(most=14), st.none() | st.integers(1, 8), st.none() | st.integers(1, 15), st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_what_is_drawn_keeps_to_its_limits_and_stays_together(made, count, minutes, seed):
    pool = [e for e in made if e.chapter == "ch06"]
    picked = drawn(pool, Random(seed), bank=made, count=count, minutes=None if minutes is None else Fraction(minutes))
    ids = [e.id for e in picked]
    assert len(set(ids)) == len(ids)
    assert count is None or len(ids) <= count
    assert minutes is None or sum(e.minutes for e in picked) <= minutes
    assert not any(set(e.enemies) & set(ids) for e in picked)
    assert all(need in ids[: ids.index(e.id)] for e in picked for need in e.needs)
    assert tuple(e for block in blocks(picked) for e in block) == picked


@pytest.mark.parametrize("seed", range(10))
def test_a_question_brings_those_it_needs_from_other_chapters_too(seed):
    picked = drawn([CHAIN["c"], *(CHAIN[f"q{n}"] for n in range(4))], Random(seed), bank=CHAIN)
    told = "".join(e.id for e in picked)
    assert "abc" in told
    assert len(picked) == 7


def test_what_is_due_comes_first_after_what_it_needs():
    picked = drawn(list(CHAIN), Random(1), bank=CHAIN, first=("b", "q3"))
    assert [e.id for e in picked][:2] == ["a", "b"]
    assert [e.id for e in drawn(list(CHAIN), Random(1), bank=CHAIN, first=("b", "q3"), count=3)][-1] == "q3"


def test_what_does_not_fit_with_its_needs_is_left_out(monkeypatch):
    assert drawn([CHAIN["c"]], Random(1), bank=CHAIN, minutes=Fraction(5)) == ()
    assert shortest([CHAIN["c"], CHAIN["q0"]], CHAIN) == 4
    monkeypatch.setattr(
        practice_exam, "course_bank", lambda: bank(entry("a", chapter="ch10"), entry("b", needs=("a",)))
    )
    assert [q.id for q in practice("ch06", count=2).questions] == ["a", "b"]
    with pytest.raises(LabError, match="every question here needs others before it: ask for more than 1 question"):
        practice("ch06", count=1)
