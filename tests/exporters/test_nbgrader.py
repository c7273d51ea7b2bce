"""The source notebook as a file: valid, the same everywhere, and for students without any key."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

import pytest

from exporters import nbgrader
from tests.exporters.conftest import build
from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, collections, missing
from tests.exporters.reading import shown_by_notebook
from tests.exporters.test_leaks import CANARY, SECRET_NUMBERS
from vlearn.blocks import Text
from vlearn.errors import ExportError
from vlearn.exams.collection import Collection
from vlearn.questions.grade import grade
from vlearn.questions.model import Case, Essay, Program, Question
from vlearn.questions.responses import Response

REFERENCE = "def references(guest, host):\n    return (guest + 1) * (host + 1) - 1"
CODE = Program("def references(guest, host):\n    ", (Case("references(4, 4)", "24"), Case("references(1, 1)", "3")),
               reference=REFERENCE)  # fmt: skip
GRADED = Collection("Nested", tuple(replace(q, answer=CODE) if q.kind == "code" else q for q in PLAIN.questions))

# A response of each kind that earns all, some where some can be earned, and nothing.
RESPONSES: dict[str, tuple[Response | None, ...]] = {
    "single-choice": ("b", 1, "A", "Z", 7, None),
    "multiple-choice": ({"A", "C"}, {"A"}, {"A", "B", "C"}, {"B"}, set(), "A", None),
    "true-false": ((True, "A"), (True, None), (True, "B"), (False, "A"), True, None),
    "numeric": (918273645, "918,273,640 ns", 918273653, 918273645.5, "many", True, None),
    "short-text": ("EPT  `VIOLATION`", "page fault", "", 3, None),
    "matching": (["A", "C", "B"], ["A", None, "D"], ["B", "A", "A"], ["A"], None),
    "ordering": (["B", "A", "D", "C"], ["A", "B", "C", "D"], ["C", "D", "A", "B"], ["A", "A", "B", "C"], None),
    "cloze": (["Guest", "hypervisor", "rax"], [None, "hypervisor", "rbx"], ["x", "y", "z"], "guest", None),
    "classification": (["A", "B", "A"], [0, 0, None], ["B", "A", "B"], [9, 9, 9], None),
    "trace": (["4096", "pdpte", "0x3010"], [None, "PDPTE", None], ["1", "2", "3"], 0, None),
    "code": (REFERENCE, "def references(g, h):\n    return 24", "def references(g, h):\n    return [g]", "x = 1"),
}
CASES = [(kind, response) for kind, responses in RESPONSES.items() for response in responses]


def cells(content: bytes) -> list[dict[str, Any]]:
    return list(json.loads(content)["cells"])


def released(content: bytes) -> bytes:
    """What is left for students: nbgrader drops the lines from a BEGIN to its END."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        cell["source"] = re.sub(r"### BEGIN (.*)\n(?s:.)*?### END \1", "", cell["source"])
    return json.dumps(notebook).encode()


def of(kind: str) -> Question:
    return next(question for question in GRADED.questions if question.kind == kind)


def earned(kind: str, response: Response | None) -> float:
    """What the cell of tests says of a response, in a process that has nothing but the response."""
    alone = Collection("One", (replace(of(kind), points=Fraction(6)),))
    _, _, answer, tests = cells(nbgrader.questions(alone))
    names: dict[str, Any] = {}
    if kind == "code":
        exec(str(response), names)
    else:
        names[re.findall(r"^answer_\w+", answer["source"], re.MULTILINE)[-1]] = response
    *body, last = [line for line in tests["source"].split("\n") if line != "### END HIDDEN TESTS"]
    exec("\n".join(body), names)
    return float(eval(last, names))


@pytest.mark.parametrize(("kind", "response"), CASES)
def test_a_test_gives_the_points_that_vlearn_gives(kind: str, response: Response | None) -> None:
    try:
        expected = grade(replace(of(kind), points=Fraction(6)), response).points
    except Exception:  # no response of that form
        expected = Fraction(0)
    if expected:
        assert earned(kind, response) == pytest.approx(float(expected))
    else:
        with pytest.raises(AssertionError):
            earned(kind, response)


