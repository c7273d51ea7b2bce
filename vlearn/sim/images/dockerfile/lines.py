"""From the text of a Dockerfile to its logical lines: parser directives, comments, continuations, heredocs.

A `#` opens a comment only as the first character of a line other than blanks; behind an instruction it is an argument.
A line continues when the escape character is its last but for blanks. BuildKit's rules (frontend/dockerfile/parser).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.sim.images.dockerfile.substitution import expand_words, quoted_words
from vlearn.sim.images.dockerfile.words import json_words, split_flags
from vlearn.sim.images.errors import DockerfileError

DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$", re.ASCII)
DIRECTIVES = ("syntax", "escape", "check")
HEREDOC = re.compile(r"(\d*)<<(-?)([^<]+)", re.ASCII)
TAKES_HEREDOC = ("ADD", "COPY", "RUN")


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A text within the Dockerfile, from behind `<<NAME` to the line NAME; `expand` unless NAME is in quotes."""

    name: str
    expand: bool
    chomp: bool
    content: str = ""

    @property
    def text(self) -> str:
        """The content, without the leading tabs if it began with `<<-`."""
        return re.sub(r"(?m)^\t+", "", self.content) if self.chomp else self.content


@dataclass(frozen=True, slots=True)
class Line:
    """An instruction with its continuation lines joined; `first` and `last` count from 1."""

    text: str
    first: int
    last: int
    heredocs: tuple[Heredoc, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The instructions of a Dockerfile in order, its escape character, and what BuildKit warns of."""

    lines: tuple[Line, ...]
    escape: str
    warnings: tuple[str, ...] = ()


def read_lines(text: str) -> Lines:
    """The logical lines. Raises DockerfileError for a bad directive, an open heredoc, or no instruction at all."""
    physical = text.removeprefix("\ufeff").split("\n")
    if not physical[-1]:
        physical.pop()
    escape = _escape(physical)
    # one escape character before the last one makes it ordinary; BuildKit looks no further back either
    continues = re.compile(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*$")
    lines: list[Line] = []
    warnings: list[str] = []
    rest = iter(enumerate((line.rstrip("\r") for line in physical), 1))
    for first, raw in rest:
        if _is_comment(raw) or not raw.strip():
            continue
        last, gap = first, False
        joined, goes_on = continues.subn("", raw.lstrip())
        for last, more in rest if goes_on else ():  # noqa: B007 - it ends at the last line that was read
            if not more.strip():
                gap = True
            elif not _is_comment(more):
                more, goes_on = continues.subn("", more)
                joined += more
                if not goes_on:
                    break
        if gap:
            warnings.append(f"[WARNING]: Empty continuation line found in:\n    {joined}")
        lines.append(_with_heredocs(Line(joined, first, last), rest))
    if not lines:
        raise DockerfileError("file with no instructions", len(physical))
    return Lines(tuple(lines), escape, tuple(warnings))


def _is_comment(raw: str) -> bool:
    return raw.lstrip().startswith("#")


def _escape(physical: list[str]) -> str:
    """The escape character that the directives at the top choose; they end at the first line that is none."""
    seen: dict[str, str] = {}
    for n, raw in enumerate(physical, 1):
        match = DIRECTIVE.match(raw.strip())
        name = match[1].lower() if match else ""
        if not match or name not in DIRECTIVES:
            break
        if name in seen:
            raise DockerfileError(f"only one {name} parser directive can be used", n)
        seen[name] = match[2]
        if name == "escape" and match[2] not in ("\\", "`"):
            raise DockerfileError(f"invalid escape token '{match[2]}' does not match ` or \\", n)
    return seen.get("escape", "\\")


def _with_heredocs(line: Line, rest: Iterator[tuple[int, str]]) -> Line:
    """The line with the text of its heredocs, which is taken from the lines that follow."""
    if "<<" not in line.text:
        return line
    keyword, _, arguments = split_flags(line.text)
    if keyword.upper() == "ONBUILD":
        keyword, _, arguments = split_flags(arguments)
    if keyword.upper() not in TAKES_HEREDOC or json_words(arguments) is not None:
        return line
    heredocs = []
    for heredoc in filter(None, map(heredoc_of, quoted_words(line.text))):
        content = ""
        for last, raw in rest:
            line = replace(line, last=last)
            if (raw.lstrip("\t") if heredoc.chomp else raw) == heredoc.name:
                break
            content += raw + "\n"
        else:
            raise DockerfileError("unterminated heredoc", line.first, line.last)
        heredocs.append(replace(heredoc, content=content))
    return replace(line, heredocs=tuple(heredocs))


def heredoc_of(word: str) -> Heredoc | None:
    """The heredoc that a word such as `<<EOF`, `<<-EOF` or `<<"EOF"` opens."""
    match = HEREDOC.fullmatch(word)
    if not match:
        return None
    try:
        names = expand_words(match[3].replace("$", "\\$"), {})
    except DockerfileError:
        return None
    if len(names) != 1:
        return None
    return Heredoc(names[0], expand=not any(mark in match[3] for mark in "'\""), chomp=bool(match[2]))
