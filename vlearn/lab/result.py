"""What a practice exam or self-test came to: verdicts on the questions, the score by objective, what to read again."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlearn import course
from vlearn.blocks import Table
from vlearn.errors import LabError
from vlearn.lab.assets import page
from vlearn.lab.shown import Shown, show
from vlearn.lab.verdict import Verdict
from vlearn.questions.grade import Grade
from vlearn.questions.model import Question
from vlearn.questions.notation import amount, decimal, earned

if TYPE_CHECKING:
    from vlearn.lab.player import Player


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """Displays itself. `note` is about the time; what a person must grade counts neither for nor against."""

    questions: tuple[Question, ...]
    verdicts: tuple[Verdict, ...]
    grades: tuple[Grade, ...]
    note: str = ""

    @property
    def points(self) -> Fraction:
        """What was earned of `out_of`."""
        return sum((grade.points for grade in self.grades if not grade.by_hand), Fraction(0))

    @property
    def out_of(self) -> Fraction:
        """The points of all questions that were graded here."""
        return sum((grade.out_of for grade in self.grades if not grade.by_hand), Fraction(0))

    @property
    def summary(self) -> str:
        """Points, questions fully right and the note on time, in a sentence or two."""
        right = sum(verdict.right for verdict in self.verdicts)
        came_to = earned(self.points, self.out_of) if self.out_of else "Yours to mark"
        asked = amount(len(self.questions), "question{s}")
        return " ".join(filter(None, (f"{came_to}; {right} of {asked} fully right.", self.note)))

    @property
    def replayed(self) -> tuple[int, ...]:
        """The numbers, from 1, of the questions whose key a run computed; `play` plays it."""
        return tuple(n for n, question in enumerate(self.questions, 1) if question.replay)

    def play(self, number: int) -> "Player":
        """A player of the model's run on the numbers of this question, counted from 1."""
        from vlearn.lab.player import play  # the widget, which only a notebook needs

        replay = self.questions[number - 1].replay if 0 < number <= len(self.questions) else None
        if replay is None:
            those = ", ".join(map(str, self.replayed)) or "none"
            raise LabError(f"no run computed the key of question {number}; of these questions, {those} can be played")
        return play(replay.trace(), replay.draw, f"Question {number}: the run of these numbers")

    @property
    def report(self) -> Shown:
        """The score by objective, and what to read again with a link to each notebook that lies in this folder."""
        scores = show(Table(("Objective", "Points"), tuple(self._scores()), "Score by objective."))
        again = tuple(self._read_again())
        if not again:
            praise = "Nothing to read again: every objective has all its points."
            return Shown(f"{scores.html}<p>{praise}</p>", f"{scores.text}\n\n{praise}")
        items = "".join(f"<li>{_linked(name, notebook)}, {escape(what)}</li>" for name, notebook, what in again)
        lines = [f"- {name}, {what}" for name, _, what in again]
        return Shown(
            f"{scores.html}<p><strong>Read again</strong></p><ul>{items}</ul>",
            "\n".join([scores.text, "", "Read again", *lines]),
        )

    def _objectives(self) -> Iterator[tuple[str, list[Grade]]]:
        for id in dict.fromkeys(question.objective for question in self.questions):
            yield id, [g for q, g in zip(self.questions, self.grades, strict=True) if q.objective == id]

    def _scores(self) -> Iterator[tuple[str, str]]:
        for id, grades in self._objectives():
            graded = [grade for grade in grades if not grade.by_hand]
            points, out_of = sum(grade.points for grade in graded), sum(grade.out_of for grade in graded)
            marks = [f"{decimal(Fraction(points), 2)} of {decimal(Fraction(out_of), 2)}"] if graded else []
            yield course.objective(id).text, "; ".join(marks + ["one to mark yourself"] * (len(graded) < len(grades)))

    def _read_again(self) -> Iterator[tuple[str, str, str]]:
        """The chapter, its notebook, and which sections of the notes say what an objective asks."""
        for id, grades in self._objectives():
            if any(grade.points < grade.out_of and not grade.by_hand for grade in grades):
                chapter, objective = course.chapter(course.chapter_of(id)), course.objective(id)
                noun = "section" if len(objective.sections) == 1 else "sections"
                where = f"{noun} {', '.join(objective.sections)} of the notes: " if objective.sections else ""
                yield f"Chapter {chapter.number}, {chapter.title}", f"{chapter.stem}.ipynb", where + objective.text

    def to_text(self) -> str:
        """The summary, the verdict on each question, the score and what to read again."""
        verdicts = (f"{n}. {verdict.to_text()}" for n, verdict in enumerate(self.verdicts, 1))
        return "\n\n".join([self.summary, *verdicts, self.report.text])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        verdicts = "".join(
            f"<p><strong>Question {n}</strong></p>{verdict.to_html()}" for n, verdict in enumerate(self.verdicts, 1)
        )
        html = f"<p>{escape(self.summary)}</p>{self.report.html}{verdicts}"
        return {"text/html": page(html, "form.css"), "text/plain": self.to_text()}


def _linked(name: str, notebook: str) -> str:
    if not Path(notebook).is_file():
        return f"{escape(name)} (no notebook yet)"
    return f'<a href="{escape(notebook)}" target="_blank">{escape(name)}</a>'
