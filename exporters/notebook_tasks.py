"""What a task looks like in a notebook: Markdown that shows it, and a code cell that runs before it is filled in.

An answer has the form that `vlearn.questions.responses` reads.
"""

import ast
from collections.abc import Callable, Iterable
from itertools import count
from typing import assert_never

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

_END = "# Your answer is the code above this line."


def shown(task: Task) -> str:
    """The options, entries or text that the task is about; empty where the prompt says it all."""
    match task:
        case Choose(options) | Judge(options) | Arrange(options):
            return labelled(letter, options)
        case Match(left, right):
            return f"{labelled(number, left)}\n\nbelong to\n\n{labelled(letter, right)}"
        case Sort(categories, items):
            return f"{labelled(number, items)}\n\nbelong to\n\n{labelled(letter, categories)}"
        case Fill(text, choices):
            gaps = (f"- Gap **{n}**: {', '.join(map(literal, given))}" for n, given in enumerate(choices, 1) if given)
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


def stub(task: Task, name: str) -> str:
    """The source of the cell in which the student answers: a comment that says how, and `name` set to None."""
    match task:
        case Choose(_, many):
            how = 'a set of letters: {"A", "B", ...}' if many else 'one letter in quotes, such as "A"'
        case Judge():
            how = "a pair: True or False, and the letter of the reason in quotes"
        case Enter(unit, base):
            how = 'a hexadecimal number in quotes, such as "0x1F000"' if base == 16 else "a number, such as 12 or 0.5"
            how += f", in {_comment(unit)}" if unit else ""
        case Write(lines):
            how = 'a word or phrase, "in quotes"' if lines == 1 else 'text, """in triple quotes"""'
        case Arrange(items):
            how = f'all {len(items)} letters in the right order: ["A", "B", ...]'
        case Match(items) | Sort(_, items):
            return _numbered(name, "for each number a letter in quotes", len(items))
        case Fill(_, choices):
            return _numbered(name, "the text of each gap, in quotes", len(choices))
        case Complete(_, rows):
            return _numbered(name, "the text of each cell, in quotes", sum(row.count(None) for row in rows))
        case WriteCode(starter):
            return f'{runnable(starter)}\n\n{_END}\n{name} = In[-1].partition("{_END}")[0]'
        case never:
            assert_never(never)
    return f"# Your answer: {how}.\n{name} = None"


def _numbered(name: str, how: str, entries: int) -> str:
    blanks = "".join(f"    None,  # {number(n)}\n" for n in range(entries))
    return f"# Your answer: {how}.\n{name} = [\n{blanks}]"


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
