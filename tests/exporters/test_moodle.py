"""What Moodle's importer is known to insist on."""

import base64
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from exporters import moodle
from vlearn.blocks import Text
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.model import (
    Classification,
    Cloze,
    Gap,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TraceTable,
)

GRADES = {100.0, 90.0, 83.33333, 80.0, 75.0, 70.0, 66.66667, 60.0, 50.0, 40.0, 33.33333, 30.0, 25.0, 20.0, 16.66667,
          14.28571, 12.5, 11.11111, 10.0, 5.0, 0.0}  # fmt: skip
"""The grades that Moodle accepts, and their negatives: question/engine/bank.php."""


def exported(*questions: Question) -> ET.Element:
    return ET.fromstring(moodle.questions(Collection("Nested", questions)))


@pytest.fixture
def pose(form: Form) -> Callable[..., ET.Element]:
    def pose(answer: object, **changed: object) -> ET.Element:
        question = replace(form.questions[4], id="q", answer=answer, **changed)  # type: ignore[arg-type]
        return exported(question).findall("question")[1]

    return pose


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"option {n}") for n in range(count))


TYPES = {
    "single-choice": "multichoice", "multiple-choice": "multichoice", "true-false": "multianswer",
    "numeric": "numerical", "short-text": "shortanswer", "matching": "match", "ordering": "ordering",
    "cloze": "multianswer", "classification": "match", "essay": "essay", "trace": "multianswer", "code": "essay",
}  # fmt: skip


def test_every_kind_has_a_type_of_moodle(form: Form) -> None:
    found = exported(*form.questions).findall("question[idnumber]")
    assert {q.findtext("idnumber", "").removeprefix("ch06-"): q.get("type") for q in found} == TYPES


def test_questions_stand_in_a_category_of_course_and_chapter(form: Form) -> None:
    category = ET.fromstring(moodle.questions(Collection("a/b", form.questions))).find("question/category/text")
    assert category is not None
    assert category.text == "$course$/top/a//b/ch06 Memory virtualization"


@pytest.mark.parametrize("right", range(1, 11))
def test_every_fraction_is_one_of_moodles_grades(right: int, pose: Callable[..., ET.Element]) -> None:
    question = pose(MultipleChoice(options(right + 2), frozenset(range(right))))
    shares = [float(answer.get("fraction", "")) for answer in question.findall("answer")]
    assert {abs(share) for share in shares} <= GRADES
    assert sum(shares[:right]) == pytest.approx(100, abs=0.001)
    assert all(share < 0 for share in shares[right:])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (MultipleChoice(options(12), frozenset(range(11))), "1/11"),
        (Numeric(Fraction(1, 3)), "decimals"),
        (Numeric(Fraction(2**60)), "decimals"),
        (Numeric(Fraction(0x1000), Fraction(1), base=16), "hexadecimal"),
        (Matching(("a", "b"), ("*x*", "x"), (0, 1)), "same as plain text"),
        (Classification(("y" * 300, "x"), ("a", "b"), (0, 1)), "255"),
        (Ordering(("read", "write", "read"), (0, 1, 2)), "read the same"),
    ],
)
def test_what_moodle_cannot_hold_is_named_and_not_written(form: Form, answer: object, why: str) -> None:
    question = replace(form.questions[4], id="q", answer=answer)  # type: ignore[arg-type]
    collection = Collection("x", (question,))
    (missing,) = moodle.left_out(collection)
    assert missing.id == "q"
    assert why in missing.reason
    assert list(ET.fromstring(moodle.questions(collection))) == []


def test_an_ordering_says_shownumcorrect_without_which_the_import_fails(form: Form) -> None:
    question = exported(form.questions[6]).findall("question")[1]
    assert question.findtext("shownumcorrect") == "1"
    texts = [answer.findtext("text") for answer in question.findall("answer")]
    assert texts == ["PML4", "PDPT", "page directory", "page table"]
    assert [answer.get("fraction") for answer in question.findall("answer")] == ["1", "2", "3", "4"]


def test_an_address_is_a_short_answer_with_and_without_its_prefix(pose: Callable[..., ET.Element]) -> None:
    question = pose(Numeric(Fraction(0x1F000), base=16))
    assert question.get("type") == "shortanswer"
    assert [answer.findtext("text") for answer in question.findall("answer")] == ["0x1F000", "1F000"]
    assert question.findtext("usecase") == "0"


