"""An axis of time or of a number below a drawing: a line, marks at round values, and their unit."""

from collections.abc import Iterator

from vlearn.views.svg import SMALL, Shape, line, text

SHARES = (1.0, 2.0, 5.0)


def pace(total: float, most: int = 10) -> float:
    """1, 2 or 5 times a power of ten, so that no more than so many marks stand between 0 and the total."""
    base = 1e-6
    while True:
        for share in SHARES:
            if total / (base * share) <= most:
                return base * share
        base *= 10


def marks(total: float, left: float, scale: float, y: float, unit: str, most: int = 10) -> Iterator[Shape]:
    """The axis from 0 to the total; `scale` is in pixels a unit."""
    step = pace(total, most)
    yield line((left, y), (left + total * scale, y))
    for number in range(int(total / step + 1e-9) + 1):
        at = left + number * step * scale
        yield line((at, y), (at, y + 5))
        words = f"{number * step:g} {unit}" if number else "0"
        yield text(at, y + 18, words, size=SMALL, anchor="middle")
