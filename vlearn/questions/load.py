"""Safe reading of a YAML file: plain text, lists and mappings, with the line of each.

Every scalar stays the text it is written as, because a field's type decides what it means, not its look: `no`, `1:30`
and 0x18 are those characters where text is wanted. Left out on purpose: tags, aliases (nothing expands), merge keys.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from vlearn.questions.faults import Where, line_at

LIMIT = 1 << 20
"""The largest file that is read, in bytes."""

DEEPEST = 20
"""How deep lists and mappings may be nested; a question needs seven."""

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_HINTS = {
    "mapping values are not allowed": "; put text that holds a colon and a space in quotes",
    "did not find expected key": "; put text that begins with a quote, [ or { in quotes, or under `|`",
    "expected <block end>": "; put text that begins with a quote, [ or { in quotes, or under `|`",
    "character that cannot start any token": "; indent with spaces, and put text that begins with @ or ` in quotes",
    "found character": "; indent with spaces, and put text that begins with @ or ` in quotes",
}


@dataclass(slots=True)
class Document:
    """What a file holds, the line of each place in it, and what is wrong with it as YAML: (place, line, message)."""

    value: Plain = ""
    lines: dict[Where, int] = field(default_factory=dict)
    faults: list[tuple[Where, int, str]] = field(default_factory=list)

    def line(self, where: Where) -> int:
        """The line of a place, or of the nearest place around it that the file has."""
        return line_at(self.lines, where) or 1


class _MalformedError(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line, self.message = line, message


def load(path: Path) -> Document:
    """Read a file. A file that is no YAML gives a document with a fault and no value; OSError stays what it is."""
    if (size := path.stat().st_size) > LIMIT:
        return Document(faults=[((), 1, f"the file has {size} bytes; split it into files of at most {LIMIT}")])
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Document(faults=[((), line, "the file is not UTF-8 text: save it as UTF-8")])
    return read(text)


def read(text: str) -> Document:
    """Read a text as `load` does."""
    document = Document()
    try:
        events = _events(text)
        document.value = _value(next(events, None), events, (), document)
        if extra := next(events, None):
            document.faults.append(((), _line(extra), "a second document begins here: a file is one document"))
    except _MalformedError as error:
        return Document(faults=[((), error.line, error.message)])
    return document


def _events(text: str) -> Iterator[yaml.Event]:
    silent = yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not isinstance(event, silent):
                yield event
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _MalformedError(line, f"YAML does not allow the character {error.character!r}") from None
    except yaml.MarkedYAMLError as error:
        problem = error.problem or str(error)
        hint = next((hint for start, hint in _HINTS.items() if start in problem), "")
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        context = f"{error.context}: " if error.context else ""
        raise _MalformedError(min(line, text.count("\n") + 1), f"not YAML: {context}{problem}{hint}") from None


def _value(event: yaml.Event | None, events: Iterator[yaml.Event], where: Where, document: Document) -> Plain:
    if event is None:
        return ""
    line = _line(event)
    document.lines.setdefault(where, line)
    if isinstance(event, yaml.AliasEvent):
        raise _MalformedError(line, f"aliases such as *{event.anchor} are not read: write the text out")
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag not in (None, "!"):
        raise _MalformedError(line, f"tags such as {event.tag} are not read: write plain text, lists and mappings")
    if len(where) > DEEPEST:
        raise _MalformedError(line, f"nested deeper than {DEEPEST} levels: is a bracket open?")
    match event:
        case yaml.ScalarEvent():
            return _text(event)
        case yaml.SequenceStartEvent():
            items: list[Plain] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                items.append(_value(item, events, (*where, len(items)), document))
            return items
        case _:
            return _mapping(events, where, document)


def _mapping(events: Iterator[yaml.Event], where: Where, document: Document) -> dict[str, Plain]:
    mapping: dict[str, Plain] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _MalformedError(_line(event), "a name must be plain text: put it in quotes if it begins with [ or {")
        name = _text(event)
        place = (*where, name)
        if name in mapping:
            first = document.lines[place]
            document.faults.append((where, _line(event), f"`{name}` is given twice, first in line {first}: keep one"))
            _value(next(events), events, place, Document())
            continue
        document.lines[place] = _line(event)
        mapping[name] = _value(next(events), events, place, document)
    return mapping


def _text(event: yaml.ScalarEvent) -> str:
    if _HALF_A_PAIR.search(event.value):
        raise _MalformedError(_line(event), "half a surrogate pair is no character: write the character itself")
    return str(event.value)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
