"""The JSON Schema of question files, for editors: `# yaml-language-server: $schema=../questions.schema.json`.

`python -m vlearn.questions.schema` writes it anew into the question bank after a change of `vlearn.questions.wire`.
"""

import json
from fractions import Fraction
from typing import Any

from msgspec.json import schema_components

from vlearn import content
from vlearn.questions import wire

FILE = "questions.schema.json"
"""Its name in the folder of the question bank."""


def schema() -> dict[str, Any]:
    """A file is a mapping with a list `questions`; a question with a `generator` has no kind of its own."""
    kinds = tuple(wire.KINDS.values())
    references, definitions = schema_components((*kinds, wire.Generated), schema_hook=_as_written)
    definitions["Content"]["oneOf"] = [{"required": [part]} for part in ("text", "code", "table", "figure")]
    question = {
        "type": "object",
        "if": {"required": ["generator"]},
        "then": references[-1],
        "else": {
            "properties": {"kind": {"description": "What kind of question it is.", "enum": list(wire.KINDS)}},
            "required": ["kind"],
            # Conditions, not anyOf: an editor then reports the fault within the kind that the author named.
            "allOf": [
                {"if": {"properties": {"kind": {"const": name}}}, "then": reference}
                for name, reference in zip(wire.KINDS, references[:-1], strict=True)
            ],
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questions of vlearn",
        "type": "object",
        "properties": {"questions": {"type": "array", "items": question}},
        "required": ["questions"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def text() -> str:
    """The stored form."""
    return json.dumps(schema(), indent=2) + "\n"


def _as_written(kind: type) -> dict[str, Any]:
    if kind is Fraction:
        return {"type": ["number", "string"]}
    return {"type": ["string", "number", "boolean"]}


if __name__ == "__main__":
    (content.question_bank() / FILE).write_text(text(), encoding="utf-8")
