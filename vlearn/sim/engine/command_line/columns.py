"""Tables with the padding of Go's text/tabwriter as docker sets it up: cells of at least ten, three spaces between."""

from collections.abc import Iterable, Sequence

LEAST, GAP = 10, 3


def table(rows: Iterable[Sequence[str]], least: int = LEAST, gap: int = GAP) -> str:
    """Rows of cells as lines; the last cell of a row is not padded, and an empty table is empty."""
    lines = [tuple(row) for row in rows]
    if not lines:
        return ""
    widths = [
        max(least, max((len(row[n]) for row in lines if n < len(row) - 1), default=0) + gap)
        for n in range(max(len(row) for row in lines))
    ]
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)) + row[-1] + "\n"
        for row in lines
    )


def shortened(text: str, width: int) -> str:
    """At most `width` characters, the last of them `…` if some are missing."""
    return text if len(text) <= width else text[: width - 1] + "…"
