"""GIFT as other readers of it see it: Moodle's rules by golden snippets, and gift-pegjs where npm has installed it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from exporters import gift
from tests.exporters.meaning import plain, told
from tests.exporters.test_moodle_round_trip import NASTY, asked
from vlearn.blocks import Chart, Code, Figure
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.importing.content import plain as seen
from vlearn.questions.model import (
    Answer,
    Classification,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Question,
    ShortText,
    SingleChoice,
)

READ = """
const {parse} = require("gift-pegjs");
let text = "";
process.stdin.setEncoding("utf8").on("data", part => text += part)
  .on("end", () => console.log(JSON.stringify(parse(text))));
"""


def written(form: Form, answer: Answer) -> str:
    question = replace(form.questions[4], id="q", answer=answer, solution=(), source="")
    return gift.questions(Collection("Nested", (question,))).decode()


SNIPPETS = [
    (
        SingleChoice((Option("a=b", "no: #1"), Option("c")), 1),
        '\t~[html]a\\=b #[html]<p dir\\="auto">no\\: \\#1</p>\n\t=[html]c\n',
    ),
    (
        MultipleChoice((Option("a"), Option("b"), Option("c")), frozenset({0, 2})),
        "\t~%50%[html]a\n\t~%-50%[html]b\n\t~%50%[html]c\n",
    ),
    (MultipleChoice((Option("a"), Option("b")), frozenset({0})), "\t~%100%[html]a\n\t~%-100%[html]b\n"),
    (Numeric(Fraction(-5, 2), Fraction(1, 10)), "{#\n\t=%100%-2.5:0.1\n}"),
    (Numeric(Fraction(0x1F), base=16), "\t=%100%0x1F\n\t=%100%1F\n"),
    (ShortText(("T", "[html]x", "a*~")), "\t=%100%T\n\t=%100%[plain][html]x\n\t=%100%a\\\\*\\~\n"),
    (Matching(("a", "b"), ("x", "y:", "z"), (1, 0)), "\t=[html]a -> y\\:\n\t=[html]b -> x\n\t= -> z\n"),
    (Classification(("x", "y"), ("a", "b"), (0, 0)), "\t=[html]a -> x\n\t=[html]b -> x\n\t= -> y\n"),
]


@pytest.mark.parametrize(("answer", "snippet"), SNIPPETS)
def test_a_key_is_written_as_moodle_reads_it(answer: Answer, snippet: str, form: Form) -> None:
    assert snippet in written(form, answer)


def test_ids_and_tags_stand_in_a_comment_above_the_title(form: Form) -> None:
    text = gift.questions(Collection("Nested", form.questions[4:5])).decode()
    assert text.startswith("$CATEGORY: $course$/top/Nested/ch06 Memory virtualization\n\n// [id:ch06-short-text] ")
    assert "[tag:objective:ch06-walk] [tag:kind:short-text] [tag:bloom:apply]" in text
    assert "[tag:points:2.5]\n::ch06-short-text::[html]" in text


def test_no_line_of_a_question_is_blank_or_a_comment(form: Form) -> None:
    code = replace(form.questions[4], id="q", prompt=(Code("// one\n\n::two::\n\n}", "c"),))
    _, block, end = gift.questions(Collection("x", (code,))).decode().partition("// [id:q]")
    assert end
    assert not any(line.startswith("//") or not line.strip() for line in end.rstrip().split("\n")[1:])
    assert block


LEFT_OUT = {
    "ch06-single-choice": "pictures",
    "ch06-numeric": "pictures",
    "ch06-true-false": "no reason",
    "ch06-ordering": "kind ordering",
    "ch06-cloze": "kind cloze",
    "ch06-trace": "kind trace",
    "ch06-code": "kind code",
}


def test_what_gift_cannot_hold_is_named_and_not_written(form: Form) -> None:
    collection = Collection("x", form.questions)
    told = {missing.id: missing.reason for missing in gift.left_out(collection)}
    assert {id: why for id, why in LEFT_OUT.items() if why not in told.get(id, "")} == {}
    text = gift.questions(collection).decode()
    assert [q.id for q in form.questions if f"::{q.id}::" in text] == [q.id for q in form.questions if q.id not in told]
    assert [change.id for change in gift.changed(collection)] == ["ch06-essay"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [(ShortText(("a",), case_sensitive=True), "letter case"), (ShortText(("a -> b",)), "->")],
)
def test_a_key_that_gift_would_misread_is_left_out(answer: Answer, why: str, form: Form) -> None:
    (missing,) = gift.left_out(Collection("x", (replace(form.questions[4], answer=answer),)))
    assert why in missing.reason


@pytest.fixture(scope="module")
def another_parser() -> Callable[[bytes], list[dict[str, Any]]]:
    """gift-pegjs, by Fuhrman; where node or the package is missing, its tests are skipped."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on the PATH to run gift-pegjs with")
    if subprocess.run([node, "-e", "require.resolve('gift-pegjs')"], capture_output=True, check=False).returncode:
        pytest.skip("gift-pegjs is not installed: `npm install --no-save gift-pegjs` here, or set NODE_PATH")

    def parse(data: bytes) -> list[dict[str, Any]]:
        ran = subprocess.run([node, "-e", READ], input=data, capture_output=True, check=True)
        parsed: list[dict[str, Any]] = json.loads(ran.stdout)
        return parsed

    return parse


