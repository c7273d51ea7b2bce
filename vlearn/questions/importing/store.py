"""Writing imported questions as a file of a bank: beside what is there, never over it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

from vlearn.errors import BankError
from vlearn.questions.importing.imported import Imported, slug
from vlearn.questions.load import Plain, load

_FIRST = "# yaml-language-server: $schema=../questions.schema.json\n"


def files(imported: Imported, name: str, folder: Path) -> dict[str, bytes]:
    """The files to write into the folder: `NAME.yaml` and its drawings.

    BankError if one of them is there already, or a question file below the folder has one of the ids.
    """
    taken = {id: path for path in sorted(folder.rglob("*.yaml")) for id in _ids(path)}
    for question in imported.questions:
        if (id := str(question["id"])) in taken:
            raise BankError(f"{taken[id]}: there is a question {id!r} already; nothing is overwritten: remove it first")
    made = {f"{slug(name)}.yaml": (_FIRST + _yaml(imported.questions)).encode()}
    made |= {drawing: svg.encode() for drawing, svg in imported.drawings.items()}
    for file in made:
        if (folder / file).exists():
            raise BankError(f"{folder / file} is there already; nothing is overwritten: rename the file to import")
    return made


def _ids(path: Path) -> Iterator[str]:
    match load(path).value:
        case {"questions": list(questions)}:
            yield from (
                str(question["id"]) for question in questions if isinstance(question, dict) and "id" in question
            )


class _Dumper(yaml.SafeDumper):
    """Without aliases, which our reader refuses, and without quotes around text that looks like a number."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _yaml(questions: tuple[dict[str, Plain], ...]) -> str:
    body: dict[str, Any] = {"questions": list(questions)}
    return yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


_Dumper.add_representer(str, _text)
_Dumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign]
