"""What a printed paper looks like: headings, covers, large print, and nothing that leaves its column."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from exporters import pdf
from exporters.pdf_blocks import shape
from tests.exporters.test_print import SECTIONS, read, with_options
from vlearn.blocks import Code, Table, Text
from vlearn.exams.form import Form, Section, Student
from vlearn.questions.model import KINDS


def headings(reader: PdfReader) -> list[str]:
    """The tags of headings in the order in which they are read."""

    def walk(node: Any) -> Iterator[str]:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                yield from walk(one)
        elif isinstance(node, dict):
            if str(node.get("/S", "")) in ("/H1", "/H2", "/H3", "/H4"):
                yield str(node["/S"])[1:]
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]))


@pytest.mark.parametrize("sections", [(), SECTIONS])
@pytest.mark.parametrize("cover", [False, True])
def test_headings_go_down_one_level_at_a_time(form: Form, sections: tuple[Section, ...], cover: bool) -> None:
    reader = read(pdf.paper(with_options(form, sections=sections, cover=cover, columns=2).paper))
    questions = ["H3"] * len(KINDS) if sections else ["H2"] * len(KINDS)
    expected = ["H1"] + ["H2", "H2"] * cover + (["H2", *questions[:6], "H2", *questions[6:]] if sections else questions)
    assert headings(reader) == expected


def test_a_cover_has_the_points_of_every_section_and_their_sum_and_no_question(form: Form) -> None:
    by_section = read(pdf.paper(with_options(form, cover=True, sections=SECTIONS).paper)).pages[0].extract_text()
    assert re.search(r"Choices\s+6\s+10\.5\s+Tables & texts\s+6\s+28\.5\s+Total\s+12\s+39", by_section)
    by_question = read(pdf.paper(with_options(form, cover=True).paper)).pages[0].extract_text()
    assert re.search(r"Question\s+1\s+2\s+3\s+4\s+5\s+6\s+7\s+8\s+9\s+10\s+Points\s+0\.5\s+1\s+1\.5", by_question)
    assert re.search(r"11\s+12\s+Total\s+Points\s+5\.5\s+6\s+39", by_question)
    assert "what does the processor" not in by_section + by_question


def test_a_key_of_answers_is_short(form: Form) -> None:
    short = read(pdf.key(with_options(form, key="answers", sections=SECTIONS)))
    assert len(short.pages) == 1
    text = " ".join(short.pages[0].extract_text().split())
    for told in (
        "1 B 0.5",
        "2 A C 1",
        "3 True A 1.5",
        "4 918273645 ± 7 ns 2",
        "7 B A D C 3.5",
        "8 1: guest; 2: hypervisor",
    ):
        assert told in text
    assert "The walk reads" not in text


def test_large_print_has_no_letter_below_18_points(form: Form) -> None:
    drawn = {"single-choice", "numeric"}  # their drawings have letters of their own
    form = replace(form, questions=tuple(q for q in form.questions if q.kind not in drawn))
    form = with_options(form, large=True, cover=True, columns=2, boxes=True, student=Student("1", "Ada"))
    sizes: list[float] = []

    def visit(text: str, page: list[float], line: list[float], _: object, size: float) -> None:
        if text.strip():
            sizes.append(round(size * abs(line[3]) * abs(page[3]), 3))

    for page in read(pdf.paper(form.paper)).pages:
        page.extract_text(visitor_text=visit)
    assert len(sizes) > 200
    assert min(sizes) >= 18


LONG = ("hypervisor", "guest-physical", "translation", "violation", "misconfiguration")
WIDE = (
    Text("x" * 90),
    Table(LONG, (("a" * 18,) * len(LONG),) * 3),
    Code("y = " + "z" * 80),
    Text(
        "\n".join(
            ("| guest-physical | host-physical | translations |", "|-|-|-|", "| hypervisor | invalidations | r |")
        )
    ),
)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler's pdftotext is not installed")
@pytest.mark.parametrize("look", [{"columns": 2}, {"columns": 2, "size": "letter"}, {"large": True}, {}])
def test_nothing_wide_leaves_its_column(form: Form, tmp_path: Path, look: dict[str, Any]) -> None:
    questions = tuple(replace(q, prompt=(*q.prompt, *WIDE)) for q in form.questions)
    (tmp_path / "p.pdf").write_bytes(pdf.paper(with_options(replace(form, questions=questions), **look).paper))
    subprocess.run(["pdftotext", "-bbox", "p.pdf", "p.html"], cwd=tmp_path, check=True)
    width = {"a4": 210, "letter": 215.9}[look.get("size", "a4")] / 25.4 * 72
    margin, middle = 20 / 25.4 * 72, width / 2
    pages = (tmp_path / "p.html").read_text(encoding="utf-8").split("<page ")[2:]
    found = [
        (float(left), float(right), word)
        for page in pages
        for left, top, right, word in re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>([^<]*)<', page)
        if 62 < float(top) < 740 and word not in "\u200b"
    ]
    assert len(found) > 300
    assert [one for one in found if one[0] < margin - 1 or one[1] > width - margin + 1] == []
    if look.get("columns") == 2:
        assert [one for one in found if one[0] < middle - 10 and one[1] > middle - 10] == []


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler's pdfinfo is not installed")
def test_poppler_agrees_on_size_and_tags(form: Form, tmp_path: Path) -> None:
    look = {"size": "letter", "columns": 2, "cover": True, "sections": SECTIONS}
    (tmp_path / "p.pdf").write_bytes(pdf.paper(with_options(form, **look).paper))
    told = subprocess.run(["pdfinfo", "p.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", told)
    assert re.search(r"Page size:\s+612 x 792 pts \(letter\)", told)


def test_a_negative_number_is_one_word_and_a_compound_is_two() -> None:
    assert shape([["-1486304829"], ["5"]]) == [{"cell": 11, "word": 11}]
    assert shape([["copy-on-write pages"]]) == [{"cell": 19, "word": 5}]


def test_room_to_answer_is_left_out_or_widened(form: Form) -> None:
    (essay,) = (q for q in form.questions if q.kind == "essay")
    essays = replace(form, questions=(essay,) * 12)
    pages = {
        space: len(read(pdf.paper(with_options(essays, space=space).paper)).pages)
        for space in ("none", "normal", "generous")
    }
    assert pages["none"] < pages["normal"] < pages["generous"]
