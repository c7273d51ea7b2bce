"""The elements of which a page's form is made."""

from collections.abc import Iterable
from html import escape

from vlearn.render.markdown import to_html_inline

TYPED = 'autocomplete="off" autocapitalize="off" spellcheck="false"'
"""What fields for an answer have in common: nobody types it but the student."""


def labelled(label: str, markdown: str) -> str:
    """A text with the letter or number that answers use for it."""
    return f'<span class="label">{label}</span> <span dir="auto">{to_html_inline(markdown)}</span>'


def escaped(text: str) -> str:
    """Text as the content of an element."""
    return escape(text, quote=False)


def entry(name: str, label: str, more: str = "") -> str:
    """A field of one line, and more attributes of it."""
    return f'<input type="text" name="{name}" aria-label="{escape(label)}" {TYPED} {more}>'


def height(lines: int) -> str:
    """So many lines at least; the style lets the area grow, which takes its rows away."""
    return f'rows="{lines}" style="min-height: {lines}lh"'


def tick(kind: str, name: str, value: str, label: str = "") -> str:
    """A `radio` or `checkbox`, with a label where none stands around it."""
    spoken = f' aria-label="{escape(label)}"' if label else ""
    return f'<input type="{kind}" name="{name}" value="{value}"{spoken}>'


def drop_down(choices: Iterable[str], attributes: str) -> str:
    """A menu of texts, none of them chosen."""
    options = "".join(f"<option>{escaped(choice)}</option>" for choice in choices)
    return f"<select {attributes}><option></option>{options}</select>"
