"""What a task looks like in a notebook: Markdown that shows it, and a code cell that runs before it is filled in.

An answer has the form that `vlearn.questions.responses` reads.
"""

import ast
import json
from collections.abc import Callable, Iterable
from itertools import count
from typing import assert_never

from exporters.phrasebook import ENGLISH, Phrases
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
from vlearn.render.safe_markdown import blocks_of, literal, to_safe_markdown_inline
from vlearn.render.tree import parse, with_gaps


def shown(task: Task, words: Phrases = ENGLISH) -> str:
    """The options, entries or text that the task is about; empty where the prompt says it all."""
    match task:
        case Choose(options) | Judge(options) | Arrange(options):
            return labelled(letter, options)
        case Match(left, right):
            return f"{labelled(number, left)}\n\n{words.notebook.belong_to}\n\n{labelled(letter, right)}"
        case Sort(categories, items):
            return f"{labelled(number, items)}\n\n{words.notebook.belong_to}\n\n{labelled(letter, categories)}"
        case Fill(text, choices):
            gap = words.task.gap
            menus = (
                (gap.format(number=f"**{n}**"), map(literal, given)) for n, given in enumerate(choices, 1) if given
            )
            gaps = (f"- {name}: {', '.join(menu)}" for name, menu in menus)
            return "\n\n".join((blocks_of(with_gaps(parse(text), len(choices))), "\n".join(gaps))).rstrip()
        case Complete(header, rows):
            return _table(header, rows)
        case Enter() | Write() | WriteCode():
            return ""
        case never:
            assert_never(never)


def labelled(label: Callable[[int], str], texts: Iterable[str]) -> str:
    """A list whose items have the labels that answers use."""
    return "\n".join(f"- **{label(n)}** {to_safe_markdown_inline(text)}" for n, text in enumerate(texts))


def _table(header: tuple[str, ...], rows: tuple[tuple[str | None, ...], ...]) -> str:
    blanks = count()
    cells = [[f"**[{number(next(blanks))}]**" if cell is None else literal(cell) for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in ([literal(cell) for cell in header], *cells)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])


def stub(task: Task, name: str, words: Phrases = ENGLISH) -> str:
    """The source of the cell in which the student answers: a comment that says how, and `name` set to None."""
    said = words.notebook
    match task:
        case Choose(_, many):
            how = said.choose_many.format(example='{"A", "B", ...}') if many else said.choose_one
        case Judge():
            how = said.judge
        case Enter(unit, base):
            how = said.enter_hexadecimal if base == 16 else said.enter
            how += f", {said.unit.format(unit=_comment(unit))}" if unit else ""
        case Write(lines):
            how = said.write_phrase if lines == 1 else said.write_text
        case Arrange(items):
            how = said.arrange.format(count=len(items), example='["A", "B", ...]')
        case Match(items) | Sort(_, items):
            return _numbered(name, said.answer.format(how=said.letters), len(items))
        case Fill(_, choices):
            return _numbered(name, said.answer.format(how=said.gaps), len(choices))
        case Complete(_, rows):
            return _numbered(name, said.answer.format(how=said.cells), sum(row.count(None) for row in rows))
        case WriteCode(starter):
            end = f"# {said.above}"
            return f"{runnable(starter)}\n\n{end}\n{name} = In[-1].partition({json.dumps(end, ensure_ascii=False)})[0]"
        case never:
            assert_never(never)
    return f"# {said.answer.format(how=how)}\n{name} = None"


def _numbered(name: str, told: str, entries: int) -> str:
    blanks = "".join(f"    None,  # {number(n)}\n" for n in range(entries))
    return f"# {told}\n{name} = [\n{blanks}]"


def _comment(text: str) -> str:
    """The text on one line, so that none of it can be code."""
    return " ".join(text.split())


def runnable(starter: str) -> str:
    """The starter, with `...` for the body that it leaves to the student."""
    code = starter.rstrip()
    last = code.splitlines()[-1] if code else ""
    body = " " * (len(last) - len(last.lstrip()) + 4) + "..."
    return next((whole for whole in (code, f"{code}\n{body}") if _parses(whole)), starter)


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True
