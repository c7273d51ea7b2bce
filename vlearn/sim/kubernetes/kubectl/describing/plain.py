"""Any other object in words: its fields, one below the other, as kubectl describes what it does not know."""

import re
from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import About, Lines, events, head, marks

_SKIPPED = ("name", "namespace", "labels", "annotations")


def plain(about: About) -> Lines:
    """The whole object."""
    yield from head(about)
    yield from marks(about)
    yield f"API Version:\t{about.object['apiVersion']}"
    yield f"Kind:\t{about.object['kind']}"
    yield "Metadata:"
    kept = {name: value for name, value in about.metadata.items() if name not in _SKIPPED}
    yield from _fields(kept, 1)
    rest = {name: value for name, value in about.object.items() if name not in ("apiVersion", "kind", "metadata")}
    yield from _fields(rest, 0)
    yield from events(about)


def _fields(found: Mapping[str, Any], level: int) -> Lines:
    indent = "  " * level
    for title, value in sorted((_title(name), value) for name, value in found.items()):
        match value:
            case Mapping():
                yield f"{indent}{title}:"
                yield from _fields(value, level + 1)
            case list() | tuple():
                yield f"{indent}{title}:"
                for each in value:
                    if isinstance(each, Mapping):
                        yield from _fields(each, level + 1)
                    else:
                        yield f"{indent}  {each}"
            case _:
                shown = str(value).lower() if isinstance(value, bool) else value
                yield f"{indent}{title}:\t{shown}"


def _title(name: str) -> str:
    """creationTimestamp as Creation Timestamp."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    words = words[:1].upper() + words[1:]
    return {"Uid": "UID", "Api Version": "API Version"}.get(words, words)
