"""A statement of a Jenkinsfile as a value, the place where a reader stands, and the arguments of a statement.

Arguments are texts, numbers, words, lists, and calls such as `logRotator(numToKeepStr: '5')`.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.delivery.jenkins_tokens import Token

DEEPEST = 60
"""How deep blocks and values may be nested."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`stage('Build') { ... }`: its name, arguments in order and by name, and what its block holds, if it has one.

    An assignment `KEY = value` is a statement with `assigns`. Of a block of Groovy nothing is kept.
    """

    name: str
    line: int
    arguments: tuple["Value", ...] = ()
    named: dict[str, "Value"] = field(default_factory=dict)
    block: tuple["Statement", ...] | None = None
    assigns: bool = False

    @property
    def text(self) -> str:
        """The only argument, as a text. Raises ModelError if there is none or another kind."""
        if len(self.arguments) != 1 or not isinstance(self.arguments[0], str):
            raise ModelError(f"line {self.line}: {self.name} takes one text, as in {self.name} 'words'")
        return self.arguments[0]

    @property
    def inside(self) -> tuple["Statement", ...]:
        """The block's statements. Raises ModelError if it has no block."""
        if self.block is None:
            raise ModelError(f"line {self.line}: {self.name} needs a block: {self.name} {{ ... }}")
        return self.block


Value: TypeAlias = "str | float | bool | tuple[Value, ...] | Statement"


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


def arguments(reader: Reader, found: Statement, end: str) -> Statement:
    """The statement with its arguments, between brackets, or up to the end of the line."""
    if end:
        reader.take()
    values: list[Value] = []
    named: dict[str, Value] = {}
    while True:
        if end:
            reader.skip_newlines()
            if reader.sees(end):
                break
        after = reader.found[min(reader.place + 1, len(reader.found) - 1)]
        if reader.here.kind == "word" and after.kind == "mark" and after.text == ":":
            name = reader.take().text
            reader.take()
            reader.skip_newlines()
            named[name] = value_of(reader)
        else:
            values.append(value_of(reader))
        if end:
            reader.skip_newlines()
        if not reader.sees(","):
            break
        reader.take()
        reader.skip_newlines()
    if end:
        reader.expect(end, f"for the brackets of {found.name} on line {found.line}")
    return replace(found, arguments=tuple(values), named=named)


def value_of(reader: Reader) -> Value:
    """One value. Raises ModelError with the line for what is none."""
    reader.depth += 1
    if reader.depth > DEEPEST:
        raise ModelError(f"line {reader.here.line}: values are nested more than {DEEPEST} deep")
    token = reader.take()
    value: Value
    match token:
        case Token("string", text):
            value = text
        case Token("number", text):
            value = float(text)
        case Token("word", "true" | "false"):
            value = token.text == "true"
        case Token("word", text):
            called = Statement(text, token.line)
            value = arguments(reader, called, ")") if reader.sees("(") else text
        case Token("mark", "["):
            value = _list(reader, token)
        case Token("mark", "-"):
            raise ModelError(f"line {token.line}: a negative number makes no sense in a pipeline")
        case _:
            raise ModelError(f"line {token.line}: expected a text, a number, a name or a list, not {token}")
    reader.depth -= 1
    return value


def _list(reader: Reader, opened: Token) -> tuple[Value, ...]:
    found: list[Value] = []
    reader.skip_newlines()
    while not reader.sees("]"):
        found.append(value_of(reader))
        reader.skip_newlines()
        if not reader.sees(","):
            break
        reader.take()
        reader.skip_newlines()
    reader.expect("]", f"for the list on line {opened.line}")
    return tuple(found)
