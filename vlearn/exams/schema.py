"""The JSON Schema of blueprint files, for editors: `# yaml-language-server: $schema=../blueprint.schema.json`.

`python -m vlearn.exams.schema` writes it anew into the question bank after a change of `vlearn.exams.blueprint` or
`vlearn.exams.mixture`.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from msgspec.json import schema_components

from vlearn import content
from vlearn.course import COURSE
from vlearn.exams.blueprint import Sheet
from vlearn.questions.model import KINDS, Bloom

FILE = "blueprint.schema.json"
"""Its name in the folder of the question bank."""


def schema() -> dict[str, Any]:
    """A file is a mapping with the fields of a sheet; mappings are by the names that the course and the model know."""
    (reference,), definitions = schema_components([Sheet], schema_hook=_as_written, ref_template="#/$defs/{name}")
    for mapping, names in (
        *_by_name(definitions["Sheet"]["properties"]),
        *_by_name(definitions["Section"]["properties"]),
        (definitions["Difficulty"]["properties"]["levels"], list("12345")),
        (definitions["Scoring"]["properties"]["kinds"], list(KINDS)),
    ):
        mapping["propertyNames"] = {"enum": names}
    definitions["Special"]["properties"]["options"]["additionalProperties"] = {"type": ["number", "string"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A blueprint of vlearn",
        **reference,
        "$defs": definitions,
    }


def _by_name(fields: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The mappings among the fields of a mixture, and the names that each knows."""
    yield next(form for form in fields["chapters"]["anyOf"] if form["type"] == "object"), [c.id for c in COURSE]
    yield fields["kinds"], list(KINDS)
    yield fields["bloom"], list(Bloom)
    yield fields["objectives"], [objective.id for chapter in COURSE for objective in chapter.objectives]


def text() -> str:
    """The stored form."""
    return json.dumps(schema(), indent=2) + "\n"


def _as_written(kind: type) -> dict[str, Any]:
    if kind is not Fraction:
        raise NotImplementedError(f"say how {kind.__name__} is written in YAML")
    return {"type": ["number", "string"], "minimum": 0, "pattern": "^[0-9.]+(/[0-9]+)?$"}


if __name__ == "__main__":
    (content.question_bank() / FILE).write_text(text(), encoding="utf-8")
