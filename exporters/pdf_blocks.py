"""Text and blocks as the JSON that the Typst template reads: text is data there, so none of it is ever Typst code."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any, assert_never
from unicodedata import bidirectional

from vlearn.blocks import Block, Chart, Code, Figure, Table, Text
from vlearn.render.chart_svg import to_svg
from vlearn.render.chart_words import ENGLISH, ChartWords, describe
from vlearn.render.svg import parse_svg, write_svg
from vlearn.render.tree import Node, address, parse, parse_inline, plain

Data = dict[str, Any]
_remembered = lru_cache(maxsize=2048)
"""For what stands on the papers of a whole class; nobody changes what it returns."""

_FAMILIES = {
    "sans-serif": "IBM Plex Sans",
    "system-ui": "IBM Plex Sans",
    "monospace": "DejaVu Sans Mono",
    "serif": "Libertinus Serif",
}
_PIXELS = re.compile(r"([0-9.]+)(?:px)?")
_WORD = re.compile(r"-*[^\s-]*-?")
"""What lines are broken after: spaces, and hyphens but for those that begin a word, such as a negative number."""
_UNBROKEN = 40
"""The template breaks longer words, so that no column has to be as wide as they are."""


def blocks(given: Iterable[Block], words: ChartWords = ENGLISH) -> list[Data]:
    """Blocks, each with the name of its kind."""
    return [_block(block, words) for block in given]


@_remembered
def _block(block: Block, words: ChartWords) -> Data:
    match block:
        case Text(markdown):
            return {"kind": "text", "nodes": nodes(parse(markdown))}
        case Code(source):
            return {"kind": "code", "source": source, "longest": longest(source)}
        case Table(header, rows, caption):
            cells = [[line(cell) for cell in row] for row in rows]
            head = list(map(line, header))
            return {"kind": "table", "header": head, "rows": cells, "shape": shape([head, *cells])} | {
                "caption": line(caption)
            }
        case Figure(svg, alt, caption):
            return _figure(svg, alt, line(caption))
        case Chart():
            return _figure(to_svg(block), describe(block, words), "") | {"chart": True}
        case never:
            assert_never(never)


def _figure(svg: str, alt: str, caption: str) -> Data:
    """The drawing with the fonts that the PDF has in place of a browser's generic families, and its size in pixels."""
    root = parse_svg(svg, alt)
    for element in root.iter():
        if family := element.get("font-family"):
            element.set("font-family", ", ".join(_FAMILIES.get(name.strip(), name) for name in family.split(",")))
    box = (root.get("viewBox") or "").replace(",", " ").split()
    size = {"width": 0.0, "height": 0.0}
    for name, at in (("width", 2), ("height", 3)):
        stated = _PIXELS.fullmatch(root.get(name) or "") or (_PIXELS.fullmatch(box[at]) if len(box) == 4 else None)
        size[name] = float(stated[1]) if stated else 0
    return {"kind": "figure", "svg": write_svg(root), "alt": alt, "caption": caption, "chart": False} | size


@_remembered
def inline(markdown: str) -> Data | str:
    """A text that stands inside a line; most are a string and nothing else."""
    spans = parse_inline(markdown)
    to_left = _right_to_left(plain(spans))
    match nodes(spans):
        case []:
            return ""
        case [str(text)] if not to_left:
            return text
        case several:
            return {"nodes": several, "rtl": to_left}


def nodes(given: Iterable[Node]) -> list[Data | str]:
    """Markdown; text is a string, and what else there is has the name of its kind."""
    return [_node(node) for node in given]


def _node(node: Node) -> Data | str:
    if node.kind == "text":
        return line(node.text)
    if node.kind == "code":
        return {"kind": node.kind, "text": line(node.text)}
    data: Data = {"kind": node.kind, "text": node.text, "info": node.info, "children": nodes(node.children)}
    if node.kind == "link":
        data["address"] = address(node)
    elif node.kind == "code-block":
        data["longest"] = longest(node.text)
        # With gaps, the text between them is children, which keep their lines.
        data["children"] = [one.text.expandtabs(4) if one.kind == "text" else _node(one) for one in node.children]
    elif node.kind == "table":
        data["shape"] = shape([[plain(cell.children) for cell in row.children] for row in node.children])
    data["rtl"] = _right_to_left(plain(node.children))
    return data


def line(text: str) -> str:
    """The text on one line."""
    return re.sub(r"[\t\n\v\f\r]+", " ", text)


def longest(source: str) -> int:
    """The characters of a program's longest line."""
    return max((len(line) for line in source.expandtabs(4).splitlines()), default=0)


def shape(rows: Sequence[Sequence[str]]) -> list[Data]:
    """For each column of a table the characters of its longest cell and of its longest word."""
    return [
        {
            "cell": max(map(len, column)),
            "word": max(min(len(word), _UNBROKEN) for cell in column for word in _WORD.findall(f"{cell} -")),
        }
        for column in zip_longest(*rows, fillvalue="")
    ]


def _right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs to the left, as HTML's dir="auto" decides."""
    directions = (bidirectional(character) for character in text)
    return next((d for d in directions if d in ("L", "R", "AL")), "L") != "L"
