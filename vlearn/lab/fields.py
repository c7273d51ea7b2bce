"""Native form fields as HTML, each labelled. `label` and options are HTML already; names and values are plain text."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TypeAlias

Values: TypeAlias = Mapping[str, Sequence[str]]
"""What was filled in: the values of every field by its name, in the order in which they stand."""


def radios(name: str, legend: str, options: Sequence[str]) -> str:
    """Exactly one of the options; its value is its place from 0."""
    return _group(legend, _boxes("radio", name, options))


def checkboxes(name: str, legend: str, options: Sequence[str]) -> str:
    """Any number of the options; their values are their places from 0."""
    return _group(legend, _boxes("checkbox", name, options))


def line(name: str, label: str, after: str = "", width: int = 24, style: str = "") -> str:
    """A line of text that `label` names to a screen reader; `after` stands beside it, such as a unit."""
    return (
        f'<input type="text" name="{escape(name)}" aria-label="{escape(label)}" size="{width}" class="{style}"'
        f' autocomplete="off" autocapitalize="off" spellcheck="false"> {after}'
    )


def area(name: str, label: str, lines: int, text: str = "", style: str = "") -> str:
    """Several lines of text that begin as `text`."""
    spell = ' spellcheck="false"' if style == "code" else ""
    head = f'<textarea name="{escape(name)}" aria-label="{escape(label)}" rows="{lines}" class="{style}"{spell}>'
    return f"{head}\n{escape(text)}</textarea>"  # HTML drops the first line break


def menu(name: str, label: str, options: Iterable[str]) -> str:
    """One of the options, which are plain text; its value is its place from 0, empty while nothing is chosen."""
    listed = "".join(f'<option value="{n}">{escape(option)}</option>' for n, option in enumerate(options))
    head = f'<select name="{escape(name)}" aria-label="{escape(label)}"><option value="">choose …</option>'
    return f"{head}{listed}</select>"


def arrangement(name: str, legend: str, items: Sequence[str]) -> str:
    """The items as a list whose rows move up and down; the values are their places from 0, in the student's order."""
    rows = "".join(
        f'<li><input type="hidden" name="{escape(name)}" value="{n}"><span>{item}</span>'
        f'<button type="button" data-move="up" aria-label="Move up">↑</button>'
        f'<button type="button" data-move="down" aria-label="Move down">↓</button></li>'
        for n, item in enumerate(items)
    )
    return _group(legend, f'<ol class="arrange">{rows}</ol>')


def _group(legend: str, content: str) -> str:
    return f"<fieldset><legend>{legend}</legend>{content}</fieldset>"


def _boxes(kind: str, name: str, options: Sequence[str]) -> str:
    return "".join(
        f'<label class="option"><input type="{kind}" name="{escape(name)}" value="{n}"><span>{option}</span></label>'
        for n, option in enumerate(options)
    )