def test_a_number_has_its_tolerance_and_a_unit_that_may_be_left_away(pose: Callable[..., ET.Element]) -> None:
    question = pose(Numeric(Fraction(-3, 2), Fraction(1, 4), "ms"))
    assert question.findtext("answer/text") == "-1.5"
    assert question.findtext("answer/tolerance") == "0.25"
    assert question.findtext("units/unit/unit_name") == "ms"
    assert question.findtext("unitgradingtype") == "0"


def test_a_distractor_is_a_right_side_without_a_left_one(form: Form) -> None:
    pairs = exported(form.questions[5]).findall("question")[1].findall("subquestion")
    assert [(p.findtext("text"), p.findtext("answer/text")) for p in pairs][-1] == ("", "nothing")


def test_an_asterisk_in_an_accepted_answer_is_no_pattern(pose: Callable[..., ET.Element]) -> None:
    assert pose(ShortText(("a*b",))).findtext("answer/text") == "a\\*b"


CLOZES = [
    (Gap(("guest",)), "{1:SHORTANSWER:=guest}"),
    (Gap(("a", "b*")), "{1:SHORTANSWER:=a~=b&#92;*}"),
    (Gap(("x",), ("x", "y < z")), "{1:MULTICHOICE:=x~%0%y &#38;lt; z}"),
    (Gap(("~}#",)), "{1:SHORTANSWER:=&#126;&#125;&#35;}"),
]


@pytest.mark.parametrize(("gap", "written"), CLOZES)
def test_a_gap_is_written_as_moodle_reads_it(gap: Gap, written: str, pose: Callable[..., ET.Element]) -> None:
    text = pose(Cloze("Ring {0}: [[1]].", (gap,))).findtext("questiontext/text") or ""
    assert f"Ring &#123;0&#125;: {written}." in text


def test_the_cells_of_a_trace_are_gaps_in_a_table(pose: Callable[..., ET.Element]) -> None:
    answer = TraceTable(("step", "address"), (("1", "0x1000"),), ((0, 1),))
    text = pose(answer).findtext("questiontext/text") or ""
    assert "<td>1</td><td>{1:SHORTANSWER:=0x1000}</td>" in text


def test_tags_say_what_the_bank_knows(form: Form) -> None:
    tags = [tag.text for tag in exported(form.questions[1]).findall("question/tags/tag/text")]
    assert tags == ["objective:ch06-walk", "kind:multiple-choice", "bloom:apply", "difficulty:2", "minutes:3"]


def test_pictures_travel_as_files(form: Form) -> None:
    text = exported(form.questions[0]).findall("question")[1].find("questiontext")
    assert text is not None
    file = text.find("file")
    assert file is not None
    assert f'src="@@PLUGINFILE@@/{file.get("name")}"' in (text.findtext("text") or "")
    assert base64.b64decode(file.text or "").startswith(b"<svg ")


def test_graders_get_the_rubric_and_the_cases(form: Form) -> None:
    essay, code = exported(form.questions[9], form.questions[11]).findall("question[idnumber]")
    assert "Names both" in (essay.findtext("graderinfo/text") or "")
    assert "references(4, 4)" in (code.findtext("graderinfo/text") or "")
    assert (code.findtext("responsetemplate/text") or "").startswith("def references")
    assert "return 24" not in (code.findtext("questiontext/text") or "")


def test_mathjax_finds_nothing_to_typeset(pose: Callable[..., ET.Element]) -> None:
    text = pose(ShortText(("a",)), prompt=(Text(r"$$x$$ and \\(y\\)"),)).findtext("questiontext/text") or ""
    assert "$$" not in text
    assert r"\(" not in text


def test_characters_that_xml_forbids_are_replaced(pose: Callable[..., ET.Element]) -> None:
    text = pose(ShortText(("a",)), prompt=(Text("bell \x07 and \ufffe"),)).findtext("questiontext/text") or ""
    assert "bell \ufffd and \ufffd" in text


def test_what_is_marked_in_another_way_is_said(form: Form) -> None:
    ids = {change.id for change in moodle.changed(Collection("x", form.questions))}
    assert ids == {"ch06-true-false", "ch06-essay", "ch06-trace", "ch06-code", "ch06-cloze", "ch06-ordering"}
