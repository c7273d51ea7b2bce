"""Codes tell papers apart, betray nothing, and a slip in copying one is found."""

import pytest

from vlearn.exams.roster import codes as module
from vlearn.exams.roster.codes import ALPHABET, codes, is_code

STUDENTS = [f"s{n}" for n in range(3000)]


@pytest.fixture(scope="module")
def given():
    return codes(7, "Midterm", STUDENTS)


def test_every_student_has_a_code_of_their_own(given):
    assert list(given) == STUDENTS
    assert len(set(given.values())) == len(STUDENTS)
    assert all(map(is_code, given.values()))


def test_a_code_is_the_same_whoever_else_is_on_the_roster(given):
    assert codes(7, "Midterm", ["s42"])["s42"] == given["s42"]


def test_another_seed_and_another_exam_give_other_codes(given):
    assert given["s42"] not in codes(8, "Midterm", ["s42"]).values()
    assert given["s42"] not in codes(7, "Final", ["s42"]).values()


def test_every_wrong_character_and_every_swap_is_found(given):
    for code in list(given.values())[:5]:
        for place in range(len(code)):
            wrong = {code[:place] + other + code[place + 1 :] for other in ALPHABET} - {code}
            assert not any(map(is_code, wrong))
            for later in range(place + 1, len(code)):
                letters = list(code)
                letters[place], letters[later] = letters[later], letters[place]
                assert letters == list(code) or not is_code("".join(letters))
    assert not is_code("")
    assert not is_code("OOOOOOO")


def test_students_who_would_share_a_code_do_not(monkeypatch):
    monkeypatch.setattr(module, "LENGTH", 1)
    given = codes(1, "Quiz", STUDENTS[: len(ALPHABET)])
    assert len(set(given.values())) == len(ALPHABET)
