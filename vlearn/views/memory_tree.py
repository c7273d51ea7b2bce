"""Page tables, or an EPT, as a tree: which table references which, by which indices, down to the pages they map.

Every span of pages has a row of its own in the last column, and every table stands in the middle of its rows, so no two
ways cross. Of a large tree the first spans of pages are drawn; the table beside the figure has them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.memory.modes import size_name
from vlearn.sim.memory.tables import Tables
from vlearn.trace import Event
from vlearn.views.memory_spans import Span, page_spans, spans
from vlearn.views.svg import GUEST, INK, READ, SMALL, TITLE, Shape, arrow, box, drawing, fitted, line, text

WIDTH, TOP, GAP, LEAF, ROW = 760, 32, 58, 180, 66
TABLE, PAGES = 38, 56
MOST = 12
"""How many spans of pages are drawn."""


@dataclass(frozen=True, slots=True)
class Node:
    """A span in its column, and its row counted from 0; a table may stand between two rows. None is the root table."""

    span: Span | None
    column: int
    row: float
    children: tuple["Node", ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the node and what is below it take."""
        return sum(child.rows for child in self.children) or 1


def draw_tables(tables: Tables, event: Event | None = None) -> tuple[Block, ...]:
    """The tables as a figure, and every span of pages as a table. The event changes nothing: tables have no moment."""
    tree = spans(tables)
    pages = tuple(page_spans(tree))
    root = _node(None, tuple(_with(tree, frozenset(pages[:MOST]))), 0, 0)
    more = f"and {len(pages) - MOST} more spans of pages" if len(pages) > MOST else ""
    height = TOP + ROW * root.rows + (18 if more else 0)
    return Figure(drawing(WIDTH, height, _shapes(tables, root, more)), _words(tables, pages)), _page_table(
        tables, pages
    )


def _with(tree: tuple[Span, ...], kept: frozenset[Span]) -> Iterator[Span]:
    """The tree with these spans of pages alone, and with tables that map nothing."""
    for span in tree:
        below = tuple(_with(span.below, kept))
        if below or span in kept or not (span.below or span.is_pages):
            yield replace(span, below=below)


def _node(span: Span | None, below: tuple[Span, ...], column: int, row: int) -> Node:
    children: list[Node] = []
    free = row
    for child in below:
        children.append(_node(child, child.below, column + 1, free))
        free += children[-1].rows
    middle = (children[0].row + children[-1].row) / 2 if children else row
    return Node(span, column, middle, tuple(children))


def _every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _every(child)


def _shapes(tables: Tables, root: Node, more: str) -> Iterator[Shape]:
    levels = tables.mode.structures
    step, leaf = (WIDTH - 4 - LEAF) / len(levels), WIDTH - 2 - LEAF
    yield text(2, 16, f"{tables.mode.name}, root at {tables.root:#x}", size=TITLE, bold=True)
    for node in _every(root):
        x, y = 2 + node.column * step, _height(node)
        if node.span and node.span.is_pages:
            yield from _pages(leaf, y, node.span)
            continue
        name, count = levels[node.column].entry.removesuffix("E"), node.span.count if node.span else 1
        place = f"{node.span.physical if node.span else tables.root:#x}"
        several = (f"{count} × {name}", f"{place} …") if count > 1 else (name, place)
        yield from _table(x, y, step - GAP, *several)
        if node.children:
            trunk = x + step - GAP + 8
            yield line((trunk - 8, y), (trunk, y))
            yield line((trunk, _height(node.children[0])), (trunk, _height(node.children[-1])))
            for child in node.children:
                yield from _way(trunk, leaf if child.span and child.span.is_pages else x + step, child)
    if more:
        yield text(leaf, TOP + ROW * root.rows + 10, more)


def _height(node: Node) -> float:
    return TOP + ROW * (node.row + 0.5)


def _way(start: float, end: float, node: Node) -> Iterator[Shape]:
    """The arrow to a node, with the indices that lead there."""
    yield arrow((start, _height(node)), (end, _height(node)))
    yield text(start + 4, _height(node) - 4, node.span.indices if node.span else "", size=10)


def _table(x: float, y: float, width: float, name: str, place: str) -> Iterator[Shape]:
    yield box(x, y - TABLE / 2, width, TABLE, READ)
    yield text(x + width / 2, y - 4, name, anchor="middle", bold=True, fill=INK)
    size = fitted(place, width - 8)
    yield text(x + width / 2, y + 11, place, size=size, anchor="middle", mono=True, fill=INK)


def _pages(x: float, y: float, span: Span) -> Iterator[Shape]:
    yield box(x, y - PAGES / 2, LEAF, PAGES, GUEST)
    yield text(x + 8, y - 12, f"{span.address:#x}", size=SMALL, mono=True, bold=True, fill=INK)
    yield text(x + 8, y + 4, f"→ {span.physical:#x}", size=SMALL, mono=True, fill=INK)
    yield text(x + 8, y + 20, _amount(span), size=SMALL, fill=INK)


def _amount(span: Span) -> str:
    names = " ".join(name for name in span.flags if name not in ("P", "PS"))
    return f"{span.count} × {size_name(span.level.span)}: {names}"


def _words(tables: Tables, pages: tuple[Span, ...]) -> str:
    what = "; ".join(f"{span.address:#x} leads to {span.physical:#x}, {_amount(span)}" for span in pages[:MOST])
    more = f"; and {len(pages) - MOST} more" if len(pages) > MOST else ""
    count = len(tables.frames)
    size = f"{count} table{'' if count == 1 else 's'}"
    return f"{tables.mode.name} as a tree of {size} from {tables.root:#x}. Pages: {what or 'none'}{more}."


def _page_table(tables: Tables, pages: tuple[Span, ...]) -> Table:
    rows = tuple(
        (f"{span.address:#x}", f"{span.physical:#x}", str(span.count), size_name(span.level.span), " ".join(span.flags))
        for span in pages
    )
    return Table(
        ("From", "To", "Pages", "Page size", "Flags"), rows, f"What {tables.mode.name} at {tables.root:#x} maps"
    )
