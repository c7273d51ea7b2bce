"""A linear address cut into the fields that index the tables, each above the table it indexes."""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.sim.memory.modes import Level, Mode
from vlearn.views.svg import CURRENT, FAULT, INK, PLAIN, READ, SMALL, Look, Shape, box, fitted, text

HEIGHT = 58


@dataclass(frozen=True, slots=True)
class Field:
    """Bits `high` to `low` of the address: an index into a table, or the offset in a page."""

    name: str
    high: int
    low: int
    value: int | None

    @property
    def binary(self) -> str:
        """The value bit by bit, in groups of four from the right."""
        if self.value is None:
            return ""
        digits = f"{self.value:0{self.high - self.low + 1}b}"
        first = len(digits) % 4
        groups = [digits[:first], *(digits[at : at + 4] for at in range(first, len(digits), 4))]
        return " ".join(filter(None, groups))

    @property
    def words(self) -> str:
        """The value as people say it: an index in decimal, an offset in hexadecimal."""
        if self.value is None:
            return self.name
        return f"{self.name} {self.value:#x}" if self.name == "offset" else f"{self.name} {self.value}"


def fields(mode: Mode, address: int | None, leaf: Level | None = None) -> tuple[Field, ...]:
    """The index fields down to the leaf, the level that maps the page (the last one unless said), then the offset."""
    levels = mode.structures
    levels = levels[: levels.index(leaf or levels[-1]) + 1]
    indices = [
        Field(
            "index", level.shift + level.index_bits - 1, level.shift, None if address is None else level.index(address)
        )
        for level in levels
    ]
    shift = levels[-1].shift
    return (*indices, Field("offset", shift - 1, 0, None if address is None else address & (1 << shift) - 1))


def field_box(
    field: Field, x: float, y: float, width: float, used: bool = False, current: bool = False
) -> Iterator[Shape]:
    """The field: which bits it is, those bits, and the number they make."""
    look: Look = CURRENT if current else READ if used else PLAIN
    yield box(x, y, width, HEIGHT, look)
    middle = x + width / 2
    yield text(middle, y + 15, f"bits {field.high}:{field.low}", size=SMALL, anchor="middle", fill=INK)
    size = fitted(field.binary, width - 8)
    yield text(middle, y + 32, field.binary, size=size, anchor="middle", mono=True, fill=INK)
    yield text(middle, y + 50, field.words, anchor="middle", bold=field.value is not None, fill=INK)


def sign_box(mode: Mode, address: int | None, x: float, y: float, width: float, failed: bool) -> Iterator[Shape]:
    """The bits above the translated ones, which must all repeat the highest translated bit."""
    yield box(x, y, width, HEIGHT, FAULT if failed else PLAIN)
    middle = x + width / 2
    yield text(middle, y + 15, f"{mode.register_bits - 1}:{mode.linear_bits}", size=SMALL, anchor="middle", fill=INK)
    if address is not None:
        top = address >> mode.linear_bits
        every = {0: "all 0", (1 << mode.register_bits - mode.linear_bits) - 1: "all 1"}.get(top, f"{top:#x}")
        yield text(middle, y + 32, every, size=SMALL, anchor="middle", bold=failed, fill=INK)
    yield text(middle, y + 50, "sign", size=SMALL, anchor="middle", fill=INK)
