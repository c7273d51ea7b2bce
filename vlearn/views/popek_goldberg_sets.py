"""The two sets that Theorem 1 compares, as overlapping boxes: what is sensitive, and what is privileged.

What lies in the first and not in the second breaks the theorem's condition, and is lit. A star marks what is user
sensitive there, and so breaks the condition of Theorem 3 as well.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from vlearn.blocks import Block, Figure
from vlearn.sim.virtualizability import Classification
from vlearn.views.svg import (
    DONE,
    FAULT,
    INK,
    PLAIN,
    SMALL,
    TITLE,
    Shape,
    box,
    drawing,
    fitted,
    text,
)

WIDTH, TOP, HEAD, ROW, SHIFT = 760, 26, 58, 17, 14
COLUMN = (WIDTH - 4) / 3
MARK = " *"


def draw_sets(found: Classification[Any, Any]) -> tuple[Block, ...]:
    """One figure. Forms of one mnemonic in one region become one name with their number, once there are many."""
    regions = _regions(found)
    rows = max(1, *map(len, regions))
    height = HEAD + ROW * rows + 4
    foot = TOP + height + SHIFT + 20
    name = found.architecture.name
    shapes = [
        text(2, 16, name, size=fitted(name, WIDTH - 4, TITLE), bold=True),
        *_columns(regions, height),
        text(2, foot, f"Innocuous and not privileged: {_outside(found)}. {MARK.strip()} user sensitive", size=SMALL),
    ]
    return (Figure(drawing(WIDTH, foot + 8, shapes), _words(found)),)


def _regions(found: Classification[Any, Any]) -> tuple[list[str], list[str], list[str]]:
    holes = set(found.holes)
    open_ones = [name + (MARK if name in found.user_holes else "") for name in found.holes]
    inside = [name for name in found.sensitive if name not in holes]
    harmless = [name for name in found.privileged if name not in found.sensitive]
    return _gathered(open_ones), _gathered(inside), _gathered(harmless)


def _gathered(names: Sequence[str]) -> list[str]:
    """At most about a dozen names stay as they are; of more, the forms of a mnemonic are put together."""
    if len(names) <= 12:
        return list(names)
    marked = {name.split()[0] for name in names if name.endswith(MARK)}
    forms = Counter(name.split()[0] for name in names)
    return [
        mnemonic + (f" ({count} forms)" if count > 1 else "") + MARK * (mnemonic in marked)
        for mnemonic, count in forms.items()
    ]


def _columns(regions: tuple[list[str], list[str], list[str]], height: float) -> Iterator[Shape]:
    """The sensitive set spans the first two columns, the privileged set, a little lower, the last two."""
    yield box(2, TOP, 2 * COLUMN, height, FAULT if regions[0] else PLAIN)
    yield box(2 + COLUMN, TOP + SHIFT, 2 * COLUMN, height, PLAIN)
    yield box(2 + COLUMN, TOP + SHIFT, COLUMN, height - SHIFT, DONE)
    heads = ("sensitive, not privileged", "sensitive and privileged", "privileged, not sensitive")
    for column, (head, names) in enumerate(zip(heads, regions, strict=True)):
        middle = 2 + COLUMN * (column + 0.5)
        yield text(middle, TOP + SHIFT + 20, head, anchor="middle", bold=True, fill=INK)
        for n, name in enumerate(names or ["none"]):
            size = fitted(name, COLUMN - 16)
            yield text(middle, TOP + HEAD + ROW * n, name, size=size, anchor="middle", mono=True, fill=INK)


def _outside(found: Classification[Any, Any]) -> str:
    names = [verdict.name for verdict in found.verdicts if verdict.innocuous and not verdict.privileged]
    return ", ".join(names) if len(names) <= 8 else f"{len(names)} others"


def _words(found: Classification[Any, Any]) -> str:
    holes, inside, harmless = _regions(found)
    parts = (
        f"The sensitive and the privileged instructions of {found.architecture.name}.",
        f"Sensitive, not privileged: {', '.join(holes) or 'none'}.",
        f"Sensitive and privileged: {', '.join(inside) or 'none'}.",
        f"Privileged, not sensitive: {', '.join(harmless) or 'none'}.",
        f"Neither: {_outside(found) or 'none'}. A star marks what is user sensitive.",
    )
    return " ".join(parts)
