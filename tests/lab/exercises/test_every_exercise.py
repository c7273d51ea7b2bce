"""Every exercise of every chapter, answered as its chapter's tables RIGHT and WRONG say: `(id, answer[, hint])`."""

import pytest

from tests.lab.exercises import (
    test_ch01,
    test_ch02,
    test_ch03,
    test_ch04,
    test_ch05,
    test_ch06,
    test_ch07,
    test_ch08,
    test_ch09,
    test_ch10,
    test_ch11,
    test_ch12,
    test_ch13,
    test_ch14,
    test_ch15,
)
from vlearn.lab.checking import check
from vlearn.lab.exercises import EXERCISES

CHAPTERS = (
    test_ch01, test_ch02, test_ch03, test_ch04, test_ch05, test_ch06, test_ch07, test_ch08, test_ch09, test_ch10,
    test_ch11, test_ch12, test_ch13, test_ch14, test_ch15,
)  # fmt: skip
RIGHT = [answered for chapter in CHAPTERS for answered in chapter.RIGHT]
WRONG = [answered for chapter in CHAPTERS for answered in chapter.WRONG]


@pytest.mark.parametrize(("id", "answer"), RIGHT)
def test_a_right_answer_is_right(id, answer):
    verdict = check(id, answer)
    assert verdict.state == "right", verdict.to_text()


@pytest.mark.parametrize(("id", "answer", "hint"), WRONG)
def test_a_wrong_answer_gets_the_hint_that_fits_it(id, answer, hint):
    verdict = check(id, answer)
    assert verdict.state == "wrong"
    assert hint in verdict.text or hint in verdict.to_text()


def test_every_exercise_is_tried():
    assert {id for id, _ in RIGHT} == {id for id, *_ in WRONG} == set(EXERCISES)
