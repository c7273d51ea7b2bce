"""Blocks as plain text, for terminals, tests and screen readers: nothing that a picture shows is left unsaid."""

from collections.abc import Iterable
from typing import assert_never

from vlearn.blocks import Block, Chart, Code, Figure, Table, Text
from vlearn.render.chart_words import describe
from vlearn.render.markdown import to_plain


def to_text(blocks: Iterable[Block]) -> str:
    """The blocks, separated by empty lines."""
    return "\n\n".join(_text(block) for block in blocks)


def _text(block: Block) -> str:
    match block:
        case Text(markdown):
            return to_plain(markdown)
        case Code(source):
            return source
        case Table():
            return _table(block)
        case Figure(_, alt, caption):
            return f"[Figure: {alt}]" + (f"\n{caption}" if caption else "")
        case Chart():
            return f"[{describe(block)}]"
        case never:
            assert_never(never)


def _table(table: Table) -> str:
    """Columns aligned with spaces, the header underlined."""
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    lines = (table.header, tuple("-" * width for width in widths), *table.rows)
    text = "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return f"{table.caption}\n{text}" if table.caption else text
