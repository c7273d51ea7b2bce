"""The form controls in which a student answers, one set for each kind of task. Every control has its own label."""

from collections.abc import Iterable
from html import escape
from typing import assert_never

from exporters.html_controls import TYPED, drop_down, entry, escaped, height, labelled, tick
from exporters.html_tables import complete_table, sort_table
from exporters.phrasebook import ENGLISH, Phrases
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
from vlearn.render.markdown import html_of
from vlearn.render.tree import parse, with_gaps


def controls(task: Task, name: str, words: Phrases = ENGLISH) -> str:
    """The controls, whose names and ids begin with `name`, in a group called by what is to be done."""
    return f"<fieldset><legend>{escaped(ask(task, words))}</legend>\n{_controls(task, name, words)}\n</fieldset>\n"


def _controls(task: Task, name: str, words: Phrases) -> str:
    said = words.screen
    match task:
        case Choose(options, many):
            return _options(options, name, "checkbox" if many else "radio")
        case Judge(reasons):
            return _judge(reasons, name, words)
        case Enter(unit, base):
            return _enter(unit, base, name, words)
        case Write(1):
            return entry(name, said.answer, 'size="40"')
        case Write(lines):
            return f'<textarea name="{name}" {height(lines)} aria-label="{escape(said.answer)}"></textarea>'
        case Match(left, right):
            return _match(left, right, name)
        case Arrange(items):
            return _arrange(items, name, words)
        case Fill(text, choices):
            gapped = with_gaps(parse(text), len(choices))
            return html_of(gapped, lambda gap: _gap(gap, choices[gap - 1], name, words))
        case Sort(categories, items):
            return sort_table(categories, items, name)
        case Complete(header, rows):
            return complete_table(header, rows, name, words)
        case WriteCode(starter, lines):
            size = height(lines + len(starter.splitlines()))
            # Browsers drop the first line break in a text area, so one is put there to be dropped.
            shown = f"\n{escaped(starter)}"
            spoken = f'aria-label="{escape(said.code)}"'
            return f'<textarea name="{name}" class="code" {size} {TYPED} {spoken}>{shown}</textarea>'
        case never:
            assert_never(never)


def _list(items: Iterable[str]) -> str:
    return '<ul class="options">\n' + "".join(f"<li>{item}</li>\n" for item in items) + "</ul>"


def _lettered(texts: Iterable[str]) -> str:
    return _list(labelled(letter(n), text) for n, text in enumerate(texts))


def _options(options: Iterable[str], name: str, kind: str) -> str:
    choices = ((letter(n), text) for n, text in enumerate(options))
    return _list(f"<label>{tick(kind, name, a)} {labelled(a, text)}</label>" for a, text in choices)


def _judge(reasons: tuple[str, ...], name: str, words: Phrases) -> str:
    said = (("true", words.answer.true), ("false", words.answer.false))
    truth = "\n".join(f"<label>{tick('radio', name, value)} {escaped(word)}</label>" for value, word in said)
    options = _options(reasons, f"{name}-reason", "radio")
    because = f"<fieldset><legend>{escaped(words.answer.because)}</legend>\n{options}\n</fieldset>"
    return f'<div class="row">\n{truth}</div>\n{because}'


def _enter(unit: str, base: int, name: str, words: Phrases) -> str:
    said = words.screen
    more = ([said.hexadecimal] if base == 16 else []) + ([said.unit.format(unit=unit)] if unit else [])
    label = ", ".join((said.answer, *more))
    prefix = "<code>0x</code> " if base == 16 else ""
    return f'<div class="row">{prefix}{entry(name, label)} <span dir="auto">{escaped(unit)}</span></div>'


def _match(left: tuple[str, ...], right: tuple[str, ...], name: str) -> str:
    letters = tuple(letter(n) for n in range(len(right)))

    def pair(n: int, text: str) -> str:
        own = f"{name}-{number(n)}"
        menu = drop_down(letters, f'name="{own}" id="{own}"')
        return f'<label for="{own}">{labelled(number(n), text)}</label> {menu}'

    pairs = _list(pair(n, text) for n, text in enumerate(left))
    return f'<div class="pairs">\n{pairs}\n{_lettered(right)}\n</div>'


def _arrange(items: tuple[str, ...], name: str, words: Phrases) -> str:
    places = (number(n) for n in range(len(items)))
    said = words.screen.place
    fields = (entry(f"{name}-{n}", said.format(place=n), 'class="letter" maxlength="2"') for n in places)
    return f'{_lettered(items)}\n<div class="row">{" → ".join(fields)}</div>'


def _gap(gap: int, choices: tuple[str, ...], name: str, words: Phrases) -> str:
    label = words.task.gap.format(number=gap)
    if choices:
        return drop_down(choices, f'name="{name}-{gap}" class="gap" aria-label="{escape(label)}"')
    return entry(f"{name}-{gap}", label, 'class="gap"')
