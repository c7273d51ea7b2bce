"""The JSON Schema that editors use agrees with the loader, on the stored bank and on files made to fail."""

import fastjsonschema
import pytest
import yaml

from tests.questions.files import KINDS, stated
from vlearn import content
from vlearn.questions import schema

RENEW = "run `python -m vlearn.questions.schema` to write it anew"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.fixture(scope="module")
def validate():
    return fastjsonschema.compile(schema.schema())


def read_as_an_editor_does(text):
    return yaml.load(text, Loader=_LOADER)


def test_the_stored_schema_is_current():
    stored = (content.question_bank() / schema.FILE).read_text(encoding="utf-8")
    assert stored == schema.text(), RENEW


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_satisfies_the_schema(kind, validate):
    read = read_as_an_editor_does(stated(kind))
    assert validate(read) == read


def test_the_whole_bank_satisfies_the_schema(validate):
    paths = [path for path in content.question_bank().rglob("*.yaml") if path.parent.name != "blueprints"]
    assert paths
    for path in paths:
        validate(read_as_an_editor_does(path.read_text(encoding="utf-8")))


GENERATED = "id: q, objective: o, points: 1, minutes: 1, difficulty: 1, bloom: apply, generator: sum"
WRONG = [
    stated("ordering").replace("kind: ordering", "kind: ordring"),
    stated("ordering").replace("points: 1", "pionts: 1"),
    stated("ordering").replace("    points: 1\n", ""),
    stated("ordering").replace("difficulty: 2", "difficulty: 6"),
    stated("ordering").replace("bloom: apply", "bloom: aply"),
    stated("ordering").replace("prompt: What is it?", "prompt: [{text: a, code: b}]"),
    stated("single-choice", "options: [{text: a, wrong: true}]"),
    f"questions: [{{{GENERATED}, kind: numeric}}]",
    "title: x\nquestions: []",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_the_loader_refuses_by_its_shape_the_schema_refuses(text, validate):
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        validate(read_as_an_editor_does(text))


def test_a_generated_question_satisfies_the_schema(validate):
    read = read_as_an_editor_does(f"questions: [{{{GENERATED}, parameters: {{most: 3}}}}]")
    assert validate(read) == read


def test_every_field_is_described_or_says_itself():
    """What needs no words has a name that says it."""
    plain = {"text", "correct", "left", "right", "header", "rows", "caption", "language", "options", "reasons", "truth"}
    plain |= {"pairs", "cases", "rubric", "case_sensitive", "table", "figure", "kind"}
    for definition in schema.schema()["$defs"].values():
        for name, field in definition.get("properties", {}).items():
            assert "description" in field or name in plain, name
