"""The form controls in which a student answers, one set for each kind of task. Every control has its own label."""

from collections.abc import Iterable
from html import escape
from itertools import count
from typing import assert_never

from exporters.wording import ask
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
from vlearn.render.markdown import html_of, to_html_inline, to_plain_inline
from vlearn.render.tree import parse, with_gaps

_TYPED = 'autocomplete="off" autocapitalize="off" spellcheck="false"'


def controls(task: Task, name: str) -> str:
    """The controls, whose names and ids begin with `name`, in a group called by what is to be done."""
    return f"<fieldset><legend>{ask(task)}</legend>\n{_controls(task, name)}\n</fieldset>\n"


def _controls(task: Task, name: str) -> str:
    match task:
        case Choose(options, many):
            return _options(options, name, "checkbox" if many else "radio")
        case Judge(reasons):
            return _judge(reasons, name)
        case Enter(unit, base):
            return _enter(unit, base, name)
        case Write(1):
            return _field(name, "Your answer", 'size="40"')
        case Write(lines):
            return f'<textarea name="{name}" {_height(lines)} aria-label="Your answer"></textarea>'
        case Match(left, right):
            return _match(left, right, name)
        case Arrange(items):
            return _arrange(items, name)
        case Fill(text, choices):
            return html_of(with_gaps(parse(text), len(choices)), lambda gap: _gap(gap, choices[gap - 1], name))
        case Sort(categories, items):
            return _sort(categories, items, name)
        case Complete(header, rows):
            return _complete(header, rows, name)
        case WriteCode(starter, lines):
            size = _height(lines + len(starter.splitlines()))
            # Browsers drop the first line break in a text area, so one is put there to be dropped.
            shown = f"\n{_text(starter)}"
            return f'<textarea name="{name}" class="code" {size} {_TYPED} aria-label="Your code">{shown}</textarea>'
        case never:
            assert_never(never)


def labelled(label: str, markdown: str) -> str:
    """A text with the letter or number that answers use for it."""
    return f'<span class="label">{label}</span> <span dir="auto">{to_html_inline(markdown)}</span>'


def _text(text: str) -> str:
    return escape(text, quote=False)


def _field(name: str, label: str, more: str = "") -> str:
    return f'<input type="text" name="{name}" aria-label="{escape(label)}" {_TYPED} {more}>'


def _height(lines: int) -> str:
    """So many lines at least; the style lets the area grow, which takes its rows away."""
    return f'rows="{lines}" style="min-height: {lines}lh"'


def _choice(kind: str, name: str, value: str, label: str = "") -> str:
    spoken = f' aria-label="{escape(label)}"' if label else ""
    return f'<input type="{kind}" name="{name}" value="{value}"{spoken}>'


def _menu(choices: Iterable[str], attributes: str) -> str:
    options = "".join(f"<option>{_text(choice)}</option>" for choice in choices)
    return f"<select {attributes}><option></option>{options}</select>"


def _list(items: Iterable[str]) -> str:
    return '<ul class="options">\n' + "".join(f"<li>{item}</li>\n" for item in items) + "</ul>"


def _lettered(texts: Iterable[str]) -> str:
    return _list(labelled(letter(n), text) for n, text in enumerate(texts))


def _options(options: Iterable[str], name: str, kind: str) -> str:
    choices = ((letter(n), text) for n, text in enumerate(options))
    return _list(f"<label>{_choice(kind, name, a)} {labelled(a, text)}</label>" for a, text in choices)


def _judge(reasons: tuple[str, ...], name: str) -> str:
    words = ("True", "False")
    truth = "\n".join(f"<label>{_choice('radio', name, word.lower())} {word}</label>" for word in words)
    because = f"<fieldset><legend>because</legend>\n{_options(reasons, f'{name}-reason', 'radio')}\n</fieldset>"
    return f'<div class="row">\n{truth}</div>\n{because}'


def _enter(unit: str, base: int, name: str) -> str:
    label = "Your answer" + (", in hexadecimal" if base == 16 else "") + (f", in {unit}" if unit else "")
    prefix = "<code>0x</code> " if base == 16 else ""
    return f'<div class="row">{prefix}{_field(name, label)} <span dir="auto">{_text(unit)}</span></div>'


def _match(left: tuple[str, ...], right: tuple[str, ...], name: str) -> str:
    letters = tuple(letter(n) for n in range(len(right)))

    def pair(n: int, text: str) -> str:
        own = f"{name}-{number(n)}"
        menu = _menu(letters, f'name="{own}" id="{own}"')
        return f'<label for="{own}">{labelled(number(n), text)}</label> {menu}'

    pairs = _list(pair(n, text) for n, text in enumerate(left))
    return f'<div class="pairs">\n{pairs}\n{_lettered(right)}\n</div>'


def _arrange(items: tuple[str, ...], name: str) -> str:
    places = (number(n) for n in range(len(items)))
    fields = (_field(f"{name}-{n}", f"Letter at place {n}", 'class="letter" maxlength="2"') for n in places)
    return f'{_lettered(items)}\n<div class="row">{" → ".join(fields)}</div>'


def _gap(gap: int, choices: tuple[str, ...], name: str) -> str:
    if choices:
        return _menu(choices, f'name="{name}-{gap}" class="gap" aria-label="Gap {gap}"')
    return _field(f"{name}-{gap}", f"Gap {gap}", 'class="gap"')


def _sort(categories: tuple[str, ...], items: tuple[str, ...], name: str) -> str:
    def row(n: int, text: str) -> str:
        item = to_plain_inline(text)
        spoken = (f"{item}: {to_plain_inline(category)}" for category in categories)
        ticks = (_choice("radio", f"{name}-{number(n)}", letter(c), label) for c, label in enumerate(spoken))
        return f'<th scope="row">{labelled(number(n), text)}</th>' + "".join(f"<td>{tick}</td>" for tick in ticks)

    head = "".join(f'<th scope="col">{labelled(letter(n), text)}</th>' for n, text in enumerate(categories))
    return _table(f"<td></td>{head}", (row(n, text) for n, text in enumerate(items)))


def _complete(header: tuple[str, ...], rows: tuple[tuple[str | None, ...], ...], name: str) -> str:
    blanks = count()

    def cell(row: int, column: str, text: str | None) -> str:
        if text is not None:
            return f'<td dir="auto">{_text(text)}</td>'
        blank = number(next(blanks))
        field = _field(f"{name}-{blank}", f"Cell {blank}: row {row}, {column}", f'size="12" placeholder="{blank}"')
        return f"<td>{field}</td>"

    head = "".join(f'<th scope="col" dir="auto">{_text(text)}</th>' for text in header)
    body = ("".join(map(cell, [n] * len(header), header, row)) for n, row in enumerate(rows, 1))
    return _table(head, body)


def _table(head: str, rows: Iterable[str]) -> str:
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    return f'<table class="grid"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'
