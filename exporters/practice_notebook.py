"""Questions of the course's bank as a notebook to practise with: a text cell asks, the cell below it checks.

A cell names its question by id and nothing else: `lab.answer` finds it in the bank that is installed, so no key, no
feedback and no seed is in the file. A question that this bank does not have, or asks otherwise, is left out. The texts
can be read without a kernel.
"""

import json
from typing import Any

from exporters.notebook_tasks import shown
from exporters.phrasebook import Phrases, phrases
from exporters.wording import minutes, points, question_name
from vlearn.errors import BankError
from vlearn.exams.collection import Collection, LeftOut
from vlearn.exams.practice import in_practice_order, practice_question
from vlearn.lab.selection import course_bank
from vlearn.questions.bank import Bank
from vlearn.questions.item import item
from vlearn.questions.model import Question
from vlearn.render.jupyter import to_markdown
from vlearn.render.safe_markdown import literal

SUFFIX = ".ipynb"
Cell = dict[str, Any]


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """What `lab.answer` would not find."""
    reasons = ((question.id, _reason_against(question, course_bank())) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in reasons if reason)


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What is asked with other numbers than the collection's."""
    why = "is asked with the numbers of the default seed: another seed would have to be named in the file"
    held = (question for question in collection.questions if not _reason_against(question, course_bank()))
    return tuple(LeftOut(q.id, why) for q in held if practice_question(course_bank(), q.id) != in_practice_order(q))


def questions(collection: Collection) -> bytes:
    """The notebook: nbformat 4.5, written as plain JSON."""
    bank, words = course_bank(), phrases(collection.language)
    held = (question.id for question in collection.questions if not _reason_against(question, bank))
    asked = [practice_question(bank, id) for id in held]
    cells = [
        _text("head", f"# {literal(collection.title)}", words.practice.notebook),
        _code("lab", "from vlearn import lab"),
    ]
    for n, question in enumerate(asked, 1):
        call = f"lab.answer({json.dumps(question.id)})"
        cells += [_text(f"q{n}", *_question(question, n, words)), _code(f"q{n}-answer", call)]
    cells += [_text("progress-head", f"## {words.practice.progress}"), _code("progress", "lab.progress()")]
    return _notebook(cells)


def _reason_against(question: Question, bank: Bank) -> str:
    try:
        found = practice_question(bank, question.id)
    except BankError:
        return "the course's own bank, which the notebook asks, has no such question"
    if found != in_practice_order(question) and not question.generator:
        return "the course's own bank, which the notebook asks, has another question of this id"
    return ""


def _question(question: Question, number: int, words: Phrases) -> tuple[str, ...]:
    asked = item(question)
    worth = f"{points(asked.points, words)} · {minutes(asked.minutes, words)}"
    title, prompt = f"## {question_name(number, words)}", to_markdown(asked.prompt, words.chart)
    return title, worth, prompt, shown(asked.task, words)


def _text(name: str, *parts: str) -> Cell:
    return {"id": name, "cell_type": "markdown", "metadata": {}, "source": "\n\n".join(filter(None, parts))}


def _code(name: str, source: str) -> Cell:
    return {"id": name, "cell_type": "code", "metadata": {}, "source": source, "execution_count": None, "outputs": []}


def _notebook(cells: list[Cell]) -> bytes:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
