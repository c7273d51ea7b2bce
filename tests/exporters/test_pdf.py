import io
import subprocess
import sys
from dataclasses import replace

import pytest
from pypdf import PdfReader

from exporters import pdf
from tests.exporters.reading import alternatives
from vlearn.blocks import Figure, Text
from vlearn.errors import ExportError
from vlearn.exams.form import Form
from vlearn.questions.model import KINDS


@pytest.fixture(scope="module")
def paper(form: Form) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.paper(form.paper)))


@pytest.fixture(scope="module")
def key(form: Form) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.key(form)))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_pdf_is_tagged_titled_in_english_and_says_that_it_meets_pdf_ua_1(paper: PdfReader, key: PdfReader) -> None:
    for reader in (paper, key):
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert root["/Lang"] == "en"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata is not None
        assert reader.metadata.title == "Nested paging, Form A"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_its_fonts_are_embedded_and_none_is_the_machines(paper: PdfReader) -> None:
    fonts = {font for page in paper.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts
    for font in fonts:
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert descriptor["/FontName"].split("+")[1].startswith(("IBMPlexSans", "DejaVuSans", "NotoSans", "NotoEmoji"))


def test_figures_and_charts_have_alternative_text(paper: PdfReader) -> None:
    told = alternatives(paper)
    assert "CR3 points to the PML4" in told
    assert any(text.startswith("Line chart: References of a walk.") for text in told)


def test_pages_are_a4_and_numbered(paper: PdfReader) -> None:
    count = len(paper.pages)
    for n, page in enumerate(paper.pages, 1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        assert f"Page {n} of {count}" in page.extract_text()


def test_a_paper_asks_every_question_with_its_points(paper: PdfReader) -> None:
    text = words(paper)
    assert [f"Question {n} " in text for n in range(1, len(KINDS) + 1)] == [True] * len(KINDS)
    assert "12 questions · 39 points · 36 min" in text
    assert "5.5 points · 3 min" in text
    assert "the manual (https://example.org/sdm) and a picture" in text


def test_a_question_that_fits_on_a_page_is_not_broken(form: Form) -> None:
    (question,) = (q for q in form.questions if q.kind == "ordering")
    for count in range(9, 13):
        pages = PdfReader(io.BytesIO(pdf.paper(replace(form, questions=(question,) * count).paper))).pages
        for page in pages:
            text = page.extract_text()
            assert text.count("Write the letters") == text.count("page directory") == text.count("the kind ordering")


def test_a_question_longer_than_a_page_goes_on_overleaf(form: Form) -> None:
    long = replace(form.questions[4], prompt=tuple(Text(f"paragraph {n}") for n in range(120)))
    reader = PdfReader(io.BytesIO(pdf.paper(replace(form, questions=(long,)).paper)))
    assert len(reader.pages) >= 3
    assert all(f"paragraph {n}" in words(reader) for n in range(120))


def test_a_key_tells_answers_feedback_and_solutions(key: PdfReader) -> None:
    text = words(key)
    for told in (
        "Answer key. Not for students. Seed 20261.",
        "918273645 ± 7 ns",
        "EPT violation",
        "Adds the levels instead of multiplying them.",
        "ch06-ordering · ch06-walk · ordering · apply · difficulty 2",
        "B, A, D, C",
        "PDPTE",
        "return 24",
    ):
        assert told in text
    assert text.count("The walk reads each level once.") == len(KINDS)


@pytest.mark.parametrize(
    ("place", "character", "where"),
    [
        ("prompt", "中", r"中 \(U\+4E2D\), which stand in question 2"),
        ("prompt", "\x07", r"U\+0007, which stand in question 2"),
        ("title", "中", r"中 \(U\+4E2D\), which stand in the title or the instructions"),
        ("figure", "中", r"中 \(U\+4E2D\), which stand in question 2"),
    ],
)
def test_a_character_that_no_font_has_is_named_with_its_place(
    form: Form, place: str, character: str, where: str
) -> None:
    first, second = form.questions[:2]
    if place == "figure":
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text>{character}</text></svg>'
        second = replace(second, prompt=(Figure(svg, "a drawing"),))
    elif place == "prompt":
        second = replace(second, prompt=(Text(f"what is {character}?"),))
    title = f"{character} exam" if place == "title" else form.title
    with pytest.raises(ExportError, match=f"no font of the PDF has the characters {where}"):
        pdf.paper(replace(form, title=title, questions=(first, second)).paper)


def test_a_drawing_that_is_not_svg_is_named(form: Form) -> None:
    broken = replace(form.questions[0], prompt=(Figure("<svg", "the walk"),))
    with pytest.raises(ExportError, match="figure 'the walk': its SVG is not well-formed"):
        pdf.paper(replace(form, questions=(broken,)).paper)


def test_without_typst_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, form: Form) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    pdf._compiler.cache_clear()
    with pytest.raises(ExportError, match=r"pip install 'vlearn\[pdf\]'"):
        pdf.paper(form.paper)
    pdf._compiler.cache_clear()


def test_importing_the_exporter_does_not_import_typst() -> None:
    done = subprocess.run([sys.executable, "-c", "import exporters.pdf, sys; sys.exit('typst' in sys.modules)"])
    assert done.returncode == 0


def test_a_program_with_gaps_keeps_its_lines(form: Form) -> None:
    (question,) = (q for q in form.questions if q.kind == "cloze")
    text = "```\nmov [[1]], cr3\n\tand [[2]], eax\n```\n\nand [[3]]"
    cloze = replace(question, answer=replace(question.answer, text=text))
    lines = (
        PdfReader(io.BytesIO(pdf.paper(replace(form, questions=(cloze,)).paper))).pages[0].extract_text().split("\n")
    )
    assert sum("cr3" in line or "eax" in line for line in lines) == 2


def test_right_to_left_paragraphs_start_at_the_right(form: Form) -> None:
    def starts(text: str) -> float:
        question = replace(form.questions[4], prompt=(Text(text),))
        page = PdfReader(io.BytesIO(pdf.paper(replace(form, questions=(question,)).paper))).pages[0]
        found: list[float] = []

        def visit(piece: str, matrix: list[float], *_: object) -> None:
            if any("\u0590" <= character <= "\u05ff" for character in piece):
                found.append(matrix[4])

        page.extract_text(visitor_text=visit)
        return min(found)

    assert starts("שלום") > 400
    assert starts("x שלום") < 200
