"""A self-test: questions of a chapter drawn from the bank, answered in a form, graded with reasons and solutions."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from random import Random
from typing import Any

from vlearn import course
from vlearn.errors import LabError
from vlearn.lab import asking
from vlearn.lab.fields import Values
from vlearn.lab.record import student_record
from vlearn.lab.result import PracticeResult
from vlearn.lab.selection import course_bank, drawn
from vlearn.lab.verdict import Verdict
from vlearn.questions.model import Question
from vlearn.questions.responses import Response
from vlearn.questions.shuffle import shuffled
from vlearn.render.text import to_text


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Questions to answer in the form, or with `.answer(...)`; the same seed gives the same questions."""

    title: str
    questions: tuple[Question, ...]

    def answer(self, responses: Iterable[Response | None]) -> tuple[Verdict, ...]:
        """Record and grade a response to every question, None where there is none."""
        return self._result(list(responses)).verdicts

    def to_text(self) -> str:
        """The questions without their keys."""
        prompts = (f"{n}. {to_text(question.prompt)}" for n, question in enumerate(self.questions, 1))
        return "\n\n".join([self.title, *prompts])

    def _result(self, given: list[Response | None]) -> PracticeResult:
        grades = asking.recorded(self.questions, given)
        return PracticeResult(self.questions, tuple(map(asking.verdict, self.questions, given, grades)), grades)

    def _fields(self) -> str:
        return f'<p class="lead">{escape(self.title)}</p>{asking.fieldsets(self.questions)}'

    def _graded(self, values: Values) -> tuple[dict[str, str], bool]:
        given = asking.responses(self.questions, values)
        if all(one is None for one in given):
            return {"all": Verdict("open", "Answer at least one question, then hand in.").to_html()}, False
        result = self._result(given)
        verdicts = result.verdicts
        right, states = sum(verdict.right for verdict in verdicts), {verdict.state for verdict in verdicts}
        summary = Verdict(
            "right" if right == len(verdicts) else "part" if states & {"right", "part"} else "wrong",
            "Each has its reasons, its answer and a worked solution above.",
            student_record().take_notices(),
            words=result.summary,
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
    entries = [entry for entry in course_bank() if entry.chapter == of.id]
    if not entries:
        raise LabError(f"the question bank has no question of chapter {of.number} yet")
    if count < 1:
        raise LabError(f"a self-test has at least one question, not {count}")
    if seed is None:
        seed = sum(attempt.activity == "question" for attempt in student_record().attempts())
    rng = Random(seed)
    picked = drawn(entries, rng, bank=course_bank(), count=count)
    questions = tuple(shuffled(entry.make(rng), rng) for entry in picked)
    return SelfTest(f"Self-test of chapter {of.number}. The same again: seed={seed}.", questions)
