"""A practice exam as a notebook shows it: the form, a clock if it is timed, and after handing in what it came to."""

from collections.abc import Callable
from time import monotonic
from typing import Any

import ipywidgets as widgets

from vlearn.blocks import Text
from vlearn.lab import asking
from vlearn.lab.assets import page
from vlearn.lab.clock import Clock
from vlearn.lab.fields import Values
from vlearn.lab.form import Form, Results
from vlearn.lab.practice_exam import PracticeExam
from vlearn.lab.record import student_record
from vlearn.lab.result import PracticeResult
from vlearn.lab.shown import Shown, show
from vlearn.lab.verdict import State, Verdict
from vlearn.questions.notation import amount
from vlearn.render.html import to_html
from vlearn.render.markdown import escaped


class Sheet(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """The questions of an exam in a form; the clock of a timed one runs from when this is made."""

    def __init__(self, exam: PracticeExam, now: Callable[[], float] = monotonic):
        self.exam = exam
        self.result: PracticeResult | None = None
        self._now, self._began = now, now()
        self.form = Form(exam.fields(), "Hand in", self._hand_in)
        self.clock = None if exam.minutes is None else Clock(float(exam.minutes) * 60)
        super().__init__([self.clock, self.form] if self.clock else [self.form])

    def _hand_in(self, values: Values) -> tuple[Results, bool]:
        given = asking.responses(self.exam.questions, values)
        if all(one is None for one in given):
            return {"all": Verdict("open", "Answer at least one question, then hand in.").to_html()}, False
        result = self.exam.answer(given, (self._now() - self._began) / 60 if self.clock else None)
        self.result = result
        if self.clock:
            self.clock.stopped = True
        runs = ", then the model's runs of these numbers" if result.replayed else ""
        below = f"Reasons and solutions stand above. Below: the score by objective and what to read again{runs}."
        state: State = "open" if not result.out_of else "right" if result.points == result.out_of else "part"
        summary = Verdict(state, below, student_record().take_notices(), words=result.summary)
        came_to = widgets.HTML(page(f'<div class="card">{result.report.html}</div>'))
        self.children = (self.form, came_to, *map(result.play, result.replayed))
        results = {f"q{n}": verdict.to_html() for n, verdict in enumerate(result.verdicts)}
        return {**results, "all": summary.to_html()}, True

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        data = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/html": self.form.to_html(), "text/plain": self.exam.to_text()}


class Opening(widgets.VBox):  # type: ignore[misc]
    """A form whose button opens a sheet below it, of the exam that `choose(values)` gives; a verdict says why not.

    With `again`, another can be opened once the one below is handed in.
    """

    def __init__(
        self, form: str, button: str, choose: Callable[[Values], PracticeExam | Verdict], text: str, again: bool = False
    ):
        self._choose, self._text, self._again = choose, text, again
        self.form = Form(form, button, self._open)
        self.sheet: Sheet | None = None
        super().__init__([self.form])

    def _open(self, values: Values) -> tuple[Results, bool]:
        if self.sheet and not self.sheet.result:
            told = "Hand in the exam below first, or run this cell again to begin anew."
            return {"all": Verdict("open", told, words="One exam is open.").to_html()}, False
        chosen = self._choose(values)
        if isinstance(chosen, Verdict):
            return {"all": chosen.to_html()}, False
        self.sheet = Sheet(chosen)
        self.children = (self.form, self.sheet)
        clock = " The clock runs." if self.sheet.clock else ""
        said = f"{amount(len(chosen.questions), 'question{s}')} below.{clock}"
        return {"all": Verdict("open", words=said).to_html()}, not self._again

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        data = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/html": self.form.to_html(), "text/plain": self._text}


def sheet(exam: PracticeExam) -> Sheet | Opening | Shown:
    """What a notebook shows for the exam: a timed one waits for you to begin, one without questions says why."""
    if not exam.questions:
        return show(Text(escaped(exam.title)))
    if exam.minutes is None:
        return Sheet(exam)
    told = (
        f"{exam.title} The clock allows {amount(exam.minutes, 'minute{s}')} from when you begin. You can hide it, and"
        " hand in after time too."
    )
    return Opening(to_html((Text(escaped(told)),)), "Begin", lambda _: exam, exam.to_text())
