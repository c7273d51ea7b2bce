"""From characters to tokens: operators, words with their quotes and expansions, here-documents (POSIX, 2.2 and 2.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal as Either

from vlearn.sim.containers.shell.errors import ShellSyntaxError
from vlearn.sim.containers.shell.syntax import Arithmetic, Literal, Parameter, Part, Sequence, Substitution, Word

OPERATORS = (
    "<<<",
    "<<-",
    "&&",
    "||",
    ";;",
    "<<",
    ">>",
    "<&",
    ">&",
    "<>",
    ">|",
    "&>",
    ";",
    "&",
    "|",
    "<",
    ">",
    "(",
    ")",
)
UNSUPPORTED = {"<<<": "a here-string (<<<)", "<>": "opening for reading and writing (<>)"}
END_OF_WORD = " \t\n;&|<>()"
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
SPECIAL = "@*#?$!-0123456789"
OPERATION = re.compile(r":?[-=?+]|%%?|##?")


NO_WORD = Word()


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is op, word, io (the number before a redirection), newline or end; `start` and `end` are offsets."""

    kind: Either["op", "word", "io", "newline", "end"]
    text: str
    start: int
    end: int
    word: Word = NO_WORD


class Lexer:
    """Reads one token at a time. `script` reads a command substitution: the parser, from an offset to its bracket."""

    def __init__(self, text: str, script: Callable[[str, int], tuple[Sequence, int]], at: int = 0) -> None:
        self.text, self.script, self.at = text, script, at
        self.documents: dict[int, int] = {}  # the newline before here-documents -> where reading goes on

    def fault(self, what: str, where: int | None = None, supported: bool = True) -> ShellSyntaxError:
        """What is wrong, and where."""
        return ShellSyntaxError(what, self.text, self.at if where is None else where, supported)

    def token(self) -> Token:
        """The next token."""
        text = self.text
        while self.at < len(text):
            if text[self.at] in " \t":
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
            elif text[self.at] == "#":
                self.at = _or_end(text.find("\n", self.at), text)
            else:
                break
        start = self.at
        if start >= len(text):
            return Token("end", "", start, start)
        if text[start] == "\n":
            self.at = self.documents.get(start, start + 1)
            return Token("newline", "\n", start, start + 1)
        if found := next((one for one in OPERATORS if text.startswith(one, start)), None):
            if found in UNSUPPORTED:
                raise self.fault(f"{UNSUPPORTED[found]} is not supported", supported=False)
            self.at += len(found)
            return Token("op", found, start, self.at)
        if number := re.compile(r"\d+(?=[<>])").match(text, start):
            self.at = number.end()
            return Token("io", number.group(), start, self.at)
        word = Word(self._parts(END_OF_WORD))
        return Token("word", text[start : self.at], start, self.at, word)

    def here_document(self, delimiter: str, raw: bool, strip_tabs: bool) -> Word:
        """The lines after this one up to the delimiter; in `raw` ones nothing is expanded."""
        newline = _or_end(self.text.find("\n", self.at), self.text)
        at, lines = self.documents.get(newline, newline + 1), []
        while True:
            if at >= len(self.text):  # real shells take the end of the text for the delimiter too
                break
            end = _or_end(self.text.find("\n", at), self.text)
            line = self.text[at:end].lstrip("\t") if strip_tabs else self.text[at:end]
            at = end + 1
            if line == delimiter:
                break
            lines.append(f"{line}\n")
        self.documents[newline] = at
        body = "".join(lines)
        if raw:
            return Word((Literal(body, True),))
        return Word(Lexer(body, self.script)._double_quoted("", document=True))

    def _parts(self, stop: str) -> tuple[Part, ...]:
        """The parts of a word, up to a character of `stop` that is not quoted."""
        parts: list[Part] = []
        plain: list[str] = []
        while self.at < len(self.text) and self.text[self.at] not in stop:
            char = self.text[self.at]
            part: tuple[Part, ...] = ()
            if char == "\\":
                if self.text[self.at + 1 : self.at + 2] != "\n":
                    part = (Literal(self.text[self.at + 1 : self.at + 2] or "\\", True),)
                self.at += 2
            elif char == "'":
                end = self.text.find("'", self.at + 1)
                if end < 0:
                    raise self.fault("Syntax error: Unterminated quoted string")
                part, self.at = (Literal(self.text[self.at + 1 : end], True),), end + 1
            elif char == '"':
                self.at += 1
                part = (Literal("", True), *self._double_quoted('"'))
                self.at += 1
            elif char == "`" or (char == "$" and self._is_expansion()):
                part = (self._expansion(False),)
            else:
                plain.append(char)
                self.at += 1
                continue
            if plain:
                parts.append(Literal("".join(plain)))
                plain = []
            parts += part
        if plain:
            parts.append(Literal("".join(plain)))
        return tuple(parts)

    def _double_quoted(self, stop: str, document: bool = False) -> tuple[Part, ...]:
        """What double quotes hold, up to the character `stop`, or to the end of a here-document."""
        parts: list[Part] = []
        plain: list[str] = []
        escaped = "$`\\\n" if document else '$`"\\\n'
        while True:
            if self.at >= len(self.text):
                if stop:
                    raise self.fault("Syntax error: Unterminated quoted string")
                break
            char = self.text[self.at]
            if char == stop:
                break
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in tuple(escaped):
                plain.append(self.text[self.at + 1].replace("\n", ""))
                self.at += 2
            elif char == "`" or (char == "$" and self._is_expansion()):
                parts += [Literal("".join(plain), True)] if plain else []
                plain = []
                parts.append(self._expansion(True))
            else:
                plain.append(char)
                self.at += 1
        return (*parts, Literal("".join(plain), True)) if plain else tuple(parts)

    def _is_expansion(self) -> bool:
        after = self.text[self.at + 1 : self.at + 2]
        return bool(after) and (after in "({" or after in SPECIAL or bool(NAME.match(after)))

    def _expansion(self, quoted: bool) -> Part:
        text, start = self.text, self.at
        if text[start] == "`":
            return self._backquoted(quoted)
        if text.startswith("$((", start) and (found := self._arithmetic(quoted)):
            return found
        if text[start + 1] == "(":
            body, self.at = self.script(text, start + 2)
            return Substitution(body, quoted)
        if text[start + 1] == "{":
            return self._braces(quoted)
        self.at += 1
        if name := NAME.match(text, self.at):
            self.at = name.end()
            return Parameter(name.group(), quoted)
        self.at += 1
        return Parameter(text[self.at - 1], quoted)

    def _backquoted(self, quoted: bool) -> Part:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise self.fault("EOF in backquote substitution")
        inner = re.sub(r"\\([$`\\])", r"\1", self.text[self.at + 1 : end])
        self.at = end + 1
        return Substitution(self.script(f"{inner})", 0)[0], quoted)

    def _arithmetic(self, quoted: bool) -> Part | None:
        depth, at = 0, self.at + 3
        while at < len(self.text):
            if self.text[at] == ")" and depth == 0:
                if self.text[at + 1 : at + 2] != ")":
                    return None  # $( (subshell) ...
                inside = Lexer(self.text[self.at + 3 : at], self.script)
                self.at = at + 2
                return Arithmetic(Word(inside._double_quoted("")), quoted)
            depth += {"(": 1, ")": -1}.get(self.text[at], 0)
            at += 1
        raise self.fault("Missing '))'")

    def _braces(self, quoted: bool) -> Part:
        text, start = self.text, self.at
        self.at += 2
        length = text.startswith("#", self.at) and text[self.at + 1 : self.at + 2] not in ("}", "")
        self.at += length
        name = NAME.match(text, self.at) or re.compile(r"\d+|[@*#?$!-]").match(text, self.at)
        if not name:
            raise self.fault("Bad substitution", start)
        self.at = name.end()
        operator = None if length else OPERATION.match(text, self.at)
        if length or text.startswith("}", self.at):
            if not text.startswith("}", self.at):
                raise self.fault("Bad substitution", start)
            self.at += 1
            return Parameter(name.group(), quoted, "length" if length else "")
        if not operator:
            raise self.fault(f"the expansion {text[start : self.at + 2]}... is not supported", start, supported=False)
        self.at = operator.end()
        word = Word(self._double_quoted("}") if quoted and operator.group()[-1] in "-=?+" else self._parts("}"))
        if not text.startswith("}", self.at):
            raise self.fault("Missing '}'", start)
        self.at += 1
        return Parameter(name.group(), quoted, operator.group(), word)


def _or_end(found: int, text: str) -> int:
    return len(text) if found < 0 else found
