"""Markdown to HTML and to plain text, and plain text as Markdown; for Jupyter there is `vlearn.render.safe_markdown`.

The inline writers take a text that stands inside a line: an option, a label, the cell of a table.
"""

import re
from collections.abc import Callable, Iterable
from html import escape
from itertools import count

from vlearn.render.tree import Node, address, parse, parse_inline

Gap = Callable[[int], str]
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CLICKABLE = ("https://", "http://", "mailto:")
_TAGS = {"emphasis": "em", "strong": "strong", "quote": "blockquote", "bullets": "ul", "item": "li"}


def to_html(markdown: str) -> str:
    """Block elements. A link is followed by its address, as on paper."""
    return html_of(parse(markdown))


def to_html_inline(markdown: str) -> str:
    """Phrasing content only, for use inside a label or a cell."""
    return html_of(parse_inline(markdown))


def html_of(nodes: Iterable[Node], gap: Gap = lambda n: f"[[{n}]]") -> str:
    """HTML of parsed text; `gap` gives the form control that stands in a gap."""
    return "".join(_html(node, gap) for node in nodes)


def _html(node: Node, gap: Gap) -> str:
    inner = html_of(node.children, gap)
    match node.kind:
        case "text":
            return escape(node.text, quote=False)
        case "code":
            return f"<code>{escape(node.text, quote=False)}</code>"
        case "gap":
            return gap(int(node.info))
        case "break":
            return "<br>\n"
        case "rule":
            return "<hr>\n"
        case "link":
            return _link(node, inner)
        case "emphasis" | "strong":
            return f"<{_TAGS[node.kind]}>{inner}</{_TAGS[node.kind]}>"
        case "quote" | "bullets":
            return f"<{_TAGS[node.kind]}>\n{inner}</{_TAGS[node.kind]}>\n"
        case "numbers":
            return f'<ol start="{node.info}">\n{inner}</ol>\n'
        case "item":
            return f'<li dir="auto">{inner}</li>\n'
        case "paragraph":
            return f'<p dir="auto">{inner}</p>\n'
        case "heading":
            return f'<p dir="auto"><strong>{inner}</strong></p>\n'
        case "code-block":
            return f"<pre><code>{escape(node.text, quote=False)}{inner}</code></pre>\n"
        case "table":
            return f"<table>\n{inner}</table>\n"
        case "row":
            return f"<tr>{inner}</tr>\n"
        case "header-cell":
            return f'<th scope="col" dir="auto">{inner}</th>'
        case "cell":
            return f'<td dir="auto">{inner}</td>'


def _link(node: Node, inner: str) -> str:
    if node.info.lower().startswith(_CLICKABLE):
        inner = f'<a href="{escape(node.info)}" rel="noreferrer">{inner}</a>'
    return inner + (f" ({escape(shown, quote=False)})" if (shown := address(node)) else "")


def to_plain(markdown: str) -> str:
    """What the text says, one block a line or more: for terminals, tests and alternative texts."""
    return _plain_blocks(parse(markdown))


def to_plain_inline(markdown: str) -> str:
    """What the text says on one line."""
    return " ".join(_plain_spans(parse_inline(markdown)).split())


def _plain_spans(nodes: Iterable[Node]) -> str:
    return "".join(_plain_span(node) for node in nodes)


def _plain_span(node: Node) -> str:
    if node.kind == "break":
        return "\n"
    shown = node.text + _plain_spans(node.children)
    return f"{shown} ({url})" if node.kind == "link" and (url := address(node)) else shown


def _plain_blocks(nodes: Iterable[Node]) -> str:
    return "\n".join(_plain_block(node) for node in nodes)


def _plain_block(node: Node) -> str:
    match node.kind:
        case "paragraph" | "heading":
            return _plain_spans(node.children)
        case "code-block":
            return node.text
        case "rule":
            return "---"
        case "quote":
            return _indented("> ", _plain_blocks(node.children), "> ")
        case "bullets":
            return "\n".join(_indented("- ", _plain_blocks(item.children)) for item in node.children)
        case "numbers":
            numbered = zip(count(int(node.info)), node.children)
            return "\n".join(_indented(f"{n}. ", _plain_blocks(item.children)) for n, item in numbered)
        case "table":
            return "\n".join(" | ".join(_plain_spans(cell.children) for cell in row.children) for row in node.children)
        case _:
            return _plain_span(node)


def _indented(marker: str, text: str, margin: str = "") -> str:
    return marker + text.replace("\n", "\n" + (margin or " " * len(marker)))


def escaped(text: str) -> str:
    """Markdown that shows a plain text as it is."""
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def verbatim(text: str) -> str:
    """A plain text as a Markdown code span, on one line: in there every character stands for itself."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"
