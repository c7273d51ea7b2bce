"""A translation unit: the guest's code on the left, what stands in the translation cache on the right, line by line.

Between the two stands how each line is treated, as a word, and as a colour and an outline.
"""

from collections.abc import Iterator

from vlearn.blocks import Figure
from vlearn.sim.monitors.translation import Line, Treatment, Unit
from vlearn.views.svg import (
    CURRENT,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    Look,
    Shape,
    arrow,
    box,
    drawing,
    fitted,
    text,
)

LEFT, MARK, RIGHT, GAP = 236, 96, 344, 26
WIDTH = LEFT + MARK + RIGHT + 2 * GAP + 4
TOP, LINE, SPACE = 50, 18, 6
LOOKS = {
    Treatment.IDENT: PLAIN,
    Treatment.INLINE: READ,
    Treatment.CALL_OUT: FAULT,
    Treatment.DIRECT: GUEST,
    Treatment.INDIRECT: Look(GUEST.fill, GUEST.stroke, GUEST.thickness, "5 3"),
}
CUT = "(goes on)"


def draw_unit(unit: Unit, current: int | None = None) -> Figure:
    """One unit; the line with the number `current`, which comes next, is lit."""
    shapes = [
        text(2, 16, f"The unit at {unit.key.eip:#x}", size=TITLE, bold=True),
        text(2, 38, "the guest's code: read, never run"),
        text(WIDTH - 2 - RIGHT, 38, "its translation: run in ring 1"),
    ]
    y = float(TOP)
    for number, written in enumerate(unit.written()):
        line = unit.lines[number] if number < len(unit) else None
        shapes += _row(y, line, written, number == current)
        y += LINE * len(written) + 4 + SPACE
    said = "; ".join(f"{line.instruction} is {line.treatment.value}" for line in unit.lines)
    next_ = "" if current is None else f" Next comes line {current + 1}."
    alt = f"The unit at {unit.key.eip:#x}, {len(unit)} instructions: {said}.{next_}"
    return Figure(drawing(WIDTH, y, shapes), alt)


def _row(y: float, line: Line | None, written: tuple[str, ...], current: bool) -> Iterator[Shape]:
    height = LINE * len(written) + 4
    middle = y + height / 2
    mark, right = 2 + LEFT + GAP, WIDTH - 2 - RIGHT
    look = LOOKS[line.treatment] if line else Look(GUEST.fill, GUEST.stroke)
    if line:
        words = f"{line.eip:#x}  {line.instruction}"
        yield box(2, y, LEFT, height, CURRENT if current else PLAIN)
        yield text(10, middle + 4, words, size=fitted(words, LEFT - 16), mono=True, fill=INK)
        yield arrow((2 + LEFT, middle), (mark, middle))
    yield box(mark, y, MARK, height, look, radius=9)
    word = line.treatment.value if line else CUT
    yield text(mark + MARK / 2, middle + 4, word, size=SMALL, anchor="middle", bold=True, fill=INK)
    yield arrow((mark + MARK, middle), (right, middle))
    yield box(right, y, RIGHT, height, CURRENT if current else look)
    for n, words in enumerate(written):
        yield text(right + 8, y + LINE * n + 15, words, size=fitted(words, RIGHT - 16), mono=True, fill=INK)
