"""Blocks as HTML that loads nothing: text, code, tables, drawings and charts, for lessons, pages and exams alike.

Colours and sizes are left to the page; `class="block-..."` says what an element is.
"""

from collections.abc import Iterable
from html import escape
from typing import assert_never

from vlearn.blocks import Block, Chart, Code, Figure, Table, Text
from vlearn.render.chart_svg import to_svg
from vlearn.render.chart_table import table_of
from vlearn.render.chart_words import ENGLISH, ChartWords, describe
from vlearn.render.markdown import to_html as text_to_html
from vlearn.render.svg import parse_svg, write_svg


def to_html(blocks: Iterable[Block], words: ChartWords = ENGLISH) -> str:
    """The blocks one after another. Raises ExportError for a drawing that is not SVG."""
    return "".join(_html(block, words) for block in blocks)


def _html(block: Block, words: ChartWords) -> str:
    match block:
        case Text(markdown):
            return text_to_html(markdown)
        case Code(source, language):
            return f'<pre class="block-code" data-language="{escape(language)}"><code>{_text(source)}</code></pre>\n'
        case Table():
            return _table(block)
        case Figure(svg, alt, caption):
            return _figure(svg, alt, f"<figcaption>{_text(caption)}</figcaption>" if caption else "")
        case Chart():
            data = f"<details><summary>{_text(words.numbers)}</summary>\n{_table(table_of(block))}</details>"
            return _figure(to_svg(block), describe(block, words), data)
        case never:
            assert_never(never)


def _table(table: Table) -> str:
    caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
    head = "".join(f'<th scope="col" dir="auto">{_text(cell)}</th>' for cell in table.header)
    rows = "".join(f"<tr>{_cells(row)}</tr>\n" for row in table.rows)
    return f'<table class="block-table">{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n'


def _cells(row: tuple[str, ...]) -> str:
    return "".join(f'<td dir="auto">{_text(cell)}</td>' for cell in row)


def _figure(svg: str, alt: str, below: str) -> str:
    root = parse_svg(svg, alt)
    root.set("role", "img")
    root.set("aria-label", alt)
    return f'<figure class="block-figure">{write_svg(root)}{below}</figure>\n'


def _text(text: str) -> str:
    return escape(text, quote=False)
