"""The sheet that a Word document is printed on: its size, columns, letters, language, header and footer."""

import re
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from exporters.phrasebook import Phrases
from exporters.xml_tree import legal
from vlearn.exams.printing import Print

_SHEETS = {"a4": (Mm(210), Mm(297)), "letter": (Mm(215.9), Mm(279.4))}
_MARGIN = Mm(20)
_GUTTER = Mm(10)
_LARGE = {"Title": 30, "Heading 1": 24, "Heading 2": 21, "Heading 3": 19}
_FIELDS = {"{page}": "PAGE", "{pages}": "NUMPAGES"}


def sheet(title: str, look: Print) -> DocxDocument:
    """An empty document of that title; its letters have 11 points, or 18 and more in large print."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.language = legal(title)[:255], look.language
    properties.author = properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = _SHEETS[look.size]
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    code: Any = document.styles.add_style("Code", WD_STYLE_TYPE.PARAGRAPH)
    code.font.name, code.font.size = "Courier New", Pt(18 if look.large else 9.5)
    if look.large:
        _enlarge(document)
    for language in document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang"):
        language.set(qn("w:val"), look.language)
    return document


def _enlarge(document: DocxDocument) -> None:
    styles: Any = document.styles
    for style in styles:
        font = getattr(style, "font", None)  # a style of lists has none
        if font and font.size:
            font.size = Pt(max(_LARGE.get(style.name, 18), font.size.pt))
    normal: Any = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(18), Pt(12)


def head_and_foot(document: DocxDocument, head: str, foot: str, words: Phrases) -> None:
    """Title and form above, who writes it and `Page 1 of 3` below, on every page."""
    section = document.sections[0]
    section.header.paragraphs[0].text = legal(head)
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(legal(f"{foot} · "))
    for piece in re.split(r"(\{pages?\})", words.paper.page):
        if piece in _FIELDS:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), _FIELDS[piece])
            paragraph._p.append(field)
        elif piece:
            paragraph.add_run(piece)


def body(document: DocxDocument, look: Print) -> None:
    """Begin the questions: on a page of their own below a cover, and in the columns that are asked for."""
    columns = 1 if look.large else look.columns
    if columns == 1 and not look.cover:
        return
    section = document.add_section(WD_SECTION.NEW_PAGE if look.cover else WD_SECTION.CONTINUOUS)
    for cols in section._sectPr.xpath("w:cols"):
        cols.set(qn("w:num"), str(columns))
        cols.set(qn("w:space"), str(_GUTTER.twips))


def line_width(document: DocxDocument) -> int:
    """How wide a line of the last section is, in English metric units."""
    section: Any = document.sections[-1]
    columns = max((int(cols.get(qn("w:num"), "1")) for cols in section._sectPr.xpath("w:cols")), default=1)
    whole = section.page_width - section.left_margin - section.right_margin
    return int((whole - (columns - 1) * _GUTTER) / columns)
