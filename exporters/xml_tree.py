"""XML built as a tree, so that no text can become markup; characters that XML forbids become U+FFFD."""

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VOID = frozenset({"br", "hr", "img", "gap"})


def legal(text: str) -> str:
    """The text with what no XML document may hold replaced."""
    return _FORBIDDEN.sub("\ufffd", text)


def element(
    tag: str, attributes: Mapping[str, str] | None = None, *content: "str | ET.Element | Iterable[ET.Element]"
) -> ET.Element:
    """An element with text and children in this order."""
    made = ET.Element(tag, {name: legal(value) for name, value in (attributes or {}).items()})
    for part in content:
        if isinstance(part, str):
            _append_text(made, legal(part))
        elif isinstance(part, ET.Element):
            made.append(part)
        else:
            made.extend(part)
    return made


def document(root: ET.Element) -> bytes:
    """The tree as a UTF-8 file."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def from_html(html: str, allowed: Mapping[str, frozenset[str]]) -> list[ET.Element]:
    """The top-level elements of HTML that our renderers wrote, with only these elements and attributes.

    An element that is not allowed leaves its content behind. Text between top-level elements is white space, and goes.
    """
    reader = _Reader(allowed)
    reader.feed(html)
    reader.close()
    return list(reader.stack[0])


class _Reader(HTMLParser):
    def __init__(self, allowed: Mapping[str, frozenset[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed = allowed
        self.stack = [ET.Element("top")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.allowed:
            return
        kept = {name: value or "" for name, value in attrs if name in self.allowed[tag]}
        made = element(tag, kept)
        self.stack[-1].append(made)
        if tag not in _VOID:
            self.stack.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.allowed and tag not in _VOID:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        _append_text(self.stack[-1], legal(data))


def _append_text(parent: ET.Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
