"""What a guest must trust, in lines of code: a bar from the least to the most estimate for each kind, on a log axis.

The figures are estimates that differ by orders of magnitude; the table says where each comes from.
"""

from collections.abc import Iterator
from math import log10

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.datacenter.hypervisors import KINDS, parts, trusted, trusted_lines
from vlearn.views.svg import BLUE, READ, SMALL, TITLE, Look, Shape, box, drawing, line, text

WIDTH, LEFT, RIGHT, TOP, ROW = 760, 268, 690, 34, 42
LEAST, DECADES = 10_000, 4
"""Where the axis begins, and how many powers of ten it has."""
BAR = Look(READ.fill, BLUE, 1.6)
MARKS = {"V": "read in the source named", "E": "this course's estimate", "M": "from memory", "A": "by arithmetic"}


def draw_trusted(sandbox: bool | None = None) -> tuple[Block, ...]:
    """The bars of every kind, its device models shut in or not (None: as usual)."""
    how = {None: "device models as usual", True: "each device model shut in", False: "no device model shut in"}[sandbox]
    title = f"Lines of code that guest A must trust: {how}"
    bottom = TOP + ROW * len(KINDS)
    shapes = [text(2, 16, title, size=TITLE, bold=True), *_axis(bottom)]
    said = []
    for n, name in enumerate(KINDS):
        least, most = trusted_lines(name, sandbox=sandbox)
        named = [part.name for part in trusted(name, sandbox=sandbox)]
        shapes += _bar(name, least, most, named, TOP + ROW * n)
        said.append(f"{name}: {short(least)} to {short(most)}, in {', '.join(named)}.")
    alt = f"{title}. {' '.join(said)} The axis is logarithmic."
    return (Figure(drawing(WIDTH, bottom + 26, shapes), alt),)


def sizes() -> Table:
    """Every sized part of every kind with its estimate, its mark and its source; once each."""
    found = {part.name.removesuffix(" of A"): part.size for name in KINDS for part in parts(name)
             if part.size and not part.name.endswith(" of B")}  # fmt: skip
    rows = tuple(
        (name, short(size.least), short(size.most), MARKS[size.mark], size.source)
        for name, size in sorted(found.items(), key=lambda item: item[1].least)
    )
    return Table(("Part", "From", "To", "How known", "Source, or what it means"), rows, "Lines of code, estimated")


def short(lines: int) -> str:
    """Such as 50,000 or 2.4 million."""
    return f"{lines / 1e6:g} million" if lines >= 1_000_000 else f"{lines:,}"


def _x(lines: float) -> float:
    return LEFT + (RIGHT - LEFT) * log10(lines / LEAST) / DECADES


def _axis(bottom: float) -> Iterator[Shape]:
    yield line((LEFT, bottom), (RIGHT, bottom))
    for power in range(DECADES + 1):
        lines = LEAST * 10**power
        yield line((_x(lines), bottom - 4), (_x(lines), bottom + 3))
        yield text(_x(lines), bottom + 16, short(lines), size=SMALL, anchor="middle")


def _bar(name: str, least: int, most: int, named: list[str], y: float) -> Iterator[Shape]:
    left, right = _x(least), _x(most)
    yield text(2, y + 14, name, bold=True, size=SMALL)
    yield text(2, y + 29, ", ".join(named), size=SMALL - 1)
    yield box(left, y + 2, right - left, 16, BAR)
    yield text(left - 4, y + 14, short(least), size=SMALL, anchor="end")
    yield text(right + 4, y + 14, short(most), size=SMALL)
