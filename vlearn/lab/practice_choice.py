"""Choosing a practice exam in a form, and the history of those handed in."""

from datetime import UTC, datetime

from vlearn.blocks import Block, Table, Text
from vlearn.course import COURSE
from vlearn.errors import VlearnError
from vlearn.lab.fields import Values, checkboxes, menu
from vlearn.lab.practice_exam import MINUTES, PracticeExam, practice
from vlearn.lab.record import student_record
from vlearn.lab.schedule import due_dates, due_now
from vlearn.lab.selection import course_bank
from vlearn.lab.sheet import Opening
from vlearn.lab.shown import Shown, show
from vlearn.lab.verdict import Verdict
from vlearn.questions.model import KINDS
from vlearn.questions.notation import amount
from vlearn.render.markdown import escaped, to_html_inline

TIMES = (5, 10, MINUTES, 20, 30, 45, 60, 90)
"""The minutes that the form offers."""


def choose_practice() -> Opening:
    """A form in which to choose chapters, kinds, time and whether a clock runs; the exam then opens below it."""
    bank = course_bank()
    counts = {chapter: sum(entry.chapter == chapter.id for entry in bank) for chapter in COURSE}
    asked = [chapter for chapter, count in counts.items() if count]
    kinds = [kind for kind in KINDS if any(entry.kind == kind for entry in bank)]

    def chosen(values: Values) -> PracticeExam | Verdict:
        minutes = next(iter(values.get("minutes", ())), "")
        try:
            return practice(
                chapters=[asked[int(n)].id for n in values.get("chapters", ())],
                minutes=TIMES[int(minutes)] if minutes else None,
                kinds=[kinds[int(n)] for n in values.get("kinds", ())],
                timed=bool(values.get("timed")),
            )
        except VlearnError as error:
            return Verdict("open", escaped(str(error)), words="Not with these choices.")

    titles = [f"{c.number}. {to_html_inline(escaped(c.title))} ({amount(counts[c], 'question{s}')})" for c in asked]
    fields = (
        '<p class="lead">Practice exam</p><div class="columns">'
        + checkboxes("chapters", "Chapters (none ticked: all of them)", titles)
        + checkboxes("kinds", "Kinds of question (none ticked: all of them)", [k.replace("-", " ") for k in kinds])
        + "</div>"
        + f"<p>Minutes {menu('minutes', 'Minutes', map(str, TIMES))}</p>"
        + checkboxes("timed", "Clock", ["Count the time down. You can hand in after time too."])
    )
    opening = Opening(
        fields, "Begin", chosen, "A form: choose chapters, kinds and time of a practice exam, then begin.", again=True
    )
    opening.form.values = {"minutes": [str(TIMES.index(MINUTES))]}
    return opening


def practice_history() -> Shown:
    """The practice exams handed in, newest first, and how many questions are due again."""
    attempts = student_record().attempts()
    exams = [attempt for attempt in attempts if attempt.activity == "practice"]
    rows = [
        (a.when[:16].replace("T", " "), a.answer, "to mark yourself" if a.score is None else f"{a.score:.0%}")
        for a in reversed(exams)
    ]
    dates = due_dates(attempts)
    due = [id for id in due_now(dates, datetime.now(UTC)) if id in course_bank()]
    told = f"{amount(len(due), 'question{s}')} due again: `lab.review()`." if due else "No question is due again now."
    table = (Table(("When (UTC)", "Exam", "Points"), tuple(rows), "Your practice exams."),) if rows else ()
    blocks: tuple[Block, ...] = (Text(told if rows or dates else "No practice exam handed in yet."), *table)
    return show(blocks)
