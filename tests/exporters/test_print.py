"""PDF under the options of print: every pair of them compiles to PDF/UA-1 and loses no word."""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest
from pypdf import PdfReader

from exporters import pdf
from exporters.phrasebook import phrases
from tests.exporters.reading import squeezed
from tests.exporters.test_phrasebook import said
from vlearn.blocks import Table
from vlearn.exams.form import Form, Section, Student
from vlearn.exams.printing import Print
from vlearn.questions.model import KINDS
from vlearn.render.markdown import to_plain_inline

SECTIONS = (Section(0, "Choices", "Tick *well*."), Section(6, "Tables & texts"))
OPTIONS: dict[str, tuple[Any, ...]] = {
    "size": ("a4", "letter"),
    "columns": (1, 2),
    "large": (False, True),
    "cover": (False, True),
    "boxes": (False, True),
    "space": ("none", "normal", "generous"),
    "key": ("answers", "solutions"),
    "language": ("en", "de"),
    "sections": ((), SECTIONS),
    "student": (None, Student("4711", "Zoë Ångström")),
}
SHEETS = {"a4": [595, 842], "letter": [612, 792]}


def pairs(row: tuple[Any, ...]) -> set[tuple[object, ...]]:
    return {(*at, row[at[0]], row[at[1]]) for at in combinations(range(len(row)), 2)}


def pairwise() -> Iterator[dict[str, Any]]:
    """Few rows in which every two values of two options meet: greedily, each with the most pairs that are new."""
    rows = list(product(*OPTIONS.values()))
    missing = set().union(*map(pairs, rows))
    while missing:
        best = max(rows[:: max(1, len(rows) // 400)], key=lambda row: len(pairs(row) & missing))
        if not pairs(best) & missing:
            best = max(rows, key=lambda row: len(pairs(row) & missing))
        missing -= pairs(best)
        yield dict(zip(OPTIONS, best, strict=True))


ROWS = list(pairwise())


def with_options(form: Form, **row: Any) -> Form:
    sections, student = row.pop("sections", ()), row.pop("student", None)
    return replace(form, sections=sections, student=student, print=Print(**row))


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def test_the_rows_hold_every_pair() -> None:
    assert set().union(*(pairs(tuple(row.values())) for row in ROWS)) == set().union(
        *map(pairs, product(*OPTIONS.values()))
    )
    assert len(ROWS) < 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(str(v)[:7] for v in row.values()))
def test_every_pair_of_options_gives_a_paper_and_a_key_that_say_everything(form: Form, row: dict[str, Any]) -> None:
    form = with_options(form, **row)
    told = phrases(row["language"]).paper

    def paper_of(form: Form) -> bytes:
        return pdf.paper(form.paper)

    for make in (paper_of, pdf.key):
        content = make(form)
        assert make(form) == content
        reader = read(content)
        assert reader.trailer["/Root"]["/Lang"] == row["language"]
        assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()
        for n, page in enumerate(reader.pages, 1):
            assert [round(float(side)) for side in page.mediabox[2:]] == SHEETS[row["size"]]
            assert told.page.format(page=n, pages=len(reader.pages)) in page.extract_text()
            assert not row["student"] or "4711" in page.extract_text() or make is pdf.key
    paper, key = words(read(pdf.paper(form.paper))), words(read(pdf.key(form)))
    spaced = " ".join(" ".join(page.extract_text() for page in read(pdf.paper(form.paper)).pages).split())
    places = [spaced.rfind(f" {told.question.format(number=n)} ") for n in range(1, len(KINDS) + 1)]
    assert -1 not in places
    assert places == sorted(places)
    shown = [text for item in form.paper.items for text in said(item.task)]
    shown += [
        text for item in form.paper.items for block in item.prompt if isinstance(block, Table) for text in said(block)
    ]
    texts = [squeezed(to_plain_inline(text)) for text in shown if "[[" not in text]
    assert [text for text in texts if text not in paper] == []
    for section in row["sections"]:
        assert squeezed(section.title) in paper
        assert squeezed(section.title) in key
    if row["student"]:
        assert squeezed("Zoë Ångström") in paper
        assert "4711" in key
