from dataclasses import replace

import pytest

from exporters import aiken
from vlearn.blocks import Code, Text
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.model import Option, SingleChoice


def test_a_single_choice_is_lines_of_plain_text(form: Form) -> None:
    question = replace(form.questions[0], prompt=(Text("How many *references*\n\ndoes a `walk` make?"),))
    assert aiken.questions(Collection("x", (question, question))).decode() == "\n".join(
        [
            "How many references does a walk make?\n"
            "A. 4, one for each level\nB. 24: (4+1)·(4+1)−1\nC. 8\nD. 20\nANSWER: B\n"
        ]
        * 2
    )


TOO_MANY = SingleChoice(tuple(Option(f"option {n}") for n in range(27)), 0)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"prompt": (Text("a"), Code("b"))}, "only text"),
        ({"prompt": (Text("A) is right?"),)}, "beginning"),
        ({"prompt": (Text("Answer: what?"),)}, "beginning"),
        ({"prompt": (Text("What?"),), "answer": TOO_MANY}, "26"),
        ({"prompt": (Text("What?"),), "answer": SingleChoice((Option("*a*"), Option("a")), 0)}, "the same"),
    ],
)
def test_what_aiken_would_misread_is_left_out(changed: dict[str, object], why: str, form: Form) -> None:
    collection = Collection("x", (replace(form.questions[0], **changed),))  # type: ignore[arg-type]
    (missing,) = aiken.left_out(collection)
    assert why in missing.reason
    assert aiken.questions(collection) == b""


def test_every_other_kind_is_left_out_by_name(form: Form) -> None:
    kinds = {missing.reason.rpartition(" ")[2] for missing in aiken.left_out(Collection("x", form.questions[1:]))}
    assert kinds == {question.kind for question in form.questions[1:]}
