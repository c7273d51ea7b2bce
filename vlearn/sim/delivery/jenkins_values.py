"""A statement of a Jenkinsfile as a value, and its arguments.

Arguments are texts, numbers, words, lists, maps, calls such as `logRotator(numToKeepStr: '5')` or `pom().version()`,
and sums of these. No other operator of Groovy is read.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.delivery.jenkins_tokens import Reader, Token

DEEPEST = 60
"""How deep blocks and values may be nested."""
SUM = "+"
"""The name of the statement that a sum of two values is read as."""


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
        if reader.here.kind in ("word", "string") and after.kind == "mark" and after.text == ":":
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
    line = reader.here.line
    value = _list(reader) if reader.sees("[") else _single(reader)
    while reader.sees("."):
        value = _member(reader, value)
    if reader.sees("+"):
        reader.take()
        reader.skip_newlines()
        value = Statement(SUM, line, (value, value_of(reader)))
    reader.depth -= 1
    return value


def _single(reader: Reader) -> Value:
    match token := reader.take():
        case Token("string", text):
            return text
        case Token("number", text):
            return float(text)
        case Token("word", "true" | "false"):
            return token.text == "true"
        case Token("word", text):
            return arguments(reader, Statement(text, token.line), ")") if reader.sees("(") else text
        case Token("mark", "-"):
            raise ModelError(f"line {token.line}: a negative number makes no sense in a pipeline")
    raise ModelError(f"line {token.line}: expected a text, a number, a name or a list, not {token}")


def _list(reader: Reader) -> Value:
    """A list, or a map as a statement without a name."""
    found = arguments(reader, Statement("the list", reader.here.line), "]")
    return replace(found, name="") if found.named else found.arguments


def _member(reader: Reader, of: Value) -> Value:
    reader.take()
    token = reader.take()
    if token.kind != "word":
        raise ModelError(f"line {token.line}: expected a name after '.', not {token}")
    name = f"{written(of)}.{token.text}"
    return arguments(reader, Statement(name, token.line), ")") if reader.sees("(") else name


def written(value: Value) -> str:
    """A value as a file would have it, without quotes."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return f"[{', '.join(map(written, value))}]"
        case Statement(name=""):
            return f"[{shown(value)}]"
        case Statement(name="+"):
            return " + ".join(map(written, value.arguments))
        case Statement():
            return f"{value.name}({shown(value)})"
    return value.strip()


def shown(found: Statement) -> str:
    """The arguments of a statement in one line."""
    return ", ".join(
        [*map(written, found.arguments), *(f"{name}: {written(one)}" for name, one in found.named.items())]
    )
