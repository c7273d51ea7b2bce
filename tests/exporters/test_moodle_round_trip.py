"""What goes out as Moodle XML comes in again with the same meaning, whatever its text."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from exporters import gift, moodle
from tests.exporters.meaning import made, meaning, stored
from tests.exporters.test_hostile_text import HOSTILE
from vlearn.blocks import Chart, Figure, Text
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.importing.gift import read_gift
from vlearn.questions.importing.moodle import read_moodle
from vlearn.questions.model import Case, Essay, Numeric, Program, Question
from vlearn.render.markdown import escaped as literal

NASTY = [
    *HOSTILE,
    "]]>",
    "<![CDATA[x]]>",
    "{1:SHORTANSWER:=x~%50%y#z}",
    "~ = # { } : \\ \\~ \\\\=",
    "%50%half ~%-5%",
    "a -> b",
    "// [id:x] [tag:y]",
    "::title:: $CATEGORY: x",
    "* wild * card",
    "#### general",
    "[html]b [plain]c",
    "@@PLUGINFILE@@/x.png",
    "\u202eright to left\u202c",
    "1. one",
    "TRUE",
    "ANSWER: A",
]
PROGRAM = Program(
    starter="def references(guest, host):\n    ...",
    cases=(Case("references(4, 4)", "24"), Case("'<b>' + \"'\"", "'<b>\\'{}~='")),
    reference='def references(guest, host):\n\n    return "</pre>]]>{1:MC:=x}" and 24',
)


def asked(make_form: Callable[..., Form], text: str) -> tuple[Question, ...]:
    """A question of every kind, with the text in every field."""

    def write(shown: str) -> str:
        return f"{shown} {text}".strip()

    form = make_form(say=lambda shown: literal(write(shown)), write=write, hide=lambda shown: literal(write(shown)))
    plain = make_form(hide=write)
    return tuple(
        replace(
            question,
            id=f"ch06-{question.kind}",
            objective="ch06-count-references",
            source=write("Intel SDM"),
            answer=_answer(question, written),
            generator="",
        )
        for question, written in zip(form.questions, plain.questions, strict=True)
    )


def _answer(question: Question, written: Question):  # type: ignore[no-untyped-def]
    match question.kind:
        case "code":
            return PROGRAM
        case "numeric":
            return replace(question.answer, unit="ns")
        case "short-text" | "trace":
            return written.answer
        case "cloze":
            right = [gap.accepted for gap in written.answer.gaps]
            gaps = tuple(replace(gap, accepted=texts) for gap, texts in zip(question.answer.gaps, right, strict=True))
            return replace(question.answer, gaps=gaps)
        case _:
            return question.answer


@pytest.mark.parametrize("text", ["", *NASTY])
def test_moodle_keeps_every_question_of_every_kind(text: str, make_form: Callable[..., Form], tmp_path: Path) -> None:
    asking = asked(make_form, text)
    collection = Collection("Nested / paging", asking)
    assert moodle.left_out(collection) == ()
    imported = read_moodle(moodle.questions(collection))
    assert imported.refused == ()
    back = made(stored(imported, tmp_path))
    for question in asking:
        if any(isinstance(block, Figure | Chart) for block in question.prompt):
            question, returned = (replace(q, prompt=q.prompt[:1]) for q in (question, back[question.id]))
            assert meaning(returned)[-1] == meaning(question)[-1]
        else:
            assert meaning(back[question.id]) == meaning(question)


@pytest.mark.parametrize("text", ["", *NASTY])
def test_gift_keeps_every_question_that_it_holds(text: str, make_form: Callable[..., Form], tmp_path: Path) -> None:
    asking = tuple(
        replace(q, prompt=tuple(b for b in q.prompt if not isinstance(b, Figure | Chart)))
        for q in asked(make_form, text)
    )
    collection = Collection("Nested / paging", asking)
    out = {missing.id for missing in gift.left_out(collection)}
    expected = {"ch06-true-false", "ch06-ordering", "ch06-cloze", "ch06-trace", "ch06-code"}
    assert out == expected | ({"ch06-short-text"} if "->" in text else set())
    imported = read_gift(gift.questions(collection))
    assert imported.refused == ()
    back = made(stored(imported, tmp_path))
    for question in asking:
        if question.id not in out:
            parts = -1 if isinstance(question.answer, Essay) else None
            assert meaning(back[question.id])[:parts] == meaning(question)[:parts]


@pytest.mark.parametrize("exporter", [moodle, gift], ids=["moodle", "gift"])
def test_a_second_export_is_the_same_bytes(exporter, make_form: Callable[..., Form]) -> None:  # type: ignore[no-untyped-def]
    collection = Collection("Nested", asked(make_form, "x"))
    assert exporter.questions(collection) == exporter.questions(collection)


def test_a_drawing_travels_with_its_words(form: Form, tmp_path: Path) -> None:
    question = replace(form.questions[0], objective="ch06-count-references", answer=Numeric(0x1F000, base=16))
    back = made(stored(read_moodle(moodle.questions(Collection("x", (question,)))), tmp_path))[question.id]
    _, figure, caption = back.prompt
    assert isinstance(figure, Figure)
    assert figure.alt == "CR3 points to the PML4"
    assert "PML4</text>" in figure.svg
    assert caption == Text("Where a walk begins.")
    assert back.answer == question.answer
