"""JSON: read back, questions are equal; what is no such file is refused with the place of the fault."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters import json_bank
from tests.exporters.hostile import PLAIN, collections
from tests.questions.samples import questions
from vlearn.errors import BankError
from vlearn.exams.collection import Collection


@collections
def test_read_back_the_questions_are_equal(collection: Collection) -> None:
    assert json_bank.left_out(collection) == ()
    assert json_bank.read(json_bank.questions(collection)) == collection


@settings(deadline=None)
@given(questions)
def test_every_sound_question_comes_back(question) -> None:  # type: ignore[no-untyped-def]
    collection = Collection("T", (question,))
    assert json_bank.read(json_bank.questions(collection)) == collection


@collections
def test_the_schema_takes_what_is_written(collection: Collection) -> None:
    fastjsonschema = pytest.importorskip("fastjsonschema", reason="the package fastjsonschema is not installed")
    # It knows draft 7, where the items of a pair are called `items`.
    old = json.loads(json.dumps(json_bank.schema()).replace("2020-12/schema", "x").replace('"prefixItems"', '"items"'))
    check = fastjsonschema.compile({**old, "$schema": "http://json-schema.org/draft-07/schema#"})
    check(json.loads(json_bank.questions(collection)))
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check({"version": 1, "title": "T", "questions": [{}]})


def changed(**fields: object) -> bytes:
    whole = json.loads(json_bank.questions(replace(PLAIN, questions=PLAIN.questions[:1])))
    whole["questions"][0] |= fields
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", '"version": 1'),
        (b'{"version": 2}', '"version": 1'),
        (changed(points="1e9999999"), r"file.questions\[0\].points"),
        (changed(points="1/0"), "points"),
        (changed(points=1), "points"),
        (changed(difficulty=True), "difficulty"),
        (changed(bloom="guess"), "bloom"),
        (changed(extra=1), "its fields must be"),
        (changed(answer={"kind": "figure"}), "none of single-choice"),
        (changed(answer={"kind": ["x"]}), "none of single-choice"),
        (changed(prompt=[{"kind": "figure", "svg": "", "alt": " ", "caption": ""}]), "alternative text"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_place(content: bytes, message: str) -> None:
    with pytest.raises(BankError, match=message):
        json_bank.read(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "options", "id"]), inner),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.sampled_from(["answer", "prompt", "enemies", "points", "bloom", "minutes"]), json_values)
def test_any_value_in_any_field_gives_a_collection_or_the_error(field: str, value: object) -> None:
    try:
        read = json_bank.read(changed(**{field: value}))
    except BankError:
        return
    assert read.questions
