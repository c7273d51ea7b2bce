"""The operands of an assembly line: registers, numbers, expressions, far pointers, `[base + index*scale + disp]`.

Numbers are decimal, hexadecimal (0x1f), binary (0b11) or a character ('A'); an expression adds and subtracts numbers
and names. Every error knows its line and column.
"""

from collections.abc import Mapping

from vlearn.errors import did_you_mean
from vlearn.sim.cpu.operands import FarPointer, Immediate, MemoryOperand, Operand, Register, SegmentRegister
from vlearn.sim.cpu.state import ESP, MASK32, SEGMENTS
from vlearn.sim.cpu.words import REGISTER_NAMES, SIZES, AssemblyError, Line


class Parser:
    """Reads the operands of one line from left to right, given the values of names."""

    def __init__(self, line: Line, start: int, symbols: Mapping[str, int]) -> None:
        self.line = line
        self.at = start
        self.symbols = symbols

    @property
    def column(self) -> int:
        """Where the next word is, or would be."""
        tokens = self.line.tokens
        return tokens[self.at].column if self.at < len(tokens) else len(self.line.source.rstrip()) + 1

    def peek(self, ahead: int = 0) -> str:
        """The next word in small letters, empty at the end."""
        at = self.at + ahead
        return self.line.tokens[at].text.lower() if at < len(self.line.tokens) else ""

    def take(self, expected: str = "") -> str:
        """Go past the next word; with `expected`, insist on it."""
        word = self.peek()
        if not word or (expected and word != expected):
            raise self.error(f"expected {expected or 'an operand'!r}, found {word or 'the end of the line'!r}")
        self.at += 1
        return word

    def error(self, message: str) -> AssemblyError:
        """An error at the next word."""
        return self.line.error(message, self.column)

    def operands(self) -> tuple[Operand, ...]:
        """All operands to the end of the line."""
        found: list[Operand] = []
        while self.peek():
            if found:
                self.take(",")
            found.append(self.operand())
        return tuple(found)

    def operand(self) -> Operand:
        """One operand; memory without a size keyword has size 0."""
        size = 0
        while self.peek() in SIZES or self.peek() == "ptr":
            size = SIZES.get(self.take(), size)
        if self.peek() == "[" or (self.peek(1) == ":" and self.peek(2) == "["):
            return self._memory(size)
        if size:
            raise self.error(f"a size stands before memory, `[...]`, not before {self.peek()!r}")
        register = REGISTER_NAMES.get(self.peek())
        if register is not None:
            self.at += 1
            return register
        value = self.expression()
        if self.peek() != ":":
            return Immediate(value)
        self.take(":")
        return FarPointer(value & 0xFFFF, self.expression() & MASK32)

    def expression(self) -> int:
        """Numbers and names with + and - between them."""
        value = self._signed_atom()
        while self.peek() in ("+", "-"):
            value += self._signed_atom()
        return value

    def _signed_atom(self) -> int:
        sign = 1
        while self.peek() in ("+", "-"):
            sign = -sign if self.take() == "-" else sign
        return sign * self.atom()

    def atom(self) -> int:
        """One number or name."""
        word = self.line.tokens[self.at].text if self.peek() else ""
        if word[:1].isdigit():
            self.at += 1
            return int(word, 0) if not word.isdecimal() else int(word)
        if word[:1] == "'":
            self.at += 1
            return ord(word[1])
        if word in self.symbols:
            self.at += 1
            return self.symbols[word]
        if word[:1].isalpha() or (word[:1] in "_.$" and word):
            known = (*self.symbols, *REGISTER_NAMES)
            raise self.error(f"{word!r} is no register, label or constant{did_you_mean(word, known)}")
        raise self.error(f"expected a number, a name or `[`, found {word or 'the end of the line'!r}")

    def _memory(self, size: int) -> MemoryOperand:
        override = self._override()
        self.take("[")
        override = override if override is not None else self._override()
        base: int | None = None
        index: int | None = None
        scale, displacement = 1, 0
        while True:
            sign = -1 if self.peek() == "-" else 1
            if self.peek() in ("+", "-"):
                self.take()
            column, term = self.column, self._term()
            if isinstance(term, int):
                displacement += sign * term
            elif sign < 0:
                raise self.line.error("a register cannot be subtracted in an address", column)
            elif base is None and term[1] == 0:
                base = term[0]
            elif index is None and (term[0] != ESP or base not in (None, ESP)):
                index, scale = term[0], term[1] or 1
                if index == ESP:
                    index, base = base, ESP
            else:
                raise self.line.error("an address has one base and one index (not ESP), as in [ebx+esi*4+8]", column)
            if self.peek() == "]":
                self.take()
                break
            if self.peek() not in ("+", "-"):
                raise self.error(f"expected '+', '-' or ']', found {self.peek() or 'the end of the line'!r}")
        return MemoryOperand(base, index, scale, displacement & MASK32, size, override)

    def _override(self) -> int | None:
        if self.peek(1) != ":":
            return None
        register = REGISTER_NAMES.get(self.peek())
        if not isinstance(register, SegmentRegister):
            raise self.error(f"{self.peek()!r} is no segment register; they are {', '.join(SEGMENTS)}")
        self.take()
        self.take(":")
        return register.number

    def _term(self) -> int | tuple[int, int]:
        """A constant, or a register's number with its scale, 0 for none written."""
        register = REGISTER_NAMES.get(self.peek())
        if register is None and self.peek(1) == "*":
            scale = self.atom()
            self.take("*")
            return self._address_register(), self._scale(scale)
        if register is None:
            return self.atom()
        number = self._address_register()
        if self.peek() != "*":
            return number, 0
        self.take("*")
        return number, self._scale(self.atom())

    def _address_register(self) -> int:
        register = REGISTER_NAMES.get(self.peek())
        if not isinstance(register, Register) or register.size != 4:
            raise self.error(f"an address is made of 32-bit registers such as ebx, not {self.peek()!r}")
        self.take()
        return register.number

    def _scale(self, scale: int) -> int:
        if scale not in (1, 2, 4, 8):
            raise self.error(f"a scale is 1, 2, 4 or 8, not {scale}")
        return scale
