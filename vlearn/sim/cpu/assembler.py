"""From text to a program: labels, `equ`, `org`, `db`, `dw`, `dd`, and instructions of the table.

The assembler goes over the text until no label moves. Addresses are offsets in a flat code segment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.cpu.encoding import encode, instruction
from vlearn.sim.cpu.forms import Form, Instruction
from vlearn.sim.cpu.instructions import MNEMONICS
from vlearn.sim.cpu.lookup import ALIASES, Table, form_for
from vlearn.sim.cpu.state import MASK32
from vlearn.sim.cpu.syntax import Parser
from vlearn.sim.cpu.words import REGISTER_NAMES, Line, words

ORIGIN = 0x4000
"""Where a program lies unless it says `org`."""
_DATA = {"db": 1, "dw": 2, "dd": 4}
_UNKNOWN = 0x7FFF_0000
"""What a label is worth before its address is known: far from everything, so that no short form fits yet."""
_PASSES = 12


@dataclass(frozen=True, slots=True)
class Program:
    """Assembled text: instructions by address, labels and constants, and the bytes of code and data."""

    code: Map[int, Instruction]
    labels: Map[str, int]
    image: tuple[tuple[int, bytes], ...]
    source: str = field(default="", repr=False, compare=False)

    @property
    def start(self) -> int:
        """The label `start`, or the first instruction."""
        return self.labels["start"] if "start" in self.labels else min(self.code, default=ORIGIN)


def assemble(
    source: str, origin: int = ORIGIN, symbols: Mapping[str, int] | None = None, forms: Iterable[Form] = ()
) -> Program:
    """Assemble a program. `symbols` are names it may use besides its own, `forms` instructions besides the table's.

    Raises AssemblyError.
    """
    lines = [words(number, text) for number, text in enumerate(source.splitlines(), 1)]
    table = dict(MNEMONICS)
    for form in forms:
        table[form.mnemonic] = (*table.get(form.mnemonic, ()), form)
    known = {**(symbols or {}), **{name: _UNKNOWN for line in lines for name in _defined(line, table)}}
    for _ in range(_PASSES):
        layout = _Pass(dict(known), origin, table)
        for line in lines:
            layout.line(line)
        if layout.symbols == known:
            return layout.program(source)
        known = layout.symbols
    raise ModelError(f"the labels do not come to rest after {_PASSES} passes: some length depends on itself")


def parse_instruction(
    text: str, address: int = 0, symbols: Mapping[str, int] | None = None, forms: Iterable[Form] = ()
) -> Instruction:
    """One instruction, as `assemble` reads it."""
    program = assemble(text, address, symbols, forms)
    if len(program.code) != 1:
        raise ModelError(f"{text!r} is {len(program.code)} instructions, not one")
    return next(iter(program.code.values()))


def _defined(line: Line, table: Table) -> list[str]:
    """The names that a line defines. Raises AssemblyError for one that cannot be a label."""
    tokens, names = line.tokens, []
    at = 0
    while at + 1 < len(tokens) and tokens[at + 1].text == ":":
        names.append(tokens[at])
        at += 2
    if at + 1 < len(tokens) and tokens[at + 1].text.lower() == "equ":
        names.append(tokens[at])
    for name in names:
        if name.text.lower() in {*REGISTER_NAMES, *table} or not (name.text[0].isalpha() or name.text[0] in "_.$"):
            raise line.error(f"{name.text!r} cannot be a label", name.column)
    return [name.text for name in names]


class _Pass:
    """One pass over the text, with the addresses that the pass before found."""

    def __init__(self, symbols: dict[str, int], origin: int, table: Table) -> None:
        self.symbols = symbols
        self.table = table
        self.address = origin
        self.label = ""
        self.seen: dict[str, int] = {}
        self.code: dict[int, tuple[Instruction, Line]] = {}
        self.data: list[tuple[int, bytes]] = []
        self.spans: list[tuple[int, int, Line]] = []

    def line(self, line: Line) -> None:
        at = 0
        tokens = line.tokens
        while at + 1 < len(tokens) and tokens[at + 1].text == ":":
            self._define(line, tokens[at].text, self.address)
            self.label = tokens[at].text
            at += 2
        if at == len(tokens):
            return
        if at + 1 < len(tokens) and tokens[at + 1].text.lower() == "equ":
            self._define(line, tokens[at].text, self._value(line, at + 2))
            return
        word = tokens[at].text.lower()
        if word == "org":
            self.address = self._value(line, at + 1)
        elif word in _DATA:
            self._data(line, at + 1, _DATA[word])
        else:
            self._instruction(line, at, word)

    def program(self, source: str) -> Program:
        for (first, length, line), (second, _, other) in pairwise(sorted(self.spans, key=itemgetter(0))):
            if first + length > second:
                raise other.error(
                    f"line {line.number} has put something at {second:#x} already; give `org` another value"
                )
        image = list(self.data)
        for address, (decoded, line) in self.code.items():
            try:
                image.append((address, encode(decoded, address)))
            except ModelError as error:
                raise line.error(str(error)) from None
        code = Map({address: decoded for address, (decoded, _) in self.code.items()})
        return Program(code, Map(self.symbols), tuple(sorted(image)), source)

    def _define(self, line: Line, name: str, value: int) -> None:
        if name in self.seen:
            raise line.error(f"{name!r} is already defined in line {self.seen[name]}")
        self.seen[name] = line.number
        self.symbols[name] = value

    def _value(self, line: Line, at: int) -> int:
        parser = Parser(line, at, self.symbols)
        value = parser.expression()
        if parser.peek():
            raise parser.error(f"expected the end of the line, found {parser.peek()!r}")
        return value & MASK32

    def _data(self, line: Line, at: int, size: int) -> None:
        parser, content = Parser(line, at, self.symbols), b""
        while True:
            if parser.peek()[:1] == '"':
                content += line.tokens[parser.at].text[1:-1].encode()
                parser.at += 1
            else:
                content += (parser.expression() & (1 << 8 * size) - 1).to_bytes(size, "little")
            if not parser.peek():
                break
            parser.take(",")
        self.data.append((self.address, content))
        self._advance(line, len(content))

    def _instruction(self, line: Line, at: int, word: str) -> None:
        parser = Parser(line, at + 1, self.symbols)
        # Nothing is said about the operands of a word that is no instruction: that would hide the first mistake.
        operands = parser.operands() if ALIASES.get(word, word) in self.table else ()
        try:
            decoded = instruction(form_for(word, operands, self.table), operands, line.number, self.label)
        except ModelError as error:
            raise line.error(str(error), line.tokens[at].column) from None
        self.code[self.address] = (decoded, line)
        self._advance(line, decoded.length)

    def _advance(self, line: Line, length: int) -> None:
        self.spans.append((self.address, length, line))
        self.address = self.address + length & MASK32
