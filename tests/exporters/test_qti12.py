"""The Canvas package: valid QTI 1.2, and held to what Canvas's importer is known to go by."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from exporters import qti12
from exporters.packages import stable_id
from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, collections, faults, files, missing
from vlearn.blocks import Text
from vlearn.errors import ExportError
from vlearn.exams.collection import Collection
from vlearn.questions.model import Cloze, Gap, Numeric, Question, ShortText

Q = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def quiz(collection: Collection) -> bytes:
    name = stable_id("quiz", collection.title)
    return files(qti12.questions(collection))[f"{name}/{name}.xml"]


def items(collection: Collection) -> dict[str, ET.Element]:
    return {item.attrib["ident"]: item for item in ET.fromstring(quiz(collection)).iter(f"{Q}item")}


def field(item: ET.Element, name: str) -> str:
    labels = {f[0].text: f[1].text or "" for f in item.iter(f"{Q}qtimetadatafield")}
    return labels[name]


def prompt(item: ET.Element) -> str:
    return item.findtext(f"{Q}presentation/{Q}material/{Q}mattext") or ""


def sample(kind: str, **fields: object) -> Question:
    return replace(next(q for q in PLAIN.questions if q.kind == kind), **fields)  # type: ignore[arg-type]


@collections
def test_the_quiz_is_valid(collection: Collection) -> None:
    assert faults("qti12/ims_qtiasiv1p2.xsd", quiz(collection)) == ""


@collections
def test_only_the_program_is_left_out_and_all_others_are_there(collection: Collection) -> None:
    assert [one.id for one in qti12.left_out(collection)] == ["ch06-code"]
    assert list(items(collection)) == [q.id for q in collection.questions if q.kind != "code"]


@pytest.mark.parametrize(
    ("question", "word"),
    [
        (sample("short-text", answer=ShortText(("VPID",), case_sensitive=True)), "case"),
        (sample("numeric", answer=Numeric(Fraction(1, 3))), "tolerance"),
        (sample("numeric", answer=Numeric(Fraction(16), Fraction(1), base=16)), "tolerance"),
        (sample("code"), "program"),
    ],
)
def test_what_canvas_would_grade_wrongly_is_left_out_with_the_reason(question: Question, word: str) -> None:
    (one,) = qti12.left_out(Collection("T", (question,)))
    assert one.id == question.id
    assert word in one.reason
    assert not items(Collection("T", (question,)))


@collections
def test_each_kind_becomes_the_type_that_canvas_has_for_it(collection: Collection) -> None:
    types = {ident.removeprefix("ch06-"): field(item, "question_type") for ident, item in items(collection).items()}
    assert types == {
        "single-choice": "multiple_choice_question",
        "multiple-choice": "multiple_answers_question",
        "true-false": "multiple_dropdowns_question",
        "numeric": "numerical_question",
        "short-text": "short_answer_question",
        "matching": "matching_question",
        "ordering": "matching_question",
        "cloze": "fill_in_multiple_blanks_question",
        "classification": "matching_question",
        "essay": "essay_question",
        "trace": "fill_in_multiple_blanks_question",
    }


def test_a_cloze_of_menus_alone_is_drop_downs_with_one_right_choice_each() -> None:
    gaps = (Gap(("a",), ("a", "b")), Gap(("d",), ("c", "d")))
    (item,) = items(Collection("T", (sample("cloze", answer=Cloze("[[1]] [[2]]", gaps)),))).values()
    assert field(item, "question_type") == "multiple_dropdowns_question"
    assert len(scored(item)) == 2


def scored(item: ET.Element) -> list[tuple[str, str]]:
    return [
        (test.attrib["respident"], test.text or "")
        for condition in item.iter(f"{Q}respcondition")
        if condition.find(f"{Q}setvar") is not None
        for test in condition.iter(f"{Q}varequal")
    ]


@collections
def test_every_scored_answer_and_every_feedback_exists(collection: Collection) -> None:
    for ident, item in items(collection).items():
        feedback = {one.attrib["ident"] for one in item.iter(f"{Q}itemfeedback")}
        assert {one.attrib["linkrefid"] for one in item.iter(f"{Q}displayfeedback")} == feedback
        labels = {
            lid.attrib["ident"]: [label.attrib["ident"] for label in lid.iter(f"{Q}response_label")]
            for lid in item.iter(f"{Q}response_lid")
        }
        for response, answer in scored(item):
            assert response not in labels or answer in labels[response], ident
        for answers in labels.values():
            assert len(set(answers)) == len(answers)
            assert all(answer.isdigit() for answer in answers), "Canvas takes the digits of an id for the id"


@collections
def test_every_gap_stands_once_in_its_text_and_before_nothing_that_looks_like_it(collection: Collection) -> None:
    for ident in ("ch06-cloze", "ch06-trace", "ch06-true-false"):
        item = items(collection)[ident]
        names = [lid.attrib["ident"].removeprefix("response_") for lid in item.iter(f"{Q}response_lid")]
        assert len(names) > 1
        assert [prompt(item).count(f"[{name}]") for name in names] == [1] * len(names)


def test_what_is_marked_in_another_way_is_said() -> None:
    changed = [one.id.removeprefix("ch06-") for one in qti12.changed(PLAIN)]
    assert changed == ["true-false", "ordering", "cloze", "essay", "trace"]


def test_a_prompt_that_canvas_would_drop_is_left_out() -> None:
    (one,) = qti12.left_out(Collection("T", (sample("essay", prompt=(Text("x" * 20_000),)),)))
    assert "characters" in one.reason


def test_a_hexadecimal_number_is_typed_as_text() -> None:
    (item,) = items(Collection("T", (sample("numeric", answer=Numeric(Fraction(0x1F000), base=16)),))).values()
    assert field(item, "question_type") == "short_answer_question"
    assert scored(item) == [("response1", "0x1F000"), ("response1", "1F000")]


def test_a_number_has_bounds() -> None:
    item = items(PLAIN)["ch06-numeric"]
    assert [(b.tag.removeprefix(Q), b.text) for b in item.iter() if b.tag.startswith(f"{Q}var")] == [
        ("varequal", "918273645"),
        ("vargte", "918273638"),
        ("varlte", "918273652"),
    ]


class Shown(HTMLParser):
    text, tags = "", frozenset[str]()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags |= {tag}
        self.text += "".join(value or "" for name, value in attrs if name == "alt")


def shown(collection: Collection) -> Iterator[str]:
    for text in ET.fromstring(quiz(collection)).iter(f"{Q}mattext"):
        if text.attrib["texttype"] == "text/plain":
            yield text.text or ""
            continue
        page = Shown()
        page.feed(text.text or "")
        page.close()
        assert not page.tags & {"script", "style", "textarea", "e"}
        yield page.text


def test_hostile_text_comes_out_as_itself() -> None:
    assert missing("".join(shown(HOSTILE_COLLECTION)), "code") == []


def test_pictures_travel_and_the_manifest_names_every_file() -> None:
    packed = files(qti12.questions(PLAIN))
    listed = set(re.findall(r'<file href="([^"]+)"', packed["imsmanifest.xml"].decode()))
    assert listed == packed.keys() - {"imsmanifest.xml"}
    used = set(re.findall(r"%24IMS-CC-FILEBASE%24/(images/[^\"&]+)", quiz(PLAIN).decode()))
    assert used == {name for name in packed if name.startswith("images/")}
    assert len(used) == 2


def test_an_id_that_leaves_the_package_or_stands_twice_is_refused() -> None:
    for ids, word in ((("../x",), "letters"), (("a", "a"), "two questions")):
        with pytest.raises(ExportError, match=word):
            qti12.questions(Collection("T", tuple(sample("essay", id=id) for id in ids)))
