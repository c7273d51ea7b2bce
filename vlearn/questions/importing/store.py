"""Writing imported questions as files of a bank: beside what is there, never over it, none too large to be read."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

from vlearn.errors import BankError
from vlearn.questions.importing.imported import Imported, slug
from vlearn.questions.load import LIMIT, Plain, load

_FIRST = "# yaml-language-server: $schema=../questions.schema.json\n"


def files(imported: Imported, name: str, folder: Path) -> dict[str, bytes]:
    """The files to write into the folder: `NAME.yaml`, `NAME-2.yaml` and so on as the size demands, and the drawings.

    BankError if one of them is there already, or a question file below the folder has one of the ids.
    """
    taken = {id: path for path in sorted(folder.rglob("*.yaml")) for id in _ids(path)}
    for question in imported.questions:
        if (id := str(question["id"])) in taken:
            raise BankError(f"{taken[id]}: there is a question {id!r} already; nothing is overwritten: remove it first")
    parts = enumerate(_parts(imported.questions), 1)
    made = {f"{slug(name)}{f'-{n}' if n > 1 else ''}.yaml": content for n, content in parts}
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


def _parts(questions: Iterable[dict[str, Plain]]) -> Iterator[bytes]:
    """The questions in order, in as few files as the reader's limit allows."""
    head = f"{_FIRST}questions:\n".encode()
    part = head
    for question in questions:
        one = yaml.dump([question], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110).encode()
        if len(part) > len(head) and len(part) + len(one) > LIMIT:
            yield part
            part = head
        part += one
    yield part


_Dumper.add_representer(str, _text)
_Dumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign]
