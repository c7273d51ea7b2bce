"""One question of the bank to answer below the text that asks it: what a practice notebook's cells call."""

from dataclasses import dataclass, replace
from typing import Any

from vlearn.exams.practice import practice_question
from vlearn.lab import asking
from vlearn.lab.fields import Values
from vlearn.lab.record import student_record
from vlearn.lab.selection import course_bank
from vlearn.lab.task_fields import fields
from vlearn.lab.verdict import Verdict
from vlearn.questions.item import task
from vlearn.questions.model import Question
from vlearn.questions.responses import Response
from vlearn.render.text import to_text


@dataclass(frozen=True, slots=True)
class Answering:
    """Answer it in the form, which has the fields alone, or with `.answer(...)`, as often as you like."""

    question: Question

    def answer(self, response: Response | None) -> Verdict:
        """Record and grade a response; None is none."""
        (grade,) = asking.recorded((self.question,), (response,))
        return asking.verdict(self.question, response, grade)

    def to_text(self) -> str:
        """What is asked."""
        return to_text(self.question.prompt)

    def _graded(self, values: Values) -> tuple[dict[str, str], bool]:
        (given,) = asking.responses((self.question,), values)
        if given is None:
            return {"all": Verdict("open", "Fill in an answer, then check it.").to_html()}, False
        verdict = self.answer(given)
        notices = "".join(Verdict("open", notice).to_html() for notice in student_record().take_notices())
        return {"all": verdict.to_html() + notices}, True

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from vlearn.lab.form import Form  # the widget, which only a notebook needs

        data, metadata = Form(fields(task(self.question), "q0"), "Check", self._graded)._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": self.to_text()}, metadata


def answer(id: str) -> Answering:
    """The fields in which to answer the question of this id; of a generated one, `ID-v2` is the second variant.

    Raises BankError where the course's bank has no such question.
    """
    bank = course_bank()
    # All variants are one question to the student's record.
    return Answering(replace(practice_question(bank, id), id=id if id in bank else id.rpartition("-v")[0]))
