"""Questions as a table for a spreadsheet: one row each, texts plain, a picture as the words that describe it.

A cell that a spreadsheet would take for a formula gets an apostrophe in front. Nothing can be left out, for a table
holds any text; but it is to be read by people: `exporters.json_bank` is the format that can be read back.
"""

import csv
import io

from exporters.key import verdicts
from exporters.task_blocks import task_blocks
from vlearn.blocks import Chart, Figure
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.answer_key import answer_blocks
from vlearn.questions.item import task
from vlearn.questions.model import Question
from vlearn.questions.notation import written
from vlearn.render.markdown import to_plain_inline
from vlearn.render.text import to_text

SUFFIX = ".csv"
COLUMNS = (
    "id", "objective", "kind", "points", "minutes", "difficulty", "bloom", "enemies", "prompt", "task", "answer",
    "feedback", "solution", "source", "generator",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Nothing."""
    return ()


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """Questions with drawings, of which the words remain."""
    why = "has its drawings as the words that describe them"
    drawn = (q for q in collection.questions if any(isinstance(b, Figure | Chart) for b in (*q.prompt, *q.solution)))
    return tuple(LeftOut(q.id, why) for q in drawn)


def questions(collection: Collection) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it, lines as RFC 4180 has them."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows([inert(cell) for cell in _row(question)] for question in collection.questions)
    return table.getvalue().encode("utf-8-sig", errors="replace")


def inert(cell: str) -> str:
    """The cell as no spreadsheet takes it for a formula."""
    cell = cell.replace("\0", "\ufffd")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _row(question: Question) -> tuple[str, ...]:
    feedback = (f"{v.label}: {to_plain_inline(v.feedback)}" for v in verdicts(question) if v.feedback)
    return (
        question.id,
        question.objective,
        question.kind,
        written(question.points),
        written(question.minutes),
        str(question.difficulty),
        question.bloom.value,
        " ".join(question.enemies),
        to_text(question.prompt),
        to_text(task_blocks(task(question))),
        to_text(answer_blocks(question)),
        "\n".join(feedback),
        to_text(question.solution),
        question.source,
        question.generator,
    )
