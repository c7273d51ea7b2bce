"""Blocks as Markdown for a notebook's cell. A drawing is an `<img>` with its data inside, so no script in it could run.

JupyterLab removes `<svg>` from Markdown and shows no SVG attachment, but it does show such an image.
"""

from base64 import b64encode
from collections.abc import Iterable
from typing import assert_never

from vlearn.blocks import Block, Chart, Code, Figure, Table, Text
from vlearn.render.chart_svg import to_svg
from vlearn.render.chart_table import table_of
from vlearn.render.chart_words import ENGLISH, ChartWords, describe
from vlearn.render.safe_markdown import code_block, literal, references, to_safe_markdown
from vlearn.render.svg import parse_svg, write_svg


def to_markdown(blocks: Iterable[Block], words: ChartWords = ENGLISH) -> str:
    """The blocks, separated by empty lines. Raises ExportError for a drawing that is not SVG."""
    return "\n\n".join(_markdown(block, words) for block in blocks)


def _markdown(block: Block, words: ChartWords) -> str:
    match block:
        case Text(markdown):
            return to_safe_markdown(markdown)
        case Code(source, language):
            return code_block(source, language)
        case Table():
            return table(block)
        case Figure(svg, alt, caption):
            return _image(svg, alt) + (f"\n\n{literal(caption)}" if caption else "")
        case Chart():
            return f"{_image(to_svg(block), describe(block, words))}\n\n{table(table_of(block))}"
        case never:
            assert_never(never)


def table(block: Table) -> str:
    """A table in Markdown, its caption in bold above it."""
    rows = ["| " + " | ".join(map(literal, row)) + " |" for row in (block.header, *block.rows)]
    lines = "\n".join([rows[0], "|" + "---|" * len(block.header), *rows[1:]])
    return f"<strong>{literal(block.caption)}</strong>\n\n{lines}" if block.caption else lines


def _image(svg: str, alt: str) -> str:
    data = b64encode(write_svg(parse_svg(svg, alt)).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{references(alt)}" style="background: white">'
