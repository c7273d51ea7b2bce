"""Asks what happens next, records the prediction, and only then shows what does.

A prediction is about a run (the choices are its own events) or a plain question with choices. It works without a
browser too: `.choose(...)` does what the button does. Only the first prediction of an id counts (`vlearn.lab.tally`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from vlearn import course
from vlearn.blocks import Block, Table, Text
from vlearn.errors import LabError
from vlearn.lab.exercise import Asked
from vlearn.lab.fields import Values, radios
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.verdict import Verdict
from vlearn.render.html import to_html
from vlearn.render.markdown import escaped, to_html_inline
from vlearn.render.text import to_text
from vlearn.trace import Trace
from vlearn.views import Draw, drawn

S = TypeVar("S")
DISTRACTORS = 3
"""How many of a run's other events stand beside the right one, where no choices are given."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may happen: `text` as `choose` takes it, and in Markdown; `why` is what it means, in Markdown."""

    text: str
    markdown: str
    why: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question about what happens, with its choices in shown order. `reveal` is what is shown after the answer."""

    id: str
    objective: str
    prompt: tuple[Block, ...]
    question: str
    choices: tuple[Choice, ...]
    right: int
    reveal: tuple[Block, ...] = ()

    def choose(self, choice: str | int) -> Verdict:
        """Record this prediction (the text of a choice, or its place from 0), then say whether it is right, and why."""
        place = self._place(choice)
        chosen, answer = self.choices[place], self.choices[self.right]
        record = student_record()
        record.add(Attempt("prediction", self.id, self.objective, chosen.text, float(place == self.right)))
        extra, notices = to_html(self.reveal), record.take_notices()
        said = f"{answer.markdown}\n\n{answer.why}"
        if place == self.right:
            return Verdict("right", said, notices, extra=extra)
        return Verdict("wrong", f"{chosen.why}\n\nIn fact: {said}", notices, words="No.", extra=extra)

    def _place(self, choice: str | int) -> int:
        texts = [c.text for c in self.choices]
        if isinstance(choice, int) and 0 <= choice < len(texts):
            return choice
        if isinstance(choice, str) and choice in texts:
            return texts.index(choice)
        listed = "; ".join(f"{n}: {text!r}" for n, text in enumerate(texts))
        raise LabError(f"prediction {self.id!r} has no choice {choice!r}; its choices are {listed}")

    def to_text(self) -> str:
        """The question and its choices for a terminal or a test; what is right is not in it."""
        choices = [f"  ({n}) {choice.text}" for n, choice in enumerate(self.choices)]
        return "\n".join([*filter(None, [to_text(self.prompt)]), self.question, *choices])

    def _fields(self) -> str:
        lead = '<p class="lead">Predict before you look</p>'
        options = [to_html_inline(choice.markdown) for choice in self.choices]
        return lead + to_html(self.prompt) + radios("choice", to_html_inline(self.question), options)

    def _answer(self, values: Values) -> tuple[dict[str, str], bool]:
        if not values.get("choice"):
            return {"all": Verdict("open", "Choose one, then record it.").to_html()}, False
        return {"all": self.choose(int(values["choice"][0])).to_html()}, True

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        from vlearn.lab.form import Form  # the widget, which only a notebook needs

        form = Form(self._fields(), "Record my prediction", self._answer)
        data, metadata = form._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": self.to_text()}, metadata


def predict(
    id: str,
    trace: Trace[S] | None = None,
    at: int = 0,
    draw: Draw[S] | None = None,
    question: str = "",
    choices: Mapping[str, str] | Iterable[str] | None = None,
    answer: str = "",
    why: str = "",
    objective: str = "",
) -> Prediction:
    """Which event follows moment `at` of the run? Without a run: `question`, with the right `answer` among `choices`.

    `choices` lists the wrong ones, or maps each to what it would have meant; by default they are other events of the
    run. They may include the right one. All texts are Markdown, save those of events. `objective` says
    what it counts for; without one it counts for the chapter that the id names. What is not said here comes from
    `vlearn.lab.exercises.PREDICTIONS`, where the id is known there. Raises LabError and CourseError.
    """
    kept = _kept(id)
    why, objective = why or kept.why, objective or kept.objective
    question, answer = question or kept.question, answer or kept.answer
    choices = kept.choices if choices is None else choices
    course.chapter(course.chapter_of(id))
    if objective:
        course.objective(objective)
    given = dict(choices) if isinstance(choices, Mapping) else dict.fromkeys(choices or (), "")
    if trace is None:
        if not (question and answer and given.keys() - {answer}):
            raise LabError(f"prediction {id!r} has no run: it needs a question, an answer and other choices")
        reason = given.pop(answer, "")
        others = [Choice(text, text, meaning) for text, meaning in given.items()]
        options, right = _shuffled(id, Choice(answer, answer, why or reason), others)
        return Prediction(id, objective, (), question, options, right)
    if not 0 <= at < len(trace):
        raise LabError(f"prediction {id!r} is about step {at + 1}; this run has {len(trace)} steps")
    event, state = trace.steps[at].event, trace.steps[at].state
    wrong = {text: reason for text, reason in given.items() if text != event.text}
    others = [Choice(text, text, reason) for text, reason in wrong.items()] or _other_events(id, trace, at)
    options, right = _shuffled(id, Choice(event.text, marked(event.text), why), others)
    prompt = drawn(trace, draw, at) if draw else _so_far(trace, at)
    reveal = draw(state, event) if draw else ()
    return Prediction(id, objective, prompt, question or "What happens next?", options, right, reveal)


def _kept(id: str) -> Asked:
    from vlearn.lab.exercises import PREDICTIONS  # imports the models of every chapter that has predictions

    return PREDICTIONS.get(id, Asked("", ""))


def marked(text: str) -> str:
    """An event's text as Markdown: code between backticks is set as code, as in choices; all else is as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escaped(text)
    return "".join(f"`{part}`" if n % 2 and part else escaped(part) for n, part in enumerate(parts))


def _other_events(id: str, trace: Trace[S], at: int) -> list[Choice]:
    """Distinct events that come soon after the one asked for, then those just before it: the likeliest mistakes."""
    nearest = sorted(range(len(trace)), key=lambda n: (n < at, abs(n - at)))
    texts = dict.fromkeys(trace.steps[n].event.text for n in nearest)
    texts.pop(trace.steps[at].event.text)
    if not texts:
        raise LabError(f"prediction {id!r}: no other event of this run differs from the one asked for; give choices")
    return [Choice(text, marked(text), "") for text in list(texts)[:DISTRACTORS]]


def _shuffled(id: str, right: Choice, others: Iterable[Choice]) -> tuple[tuple[Choice, ...], int]:
    """The choices in the order that belongs to this id, which is the same on every machine; and where the right is."""
    options = [right, *others]
    Random(id).shuffle(options)
    return tuple(options), options.index(right)


def _so_far(trace: Trace[S], at: int) -> tuple[Block, ...]:
    if not at:
        return (Text("Nothing has happened yet."),)
    rows = tuple((str(n), step.event.text) for n, step in enumerate(trace.steps[:at], 1))
    return (Table(("Step", "What happened"), rows),)
