"""The few words that all drawings of delivery share: looks of what became of something, short names, times."""

from collections.abc import Iterable, Mapping

from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST, PLAIN, WAITING, Look

CANCELLED = Look("#FFFFFF", "#D55E00", 1.6, "5 3")
LOOKS: Mapping[str, Look] = {
    "waiting": WAITING,
    "held": GUEST,
    "running": CURRENT,
    "passed": DONE,
    "failed": FAULT,
    "skipped": PLAIN,
    "blocked": PLAIN,
    "cancelled": CANCELLED,
}
"""How a job or a stage looks, by what became of it; the word always stands beside."""
DAY = 480.0
"""Minutes of work in a day."""


def short_of(words: str, width: float, size: float) -> str:
    """The words, or as many of them as fit the width in the fixed-width font, and an ellipsis."""
    room = max(1, int(width / (0.602 * size)))
    return words if len(words) <= room else f"{words[: room - 1]}…"


def minutes(value: float | None) -> str:
    """A time in the unit that suits it; days are of 8 hours. `never` for what has no value."""
    if value is None:
        return "never"
    if value < 100:
        return f"{value:.3g} min"
    return f"{value / 60:.3g} h" if value < 2 * DAY else f"{value / DAY:.3g} days"


def names(found: Iterable[str], most: int = 12) -> str:
    """Names in a row, of many the last ones and how many came earlier."""
    listed = tuple(found)
    more = f"{len(listed) - most} earlier, " if len(listed) > most else ""
    return more + ", ".join(listed[-most:]) or "none"
