"""Page tables as a tree of spans: entries that continue one another, with the same flags, are taken as one.

A mapping of 16 MiB by 4 KiB pages is one span of 4096 pages below one span of eight tables. Entries that are not
present are left out; a table that two entries reference comes twice, once below each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vlearn.sim.memory.entries import flags, is_present, maps_page, page_address, table_address
from vlearn.sim.memory.modes import Level, Mode
from vlearn.sim.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class Span:
    """Entries `first` to `last` of a table: pages from `address` on, or tables with the spans `below`.

    `count` is how many pages or tables they reference, `physical` where the first of them lies. A span that goes on in
    the next table ends at that table's `last`.
    """

    level: Level
    first: int
    last: int
    address: int
    physical: int
    count: int
    flags: tuple[str, ...]
    below: tuple["Span", ...] = ()

    @property
    def is_pages(self) -> bool:
        """Whether the entries map pages."""
        return self.level.number == 1 or (self.level.may_map_page and "PS" in self.flags)

    @property
    def indices(self) -> str:
        """The entries' indices in their table."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


def spans(tables: Tables) -> tuple[Span, ...]:
    """The spans of the table at the root, by index."""
    return _below(tables, tables.mode.structures, tables.root, 0)


def page_spans(tree: Iterable[Span]) -> Iterator[Span]:
    """The spans of pages in a tree, by address."""
    for span in tree:
        yield from (span,) if span.is_pages else page_spans(span.below)


def _below(tables: Tables, levels: tuple[Level, ...], base: int, address: int) -> tuple[Span, ...]:
    mode, level = tables.mode, levels[0]
    found: list[Span] = []
    for index in range(1 << level.index_bits):
        entry = tables.memory.get(base + index * mode.entry_bytes, 0)
        if not is_present(mode, entry):
            continue
        at = _extended(mode, address | index << level.shift)
        if maps_page(level, entry):
            span = Span(level, index, index, at, page_address(mode, level, entry), 1, flags(mode, entry))
        else:
            table = table_address(mode, entry)
            below = _below(tables, levels[1:], table, at)
            span = Span(level, index, index, at, table, 1, flags(mode, entry), below)
        joined = _joined(found[-1], span) if found and found[-1].last + 1 == index else None
        if joined:
            found[-1] = joined
        else:
            found.append(span)
    return tuple(found)


def _joined(one: Span, other: Span) -> Span | None:
    """Both as one span, if the second goes on where the first ends."""
    if (one.level, one.flags, one.is_pages) != (other.level, other.flags, other.is_pages):
        return None
    if one.is_pages:
        length = one.count * one.level.span
        if (one.address + length, one.physical + length) != (other.address, other.physical):
            return None
        return replace(one, last=other.last, count=one.count + other.count)
    if len(one.below) != 1 or len(other.below) != 1:
        return None
    below = _joined(one.below[0], other.below[0])
    return below and replace(one, last=other.last, count=one.count + other.count, below=(below,))


def _extended(mode: Mode, address: int) -> int:
    """The address with the bits above the translated ones, which repeat the highest of those."""
    if mode.is_ept or mode.register_bits == mode.linear_bits or not address >> mode.linear_bits - 1 & 1:
        return address
    return address | (1 << mode.register_bits) - (1 << mode.linear_bits)