@pytest.mark.parametrize(
    "text", ["", " and ".join(NASTY[::2]), " and ".join(NASTY[1::2])], ids=["plain", "even", "odd"]
)
def test_another_parser_reads_every_question(
    text: str, make_form: Callable[..., Form], another_parser: Callable[[bytes], list[dict[str, Any]]]
) -> None:
    asking = [
        replace(question, prompt=tuple(b for b in question.prompt if not isinstance(b, Figure | Chart)))
        for question in asked(make_form, text)
    ]
    collection = Collection("Nested", tuple(asking))
    out = {missing.id for missing in gift.left_out(collection)}
    category, *found = another_parser(gift.questions(collection))
    assert category["title"] == "$course$/top/Nested/ch06 Memory virtualization"
    held = {question.id: question for question in asking if question.id not in out}
    assert {one["id"] for one in found} == set(held)
    for one in found:
        _agrees(one, held[one["id"]])


def _agrees(one: dict[str, Any], question: Question) -> None:
    assert one["title"] == question.id
    assert f"kind:{question.kind}" in one["tags"]
    assert seen(one["stem"]["text"]).startswith(plain(question.prompt[0].markdown))  # type: ignore[union-attr]
    match question.answer:
        case SingleChoice(options, correct):
            assert one["type"] == "MC"
            assert [seen(choice["text"]["text"]) for choice in one["choices"]] == [plain(o.text) for o in options]
            assert [choice["isCorrect"] for choice in one["choices"]].index(True) == correct
        case MultipleChoice(options, right):
            assert [seen(choice["text"]["text"]) for choice in one["choices"]] == [plain(o.text) for o in options]
            assert {n for n, choice in enumerate(one["choices"]) if choice["weight"] > 0} == right
        case Numeric(value, tolerance):
            assert one["type"] == "Numerical"
            assert one["choices"][0]["text"] == {"type": "range", "number": value, "range": tolerance}
        case ShortText(accepted):
            assert one["type"] == "Short"
            assert [told(choice["text"]["text"]) for choice in one["choices"]] == [
                a.replace("*", "\\*") for a in map(told, accepted)
            ]
        case Matching(left, right) | Classification(right, left):
            assert one["type"] == "Matching"
            assert [seen(pair["subquestion"]["text"]) for pair in one["matchPairs"]][: len(left)] == list(
                map(plain, left)
            )
            assert len({pair["subanswer"] for pair in one["matchPairs"]}) == len(right)
        case _:
            assert one["type"] == "Essay"
