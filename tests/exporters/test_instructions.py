"""What a blueprint tells students travels where a format has a place for it, and is named where it has none."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from docx import Document

from exporters import docx, moodle, qti12, qti21
from tests.exporters.hostile import PLAIN, faults
from vlearn.cli import main
from vlearn.questions.importing.moodle import read_moodle

TOLD = "Close your **books**.\n\n- a & b\n- <i>"
EXAM = replace(PLAIN, instructions=TOLD)
QTI21 = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


def packed(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(element: ET.Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def test_moodle_has_them_as_the_info_of_the_category_above() -> None:
    first, second, *_ = ET.fromstring(moodle.questions(EXAM)).findall("question")
    top = first.findtext("category/text") or ""
    assert (second.findtext("category/text") or "").startswith(f"{top}/")
    assert "<strong>books</strong>" in (first.findtext("info/text") or "")
    assert "&lt;i&gt;" in (first.findtext("info/text") or "")
    ours, plain = (read_moodle(moodle.questions(one), "ch06-count-references") for one in (EXAM, PLAIN))
    assert ours.questions == plain.questions


def test_canvas_has_them_as_the_description_of_the_quiz() -> None:
    files = packed(qti12.questions(EXAM))
    (settings,) = (ET.fromstring(text) for name, text in files.items() if name.endswith("assessment_meta.xml"))
    assert settings[1].tag.endswith("}description")
    assert "<strong>books</strong>" in (settings[1].text or "")


def test_qti_21_has_them_as_the_rubric_of_a_section_that_is_seen() -> None:
    test = packed(qti21.questions(EXAM))["test.xml"]
    assert faults("qti/qtiv2p1/imsqti_v2p1.xsd", test) == ""
    (section,) = ET.fromstring(test).iter(f"{QTI21}assessmentSection")
    assert section.get("visible") == "true"
    assert words(section.find(f"{QTI21}rubricBlock")) == "Close your books. a & b <i>"


def test_word_has_them_first() -> None:
    texts = [paragraph.text for paragraph in Document(io.BytesIO(docx.questions(EXAM))).paragraphs]
    assert "Close your books." in texts[:4]


@pytest.mark.parametrize("module", [docx, moodle, qti12, qti21])
def test_without_instructions_nothing_is_said(module) -> None:
    assert module.questions(replace(EXAM, instructions="")) == module.questions(PLAIN)


def exported(name: str, tmp_path: Path, more: str = "") -> Result:
    blueprint = tmp_path / "quiz.yaml"
    blueprint.write_text(f"title: Quiz\npoints: 10\ninstructions: No books.\n{more}", encoding="utf-8")
    out = tmp_path / f"questions.{name}"
    return CliRunner().invoke(main, ["export", name, "--blueprint", str(blueprint), "--out", str(out)])


def test_the_command_says_where_they_are(tmp_path: Path) -> None:
    assert "changed: the instructions are in the description of the category" in exported("moodle", tmp_path).output
    assert "changed: the instructions are in the rubric" in exported("qti21", tmp_path).output
    assert "changed: the instructions have no place in this format" in exported("csv", tmp_path).output


def test_the_command_says_that_sections_are_left_out(tmp_path: Path) -> None:
    more = "sections:\n- title: One\n  chapters: [ch06]\n"
    assert "changed: the sections are left out" in exported("csv", tmp_path, more).output
    assert "sections" not in exported("csv", tmp_path).output
