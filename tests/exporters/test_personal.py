"""A personal paper is printed with its student and its code; so is its key, and nothing else changes."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from pypdf import PdfReader

from exporters import html, notebook, pdf
from tests.exporters.reading import all_of_html, all_of_notebook, all_of_pdf, squeezed
from vlearn.exams.form import Form, Student

CODE = "WR2WHDB"
NAMES = ["Ada Lovelace", 'María "Jo" O\'Neil, <b>&', "a" * 200, "محمد", "שרה", "'''\\n + {x}", "#panic() $x$ *y*"]


def personal(form: Form, id: str, name: str) -> Form:
    return replace(form, name=CODE, student=Student(id, name))


def texts(form: Form) -> list[str]:
    """All that the papers and the keys say."""
    pages = [html.paper(form.paper), html.key(form)]
    books = [json.loads(notebook.paper(form.paper)), json.loads(notebook.key(form))]
    prints = [PdfReader(io.BytesIO(pdf.paper(form.paper))), PdfReader(io.BytesIO(pdf.key(form)))]
    return (
        [unescape(page.decode()) for page in pages]
        + ["".join(cell["source"] for cell in book["cells"]) for book in books]
        + ["".join(page.extract_text() for page in one.pages) for one in prints]
    )


def test_student_and_code_stand_on_every_paper_and_key(form: Form) -> None:
    for text in texts(personal(form, "s-1234567", "Zoë Ångström")):
        assert {"Zoë Ångström", CODE} <= set(re.findall(f"Zoë Ångström|{CODE}", text))
        assert "s-1234567" in text.replace("\\", "")


def test_the_code_stands_on_every_page(form: Form) -> None:
    for page in PdfReader(io.BytesIO(pdf.paper(personal(form, "1", "Ada").paper))).pages:
        assert CODE in page.extract_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_whatever_it_holds(form: Form, name: str) -> None:
    paper = personal(replace(form, questions=form.questions[:1]), "1", name).paper
    (value,) = re.findall(r'name="name" value="([^"]*)" readonly', html.paper(paper).decode())
    assert unescape(value) == name
    cells = {cell["id"]: cell["source"] for cell in json.loads(notebook.paper(paper))["cells"]}
    said: dict[str, object] = {}
    exec(cells["who"], said)
    assert (said["name"], said["student"]) == (name, "1")
    page = squeezed(PdfReader(io.BytesIO(pdf.paper(paper))).pages[0].extract_text())
    assert squeezed(name) in page or squeezed(name[::-1]) in page


def test_a_name_that_no_font_can_show_is_left_to_be_written_by_hand(form: Form) -> None:
    short = replace(form, questions=form.questions[:1])
    assert pdf.paper(personal(short, "1", "王小明").paper) == pdf.paper(personal(short, "1", "").paper)
    assert pdf.key(personal(short, "1", "Li 王")) == pdf.key(personal(short, "1", ""))


@pytest.mark.parametrize("name", ["प्रिया शर्मा", "श्रीकृष्ण", "Ann क्ष"])
def test_a_name_in_devanagari_is_set_in_letters_that_join(form: Form, name: str) -> None:
    page = PdfReader(
        io.BytesIO(pdf.paper(personal(replace(form, questions=form.questions[:1]), "1", name).paper))
    ).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]).split("+")[1] for font in page["/Resources"]["/Font"].values()}
    assert "NotoSansDevanagari-Regular" in fonts
    assert all(font.startswith(("IBMPlexSans", "DejaVuSans", "NotoSansDevanagari")) for font in fonts)
    assert pdf.unshown([name]) == ()


@pytest.mark.parametrize("name", ["𝒜da", "தமிழ்", "王"])
def test_no_font_of_mathematics_steps_in_for_a_script_that_ours_lack(form: Form, name: str) -> None:
    short = replace(form, questions=form.questions[:1])
    assert pdf.paper(personal(short, "1", name).paper) == pdf.paper(personal(short, "1", "").paper)


def test_the_names_that_no_font_can_show_are_found_among_all() -> None:
    names = ["Ada", "王小明", "प्रिया", "#panic()", 'a"\\', "தமிழ்", "محمد"]
    assert pdf.unshown(names) == ("王小明", "தமிழ்")
    assert pdf.unshown([]) == ()


def test_a_name_spares_no_question_its_error(form: Form) -> None:
    hostile = replace(form, title="王")
    with pytest.raises(pdf.ExportError, match=r"王 \(U\+738B\), which stand in the title"):
        pdf.paper(personal(hostile, "1", "王小明").paper)


def test_a_personal_paper_holds_nothing_that_is_hidden(make_form: Callable[..., Form]) -> None:
    secret = personal(make_form(hide=lambda text: "Zqxjkv"), "1", "Ada")
    for module, read in ((html, all_of_html), (pdf, all_of_pdf), (notebook, all_of_notebook)):
        text = read(module.paper(secret.paper))
        assert CODE in text
        for hidden in ("Zqxjkv", "918273645", "20261", "Answer key"):
            assert hidden not in text
