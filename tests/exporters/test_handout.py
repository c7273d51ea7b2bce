"""A chapter on paper: PDF/UA-1 with all that the notebook shows, and the answers only where they were handed over."""

import io

import pytest
from pypdf import PdfReader

from exporters.handout import handout
from tests.exporters.reading import alternatives, squeezed
from vlearn.blocks import Chart, Code, Figure, Series, Table, Text
from vlearn.errors import ExportError
from vlearn.exams.printing import Print
from vlearn.lab.paper.parts import (
    Answer,
    Asked,
    Cell,
    Frame,
    Note,
    Part,
    Played,
    Predicted,
    Printed,
    Program,
    Prose,
    Setting,
    Shows,
    Studied,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"><rect width="50" height="50"/></svg>'
LONG_LINE = " + ".join(f"number_{n}" for n in range(40))
LOG = Table(("#", "what"), tuple((str(n), f"row {n}") for n in range(70)), "a log")


def picture(told: str, width: int = 600, height: int = 100) -> Figure:
    return Figure(SVG.format(width, height), told)


def frames(*moments: int) -> tuple[Frame, ...]:
    return tuple(Frame(n, f"reads `{n}` & <more>" if n else "", (picture(f"frame {n}"),)) for n in moments)


PARTS: tuple[Part, ...] = (
    Prose(
        "A *walk* of $x$ and #strong[y].\n\n## First\n\n#### Deep\n\n- one\n\n> **The notes say** no.\n\n[a](b.ipynb)"
    ),
    Program(f"total = ({LONG_LINE})\nlab.show(total)"),
    Shows((Code("printed <text>\n\ttabbed"), Text("said"), LOG)),
    Shows((Chart("Cost", "levels", "reads", (Series("native", (1.0, 2.0), (3.0, 4.0)),)),)),
    Played("A run", 12, frames(0, 4, 8, 12)),
    Played("", 0, frames(0)),
    Studied("Which *one*?", (Setting("page size", "4 KiB; 2 MiB", "4 KiB"),), (picture("the first setting"),)),
    Predicted(1, (picture("before it"),), "What `next`?", ("reads *x*", "misses", "stops")),
    Predicted(2, (), "And then?", ("nothing", "all")),
    Asked("an address, a whole number.", 3),
    Note("In the notebook: a self-test."),
    Shows((picture("very tall", 100, 4000), picture("without a size", 0, 0))),
)
CHAPTER = Printed("3 · Walks & <more>", tuple(Cell(n, (part,)) for n, part in enumerate(PARTS, 1)))
ANSWERS = (Answer(1, 1, "misses", "The TLB is *empty*, so zebras."), Answer(2, 0, "nothing", ""))


def made(chapter: Printed = CHAPTER, answers: tuple[Answer, ...] = (), look: Print | None = None) -> bytes:
    return handout(chapter, "03-walks.ipynb", look or Print(), answers)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module")
def student() -> PdfReader:
    return read(made())


@pytest.fixture(scope="module")
def key() -> PdfReader:
    return read(made(answers=ANSWERS))


def test_a_handout_is_tagged_and_says_that_it_meets_pdf_ua_1(student: PdfReader) -> None:
    root = student.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert student.metadata is not None
    assert student.metadata.title == "3 · Walks & <more>, Handout"


@pytest.mark.parametrize(
    "said",
    [
        "From the notebook 03-walks.ipynb.", "A walk of $x$ and #strong[y].", "First", "Deep", "The notes say no.",
        "a (b.ipynb)", LONG_LINE, "printed <text>", "a log", "A run of 12 steps", "At the start", "A run of 0 steps",
        "Step 4 of 12 reads 4 & <more>", "Step 8 of 12", "Step 12 of 12", "Find out", "Which one?", "page size",
        "4 KiB; 2 MiB", "Prediction 1", "What next?", "A reads x B misses C stops", "Prediction 2",
        "Expected: an address, a whole number.", "In the notebook: a self-test.",
    ],
)  # fmt: skip
def test_it_says_all_that_the_notebook_shows(student: PdfReader, said: str) -> None:
    assert squeezed(said) in words(student)


def test_every_row_of_a_long_table_and_every_picture_is_there(student: PdfReader) -> None:
    text = words(student)
    assert all(f"row{n}" in text for n in range(70))
    told = alternatives(student)
    shown = {f"frame {n}" for n in (0, 4, 8, 12)} | {"the first setting", "before it", "very tall", "without a size"}
    assert shown <= set(told)
    assert any("Cost" in text for text in told)


def test_no_page_is_empty_and_each_has_its_number_and_the_chapters_title(student: PdfReader) -> None:
    count = len(student.pages)
    for n, page in enumerate(student.pages, 1):
        text = squeezed(page.extract_text())
        assert text.endswith(f"HandoutPage{n}of{count}")
        assert squeezed(CHAPTER.title) in text


def test_headings_become_an_outline_without_a_gap_in_its_levels(student: PdfReader) -> None:
    outline = student.outline
    assert [one.title for one in outline if not isinstance(one, list)] == [CHAPTER.title]
    first, deeper = outline[1]
    assert first.title == "First"
    assert [one.title for one in deeper] == ["Deep"]


def test_the_answers_stand_only_where_they_were_handed_over(student: PdfReader, key: PdfReader) -> None:
    assert "zebras" not in words(student)
    assert "Answers" not in words(student)
    last = squeezed(key.pages[-1].extract_text())
    assert "Answerstothepredictions1BmissesTheTLBisempty,sozebras.2Anothing" in last
    assert "Handoutwithanswers:notforstudents" in last
    assert len(key.pages) == len(student.pages) + 1


def test_the_same_chapter_gives_the_same_bytes() -> None:
    assert made(answers=ANSWERS) == made(answers=ANSWERS)


@pytest.mark.parametrize(
    ("look", "sheet"), [(Print(size="letter"), (612, 792)), (Print(large=True, language="de"), (595, 842))]
)
def test_size_large_print_and_language_are_heeded(look: Print, sheet: tuple[int, int]) -> None:
    reader = read(made(look=look))
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == sheet
    text = words(reader)
    assert all(f"number_{n}" in text for n in range(40))
    assert ("Vorhersage1" if look.language == "de" else "Prediction1") in text


@pytest.mark.parametrize(
    ("chapter", "answers", "place"),
    [
        (Printed("x", (Cell(7, (Prose("an owl 𓅓"),)),)), (), "cell 7"),
        (Printed("x", ()), (Answer(1, 0, "𓅓", ""),), "the answers"),
    ],
)
def test_a_letter_that_no_font_has_is_named_with_its_cell(
    chapter: Printed, answers: tuple[Answer, ...], place: str
) -> None:
    with pytest.raises(ExportError, match=rf"U\+13153\), which stand in {place}:"):
        made(chapter, answers)
