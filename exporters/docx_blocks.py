"""Blocks as the paragraphs, tables and pictures of a Word document. Text is text there: none of it is ever a field."""

import io
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, assert_never

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches
from docx.text.paragraph import Paragraph

from exporters.docx_page import line_width
from exporters.pdf_blocks import blocks as drawn
from exporters.pictures import DOTS_PER_INCH, png
from exporters.xml_tree import legal
from vlearn.blocks import Block, Chart, Code, Figure, Table, Text
from vlearn.render.chart_table import table_of
from vlearn.render.chart_words import ENGLISH, ChartWords, describe
from vlearn.render.tree import Node, address, parse, parse_inline

_WIDEST = Inches(6)
_MONOSPACE = "Courier New"
_STEP = Inches(0.25)


def write_blocks(document: Document, blocks: Iterable[Block], words: ChartWords = ENGLISH) -> None:
    """The blocks one after another."""
    for block in blocks:
        match block:
            case Text(markdown):
                _write_nodes(document, parse(markdown), 0)
            case Code(source):
                _write_code(document, source, 0)
            case Table():
                _write_table(document, block.header, block.rows, block.caption)
            case Figure(_, alt, caption):
                _write_picture(document, block, alt)
                if caption:
                    write_line(document, caption, "Caption")
            case Chart():
                _write_picture(document, block, describe(block, words))
                _write_table(document, (data := table_of(block)).header, data.rows, data.caption)
            case never:
                assert_never(never)


def write_inline(document: Document, markdown: str, before: str) -> None:
    """A text that stands inside a line, such as an option, behind a label."""
    _write_spans(_paragraph(document, 0, before), parse_inline(markdown))


def write_line(document: Document, text: str, style: str = "Normal") -> None:
    """A paragraph of plain text."""
    document.add_paragraph(legal(text), style)


def _write_nodes(document: Document, nodes: Iterable[Node], depth: int, before: str = "") -> None:
    """Blocks of Markdown; a marker or a mark stands at the beginning of the first."""
    for node in nodes:
        match node.kind:
            case "paragraph" | "heading":
                _write_spans(_paragraph(document, depth, before), node.children, bold=node.kind == "heading")
            case "code-block":
                _write_code(document, node.text, depth)
            case "rule":
                _paragraph(document, depth, "* * *")
            case "quote":
                _write_nodes(document, node.children, depth + 1)
            case "bullets":
                for item in node.children:
                    _write_nodes(document, item.children, depth + 1, "• ")
            case "numbers":
                for n, item in zip(count(int(node.info)), node.children):
                    _write_nodes(document, item.children, depth + 1, f"{n}. ")
            case "table":
                rows = [tuple(_plain(cell.children) for cell in row.children) for row in node.children]
                _write_table(document, rows[0], rows[1:], "")
            case _:
                _write_spans(_paragraph(document, depth, before), [node])
        before = ""


def _paragraph(document: Document, depth: int, before: str) -> Paragraph:
    paragraph = document.add_paragraph(legal(before))
    if depth:
        paragraph.paragraph_format.left_indent = _STEP * depth
    return paragraph


def _write_spans(paragraph: Paragraph, nodes: Iterable[Node], *, bold: bool = False, italic: bool = False) -> None:
    for node in nodes:
        if node.kind == "break":
            paragraph.add_run().add_break()
            continue
        if node.text:
            run = paragraph.add_run(legal(node.text.replace("\n", " ")))
            run.bold, run.italic = bold or None, italic or None
            if node.kind == "code":
                run.font.name = _MONOSPACE
        _write_spans(
            paragraph, node.children, bold=bold or node.kind == "strong", italic=italic or node.kind == "emphasis"
        )
        if node.kind == "link" and (shown := address(node)):
            paragraph.add_run(legal(f" ({shown})"))


def _plain(nodes: Iterable[Node]) -> str:
    shown = (
        f"{n.text}{_plain(n.children)}{f' ({address(n)})' * (n.kind == 'link' and bool(address(n)))}" for n in nodes
    )
    return " ".join("".join(shown).split())


def _write_code(document: Document, source: str, depth: int) -> None:
    paragraph = _paragraph(document, depth, "")
    paragraph.style = document.styles["Code"]
    paragraph.add_run(legal(source))


def _write_table(document: Document, header: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> None:
    if caption:
        write_line(document, caption, "Caption")
    table: Any = document.add_table(rows=0, cols=len(header), style="Table Grid")
    for n, texts in enumerate((header, *rows)):
        row = table.add_row()
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(legal(text)).bold = True if n == 0 else None
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    document.add_paragraph()


def _write_picture(document: Document, block: Figure | Chart, alt: str) -> None:
    content = png(drawn((block,))[0]["svg"])
    width = Inches(int.from_bytes(content[16:20]) / DOTS_PER_INCH)  # a PNG states its width there
    shape: Any = document.add_picture(io.BytesIO(content), width=min(width, _WIDEST, line_width(document)))
    described = shape._inline.docPr
    described.set("descr", legal(alt))
