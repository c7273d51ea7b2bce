"""The QTI 2.1 package: valid, complete, and graded by a small engine of the tests as vlearn grades."""

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from exporters import qti21
from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, collections, faults, files, missing
from tests.exporters.qti_engine import Responses, score
from vlearn.exams.collection import Collection
from vlearn.questions.grade import grade
from vlearn.questions.model import Matching, Numeric, Ordering, Question

BY_KIND = {question.kind: question for question in PLAIN.questions}


def item(question: Question) -> bytes:
    return files(qti21.questions(Collection("T", (question,))))[f"items/{question.id}.xml"]


@collections
def test_items_and_test_are_valid(collection: Collection) -> None:
    packed = files(qti21.questions(collection))
    checked = [name for name in packed if name.endswith(".xml") and name != "imsmanifest.xml"]
    found = {name: faults("qti/qtiv2p1/imsqti_v2p1.xsd", packed[name]) for name in checked}
    assert len(found) == len(collection.questions) - len(qti21.left_out(collection)) + 1
    assert found == dict.fromkeys(checked, "")


@collections
def test_the_manifest_is_valid_and_names_every_file(collection: Collection) -> None:
    packed = files(qti21.questions(collection))
    assert faults("qti/imscp_v1p1.xsd", packed["imsmanifest.xml"]) == ""
    listed = set(re.findall(r'<file href="([^"]+)"', packed["imsmanifest.xml"].decode()))
    assert listed == packed.keys() - {"imsmanifest.xml"}
    used = {name for text in packed.values() for name in re.findall(r'src="\.\./(images/[^"]+)"', text.decode())}
    assert used == {name for name in packed if name.startswith("images/")}
    assert len(used) == 2


@collections
def test_only_the_program_is_left_out(collection: Collection) -> None:
    assert [one.id for one in qti21.left_out(collection)] == ["ch06-code"]


def test_what_is_marked_in_another_way_is_said() -> None:
    assert [one.id for one in qti21.changed(PLAIN)] == ["ch06-ordering", "ch06-cloze", "ch06-essay", "ch06-trace"]


@pytest.mark.parametrize(
    "answer",
    [Numeric(Fraction(1, 3)), Numeric(Fraction(16), Fraction(1), base=16), Ordering(("a", "b", "a"), (1, 0, 2))],
)
def test_what_would_be_graded_wrongly_is_left_out(answer: Numeric | Ordering) -> None:
    question = replace(BY_KIND["essay"], answer=answer)
    assert [one.id for one in qti21.left_out(Collection("T", (question,)))] == [question.id]


GRADED: list[tuple[str, object, Responses]] = [
    ("single-choice", 1, {"RESPONSE": ["B"]}),
    ("single-choice", 0, {"RESPONSE": ["A"]}),
    ("single-choice", None, {}),
    ("multiple-choice", {0, 2}, {"RESPONSE": ["A", "C"]}),
    ("multiple-choice", {0, 1}, {"RESPONSE": ["A", "B"]}),
    ("multiple-choice", {0}, {"RESPONSE": ["A"]}),
    ("multiple-choice", {1, 3}, {"RESPONSE": ["B", "D"]}),
    ("true-false", (True, 0), {"VERDICT": ["true"], "RESPONSE": ["A"]}),
    ("true-false", (True, 1), {"VERDICT": ["true"], "RESPONSE": ["B"]}),
    ("true-false", (False, 0), {"VERDICT": ["false"], "RESPONSE": ["A"]}),
    ("numeric", 918273645, {"RESPONSE": ["918273645"]}),
    ("numeric", 918273652, {"RESPONSE": ["918273652"]}),
    ("numeric", 918273653, {"RESPONSE": ["918273653"]}),
    ("short-text", "ept violation", {"RESPONSE": ["ept violation"]}),
    ("short-text", "page fault", {"RESPONSE": ["page fault"]}),
    ("matching", [0, 2, 1], {"RESPONSE": ["L1 A", "L2 C", "L3 B"]}),
    ("matching", [0, 1, None], {"RESPONSE": ["L1 A", "L2 B"]}),
    ("ordering", [1, 0, 3, 2], {"RESPONSE": ["B", "A", "D", "C"]}),
    ("ordering", [2, 3, 0, 1], {"RESPONSE": ["C", "D", "A", "B"]}),
    ("cloze", ["Guest", "hypervisor", "rbx"], {"RESPONSE1": ["Guest"], "RESPONSE2": ["B"], "RESPONSE3": ["rbx"]}),
    ("classification", [0, 1, 0], {"RESPONSE": ["L1 A", "L2 B", "L3 A"]}),
    ("trace", ["0x1000", "pdpte", "no"], {"RESPONSE1": ["0x1000"], "RESPONSE2": ["pdpte"], "RESPONSE3": ["no"]}),
]


@pytest.mark.parametrize(("kind", "response", "responses"), GRADED)
def test_an_engine_of_qti_gives_the_points_that_vlearn_gives(kind: str, response: object, responses: Responses) -> None:
    question = replace(BY_KIND[kind], points=Fraction(3))
    expected = grade(question, response).points  # type: ignore[arg-type]
    if kind == "ordering" and expected != 3:
        expected = Fraction(0)  # partial credit is lost, as the module says
    assert score(item(question), responses)[0] == pytest.approx(float(expected))


def test_a_hexadecimal_number_may_lack_its_prefix() -> None:
    question = replace(BY_KIND["numeric"], answer=Numeric(Fraction(0x1F000), base=16), points=Fraction(2))
    for typed, points in (("0x1f000", 2), ("1F000", 2), ("126976", 0)):
        assert score(item(question), {"RESPONSE": [typed]})[0] == points


def test_feedback_is_that_of_the_chosen_option_and_the_solution() -> None:
    content = item(BY_KIND["single-choice"])
    assert score(content, {"RESPONSE": ["C"]})[1] == ["C", "solution"]
    assert b"Adds the levels instead of multiplying them." in content


def test_hostile_text_comes_out_as_itself() -> None:
    texts = []
    for name, content in files(qti21.questions(HOSTILE_COLLECTION)).items():
        if name.startswith("items/"):
            root = ET.fromstring(content)
            assert {e.tag.split("}")[1] for e in root.iter()}.isdisjoint({"script", "gap", "e"})
            texts += ["".join(root.itertext()), *(e.attrib["alt"] for e in root.iter() if "alt" in e.attrib)]
    assert missing("".join(texts), "code") == []


@pytest.mark.parametrize(("points", "count"), [(1, 3), (2, 7), (4, 6), (4, 9), (Fraction(5, 2), 11)])
def test_the_shares_of_the_points_add_up_to_them_again(points: int | Fraction, count: int) -> None:
    texts = tuple(f"text {n}" for n in range(count))
    answer = Matching(texts, texts, tuple(range(count)))
    made = ET.fromstring(item(replace(BY_KIND["matching"], points=Fraction(points), answer=answer)))
    worth = [float(entry.get("mappedValue", "")) for entry in made.iter() if entry.tag.endswith("}mapEntry")]
    assert len(worth) == count
    assert sum(worth) == pytest.approx(float(points), rel=1e-15, abs=0)
