"""The course's own bank and practice blueprint make exams, from a name and a seed."""

from collections import Counter

import pytest

from tests.exams.test_files import tree
from vlearn.content import question_bank
from vlearn.course import COURSE, chapter_of
from vlearn.errors import BlueprintError
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.forms import forms
from vlearn.exams.session import make_exam
from vlearn.questions.answer_key import key_response
from vlearn.questions.bank import load_bank
from vlearn.questions.grade import grade

BLUEPRINTS = sorted(path.stem for path in (question_bank() / "blueprints").glob("*.yaml"))


@pytest.fixture(scope="module")
def course_bank():
    return load_bank()


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_every_blueprint_of_the_bank_can_be_met_in_many_ways(name, course_bank):
    wanted = load_blueprint(find_blueprint(name))
    exams = [forms(wanted, course_bank, seed)[0] for seed in range(6)]
    assert all(exam.paper.points == wanted.points for exam in exams)
    assert all(exam.paper.minutes <= wanted.minutes for exam in exams)
    assert len({frozenset(q.id for q in exam.questions) for exam in exams}) > 4


def test_the_practice_exam_mixes_kinds(course_bank):
    for form in forms(load_blueprint(find_blueprint("practice")), course_bank, 1):
        assert len(Counter(question.kind for question in form.questions)) >= 6


def test_the_exam_of_the_whole_unit_asks_about_every_chapter(course_bank):
    for form in forms(load_blueprint(find_blueprint("whole-unit")), course_bank, 1):
        assert {chapter_of(question.objective) for question in form.questions} == {one.id for one in COURSE}


def test_the_keys_of_the_practice_exam_earn_full_points(course_bank):
    for seed in range(4):
        for form in forms(load_blueprint(find_blueprint("practice")), course_bank, seed):
            for question in form.questions:
                assert grade(question, key_response(question)).points == question.points, question.id


def test_an_exam_is_made_in_one_call_and_repeats_byte_for_byte(tmp_path):
    first, second = (make_exam("practice", 7, tmp_path / name, ["notebook"]) for name in "ab")
    assert [path.name for path in first] == [path.name for path in second]
    assert len(first) == 4
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_blueprint_that_is_wrong_leaves_nothing_behind(tmp_path):
    quiz = tmp_path / "quiz.yaml"
    quiz.write_text("title: Quiz\npoints: 100000\n", encoding="utf-8")
    with pytest.raises(BlueprintError, match=r"quiz.yaml:2: the blueprint wants 100000 points; the bank has "):
        make_exam(quiz, 0, tmp_path / "out", ["html"])
    assert not (tmp_path / "out").exists()
