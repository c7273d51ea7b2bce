"""The words of a line of assembly, the names that mean registers, and errors that point at a line and column."""

import re
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.cpu.operands import NAMES, SIZE_NAMES, ControlRegister, Operand, Register, SegmentRegister
from vlearn.sim.cpu.state import SEGMENTS

_WORD = re.compile(r"""\s+|;.*|(?P<word>0x[0-9a-f]+|0b[01]+|\d+|'[^']'|"[^"]*"|[a-z_.$][\w.$]*|[][+*:,()-])""", re.I)
SIZES = {name: size for size, name in SIZE_NAMES.items()}
REGISTER_NAMES: dict[str, Operand] = {
    **{name: Register(number, size) for size, names in NAMES.items() for number, name in enumerate(names)},
    **{name: SegmentRegister(number) for number, name in enumerate(SEGMENTS)},
    **{f"cr{number}": ControlRegister(number) for number in (0, 2, 3, 4)},
}


class AssemblyError(ModelError):
    """A line of assembly that cannot be assembled: the message shows it and points at the column."""

    def __init__(self, message: str, line: int, column: int, source: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}\n    {source}\n    {' ' * (column - 1)}^")
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    """A word and the column it begins in, from 1."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of source as words, without the comment."""

    number: int
    source: str
    tokens: tuple[Token, ...]

    def error(self, message: str, column: int = 1) -> AssemblyError:
        """An error that points at this line."""
        return AssemblyError(message, self.number, column, self.source)


def words(number: int, source: str) -> Line:
    """Split one line."""
    line, tokens, at = Line(number, source, ()), list[Token](), 0
    while at < len(source):
        match = _WORD.match(source, at)
        if match is None:
            raise line.error(f"the character {source[at]!r} has no meaning here", at + 1)
        if match["word"]:
            tokens.append(Token(match["word"], at + 1))
        at = match.end()
    return replace(line, tokens=tuple(tokens))
