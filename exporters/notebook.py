"""An exam as a Jupyter notebook in which students answer, and its key: nbformat 4.5, written as plain JSON.

A paper's last cell writes `responses.json` beside the notebook; nothing in it can grade. Of `Print` a notebook heeds
the language and what a key says: it has no sheets, columns, cover or boxes, its reader chooses the size of letters,
and an answer takes the room that it needs. The names in its code are English in every language.
"""

import json
from collections.abc import Iterable
from typing import Any

from exporters.key import Verdict, about, prompt, sections, verdicts
from exporters.marks import short_key
from exporters.notebook_tasks import shown, stub
from exporters.parts import Part, parts
from exporters.phrasebook import Phrases
from exporters.wording import form_name, key_note, minutes, points, question_name, summary, words_of
from vlearn.exams.form import Form, Paper
from vlearn.questions.item import Item
from vlearn.questions.model import Question
from vlearn.render.jupyter import to_markdown
from vlearn.render.safe_markdown import literal, to_safe_markdown, to_safe_markdown_inline

SUFFIX = ".ipynb"
Cell = dict[str, Any]

_HAND_IN = """\
# {hand_in}
# {again}
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
told = {complete!r}
if open_ones:
    told = {open!r}.format(numbers=", ".join(open_ones))
print({saved!r}, told)"""


def paper(paper: Paper) -> bytes:
    """What students get: each question in a text cell, with a code cell below it for the answer."""
    name, student = (paper.student.name, paper.student.id) if paper.student else (None, None)
    words = words_of(paper)
    said = words.notebook
    cells = [
        _text("head", _head(paper, words), to_safe_markdown(paper.instructions)),
        _code("who", f"# {said.who}\nname = {name!r}\nstudent = {student!r}"),
    ]
    level = 3 if paper.sections else 2
    for part in parts(paper.sections, paper.items):
        cells += _section(part, words)
        for n, item in part.numbered:
            shown_here = (
                _title(n, level, words),
                _worth(item, words),
                to_markdown(item.prompt, words.chart),
                shown(item.task, words),
            )
            cells += [_text(f"q{n}", *shown_here), _code(f"q{n}-answer", stub(item.task, f"q{n}", words))]
    told = {name: getattr(said, name) for name in ("hand_in", "again", "open", "complete", "saved")}
    hand_in = _HAND_IN.format(after=len(paper.items) + 1, title=paper.title, form=paper.form, **told)
    return _notebook([*cells, _code("hand-in", hand_in)])


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions; or a table of the answers alone."""
    words, short = words_of(form), form.print.key == "answers"
    who = f"{literal(form.student.id)} · {literal(form.student.name)}" if form.student else ""
    note = f"**{literal(key_note(form))}**"
    told = "" if short else to_safe_markdown(form.instructions)
    cells = [_text("head", _head(form.paper, words), note, who, told)]
    level = 3 if form.sections else 2
    for part in parts(form.sections, form.questions):
        cells += _section(part, words)
        if short:
            cells.append(_text(f"answers-{len(cells)}", to_markdown((short_key(part, words),))))
        else:
            cells += [_text(f"q{n}", *_answered(question, n, level, words)) for n, question in part.numbered]
    return _notebook(cells)


def _head(paper: Paper, words: Phrases) -> str:
    return f"# {literal(paper.title)}\n\n{literal(form_name(paper.form, words))} · {summary(paper)}"


def _section(part: Part[Item] | Part[Question], words: Phrases) -> list[Cell]:
    if part.section is None:
        return []
    title = f"## {literal(part.section.title)}"
    name = f"part-{part.section.first}-{len(part.numbered)}"
    return [_text(name, title, part.worth(words), to_safe_markdown(part.section.instructions))]


def _answered(question: Question, number: int, level: int, words: Phrases) -> Iterable[str]:
    yield from (_title(number, level, words), _worth(question, words), to_markdown(prompt(question), words.chart))
    yield "\n".join(map(_verdict, verdicts(question)))
    for title, blocks in sections(question, words):
        yield f"**{title}**\n\n{to_markdown(blocks, words.chart)}"
    yield literal(about(question, words))


def _title(number: int, level: int, words: Phrases) -> str:
    return f"{'#' * level} {question_name(number, words)}"


def _worth(question: Item | Question, words: Phrases) -> str:
    return f"{points(question.points, words)} · {minutes(question.minutes, words)}"


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
