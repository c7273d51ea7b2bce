"""A practice exam draws what was chosen, records what was answered, and brings back what was missed."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from tests.questions.samples import entry_of, question
from vlearn.blocks import Text
from vlearn.course import COURSE
from vlearn.errors import CourseError, LabError
from vlearn.lab import choose_practice, practice, practice_choice, practice_exam, practice_history, review
from vlearn.lab.practice_exam import PracticeExam
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.sheet import Sheet
from vlearn.questions import model as m
from vlearn.questions.bank import Bank
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.machines import machine
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.walk import translate
from vlearn.views.memory_walk import draw_walk

MEMORY, CLUSTER = COURSE[5], COURSE[13]
CHOICE = m.SingleChoice((m.Option("no", "SECRET why not"), m.Option("yes", "SECRET why")), 1)
NUMBER = m.Numeric(Fraction(24))
ESSAY = m.Essay((m.Criterion("SECRET criterion", Fraction(1)),))
WALK = Replay(translate, machine(PageTables(TWO_LEVEL).map_page(0x1000, 0x9000)), (Access(0x1234),), draw_walk)


def asked(id, answer=CHOICE, chapter=MEMORY, place=0, **more):
    objective = chapter.objectives[place].id
    fields = {"prompt": (Text(f"Prompt {id}?"),), "solution": (Text("SECRET solution"),), "points": Fraction(2)}
    return question(answer, id=id, objective=objective, **fields, **more)


QUESTIONS = [
    *(asked(f"ch06-c{n}", place=n % 3) for n in range(4)),
    asked("ch06-n", NUMBER, replay=WALK, generator="walk"),
    asked("ch14-c", chapter=CLUSTER),
    asked("ch14-e", ESSAY, chapter=CLUSTER, place=1),
]


@pytest.fixture(autouse=True)
def bank(monkeypatch):
    made = Bank(tuple(map(entry_of, QUESTIONS)))
    for module in (practice_exam, practice_choice):
        monkeypatch.setattr(module, "course_bank", lambda: made)


def exam(*questions, minutes=None):
    return PracticeExam("Practice exam.", questions, minutes)


def ids(made):
    return {q.id for q in made.questions}


def test_chapters_and_kinds_are_what_was_chosen():
    assert ids(practice("ch14", count=9)) == {"ch14-c", "ch14-e"}
    assert ids(practice(["ch06", "ch14"], kinds=["numeric", "essay"], count=9)) == {"ch06-n", "ch14-e"}
    assert ids(practice(minutes=60)) == {q.id for q in QUESTIONS}


@pytest.mark.parametrize(("minutes", "count", "length"), [(5, None, 2), (60, 3, 3), (None, 4, 4), (5, 4, 2)])
def test_it_keeps_to_the_minutes_and_the_count(minutes, count, length):
    assert len(practice(minutes=minutes, count=count).questions) == length


def test_a_seed_repeats_an_exam_also_after_it_was_answered():
    first = practice(minutes=10, seed=3)
    first.answer([0] + [None] * 4 if isinstance(first.questions[0].answer, m.SingleChoice) else [None] * 5)
    assert practice(minutes=10, seed=3) == first
    assert "The same again: seed=3." in first.title


@pytest.mark.parametrize(("minutes", "timed", "limit"), [(5, True, 5), (None, True, 6), (5, False, None)])
def test_a_timed_exam_allows_what_was_chosen_or_what_its_questions_take(minutes, timed, limit):
    assert practice(minutes=minutes, count=3, timed=timed).minutes == limit


@pytest.mark.parametrize(("choices", "error", "said"), [
    ({"chapters": "ch66"}, CourseError, "no chapter 'ch66'"),
    ({"kinds": "numerc"}, LabError, "no kind 'numerc'; did you mean 'numeric'?"),
    ({"chapters": "ch14", "kinds": "numeric"}, LabError, "no question of these kinds"),
    ({"count": 0}, LabError, "at least one question, not 0"),
    ({"minutes": 0}, LabError, "more than no minutes, not 0"),
    ({"minutes": float("nan")}, LabError, "more than no minutes, not nan"),
    ({"minutes": 1}, LabError, "no question fits into 1 minute; the shortest takes 2 minutes"),
])  # fmt: skip
def test_an_exam_that_cannot_be_drawn_says_why(choices, error, said):
    with pytest.raises(error, match=said.replace("?", r"\?")):
        practice(**choices)


def miss(id, ago):
    when = (datetime.now(UTC) - ago).isoformat()
    student_record().add(Attempt("question", id, MEMORY.objectives[0].id, "0", 0.0, when))


def test_what_was_missed_comes_first_once_it_is_due():
    miss("ch06-c2", timedelta(hours=1))
    miss("ch06-c3", timedelta(hours=2))
    miss("ch06-c1", timedelta(minutes=1))
    made = practice(count=3)
    assert [q.id for q in made.questions[:2]] == ["ch06-c3", "ch06-c2"]
    assert made.title.endswith("2 of them come back.")
    assert [q.id for q in review().questions] == ["ch06-c3", "ch06-c2"]
    assert ids(review(count=1)) == {"ch06-c3"}


def test_a_review_with_nothing_due_says_when_there_will_be():
    assert review().title == "Nothing is due. Answer some first."
    miss("ch06-c1", timedelta(minutes=1))
    assert review().title.startswith("Nothing is due. The next question comes back on ")
    assert "Nothing is due" in review()._repr_mimebundle_()[0]["text/plain"]


def test_a_question_that_the_bank_has_lost_is_not_asked_again():
    miss("ch06-gone", timedelta(days=1))
    assert review().questions == ()
    assert practice_history().text == "No question is due again now."


def test_the_page_and_the_text_hold_no_key():
    data, _ = exam(QUESTIONS[0], QUESTIONS[4], QUESTIONS[6])._repr_mimebundle_()
    assert "Prompt ch06-n?" in data["text/html"]
    assert "Prompt ch06-n?" in data["text/plain"]
    assert "SECRET" not in data["text/html"] + data["text/plain"]


def test_every_answer_and_the_exam_as_a_whole_are_recorded():
    exam(QUESTIONS[0], QUESTIONS[4], QUESTIONS[5]).answer([1, "23", None])
    kept = [(a.activity, a.id, a.score) for a in student_record().attempts()]
    assert sorted(kept) == [("practice", "practice", 2 / 6), ("question", "ch06-c0", 1.0), ("question", "ch06-n", 0.0)]


def test_an_exam_left_open_is_not_recorded():
    exam(QUESTIONS[0]).answer([None])
    assert student_record().attempts() == ()


def test_the_score_is_by_objective_and_names_what_to_read_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{MEMORY.stem}.ipynb").touch()
    result = exam(QUESTIONS[0], QUESTIONS[1], QUESTIONS[5], QUESTIONS[6]).answer([1, 0, 0, "Because."])
    assert (result.points, result.out_of) == (2, 6)
    assert result.summary == "2 of 6 points; 1 of 4 questions fully right."
    report = result.report
    first, second = (objective.text for objective in MEMORY.objectives[:2])
    cluster, essay = CLUSTER.objectives[:2]
    marks = {first: "2 of 2", second: "0 of 2", cluster.text: "0 of 2", essay.text: "one to mark yourself"}
    lines = report.text.splitlines()
    assert all(any(line.startswith(text) and line.endswith(mark) for line in lines) for text, mark in marks.items())
    chapter = f"Chapter 6, {MEMORY.title}"
    assert f'<li><a href="{MEMORY.stem}.ipynb" target="_blank">{chapter}</a>, section' in report.html
    assert f"<li>Chapter 14, {CLUSTER.title} (no notebook yet), section" in report.html
    assert f"{', '.join(MEMORY.objectives[1].sections)} of the notes: {second}" in report.text
    assert report.html.count("<li>") == 2
    assert report.text in str(result.to_text())


def test_an_essay_alone_earns_nothing_and_loses_nothing():
    sheet = Sheet(exam(QUESTIONS[6]))
    sheet.form.values = {"q0": ["Because."]}
    sheet.form.submitted = 1
    assert sheet.result.summary == "Yours to mark; 0 of 1 question fully right."
    assert 'class="verdict open"' in sheet.form.results["all"]
    assert {a.activity: a.score for a in student_record().attempts()} == {"question": None, "practice": None}


def test_nothing_is_to_be_read_again_after_full_points():
    assert "Nothing to read again" in exam(QUESTIONS[0]).answer([1]).report.text


@pytest.mark.parametrize(("answers", "told"), [([], "0 answers"), ([1, 1], "2 answers")])
def test_an_answer_too_few_or_too_many_is_refused_and_not_recorded(answers, told):
    with pytest.raises(LabError, match=f"1 question and {told}: give one for each, and None"):
        exam(QUESTIONS[0]).answer(answers)
    assert student_record().attempts() == ()


def test_all_options_are_explained_once_the_answer_is_in():
    (verdict,) = exam(QUESTIONS[0]).answer([0]).verdicts
    assert "SECRET why not" in verdict.to_text()
    assert "<strong>B</strong>: SECRET why" in verdict.to_html()


NOTES = [(None, ""), (4.0, "In time: 4 minutes of 5 minutes."), (5.0, "In time"), (7.26, "After time: 7.3 minutes")]


@pytest.mark.parametrize(("took", "note"), NOTES)
def test_answers_after_time_count_with_a_note(took, note):
    result = exam(QUESTIONS[0], minutes=Fraction(5)).answer([1], took)
    assert result.note.startswith(note)
    assert result.points == 2


def test_the_run_behind_a_key_can_be_played_and_no_other():
    result = exam(QUESTIONS[0], QUESTIONS[4]).answer([1, "24"])
    assert result.replayed == (2,)
    assert "0x1234" in result.play(2).to_html()
    for number in (0, 1, 3):
        with pytest.raises(LabError, match=f"question {number}; of these questions, 2 can be played"):
            result.play(number)


def test_handing_in_shows_score_and_runs_below_and_stops_the_clock():
    minutes = iter([0.0, 6 * 60.0])
    sheet = Sheet(exam(QUESTIONS[0], QUESTIONS[4], minutes=Fraction(5)), lambda: next(minutes))
    sheet.form.submitted = 1
    assert "at least one" in sheet.form.results["all"]
    assert not sheet.clock.stopped
    sheet.form.values = {"q0": ["0"], "q1": ["24"]}
    sheet.form.submitted = 2
    assert sheet.form.done
    assert sheet.clock.stopped
    assert "After time: 6 minutes instead of 5 minutes." in sheet.form.results["all"]
    _, came_to, player = sheet.children
    assert "Score by objective." in came_to.value
    assert player.run["title"].startswith("Question 2")
    assert "SECRET why not" in sheet.form.results["q0"]


def test_a_timed_exam_begins_when_you_say_so_and_only_once():
    from vlearn.lab.sheet import sheet

    opening = sheet(exam(QUESTIONS[0], minutes=Fraction(5)))
    assert opening.sheet is None
    assert "The clock allows 5 minutes" in opening.form.to_html()
    assert "Prompt" not in opening.form.html
    opening.form.submitted = 1
    assert opening.sheet.clock.seconds == 300
    assert opening.form.done


def chosen(values):
    opening = choose_practice()
    opening.form.values = {**opening.form.values, **values}
    opening.form.submitted = 1
    return opening


def test_the_form_offers_what_the_bank_has_and_opens_what_was_chosen():
    opening = chosen({"chapters": ["1"], "kinds": ["0"], "timed": ["0"]})
    assert ids(opening.sheet.exam) == {"ch14-c"}
    assert opening.sheet.exam.minutes == practice_exam.MINUTES
    assert "trace" not in opening.form.html
    assert "6. Memory" in opening.form.html


def test_the_form_says_what_cannot_be_and_does_not_lose_an_open_exam():
    assert "no question of these kinds" in chosen({"chapters": ["1"], "kinds": ["1"]}).form.results["all"]
    opening = chosen({})
    first = opening.sheet
    opening.form.submitted = 2
    assert opening.sheet is first
    assert "Hand in the exam below first" in opening.form.results["all"]
    first.form.values = {f"q{n}": ["1"] for n in range(len(first.exam.questions))}
    first.form.submitted = 1
    assert first.result
    opening.form.submitted = 3
    assert opening.sheet is not first


def test_the_history_lists_exams_newest_first_and_what_is_due():
    assert practice_history().text == "No practice exam handed in yet."
    for n, score in enumerate((0.5, None)):
        student_record().add(Attempt("practice", "practice", "", f"Exam {n}.", score, f"2026-01-0{n + 1}T10:00:00"))
    miss("ch06-c1", timedelta(days=1))
    told = practice_history().text
    assert told.startswith("1 question due again")
    assert told.index("Exam 1.") < told.index("Exam 0.")
    assert "50%" in told
    assert "to mark yourself" in told
