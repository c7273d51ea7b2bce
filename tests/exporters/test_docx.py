"""Word documents, reopened by python-docx. Hostile text, leaks and same bytes are looked for as in every format."""

import io
import struct
import zipfile

import pytest
from docx import Document
from docx.shared import Inches

from exporters import docx
from exporters.pictures import png
from tests.exporters.conftest import SVG
from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, collections, missing
from tests.exporters.reading import shown_by_docx
from vlearn.errors import ExportError
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form


@collections
def test_a_collection_reopens_with_a_heading_for_each_question(collection: Collection) -> None:
    assert docx.left_out(collection) == ()
    document = Document(io.BytesIO(docx.questions(collection)))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 2"]
    assert headings == [f"Question {n}" for n in range(1, 13)]


def test_a_collection_says_all_that_its_questions_say() -> None:
    assert missing(shown_by_docx(docx.questions(HOSTILE_COLLECTION))) == []


def test_pictures_have_their_alternative_texts_and_fit_the_page(form: Form) -> None:
    document = Document(io.BytesIO(docx.paper(form.paper)))
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described[0] == "CR3 points to the PML4"
    assert described[1].startswith("Line chart")
    assert all(0 < shape.width <= Inches(6) for shape in document.inline_shapes)


def test_every_table_has_a_header_row(form: Form) -> None:
    tables = Document(io.BytesIO(docx.key(form))).tables
    assert len(tables) > 5
    assert all(table.rows[0]._tr.xpath("w:trPr/w:tblHeader") for table in tables)


def test_a_paper_has_the_room_that_an_essay_asks_for(form: Form) -> None:
    text = shown_by_docx(docx.paper(form.paper))
    essay = text.partition("Question 10")[2].partition("Question 11")[0]
    assert essay.count("_" * 60) == 6


def test_every_file_inside_bears_the_same_date() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.questions(PLAIN))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_drawing_becomes_a_picture_of_its_own_size() -> None:
    width, height = struct.unpack(">II", png(SVG)[16:24])
    assert (width, height) == (720, 180)


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ExportError, match="picture"):
        png("<html/>")
