"""Markdown as a tree of nodes: what every writer of text, from HTML to PDF, walks.

CommonMark and tables, without HTML and mathematics. No writer ever loads anything: an image is its alternative text.
A heading inside a text is a bold paragraph to every writer, for the outline of a page belongs to the page.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Kind: TypeAlias = Literal[
    "paragraph", "heading", "quote", "bullets", "numbers", "item", "code-block", "rule", "table", "row",
    "header-cell", "cell", "text", "code", "emphasis", "strong", "link", "break", "gap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A block or a span. Leaves have `text`; `info` is a code block's language, a link's address, a list's first
    number, a heading's level or a gap's number."""

    kind: Kind
    children: tuple["Node", ...] = ()
    text: str = ""
    info: str = ""


_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SAME: dict[str, Kind] = {
    "paragraph": "paragraph",
    "blockquote": "quote",
    "bullet_list": "bullets",
    "list_item": "item",
    "hr": "rule",
    "table": "table",
    "tr": "row",
    "th": "header-cell",
    "td": "cell",
    "em": "emphasis",
    "strong": "strong",
    "hardbreak": "break",
}
_LEAVES: dict[str, Kind] = {"text": "text", "code_inline": "code"}
_TRANSPARENT = {"inline", "thead", "tbody"}
_GAP = re.compile(r"\[\[(\d+)\]\]")


def parse(markdown: str) -> tuple[Node, ...]:
    """The blocks of a text."""
    return _nodes(SyntaxTreeNode(_PARSER.parse(markdown)).children)


def parse_inline(markdown: str) -> tuple[Node, ...]:
    """The spans of a text that stands inside a line, such as an option: `1.` or `#` at its start is just that."""
    return _nodes(SyntaxTreeNode(_PARSER.parseInline(markdown)).children)


def _nodes(tokens: Iterable[SyntaxTreeNode]) -> tuple[Node, ...]:
    return tuple(node for token in tokens for node in _node(token))


def _node(token: SyntaxTreeNode) -> Iterator[Node]:
    match token.type:
        case "softbreak":
            yield Node("text", text="\n")
        case "fence" | "code_block":
            language = token.info.strip().split(maxsplit=1)
            yield Node("code-block", text=token.content.removesuffix("\n"), info=language[0] if language else "")
        case "image":
            yield Node("text", text=plain(_nodes(token.children)))
        case "link":
            yield Node("link", _nodes(token.children), info=str(token.attrs["href"]))
        case "ordered_list":
            yield Node("numbers", _nodes(token.children), info=str(token.attrs.get("start", 1)))
        case "heading":
            yield Node("heading", _nodes(token.children), info=token.tag.removeprefix("h"))
        case kind if kind in _LEAVES:
            yield Node(_LEAVES[kind], text=token.content)
        case kind if kind in _TRANSPARENT:
            yield from _nodes(token.children)
        case kind:
            yield Node(_SAME[kind], _nodes(token.children))


def plain(nodes: Iterable[Node]) -> str:
    """The characters of some spans, without the addresses of links."""
    return "".join("\n" if node.kind == "break" else node.text + plain(node.children) for node in nodes)


def address(link: Node) -> str:
    """The address to print after a link's text; empty where the text already is the address."""
    shown = plain(link.children).strip()
    return "" if link.info in (shown, f"mailto:{shown}") else link.info


def with_gaps(nodes: Iterable[Node], count: int) -> tuple[Node, ...]:
    """The same nodes with every `[[1]]` to `[[count]]` as a gap, in code as well; other numbers stay text."""
    return tuple(part for node in nodes for part in _split(node, count))


def _split(node: Node, count: int) -> Iterator[Node]:
    if node.kind not in ("text", "code", "code-block"):
        yield replace(node, children=with_gaps(node.children, count))
        return
    inside: Kind = "text" if node.kind == "code-block" else node.kind
    pieces: list[Node] = []
    start = 0
    for gap in _GAP.finditer(node.text):
        if 1 <= int(gap[1]) <= count:
            pieces += [Node(inside, text=node.text[start : gap.start()]), Node("gap", info=str(int(gap[1])))]
            start = gap.end()
    if not pieces:
        yield node
        return
    pieces.append(Node(inside, text=node.text[start:]))
    pieces = [piece for piece in pieces if piece.text or piece.kind == "gap"]
    if node.kind == "code-block":
        yield Node("code-block", tuple(pieces), info=node.info)
    else:
        yield from pieces
