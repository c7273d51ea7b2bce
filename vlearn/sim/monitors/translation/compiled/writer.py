"""Writes the statements of a unit's Python, and knows which flags are computed already.

The flags of an instruction are expressions over names that keep their values, `r3` for the result of instruction 3;
they are put into `flags` only where the unit is left (or where a jump asks for one of them).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from immutables import MapMutation

from vlearn.sim.cpu import MemoryOperand
from vlearn.sim.cpu.state import REGISTERS
from vlearn.sim.monitors.translation.compiled.expressions import Flags, address

STOPPED, FINISHED, LOOKED_UP, LEFT = range(4)
"""How a function comes back: an access that it cannot do, a direct exit, an indirect one, a change of direction."""
NAMES = ", ".join(REGISTERS)


def read_across(words: MapMutation[int, int], address: int, size: int) -> int:
    """2 or 4 bytes wherever they lie in words."""
    shift = (address & 3) * 8
    both = words.get(address & ~3, 0) | words.get((address & ~3) + 4, 0) << 32
    return both >> shift & (1 << 8 * size) - 1


def write_across(words: MapMutation[int, int], address: int, size: int, value: int) -> None:
    """Store 2 or 4 bytes there."""
    at, shift = address & ~3, (address & 3) * 8
    mask = (1 << 8 * size) - 1 << shift
    both = (words.get(at, 0) | words.get(at + 4, 0) << 32) & ~mask | value << shift
    words[at] = both & 0xFFFFFFFF
    if mask >> 32:
        words[at + 4] = both >> 32


@dataclass
class Writer:
    """The statements so far. With `paging`, loads go through the machine's page maps, as stores always do."""

    paging: bool
    lines: list[str] = field(default_factory=list)
    depth: int = 1
    unit: int = 0
    at: int = 0
    waiting: Flags = field(default_factory=dict)
    carried: Flags = field(default_factory=dict)
    live: int = 0

    def write(self, *statements: str) -> None:
        """Add statements."""
        self.lines.extend("    " * self.depth + statement for statement in statements)

    @contextmanager
    def inside(self, head: str) -> Iterator[None]:
        """A block of statements under `if ...:` and its like."""
        self.write(head)
        self.depth += 1
        yield
        self.depth -= 1

    def name(self, letter: str) -> str:
        """A name that is this instruction's own."""
        return f"{letter}{self.at}" if not self.unit else f"{letter}{self.unit}_{self.at}"

    def set_flags(self, computed: Flags) -> None:
        """These flags are known as expressions from now on, of those that anybody will see."""
        self.waiting |= {mask: text for mask, text in computed.items() if mask & self.live}
        for mask in computed:
            if not mask & self.live:
                self.waiting.pop(mask, None)

    def flags(self) -> str:
        """The whole of EFLAGS."""
        if not self.waiting:
            return "flags"
        mask = sum(self.waiting)
        parts = [text for text in self.waiting.values() if text != "0"]
        return " | ".join((f"flags & ~{mask:#x}", *parts))

    def flag(self, mask: int) -> str:
        """One flag: not 0 if it is set."""
        return self.waiting.get(mask, f"(flags & {mask:#x})")

    def settle(self) -> None:
        """Put the flags that wait into `flags`."""
        if self.waiting:
            self.write(f"flags = {self.flags()}")
            self.waiting = {}

    def leave(self, how: int, where: str, retired: int) -> None:
        """Return to the dispatcher: `where` is an address of the guest, or the line of the unit to go on from."""
        self.write(f"return {how}, {self.unit}, {where}, {NAMES}, {self.flags()}, n + {retired}, runs")

    def place(self, operand: MemoryOperand, store: bool) -> str:
        """Statements that find the physical address of an operand, or leave the unit; returns its name."""
        return self.place_at(address(operand), operand.size, store)

    def place_at(self, linear: str, size: int, store: bool) -> str:
        """The same for a linear address."""
        a, p = (self.name(letter) for letter in ("bq" if store else "ap"))
        self.write(f"{a} = {linear}")
        mapped = self.paging or store
        last = (0x1000 if mapped else 1 << 32) - size
        test = f"{a} & 0xFFF > {last:#x}" if mapped else f"{a} > {last:#x}"
        test = test if size > 1 else ""
        if mapped:
            self.write(f"{p} = {'writable' if store else 'readable'}({a} >> 12)")
            test = f"{p} is None" + (f" or {test}" if test else "")
        if test:
            with self.inside(f"if {test}:"):
                if mapped:
                    self.write(f"machine.missed = {a}, {store}")
                self.leave(STOPPED, str(self.at), self.at)
        if mapped:
            self.write(f"{p} += {a}")
        return p if mapped else a

    def load(self, p: str, size: int) -> str:
        """The expression for what is at a physical address."""
        if size == 1:
            return f"(get({p} & ~3, 0) >> ({p} & 3) * 8 & 0xFF)"
        aligned = f"get({p}, 0)" if size == 4 else f"get({p} & ~3, 0) >> ({p} & 3) * 8 & 0xFFFF"
        return f"({aligned} if not {p} & 3 else across(words, {p}, {size}))"

    def store(self, p: str, size: int, value: str) -> None:
        """Store a value of `size` bytes there."""
        if size == 1:
            word, shift = f"get({p} & ~3, 0)", f"({p} & 3) * 8"
            self.write(f"words[{p} & ~3] = {word} & ~(0xFF << {shift}) | ({value}) << {shift}")
            return
        if size == 4:
            with self.inside(f"if not {p} & 3:"):
                self.write(f"words[{p}] = {value}")
            self.write("else:")
            self.depth += 1
        self.write(f"put_across(words, {p}, {size}, {value})")
        if size == 4:
            self.depth -= 1
