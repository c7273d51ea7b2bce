"""What a student is to do, as blocks, for formats that are read and not filled in on a screen."""

from collections.abc import Iterable
from itertools import count
from typing import assert_never

from exporters.phrasebook import ENGLISH, Phrases
from exporters.wording import ask
from vlearn.blocks import Block, Code, Table, Text
from vlearn.questions.item import (
    Arrange,
    Choose,
    Complete,
    Enter,
    Fill,
    Judge,
    Match,
    Sort,
    Task,
    Write,
    WriteCode,
)
from vlearn.questions.labels import letter, number
from vlearn.render.markdown import verbatim


def task_blocks(task: Task, words: Phrases = ENGLISH) -> tuple[Block, ...]:
    """The instruction, and what is to be chosen from, matched, sorted or completed; gaps as they are written."""
    return (Text(ask(task, words)), *_shown(task, words))


def _shown(task: Task, words: Phrases) -> tuple[Block, ...]:
    match task:
        case Choose(texts) | Judge(texts) | Arrange(texts):
            return (_lettered(texts),)
        case Match(left, right):
            return (_numbered(left), _lettered(right))
        case Sort(categories, items):
            return (_numbered(items), _lettered(categories))
        case Fill(text, choices):
            menus = [(number(n), " / ".join(menu)) for n, menu in enumerate(choices) if menu]
            header = (words.answer.gap, words.task.choices)
            return (Text(text), Table(header, tuple(menus))) if menus else (Text(text),)
        case Complete(header, rows):
            blanks = count()
            cells = (tuple(f"[{number(next(blanks))}]" if cell is None else cell for cell in row) for row in rows)
            return (Table(header, tuple(cells)),)
        case Enter(unit):
            return (Text(words.task.unit.format(unit=verbatim(unit))),) if unit else ()
        case Write():
            return ()
        case WriteCode(starter):
            return (Code(starter, "python"),)
        case never:
            assert_never(never)


def _lettered(texts: Iterable[str]) -> Text:
    return _list((letter(n), text) for n, text in enumerate(texts))


def _numbered(texts: Iterable[str]) -> Text:
    return _list((number(n), text) for n, text in enumerate(texts))


def _list(items: Iterable[tuple[str, str]]) -> Text:
    return Text("\n".join(f"- **{label}** {' '.join(text.split())}" for label, text in items))
