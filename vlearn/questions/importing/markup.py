"""HTML of another system as a tree, read as browsers do: nothing in it is refused but what is nested without end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from vlearn.questions.importing.imported import RefusedError

DEEPEST = 60
LONGEST = 100_000
_ALONE = frozenset(
    ["br", "hr", "img", "input", "col", "wbr", "area", "base", "embed", "link", "meta", "source", "track", "param"]
)
_UNSEEN = frozenset(["script", "style", "template", "noscript", "head", "title", "object", "iframe"])
_IN_A_PARAGRAPH = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "button",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_NO_TAG = re.compile("<(?=[!?]|[^<>]*(?:<|$))")
_NO_CHARACTER = re.compile("&#[0-9]{9,};?")
_CLOSES: dict[str, frozenset[str]] = {
    "li": frozenset(["ul", "ol"]),
    "tr": frozenset(["table"]),
    "td": frozenset(["tr", "table"]),
    "th": frozenset(["tr", "table"]),
}
"""An element that ends whatever is open within the nearest of these around it."""


@dataclass(slots=True)
class Element:
    """An element and what is in it: other elements and text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def elements(self, *tags: str) -> Iterator["Element"]:
        """All elements below it with one of these tags, in order, but none within another of them."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                else:
                    yield from child.elements(*tags)

    def text(self) -> str:
        """All text below it."""
        return "".join(child if isinstance(child, str) else _text(child) for child in self.children)


def _text(element: Element) -> str:
    return "\n" if element.tag == "br" else element.text()


def read_html(html: str) -> Element:
    """The tree. RefusedError if it is nested deeper than `DEEPEST`, or longer than `LONGEST`."""
    if len(html) > LONGEST:
        raise RefusedError(f"one of its texts has {len(html)} characters; at most {LONGEST} are read")
    reader = _Reader()
    reader.feed(characters(_without_declarations(html)))
    reader.close()
    return reader.open[0]


def characters(html: str) -> str:
    """With U+FFFD in place of `&#` and a number beyond all characters; Python reads none of 4,301 digits."""
    return _NO_CHARACTER.sub("\ufffd", html)


def _without_declarations(html: str) -> str:
    """Without comments; a declaration, or a tag that has no end, is text. The parser takes quadratic time over them."""
    kept: list[str] = []
    while html:
        before, _, commented = html.partition("<!--")
        kept.append(before)
        html = commented.partition("-->")[2]
    return _NO_TAG.sub("&lt;", "".join(kept))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        if self.unseen:
            return
        if tag not in _IN_A_PARAGRAPH and self.open[-1].tag == "p":
            self.open.pop()
        if around := _CLOSES.get(tag):
            self._close_within(around)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _ALONE:
            self.open.append(element)
            if len(self.open) > DEEPEST:
                raise RefusedError(f"its HTML is nested deeper than {DEEPEST} elements")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _ALONE:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif not self.unseen and any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.open[-1].children.append(data)

    def _close_within(self, around: frozenset[str]) -> None:
        depth = next((n for n in range(len(self.open) - 1, 0, -1) if self.open[n].tag in around), None)
        if depth is not None:
            del self.open[depth + 1 :]
