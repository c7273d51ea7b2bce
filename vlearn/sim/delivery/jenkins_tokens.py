"""A Jenkinsfile as tokens: words, numbers, strings, punctuation, and the ends of lines; and a place among them.

A small part of Groovy's lexical grammar: no slashy and no dollar strings; `${...}` in a string stays as it is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.errors import ModelError

Kind: TypeAlias = Literal["word", "number", "string", "mark", "newline", "end"]

TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f]+|\\\n)
    |(?P<comment>//[^\n]*|/\*.*?\*/|\A\#![^\n]*)
    |(?P<string>'{3}(?:\\.|[^\\])*?'{3}|"{3}(?:\\.|[^\\])*?"{3}|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<word>[A-Za-z_$][\w$]*)
    |(?P<newline>\n|;)
    |(?P<mark>[][{}(),:=.+\-*/<>!&|?@%^~\\#`])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token; of a string, `text` is what it stands for."""

    kind: Kind
    text: str
    line: int

    def __str__(self) -> str:
        return {"newline": "the end of the line", "end": "the end of the file"}.get(self.kind, repr(self.text))


@dataclass(slots=True)
class Reader:
    """A place among the tokens, which moves on."""

    found: tuple[Token, ...]
    place: int = 0
    depth: int = 0

    @property
    def here(self) -> Token:
        """The token that is next."""
        return self.found[self.place]

    def take(self) -> Token:
        """The next token; the end stays."""
        token = self.here
        self.place += token.kind != "end"
        return token

    def sees(self, mark: str) -> bool:
        """Whether this mark is next."""
        return self.here.kind == "mark" and self.here.text == mark

    def expect(self, mark: str, opened: str) -> None:
        """Take this mark. Raises ModelError that says where what it ends began."""
        if not self.sees(mark):
            raise ModelError(f"line {self.here.line}: expected {mark!r} {opened}, not {self.here}")
        self.take()

    def skip_newlines(self) -> None:
        """Go to the next token that is no end of a line."""
        while self.here.kind == "newline":
            self.take()


def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of a file and an end. Raises ModelError with the line for what begins none."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    place, line = 0, 1
    while place < len(text):
        found = TOKEN.match(text, place)
        if not found:
            rest = text[place : place + 20].splitlines()[0]
            raise ModelError(f"line {line}: {rest!r} is not understood; a string ends on the line where it begins")
        whole = found[0]
        match found.lastgroup:
            case "string":
                yield Token("string", _unquoted(whole), line)
            case "number" | "word" | "newline" | "mark" as kind:
                yield Token(kind, whole, line)
        line += whole.count("\n")
        place = found.end()
    yield Token("end", "", line)


def _unquoted(whole: str) -> str:
    quotes = 3 if whole[:3] in ("'''", '"""') else 1
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), whole[quotes:-quotes], flags=re.DOTALL)
