"""A screenshot from another system's bank travels into every format that shows pictures, and back."""

import base64
import io
import json
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pypdf import PdfReader
from pypdf.generic import StreamObject

from exporters import anki, docx, html, moodle, notebook, pdf, practice_html, qti12, qti21
from exporters.pictures import png as drawn
from tests.render.test_raster import png
from vlearn.blocks import Figure
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.importing.moodle import read_moodle
from vlearn.render import raster

PICTURE = png(30, 20, grey=0x2A)
HELD = raster.address(PICTURE)


@pytest.fixture(scope="module")
def exam(form: Form) -> Form:
    question = replace(form.questions[1], prompt=(Figure(raster.drawing(PICTURE), "the settings"),), solution=())
    return replace(form, questions=(question,))


@pytest.fixture(scope="module")
def collection(exam: Form) -> Collection:
    return Collection("Screenshots", exam.questions)


def test_a_page_shows_it_and_its_policy_lets_it(exam: Form, collection: Collection) -> None:
    for made in (html.paper(exam.paper), html.key(exam), practice_html.questions(collection)):
        page = made.decode()
        assert HELD in page.replace("\\/", "/")
        assert "img-src data:;" in page


def streams(found: object) -> bool:
    """Whether an object of a PDF is a picture."""
    return isinstance(found, StreamObject) and found.get("/Subtype") == "/Image"


def test_a_notebook_shows_it(exam: Form) -> None:
    book = json.loads(notebook.paper(exam.paper))
    (image,) = (cell["source"] for cell in book["cells"] if "<img " in cell["source"])
    drawing = base64.b64decode(image.split("svg+xml;base64,")[1].split('"')[0]).decode()
    assert HELD in drawing


def test_a_pdf_holds_its_pixels(exam: Form) -> None:
    drawing = PdfReader(io.BytesIO(pdf.paper(exam.paper)))
    pictures = [o for n in drawing.xref[0] if (o := drawing.get_object(n)) and streams(o)]
    assert [(picture["/Width"], picture["/Height"]) for picture in pictures] == [(30, 20)]
    assert set(pictures[0].get_data()) == {0x2A}


def test_word_gets_a_picture_of_it(exam: Form) -> None:
    assert drawn(raster.drawing(PICTURE)) != drawn(raster.drawing(png(30, 20, grey=0xE0)))
    assert len(Document(io.BytesIO(docx.paper(exam.paper))).inline_shapes) == 1


@pytest.mark.parametrize("module", [anki, qti12, qti21])
def test_a_package_has_it_in_a_file(module, collection: Collection) -> None:
    with zipfile.ZipFile(io.BytesIO(module.questions(collection))) as archive:
        held = [name for name in archive.namelist() if HELD.encode() in archive.read(name)]
    assert len(held) == 1


def test_moodle_gets_it_and_gives_it_back(collection: Collection) -> None:
    exported = moodle.questions(collection)
    (drawing,) = read_moodle(exported, "ch06-distinguish-address-spaces").drawings.values()
    assert HELD in drawing


@pytest.mark.parametrize("address", ["@@PLUGINFILE@@/my%20shot.png", HELD])
def test_a_screenshot_in_moodle_becomes_a_drawing_around_it(collection: Collection, address: str) -> None:
    xml = f"""<quiz><question type="truefalse"><name><text>shot</text></name>
    <questiontext format="html"><text><![CDATA[<p>See <img src="{address}" alt="the settings"></p>]]></text>
    <file name="my shot.png" encoding="base64">{base64.b64encode(PICTURE).decode()}</file></questiontext>
    <answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
    </question></quiz>"""
    imported = read_moodle(xml.encode(), "ch06-distinguish-address-spaces")
    assert imported.refused == ()
    assert imported.drawings == {"shot-1.svg": raster.drawing(PICTURE)}
