"""Reading a text of a Dockerfile from left to right: variables, their modifiers, quotes, escapes, words.

BuildKit's `shell.Lex` (frontend/dockerfile/shell/lex.go), rule by rule; `substitution.py` is how it is used.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from vlearn.sim.images.dockerfile.pattern import replaced, without_prefix, without_suffix
from vlearn.sim.images.errors import DockerfileError

DEEPEST = 50
"""How deep `${a:-${b:-...}}` may nest; Go's stack would bear more, no Dockerfile needs it."""
LONGEST = 1 << 17
"""Letters that a text may grow to: `ENV A=$A$A` doubles with each line, and exec takes no longer string on Linux."""
SPECIAL = "@*#?-$!0"
QUOTES = {"'": "single-quote", '"': "double-quote"}


@dataclass
class Words:
    """Words as they grow; a blank that was not quoted ends one."""

    done: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def add(self, text: str, *, quoted: bool) -> None:
        """Go on with this text."""
        if quoted:
            self.parts.append(text)
            return
        for n, part in enumerate(re.split(r"\s+", text)):
            if n:
                self.end()
            self.parts.append(part)

    def end(self) -> None:
        """The word is complete, if there is one."""
        if word := "".join(self.parts):
            self.done.append(word)
        self.parts.clear()


@dataclass
class Reader:
    """A place in a text that moves to the right."""

    text: str
    variables: Mapping[str, str]
    escape: str
    raw: bool = False  # keep quotes, escapes and variables: only split
    quotes: bool = True
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        """The next character, which is passed."""
        letter = self.peek()
        self.at += 1
        return letter

    def until(self, stop: str, *, keep_escapes: bool = False) -> tuple[str, tuple[str, ...]]:
        """Everything up to `stop`, which is consumed; up to the end if it is empty."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise DockerfileError(f"substitutions nest more than {DEEPEST} deep")
        keep_escapes = keep_escapes or self.raw
        out: list[str] = []
        length, words = 0, Words()
        while (letter := self.peek()) and letter != stop:
            quoted = True
            if letter == "$" and not self.raw:
                part, quoted = self._variable(), False
            elif self.quotes and letter in "'\"":
                part = self._quoted(letter, keep_escapes=keep_escapes)
            elif letter == self.escape:
                self.at += 1
                part = letter * keep_escapes + self.next()
            else:
                part, quoted = self.next(), False
            out.append(part)
            length += len(part)
            if length > LONGEST:
                raise DockerfileError(f"the text grows to more than {LONGEST} letters")
            words.add(part, quoted=quoted)
        if stop and not letter:
            raise DockerfileError(f"unexpected end of statement while looking for matching {stop}")
        self.at += bool(stop)
        self.depth -= 1
        words.end()
        return "".join(out), tuple(words.done)

    def _quoted(self, mark: str, *, keep_escapes: bool) -> str:
        self.at += 1
        out = mark if self.raw else ""
        while letter := self.peek():
            if letter == mark:
                self.at += 1
                return out + (mark if self.raw else "")
            if mark == '"' and letter == "$" and not self.raw:
                out += self._variable()
                continue
            self.at += 1
            if mark == '"' and letter == self.escape:
                if keep_escapes:
                    out += letter
                if not self.peek():
                    continue
                if self.peek() in ('"', "$", self.escape):  # within double quotes nothing else can be escaped
                    letter = self.next()
            out += letter
        raise DockerfileError(f"unexpected end of statement while looking for matching {QUOTES[mark]}")

    def _name(self) -> str:
        first = self.peek()
        if first and first in SPECIAL and not first.isdigit():
            return self.next()
        start = self.at
        for self.at in count(start):
            letter = self.peek()
            if not letter or not (letter.isdigit() if first.isdigit() else letter.isalnum() or letter == "_"):
                break
        return self.text[start : self.at]

    def _variable(self) -> str:
        self.at += 1
        if self.peek() != "{":
            name = self._name()
            return self.variables.get(name, "") if name else "$"
        self.at += 1
        if not self.peek():
            raise DockerfileError("syntax error: missing '}'")
        if self.peek() in "{}:":
            raise DockerfileError("syntax error: bad substitution")
        name = self._name()
        modifier = self.next()
        if modifier == "}":
            return self.variables.get(name, "")
        if modifier == "/":
            return self._replacement(self.variables.get(name, ""))
        colon = modifier == ":"
        kind = self.next() if colon else modifier
        if not kind or kind not in "+-?#%":
            raise DockerfileError(f"unsupported modifier ({':' * colon}{kind}) in substitution")
        word = self._rest("}", "syntax error: missing '}'", keep_escapes=kind in "#%")
        value = self.variables.get(name)
        missing = value is None or (colon and value == "")
        match kind:
            case "-":
                return word if missing else value or ""
            case "+":
                return "" if missing else word
            case "?" if missing:
                wrong = "unset" if value is None else "empty"
                raise DockerfileError(f"{name}: {word or f'is not allowed to be {wrong}'}")
            case "#":
                return without_prefix(word, value or "")
            case "%":
                return without_suffix(word, value or "")
        return value or ""

    def _replacement(self, value: str) -> str:
        every = self.peek() == "/"
        self.at += every
        pattern = self._rest("/", "syntax error: missing '/' in ${}", keep_escapes=True)
        return replaced(value, pattern, self._rest("}", "syntax error: missing '}'", keep_escapes=True), every=every)

    def _rest(self, stop: str, missing: str, *, keep_escapes: bool) -> str:
        try:
            return self.until(stop, keep_escapes=keep_escapes)[0]
        except DockerfileError:
            if self.peek():
                raise
            raise DockerfileError(missing) from None