def test_a_program_that_is_stopped_or_asks_to_end_earns_only_what_it_did() -> None:
    ending = "def references(g, h):\n    if g == 4:\n        return 24\n    raise SystemExit"
    assert earned("code", ending) == 3
    with pytest.raises(KeyboardInterrupt):
        earned("code", "def references(g, h):\n    raise KeyboardInterrupt")


def test_no_test_needs_vlearn() -> None:
    tests = [cell["source"] for cell in cells(nbgrader.questions(PLAIN)) if cell["id"].endswith("-tests")]
    assert len(tests) == len(PLAIN.questions) - 1
    assert {name for test in tests for name in re.findall(r"^ +(?:from|import) (\w+)", test, re.MULTILINE)} <= {
        "ast", "collections", "contextlib", "fractions", "io", "re", "string", "types", "typing",
    }  # fmt: skip


@collections
def test_the_notebook_is_valid_and_hides_its_keys(collection: Collection) -> None:
    nbformat = pytest.importorskip("nbformat")
    content = nbgrader.questions(collection)
    assert nbgrader.left_out(collection) == ()
    nbformat.validate(json.loads(content))
    kept = released(content)
    nbformat.validate(json.loads(kept))
    assert b"EPT violation" not in kept


def test_the_key_stands_in_the_source_and_nothing_of_it_in_what_students_get() -> None:
    names = count()
    secret = build(hide=lambda text: f"{CANARY}{next(names)}")
    content = nbgrader.questions(Collection(secret.title, secret.questions))
    text = released(content).decode()
    assert "Question 12" in text
    answers = set(re.findall(rf"{CANARY}\d+", repr([question.answer for question in secret.questions])))
    assert answers - set(re.findall(rf"{CANARY}\d+", content.decode())) == set()
    for hidden in (CANARY, SECRET_NUMBERS[0], "ch06-walk", "difficulty"):
        assert hidden in content.decode()
        assert hidden not in text, hidden


def test_hostile_text_is_shown_as_itself() -> None:
    shown = shown_by_notebook(nbgrader.questions(HOSTILE_COLLECTION))
    assert missing(re.sub("[\0\a]", "\ufffd", shown)) == []


def test_points_are_whole_and_the_head_says_how_they_are_scaled() -> None:
    graded = [c["metadata"]["nbgrader"] for c in cells(nbgrader.questions(PLAIN)) if c["metadata"]["nbgrader"]["grade"]]
    assert [grader["points"] for grader in graded] == list(range(1, 13))
    assert "Each point of a question counts as 2 points" in cells(nbgrader.questions(PLAIN))[0]["source"]
    whole = Collection("Whole", tuple(replace(q, points=Fraction(3)) for q in PLAIN.questions))
    assert "counts as" not in cells(nbgrader.questions(whole))[0]["source"]


def test_a_cell_is_known_by_its_question_wherever_it_stands() -> None:
    def known(collection: Collection) -> set[tuple[str, str]]:
        sources = {c["id"]: c["source"] for c in cells(nbgrader.questions(collection))}
        return {(id, source) for id, source in sources.items() if id.endswith("-answer")}

    assert known(PLAIN) == known(Collection("Turned", PLAIN.questions[::-1]))
    made = cells(nbgrader.questions(PLAIN))
    assert all(c["metadata"]["nbgrader"]["grade_id"] == c["id"] for c in made)
    assert len({c["id"] for c in made}) == len(made)


@pytest.mark.parametrize("mark", ["BEGIN SOLUTION", "### END HIDDEN TESTS", "# AUTOTEST x"])
def test_words_that_nbgrader_would_take_for_its_own_are_left_out(mark: str) -> None:
    one = replace(PLAIN.questions[0], id="one", prompt=(Text(f"What does `{mark}` mean?"),))
    two = replace(PLAIN.questions[1], id="two", solution=(Text(f"{mark}"),))
    collection = Collection("Marks", (one, two, PLAIN.questions[2]))
    assert [missing.id for missing in nbgrader.left_out(collection)] == ["one", "two"]
    assert len(cells(nbgrader.questions(collection))) == 1 + 3
    with pytest.raises(ExportError, match="title"):
        nbgrader.questions(Collection(mark, ()))


def test_a_program_without_a_reference_is_named() -> None:
    bare = replace(of("code"), answer=replace(CODE, reference=""))
    assert [other.id for other in nbgrader.changed(Collection("x", (bare, of("essay"))))] == [bare.id]
    assert isinstance(of("essay").answer, Essay)
