"""A self-test: questions of a chapter drawn from the bank, answered in a form, graded with reasons and solutions.

Nothing of the key is in the page before the answers are handed in. Answers are recorded by objective; a question left
open is not, and one that a person must grade is recorded without a score.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

from vlearn import course
from vlearn.errors import LabError
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.task_fields import fields, response
from vlearn.lab.verdict import Verdict
from vlearn.questions.bank import Bank, Entry, load_bank
from vlearn.questions.grade import Grade, grade
from vlearn.questions.item import item, task
from vlearn.questions.model import Question
from vlearn.questions.responses import Response
from vlearn.questions.shuffle import shuffled
from vlearn.render.html import to_html
from vlearn.render.text import to_text


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Questions to answer in the form, or with `.answer(...)`; the same seed gives the same questions."""

    title: str
    questions: tuple[Question, ...]

    def answer(self, responses: Iterable[Response | None]) -> tuple[Verdict, ...]:
        """Record and grade a response to every question, None where there is none."""
        pairs = list(zip(self.questions, responses, strict=True))
        grades = [grade(question, given) for question, given in pairs]
        record = student_record()
        for (question, given), result in zip(pairs, grades, strict=True):
            if given is not None:
                score = None if result.by_hand else float(result.points / result.out_of)
                record.add(Attempt("question", question.id, question.objective, repr(given), score))
        return tuple(_verdict(q, given, result) for (q, given), result in zip(pairs, grades, strict=True))

    def to_text(self) -> str:
        """The questions without their keys."""
        prompts = (f"{n}. {to_text(question.prompt)}" for n, question in enumerate(self.questions, 1))
        return "\n\n".join([self.title, *prompts])

    def _fields(self) -> str:
        return f'<p class="lead">{self.title}</p>' + "".join(map(_fieldset, range(len(self.questions)), self.questions))

    def _graded(self, values: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], bool]:
        given = [response(task(question), f"q{n}", values) for n, question in enumerate(self.questions)]
        if all(one is None for one in given):
            return {"all": Verdict("open", "Answer at least one question, then hand in.").to_html()}, False
        verdicts = self.answer(given)
        right = sum(verdict.right for verdict in verdicts)
        summary = Verdict(
            "right" if right == len(verdicts) else "part",
            "Each has its reasons and a worked solution above.",
            student_record().take_notices(),
            words=f"{right} of {len(verdicts)} questions fully right.",
        )
        results = {f"q{n}": verdict.to_html() for n, verdict in enumerate(verdicts)}
        return {**results, "all": summary.to_html()}, True

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from vlearn.lab.form import Form  # the widget, which only a notebook needs

        data, metadata = Form(self._fields(), "Hand in", self._graded)._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": self.to_text()}, metadata


def quiz(chapter: str, count: int = 5, seed: int | None = None) -> SelfTest:
    """A self-test of `count` questions, spread over the objectives of the chapter. Without a seed it is a new one each
    time after you have handed one in. Raises LabError and CourseError."""
    of = course.chapter(chapter)
    entries = [entry for entry in _bank() if entry.chapter == of.id]
    if not entries:
        raise LabError(f"the question bank has no question of chapter {of.number} yet")
    if count < 1:
        raise LabError(f"a self-test has at least one question, not {count}")
    if seed is None:
        seed = sum(attempt.activity == "question" for attempt in student_record().attempts())
    rng = Random(seed)
    questions = tuple(shuffled(entry.make(rng), rng) for entry in _drawn(entries, count, rng))
    return SelfTest(f"Self-test of chapter {of.number}. The same again: seed={seed}.", questions)


@cache
def _bank() -> Bank:
    return load_bank()


def _drawn(entries: Sequence[Entry], count: int, rng: Random) -> Iterator[Entry]:
    """Entries that are not enemies, an objective coming again only when all others have come as often."""
    left = rng.sample(entries, len(entries))
    times: dict[str, int] = {}
    barred: set[str] = set()
    for _ in range(count):
        free = [e for e in left if e.id not in barred]
        if not free:
            return
        entry = min(free, key=lambda e: times.get(e.objective, 0))
        times[entry.objective] = times.get(entry.objective, 0) + 1
        barred |= {entry.id, *entry.enemies, *(e.id for e in left if entry.id in e.enemies)}
        yield entry


def _fieldset(n: int, question: Question) -> str:
    asked = item(question)
    legend = f"Question {n + 1} ({_points(asked.points)})"
    slot = f'<div data-result="q{n}"></div>'
    body = f"{to_html(asked.prompt)}{fields(asked.task, f'q{n}')}{slot}"
    return f'<fieldset class="question"><legend>{legend}</legend>{body}</fieldset>'


def _verdict(question: Question, given: Response | None, result: Grade) -> Verdict:
    extra = f"<details><summary>Worked solution</summary>{to_html(question.solution)}</details>"
    earned = f"{_number(result.points)} of {_points(result.out_of)}"
    if given is None:
        return Verdict("open", extra=extra)
    text = "\n".join(f"- {' '.join(reason.text.split())}" for reason in result.reasons)
    if result.by_hand:
        return Verdict("open", text, words="Compare it with the solution yourself.", extra=extra)
    if result.points == result.out_of:
        return Verdict("right", text, extra=extra)
    if result.points:
        return Verdict("part", text, words=f"Partly right: {earned}.", extra=extra)
    return Verdict("wrong", text, words=f"Not right: {earned}.", extra=extra)


def _points(points: Fraction) -> str:
    return f"{_number(points)} {'point' if points == 1 else 'points'}"


def _number(points: Fraction) -> str:
    return f"{float(points):.3g}"
