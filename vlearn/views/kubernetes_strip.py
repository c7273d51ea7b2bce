"""The strip under a picture of a cluster: the time, the component, and what it says that it did."""

from collections.abc import Iterator
from textwrap import wrap

from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.trace import Event
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import INK, PLAIN, TITLE, Shape, box, text

STRIP = 76
LINE, LINES = 104, 3


def clock(state: Cluster) -> str:
    """The cluster's time of day, to the second: model clusters begin at midnight."""
    seconds = int(state.now) % 86400
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def strip(state: Cluster, event: Event | None, y: float) -> Iterator[Shape]:
    """A box of STRIP height at y."""
    yield box(2, y, WIDTH - 4, STRIP, PLAIN)
    yield text(14, y + 20, event.kind if event else "At this moment", size=TITLE, bold=True, fill=INK)
    yield text(WIDTH - 14, y + 20, clock(state), size=TITLE, anchor="end", fill=INK)
    lines = wrap(event.text, LINE) if event else []
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1][: LINE - 2]} …"]
    for n, words in enumerate(lines):
        yield text(14, y + 37 + 15 * n, words, fill=INK)
