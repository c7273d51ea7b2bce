"""A self-test draws from the bank, keeps its keys to itself until the answers are in, and records by objective."""

from fractions import Fraction
from random import Random

import pytest

from tests.questions.samples import entry_of
from vlearn.blocks import Text
from vlearn.course import COURSE
from vlearn.errors import CourseError, LabError
from vlearn.lab import quiz, selftest
from vlearn.lab.record import Attempt, student_record
from vlearn.questions import model as m
from vlearn.questions.bank import Bank

OBJECTIVES = [objective.id for objective in COURSE[5].objectives[:3]]


def question(n: int, answer: m.Answer, objective: str) -> m.Question:
    prompt, solution = (Text(f"Prompt {n}?"),), (Text("SECRET solution"),)
    return m.Question(f"ch06-q{n}", objective, prompt, answer, solution, Fraction(2), Fraction(1), 1, m.Bloom.APPLY)


CHOICE = m.SingleChoice((m.Option("no", "SECRET why not"), m.Option("yes", "SECRET why")), 1)
BOTH = m.MultipleChoice((m.Option("a"), m.Option("b"), m.Option("c", "SECRET c")), frozenset({0, 1}))
ESSAY = m.Essay((m.Criterion("SECRET criterion", Fraction(1)),))


@pytest.fixture(autouse=True)
def bank(monkeypatch):
    """Nine choices over three objectives; the first two are enemies."""
    made = [entry_of(question(n, CHOICE, OBJECTIVES[n % 3]), enemies=("ch06-q0",) if n == 1 else ()) for n in range(9)]
    monkeypatch.setattr(selftest, "course_bank", lambda: Bank(tuple(made)))


@pytest.mark.parametrize("seed", range(20))
def test_questions_are_spread_over_the_objectives(seed):
    drawn = [q.objective for q in quiz("ch06", 6, seed).questions]
    assert {objective: drawn.count(objective) for objective in OBJECTIVES} == dict.fromkeys(OBJECTIVES, 2)


@pytest.mark.parametrize("seed", range(20))
def test_no_question_comes_twice_and_no_two_are_enemies(seed):
    ids = [q.id for q in quiz("ch06", 50, seed).questions]
    assert len(ids) == len(set(ids)) == 8
    assert len({"ch06-q0", "ch06-q1"} & set(ids)) == 1


def test_a_seed_repeats_a_test():
    assert quiz("ch06", 5, 3) == quiz("ch06", 5, 3)
    assert len({quiz("ch06", 5, seed).questions for seed in range(10)}) > 1


def test_without_a_seed_the_next_test_is_another_once_one_is_handed_in():
    first = quiz("ch06")
    assert quiz("ch06") == first
    first.answer([0] * 5)
    assert quiz("ch06") != first


def test_the_page_and_the_text_hold_no_key():
    data, _ = selftest.SelfTest(
        "Test", (question(1, CHOICE, OBJECTIVES[0]), question(2, ESSAY, OBJECTIVES[0]))
    )._repr_mimebundle_()
    assert "Prompt 1?" in data["text/html"]
    assert "Prompt 1?" in data["text/plain"]
    assert "SECRET" not in data["text/html"] + data["text/plain"]


GRADED = [
    (CHOICE, 1, "right", "✓ Right.", 1.0),
    (CHOICE, 0, "wrong", "✗ Not right: 0 of 2 points.", 0.0),
    (BOTH, {0}, "part", "◐ Partly right: 1 of 2 points.", 0.5),
    (ESSAY, "Because.", "open", "○ Compare it with the solution yourself.", None),
]


@pytest.mark.parametrize(("answer", "given", "state", "said", "score"), GRADED)
def test_every_answer_is_graded_with_its_reasons_and_recorded(answer, given, state, said, score):
    (verdict,) = selftest.SelfTest("Test", (question(1, answer, OBJECTIVES[1]),)).answer([given])
    assert verdict.state == state
    assert verdict.to_text().startswith(said)
    assert "SECRET solution" in verdict.to_html()
    (attempt,) = student_record().attempts()
    assert (attempt.activity, attempt.id, attempt.objective, attempt.score) == (
        "question",
        "ch06-q1",
        OBJECTIVES[1],
        score,
    )


def test_the_answer_stands_before_the_worked_solution_also_where_nothing_was_answered():
    for given in (None, 0):
        (verdict,) = selftest.SelfTest("Test", (question(1, CHOICE, OBJECTIVES[1]),)).answer([given])
        _, _, solved = verdict.to_html().partition("<details>")
        assert "<strong>B</strong>: yes" in solved.partition("SECRET solution")[0]


def test_the_feedback_of_the_chosen_option_is_shown_and_no_other():
    (verdict,) = selftest.SelfTest("Test", (question(1, CHOICE, OBJECTIVES[1]),)).answer([0])
    assert "SECRET why not" in verdict.to_text()


def test_a_question_left_open_is_not_recorded():
    test = selftest.SelfTest("Test", (question(1, CHOICE, OBJECTIVES[0]), question(2, CHOICE, OBJECTIVES[1])))
    results, done = test._graded({"q1": ["1"]})
    assert done
    assert "Not answered yet" in results["q0"]
    assert "2 of 4 points; 1 of 2 questions fully right." in results["all"]
    assert [attempt.id for attempt in student_record().attempts()] == ["ch06-q2"]


def test_the_summary_says_whether_anything_was_right():
    test = selftest.SelfTest("Test", (question(1, BOTH, OBJECTIVES[0]), question(2, CHOICE, OBJECTIVES[1])))
    handed_in = {"✓": {"q0": ["0", "1"], "q1": ["1"]}, "◐": {"q0": ["0"]}, "✗": {"q0": ["2"], "q1": ["0"]}}
    for sign, values in handed_in.items():
        assert f"<strong>{sign}" in test._graded(values)[0]["all"]


def test_an_empty_form_is_not_handed_in():
    results, done = quiz("ch06")._graded({})
    assert not done
    assert "at least one" in results["all"]
    assert student_record().attempts() == ()


@pytest.mark.parametrize(("chapter", "count", "error", "message"), [
    ("ch66", 5, CourseError, "no chapter 'ch66'"),
    ("ch07", 5, LabError, "no question of chapter 7 yet"),
    ("ch06", 0, LabError, "at least one question, not 0"),
])  # fmt: skip
def test_a_test_that_cannot_be_drawn_says_why(chapter, count, error, message):
    with pytest.raises(error, match=message):
        quiz(chapter, count)


def test_the_number_of_answers_seeds_the_next_test():
    for n in range(3):
        student_record().add(Attempt("question", f"ch06-q{n}", OBJECTIVES[0], "", 1.0))
    assert "seed=3" in quiz("ch06").title


def test_the_questions_of_the_course_can_all_be_asked(monkeypatch):
    monkeypatch.undo()
    for entry in selftest.course_bank():
        test = selftest.SelfTest("Test", (entry.make(Random(1)),))
        assert "<fieldset" in test._fields()
