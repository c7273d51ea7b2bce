"""Questions as the source notebook of an nbgrader assignment: put it into `source/NAME/` and run `generate_assignment`.

Each question is a locked text, an answer cell with the key as its solution, and a locked cell of hidden tests that
grade with partial credit; an essay is one answer cell that a person grades, its rubric among the solution, which
nbgrader does not show to the person: keep the source at hand. The cells and the names of answers are known by a digest
of the question's id, so that a later version of the notebook still grades what was handed in. The tests need Python
3.10 and no vlearn. nbgrader wants whole points, so all are multiplied alike where some are not whole; the head says so.

What nbgrader itself does: an answer runs in the process that grades it, so this stops no cheat; and `generate_feedback`
shows students the hidden tests, and the key with them.
"""

import json
from collections.abc import Sequence
from math import lcm
from typing import Any

from exporters.key import about
from exporters.nbgrader_tests import test
from exporters.notebook_tasks import runnable, shown, stub
from exporters.packages import check_ids, stable_id
from exporters.phrasebook import ENGLISH
from exporters.wording import minutes, question_name
from exporters.wording import points as written_points
from vlearn.errors import ExportError
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.answer_key import key_response
from vlearn.questions.item import task
from vlearn.questions.labels import letter
from vlearn.questions.model import (
    Classification,
    Essay,
    Matching,
    MultipleChoice,
    Ordering,
    Program,
    Question,
    SingleChoice,
    TrueFalse,
)
from vlearn.questions.notation import written
from vlearn.render.jupyter import to_markdown
from vlearn.render.safe_markdown import literal, to_safe_markdown_inline
from vlearn.render.text import to_text

SUFFIX = ".ipynb"
Cell = dict[str, Any]

_MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME",
          "END MARK SCHEME", "AUTOTEST")  # fmt: skip
"""What nbgrader looks for in every line of every cell."""

_SOLUTION = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
_TESTS = "# {}\n### BEGIN HIDDEN TESTS\n{}\n{}\n### END HIDDEN TESTS"


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Questions with words that nbgrader would take for its own marks."""
    return tuple(LeftOut(q.id, why) for q in collection.questions if (why := _reason_against(q)))


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """Programs whose solution is not there to be shown."""
    missing = (q for q in collection.questions if isinstance(q.answer, Program) and not q.answer.reference.strip())
    return tuple(LeftOut(q.id, "has no reference program, so its solution is empty") for q in missing)


def questions(collection: Collection) -> bytes:
    """The notebook, its questions in order and numbered."""
    check_ids(collection)
    if mark := next((mark for mark in _MARKS if mark in collection.title), ""):
        raise ExportError(f"the title has words that nbgrader takes for its own: {mark}")
    held = [question for question in collection.questions if not _reason_against(question)]
    scale = lcm(*(question.points.denominator for question in held))
    cells = [_head(collection.title, held, scale)]
    for number, question in enumerate(held, 1):
        cells += _question(question, number, scale)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")


def _reason_against(question: Question) -> str:
    for cell in _question(question, 1, 1):
        grader, found = cell["metadata"]["nbgrader"], {mark: cell["source"].count(mark) for mark in _MARKS}
        if sum(found.values()) > 2 * (grader["solution"] or grader["grade"]):  # where two are ours
            return f"its text has words that nbgrader takes for its own: {max(found, key=lambda mark: found[mark])}"
    return ""


def _head(title: str, held: Sequence[Question], scale: int) -> Cell:
    said = ENGLISH.system
    note = "" if scale == 1 else said.points_of_nbgrader.format(scale=scale)
    parts = (f"# {literal(title)}", said.replace_none, note)
    return _cell(stable_id("head"), "markdown", "\n\n".join(filter(None, parts)), locked=True)


def _question(question: Question, number: int, scale: int) -> list[Cell]:
    id, points = stable_id(question.id), int(question.points * scale)
    name = f"answer_{id[1:9]}"
    asked = task(question)
    said = ENGLISH.system
    title = f"## {question_name(number)}\n\n{written_points(question.points)} · {minutes(question.minutes)}"
    text = "\n\n".join(filter(None, (title, to_markdown(question.prompt), shown(asked))))
    cells = [_cell(f"{id}-question", "markdown", text, locked=True)]
    if isinstance(question.answer, Essay):
        return [*cells, _cell(f"{id}-answer", "markdown", _essay(question, question.answer), points, solution=True)]
    if isinstance(question.answer, Program):
        start, right = runnable(question.answer.starter), question.answer.reference.strip("\n")
    else:
        start, right = stub(asked, name), f"{name} = {_right(question)}"
    solution = "\n".join(filter(None, (_comment(to_text(question.solution)), right)))
    tests = _TESTS.format(said.grades.format(number=number), _comment(about(question)), test(question, name, points))
    return [
        *cells,
        _cell(f"{id}-answer", "code", f"{start}\n{_SOLUTION.format(solution)}", solution=True),
        _cell(f"{id}-tests", "code", tests, points, locked=True),
    ]


def _right(question: Question) -> str:
    """The key as the student would write it."""
    match question.answer, key_response(question):
        case SingleChoice(correct=correct), _:
            return repr(letter(correct))
        case MultipleChoice(correct=correct), _:
            return f"{{{', '.join(repr(letter(n)) for n in sorted(correct))}}}" if correct else "set()"
        case TrueFalse(truth, _, correct), _:
            return repr((truth, letter(correct)))
        case Matching(key=key) | Ordering(key=key) | Classification(key=key), _:
            return repr([letter(n) for n in key])
        case _, tuple(texts):
            return repr(list(texts))
        case _, text:
            return repr(text)


def _essay(question: Question, essay: Essay) -> str:
    share = ENGLISH.system.share
    marks = (f"- {share.format(share=written(c.share), text=to_safe_markdown_inline(c.text))}" for c in essay.rubric)
    solution = "\n\n".join(filter(None, ("\n".join(marks), to_markdown(question.solution), literal(about(question)))))
    return _SOLUTION.format(solution)


def _comment(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in text.replace("\0", "\ufffd").splitlines())


def _cell(
    id: str, kind: str, source: str, points: int | None = None, *, solution: bool = False, locked: bool = False
) -> Cell:
    grader = {"grade": points is not None, "grade_id": id, "locked": locked, "schema_version": 3, "solution": solution}
    graded = {} if points is None else {"points": points}
    cell = {"id": id, "cell_type": kind, "source": source, "metadata": {"nbgrader": grader | graded | {"task": False}}}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
