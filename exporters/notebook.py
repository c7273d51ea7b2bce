"""An exam as a Jupyter notebook in which students answer, and its key: nbformat 4.5, written as plain JSON.

A paper's last cell writes `responses.json` beside the notebook; nothing in it can grade.
"""

import json
from collections.abc import Iterable
from typing import Any

from exporters.key import Verdict, about, prompt, sections, verdicts
from exporters.notebook_tasks import shown, stub
from exporters.wording import form_name, key_note, minutes, points, summary
from vlearn.exams.form import Form, Paper
from vlearn.questions.item import Item
from vlearn.questions.model import Question
from vlearn.render.jupyter import to_markdown
from vlearn.render.safe_markdown import literal, to_safe_markdown, to_safe_markdown_inline

SUFFIX = ".ipynb"
Cell = dict[str, Any]

_HAND_IN = """\
# Run this cell last. It writes your answers to responses.json, beside this notebook.
# You may run it again.
import json
from pathlib import Path

answers = {{str(n): globals().get(f"q{{n}}") for n in range(1, {after})}}
responses = {{
    "exam": {title!r},
    "form": {form!r},
    "name": name,
    "student": student,
    "answers": answers,
}}
as_json = lambda answer: sorted(answer) if isinstance(answer, set) else str(answer)
text = json.dumps(responses, indent=2, ensure_ascii=False, default=as_json)
Path("responses.json").write_text(text, encoding="utf-8")
open_ones = [n for n, a in answers.items() if a is None or isinstance(a, list) and None in a]
told = f"Not answered yet: {{', '.join(open_ones)}}" if open_ones else "Every question has an answer."
print("Saved.", told)"""


def paper(paper: Paper) -> bytes:
    """What students get: each question in a text cell, with a code cell below it for the answer."""
    name, student = (paper.student.name, paper.student.id) if paper.student else (None, None)
    cells = [
        _text("head", _head(paper), to_safe_markdown(paper.instructions)),
        _code("who", f'# Who you are, "in quotes".\nname = {name!r}\nstudent = {student!r}'),
    ]
    for n, item in enumerate(paper.items, 1):
        cells += [_text(f"q{n}", *_question(item, n)), _code(f"q{n}-answer", stub(item.task, f"q{n}"))]
    hand_in = _HAND_IN.format(after=len(paper.items) + 1, title=paper.title, form=paper.form)
    return _notebook([*cells, _code("hand-in", hand_in)])


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions."""
    who = f"{literal(form.student.id)} · {literal(form.student.name)}" if form.student else ""
    note = f"**{literal(key_note(form))}**"
    head = _text("head", _head(form.paper), note, who, to_safe_markdown(form.instructions))
    questions = (_text(f"q{n}", *_answered(question, n)) for n, question in enumerate(form.questions, 1))
    return _notebook([head, *questions])


def _head(paper: Paper) -> str:
    return f"# {literal(paper.title)}\n\n{literal(form_name(paper.form))} · {summary(paper)}"


def _question(item: Item, number: int) -> Iterable[str]:
    return _title(number), _worth(item), to_markdown(item.prompt), shown(item.task)


def _answered(question: Question, number: int) -> Iterable[str]:
    yield from (_title(number), _worth(question), to_markdown(prompt(question)))
    yield "\n".join(map(_verdict, verdicts(question)))
    for title, blocks in sections(question):
        yield f"**{title}**\n\n{to_markdown(blocks)}"
    yield literal(about(question))


def _title(number: int) -> str:
    return f"## Question {number}"


def _worth(question: Item | Question) -> str:
    return f"{points(question.points)} · {minutes(question.minutes)}"


def _verdict(verdict: Verdict) -> str:
    mark = "✓" if verdict.right else "✗"
    feedback = to_safe_markdown_inline(verdict.feedback)
    why = f"<br>{feedback}" if feedback else ""
    return f"- {mark} **{verdict.label}** {to_safe_markdown_inline(verdict.text)}{why}"


def _text(name: str, *parts: str) -> Cell:
    return _cell(name, "markdown", "\n\n".join(part for part in parts if part), editable=False)


def _code(name: str, source: str) -> Cell:
    return _cell(name, "code", source) | {"execution_count": None, "outputs": []}


def _cell(name: str, kind: str, source: str, **metadata: bool) -> Cell:
    return {"id": name, "cell_type": kind, "metadata": {"deletable": False, **metadata}, "source": source}


def _notebook(cells: list[Cell]) -> bytes:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
