"""A practice exam: questions of the chapters, kinds and time you choose, handed in at once and told why.

What is due again comes first (`vlearn.lab.schedule`). The clock of a timed exam is yours to heed: answers handed in
after time count, with a note.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from html import escape
from random import Random
from typing import Any

from vlearn import course
from vlearn.errors import LabError, did_you_mean
from vlearn.lab import asking
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.result import PracticeResult
from vlearn.lab.schedule import due_dates, due_now
from vlearn.lab.selection import course_bank, drawn, shortest
from vlearn.questions.entry import Entry
from vlearn.questions.model import KINDS, Question
from vlearn.questions.notation import amount
from vlearn.questions.responses import Response
from vlearn.questions.shuffle import shuffled
from vlearn.render.text import to_text

MINUTES = 15
"""How long a practice exam takes if you ask for neither minutes nor a count."""


@dataclass(frozen=True, slots=True)
class PracticeExam:
    """Answer it in the form, or with `.answer(...)`. `minutes` is what the clock allows; None: there is no clock."""

    title: str
    questions: tuple[Question, ...]
    minutes: Fraction | None = None

    def answer(self, responses: Iterable[Response | None], took: float | None = None) -> PracticeResult:
        """Record and grade a response to every question, None where there is none, given after `took` minutes."""
        given = list(responses)
        grades = asking.recorded(self.questions, given)
        verdicts = tuple(map(asking.verdict, self.questions, given, grades))
        result = PracticeResult(self.questions, verdicts, grades, self._on_time(took))
        if any(one is not None for one in given):
            score = float(result.points / result.out_of) if result.out_of else None
            spent = "" if took is None else f" {_minutes(took)} taken."
            student_record().add(Attempt("practice", "practice", "", f"{self.title}{spent}", score))
        return result

    def to_text(self) -> str:
        """The questions without their keys."""
        prompts = (f"{n}. {to_text(question.prompt)}" for n, question in enumerate(self.questions, 1))
        return "\n\n".join([self.title, *prompts])

    def fields(self) -> str:
        """The title and every question with its fields, as HTML without a key."""
        return f'<p class="lead">{escape(self.title)}</p>{asking.fieldsets(self.questions)}'

    def _on_time(self, took: float | None) -> str:
        if took is None or self.minutes is None:
            return ""
        if took <= self.minutes:
            return f"In time: {_minutes(took)} of {_minutes(self.minutes)}."
        late = f"After time: {_minutes(took)} instead of {_minutes(self.minutes)}."
        return f"{late} All answers count here; in an exam the last ones would not."

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from vlearn.lab.sheet import sheet  # the widgets, which only a notebook needs

        return sheet(self)._repr_mimebundle_(**kwargs), {}


def practice(
    chapters: str | Iterable[str] = (),
    minutes: float | None = None,
    kinds: str | Iterable[str] = (),
    count: int | None = None,
    timed: bool = False,
    seed: int | None = None,
) -> PracticeExam:
    """A practice exam of at most `count` questions for at most `minutes`, by default of all chapters and kinds.

    Without a seed, what is due comes first, and each exam handed in makes the next another.
    Raises LabError and CourseError.
    """
    entries = _pool(chapters, kinds)
    if count is None and minutes is None:
        minutes = MINUTES
    if count is not None and count < 1:
        raise LabError(f"a practice exam has at least one question, not {count}")
    if minutes is not None and not 0 < minutes < float("inf"):
        raise LabError(f"a practice exam takes more than no minutes, not {minutes}")
    limit = None if minutes is None else Fraction(minutes)
    attempts = student_record().attempts()
    due = due_now(due_dates(attempts), datetime.now(UTC)) if seed is None else ()
    chosen = seed if seed is not None else sum(attempt.activity == "question" for attempt in attempts)
    rng = Random(chosen)
    picked = drawn(entries, rng, bank=course_bank(), count=count, minutes=limit, first=due)
    if not picked:
        if minutes is None:
            raise LabError(
                f"every question here needs others before it: ask for more than {amount(count or 0, 'question{s}')}"
            )
        least = shortest(entries, course_bank())
        raise LabError(f"no question fits into {_minutes(minutes)}; the shortest takes {_minutes(least)}")
    back = sum(entry.id in due for entry in picked)
    again = f"{back} of them {'comes' if back == 1 else 'come'} back." if back else f"The same again: seed={chosen}."
    return _exam(f"Practice exam, {_of(picked)}. {again}", picked, rng, limit, timed)


def review(chapters: str | Iterable[str] = (), count: int = 10, timed: bool = False) -> PracticeExam:
    """The questions that are due again, at most `count`, the one that has waited longest first; there may be none."""
    if count < 1:
        raise LabError(f"a review has at least one question, not {count}")
    entries, now = _pool(chapters), datetime.now(UTC)
    attempts = student_record().attempts()
    dates = due_dates(attempts)
    due = due_now(dates, now)
    rng = Random(len(attempts))
    picked = drawn([e for e in entries if e.id in due], rng, bank=course_bank(), count=count, first=due)
    if picked:
        return _exam(f"Review, {_of(picked)}.", picked, rng, None, timed)
    later = [dates[entry.id] for entry in entries if entry.id in dates]
    then = f"The next question comes back on {min(later):%Y-%m-%d at %H:%M} UTC." if later else "Answer some first."
    return PracticeExam(f"Nothing is due. {then}", ())


def _pool(chapters: str | Iterable[str], kinds: str | Iterable[str] = ()) -> list[Entry]:
    """The entries of these chapters and kinds; none named means all."""
    of = {course.chapter(id).id for id in ((chapters,) if isinstance(chapters, str) else chapters)}
    wanted = {kinds} if isinstance(kinds, str) else set(kinds)
    for kind in sorted(wanted - KINDS.keys()):
        raise LabError(f"there is no kind {kind!r}{did_you_mean(kind, KINDS)}; the kinds are {', '.join(KINDS)}")
    entries = [e for e in course_bank() if (not of or e.chapter in of) and (not wanted or e.kind in wanted)]
    if not entries:
        raise LabError("the question bank has no question of these kinds in these chapters: choose more")
    return entries


def _exam(title: str, picked: Sequence[Entry], rng: Random, limit: Fraction | None, timed: bool) -> PracticeExam:
    questions = tuple(shuffled(entry.make(rng), rng) for entry in picked)
    allowed = limit or sum((entry.minutes for entry in picked), Fraction(0))
    return PracticeExam(title, questions, allowed if timed else None)


def _of(picked: Sequence[Entry]) -> str:
    numbers = sorted({course.chapter(entry.chapter).number for entry in picked})
    name = "chapter" if len(numbers) == 1 else "chapters"
    return f"{name} {', '.join(map(str, numbers))}, {amount(len(picked), 'question{s}')}"


def _minutes(minutes: float | Fraction) -> str:
    return amount(Fraction(round(float(minutes), 1)).limit_denominator(10), "minute{s}")
