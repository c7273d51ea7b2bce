"""The options of print in HTML, Word and notebooks, as far as a format heeds them."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from exporters import docx, html, notebook
from tests.exporters.reading import shown_by_docx
from tests.exporters.test_html import Page
from tests.exporters.test_print import SECTIONS, with_options
from vlearn.exams.form import Form, Student
from vlearn.questions.model import KINDS


def page(form: Form, **look: Any) -> Page:
    return Page(html.paper(with_options(form, **look).paper).decode())


def word(form: Form, **look: Any) -> Any:
    return Document(io.BytesIO(docx.paper(with_options(form, **look).paper)))


def test_sections_are_headings_above_those_of_their_questions(form: Form) -> None:
    tags = [tag for tag, _, _ in page(form, sections=SECTIONS).elements if tag in ("h1", "h2", "h3")]
    assert tags == ["h1", "h2", *["h3"] * 6, "h2", *["h3"] * 6]
    styles = [p.style.name for p in word(form, sections=SECTIONS).paragraphs if p.style.name.startswith("Heading")]
    assert styles == ["Heading 1", *["Heading 2"] * 6, "Heading 1", *["Heading 2"] * 6]
    cells = json.loads(notebook.paper(with_options(form, sections=SECTIONS).paper))["cells"]
    marks = [
        cell["source"].split(" ")[0] for cell in cells if cell["source"].startswith("#") and "markdown" in cell.values()
    ]
    assert marks == ["#", "##", *["###"] * 6, "##", *["###"] * 6]


def test_a_page_is_styled_as_the_options_say(form: Form) -> None:
    assert page(form).all("html") == [{"lang": "en"}]
    look = {"large": True, "columns": 2, "boxes": True, "space": "none", "language": "de"}
    assert page(form, **look).all("html") == [{"lang": "de", "class": "large boxes none-space"}]
    assert page(form, columns=2).all("html") == [{"lang": "en", "class": "two-columns"}]
    assert "@page { size: letter; margin: 18mm; }" in html.key(with_options(form, size="letter")).decode()
    assert [attrs.get("class") for attrs in page(form, cover=True).all("div")].count("cover") == 1


@pytest.mark.parametrize("sections", [(), SECTIONS])
def test_a_key_of_answers_is_a_table_in_every_format(form: Form, sections: Any) -> None:
    form = with_options(form, key="answers", sections=sections)
    tables = Document(io.BytesIO(docx.key(form))).tables
    assert [len(table.rows) for table in tables] == ([7, 7] if sections else [13])
    text = html.key(form).decode()
    assert text.count("<tr>") == len(KINDS) + len(tables)
    cells = json.loads(notebook.key(form))["cells"]
    assert sum(cell["source"].count("\n| ") for cell in cells) >= len(KINDS)
    for content in (text, shown_by_docx(docx.key(form)), "".join(cell["source"] for cell in cells)):
        assert "918273645 ± 7 ns" in content
        assert "The walk reads" not in content


def test_a_word_document_has_the_sheet_the_columns_and_the_language(form: Form) -> None:
    document = word(form, size="letter", columns=2, cover=True, language="de")
    assert [(s.page_width, s.page_height) for s in document.sections] == [(Mm(215.9), Mm(279.4))] * 2
    assert [s._sectPr.xpath("w:cols")[0].get(qn("w:num")) for s in document.sections] == [None, "2"]
    assert document.core_properties.language == "de"
    assert document.styles.element.xpath("//w:lang/@w:val") == ["de"]
    widths = [shape.width for shape in document.inline_shapes]
    assert max(widths) <= Mm((215.9 - 40 - 10) / 2)
    assert len(document.tables) > len(word(form).tables)


def test_a_word_document_in_large_print_has_no_smaller_letters(form: Form) -> None:
    document = word(form, large=True, columns=2)
    used = {p.style.name for p in document.paragraphs} | {"Normal", "Table Grid"}
    sizes = [s.font.size.pt for s in document.styles if s.name in used and getattr(s, "font", None) and s.font.size]
    assert min(sizes) >= 18
    assert len(document.sections) == 1


def test_a_word_document_says_on_every_page_whose_it_is(form: Form) -> None:
    document = word(replace(form, name="WR2WHDB"), student=Student("4711", "Zoë"), language="de")
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "Nested paging · Variante WR2WHDB"
    assert section.footer.paragraphs[0].text.startswith("Variante WR2WHDB · 4711 · Zoë · Seite ")
    fields = section.footer._element.xpath(".//w:fldSimple/@w:instr")
    assert fields == ["PAGE", "NUMPAGES"]
    assert "Name: Zoë" in shown_by_docx(docx.paper(with_options(form, student=Student("4711", "Zoë")).paper))


def test_room_and_boxes_in_a_word_document(form: Form) -> None:
    lines = {
        s: shown_by_docx(docx.paper(with_options(form, space=s).paper)).count("_" * 60)
        for s in ("none", "normal", "generous")
    }
    assert lines["none"] == 0 < lines["normal"] < lines["generous"]
    assert shown_by_docx(docx.paper(with_options(form, boxes=True).paper)).count("_____ / ") == len(KINDS)
