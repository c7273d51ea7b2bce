"""Any other object in words: its fields, one below the other, as kubectl describes what it does not know."""

import re
from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import About, Lines, events, head, marks

_SKIPPED = ("name", "namespace", "labels", "annotations")
_ACRONYMS = ("API", "URL", "UID", "OSB", "GUID")


def plain(about: About) -> Lines:
    """The whole object."""
    yield from head(about)
    yield from marks(about)
    metadata = {name: value for name, value in about.metadata.items() if name not in _SKIPPED}
    yield from _fields({**about.object, "metadata": metadata}, 0)
    yield from events(about)


def _fields(found: Mapping[str, Any], level: int) -> Lines:
    indent = "  " * level
    for name, value in sorted(found.items()):
        title = _title(name)
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
    """creationTimestamp as Creation Timestamp; a key that is no word stays as it is."""
    if not re.fullmatch(r"[A-Za-z-]+", name):
        return name
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).split()
    return " ".join(each.upper() if each.upper() in _ACRONYMS else each[:1].upper() + each[1:] for each in words)
