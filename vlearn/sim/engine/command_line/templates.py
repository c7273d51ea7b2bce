"""Go templates as `--format` takes them: reading. What a template then prints is the matter of `template_run`.

Left out: `define`, `block`, `template`, `break`, `continue` and comments, which formats for docker do not use.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

ACTION = re.compile(r"\{\{(- )?(.*?)( -)?\}\}", re.DOTALL)
TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?P<number>-?\d+(?:\.\d+)?)|(?P<path>(?:\$\w*)?(?:\.\w+)+|\$\w*|\.)"""
    r"""|(?P<mark>:=|[|(),=])|(?P<word>\w+))""",
    re.ASCII,
)


class TemplateError(Exception):
    """A template that cannot be parsed or executed, in the words of Go's text/template."""


@dataclass(frozen=True, slots=True)
class Path:
    """`.A.B` of the dot, or `$x.A` of a variable; `source` and `column` are for messages."""

    variable: str | None
    fields: tuple[str, ...]
    source: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a number, true, false or nil."""

    value: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A function or a value with its arguments; in a pipe the last argument is what comes from the left."""

    name: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands, each handing its value to the next; `declares` are the variables that get the last one."""

    commands: tuple["Call | Operand", ...]
    declares: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


Operand: TypeAlias = Path | Literal | Pipe | Call


@dataclass(frozen=True, slots=True)
class Print:
    """`{{pipeline}}`."""

    pipe: Pipe
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """`if`, `with` or `range`, with what is printed then, and otherwise."""

    kind: str
    pipe: Pipe
    body: tuple["Node", ...]
    otherwise: tuple["Node", ...]
    column: int


Node: TypeAlias = str | Print | Block


def parse_template(text: str) -> tuple[Node, ...]:
    """Read a template. Raises TemplateError in Go's words."""
    pieces = list(_pieces(text))
    nodes, ended = _nodes(pieces, 0, frozenset())
    assert ended == len(pieces)
    return nodes


def _pieces(text: str) -> Iterator[str | tuple[str, int]]:
    """Texts, and actions with the column they begin in."""
    at, trim = 0, False
    for match in ACTION.finditer(text):
        before = text[at : match.start()]
        before = before.lstrip() if trim else before
        yield before.rstrip() if match[1] else before
        yield match[2].strip(), match.start(2) - text.rfind("\n", 0, match.start()) - 1
        at, trim = match.end(), bool(match[3])
    rest = text[at:].lstrip() if trim else text[at:]
    if "{{" in rest:
        raise TemplateError("template: :1: unclosed action")
    yield rest


def _nodes(pieces: list[str | tuple[str, int]], at: int, ends: frozenset[str]) -> tuple[tuple[Node, ...], int]:
    found: list[Node] = []
    while at < len(pieces):
        piece = pieces[at]
        if isinstance(piece, str):
            found += [piece] if piece else []
            at += 1
            continue
        action, column = piece
        word, _, rest = action.partition(" ")
        if word in ("end", "else"):
            if word not in ends:
                raise TemplateError(f"template: :1: unexpected {{{{{word}}}}}")
            return tuple(found), at
        if word in ("if", "with", "range"):
            node, at = _block(pieces, at, word, rest, column)
            found.append(node)
        else:
            found.append(Print(_Reader(action, column).whole(), column))
            at += 1
    if ends:
        raise TemplateError("template: :1: unexpected EOF")
    return tuple(found), at


def _block(pieces: list[str | tuple[str, int]], at: int, kind: str, rest: str, column: int) -> tuple[Block, int]:
    pipe = _Reader(rest, column + len(kind) + 1).whole()
    body, at = _nodes(pieces, at + 1, frozenset(("end", "else")))
    action = pieces[at][0]
    otherwise: tuple[Node, ...] = ()
    if action.startswith("else "):  # `else if` is a block within the else that ends where it ends
        inner, at = _block(pieces, at, *action.removeprefix("else ").partition(" ")[::2], column)
        return Block(kind, pipe, body, (inner,), column), at
    if action == "else":
        otherwise, at = _nodes(pieces, at + 1, frozenset(("end",)))
    return Block(kind, pipe, body, otherwise, column), at + 1


class _Reader:
    """The tokens of one action."""

    def __init__(self, text: str, column: int) -> None:
        self.tokens: list[tuple[str, str, bool, int]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise TemplateError(f"template: :1: unexpected {text[at:].strip()[:1]!r} in operand")
            kind = match.lastgroup
            assert kind
            self.tokens.append((kind, match[kind], at == match.start(kind), column + match.start(kind)))
            at = match.end()

    def whole(self) -> Pipe:
        if not self.tokens:
            raise TemplateError("template: :1: missing value for command")
        pipe = self.pipe()
        if self.tokens:
            raise TemplateError(f"template: :1: unexpected {self.tokens[0][1]!r} in operand")
        return pipe

    def pipe(self) -> Pipe:
        declares: tuple[str, ...] = ()
        marks = [token[1] for token in self.tokens]
        if ":=" in marks or (len(marks) > 1 and marks[1] == "=" and marks[0].startswith("$")):
            equals = marks.index(":=") if ":=" in marks else 1
            declares = tuple(mark for mark in marks[:equals] if mark != ",")
            del self.tokens[: equals + 1]
        commands = [self.command()]
        while self.tokens and self.tokens[0][1] == "|":
            self.tokens.pop(0)
            commands.append(self.command())
        return Pipe(tuple(commands), declares)

    def command(self) -> Operand:
        if not self.tokens or self.tokens[0][1] in ("|", ")"):
            raise TemplateError("template: :1: missing value for command")
        first = self.operand()
        arguments: list[Operand] = []
        while self.tokens and self.tokens[0][1] not in ("|", ")"):
            arguments.append(self.operand())
        if not isinstance(first, Call) and arguments:
            raise TemplateError(f"template: :1: can't give argument to non-function {getattr(first, 'source', first)}")
        return Call(first.name, tuple(arguments)) if isinstance(first, Call) else first

    def operand(self) -> Operand:
        kind, text, _, column = self.tokens.pop(0)
        if kind == "string":
            return Literal(text[1:-1] if text[0] == "`" else re.sub(r"\\(.)", _unescaped, text[1:-1]))
        if kind == "number":
            return Literal(float(text) if "." in text else int(text))
        if kind == "path":
            variable, *fields = text.split(".") if text.startswith("$") else [None, *text[1:].split(".")]
            names = tuple(field for field in fields if field)
            if variable is None and len(names) > 1:  # Go's lexer has every field apart: the place is that of the second
                column += len(names[0]) + 1
            return Path(variable, names, text, column)
        if text == "(":
            inner = self.pipe()
            if not self.tokens or self.tokens.pop(0)[1] != ")":
                raise TemplateError("template: :1: unclosed left paren")
            if self.tokens and self.tokens[0][2] and self.tokens[0][1].startswith(".") and len(self.tokens[0][1]) > 1:
                return Pipe(inner.commands, (), tuple(self.tokens.pop(0)[1][1:].split(".")))
            return inner
        if kind == "word":
            known = {"true": True, "false": False, "nil": None}
            return Literal(known[text]) if text in known else Call(text, ())
        raise TemplateError(f"template: :1: unexpected {text!r} in operand")


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1])
