"""What a view or a question shows: five kinds of block, and no sixth.

Text is Markdown without HTML: `<script>` and `$x$` are those characters and nothing more. Renderers (the notebook,
HTML, PDF, LMS formats) match on `Block` exhaustively, so the picture in a lesson and the one in an exam are the same.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A run of Markdown (CommonMark with tables, no HTML, no mathematics)."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Code:
    """Source, shell input or output, shown as it is in a fixed-width font."""

    source: str
    language: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain text under a header; every row has one cell for each column."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        for n, row in enumerate(self.rows, 1):
            if len(row) != len(self.header):
                cells = f"{len(row)} cell{'s' * (len(row) != 1)}"
                raise ValueError(f"row {n} has {cells}; the header has {len(self.header)}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as SVG text, with the words a reader who cannot see it needs."""

    svg: str
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a figure needs alternative text: say what it shows")


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars of a chart; x may be numbers or category names."""

    name: str
    x: tuple[float, ...] | tuple[str, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"series {self.name!r} has {len(self.x)} x values and {len(self.y)} y values")


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over axes. Axis labels carry their unit."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    shape: Literal["line", "bar"] = "line"
    log_y: bool = False


Block: TypeAlias = Text | Code | Table | Figure | Chart
