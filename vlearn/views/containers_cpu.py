"""Processor time along a timeline: who ran on each processor, and when each group with a quota was throttled."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.containers.cgroups.processors import Processors, Stretch
from vlearn.sim.containers.cgroups.state import Path, nearest, shown
from vlearn.trace import Event
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    Look,
    Shape,
    box,
    drawing,
    line,
    text,
)

WIDTH, LABEL, LANE, TOP = 760, 110, 34, 34
SHOWN = 300_000
"""Microseconds of the newest past that are drawn."""
LOOKS = (READ, GUEST, DONE, CURRENT, PLAIN)
"""One for each group, in the order of their names; its pid stands in each bar too."""


def draw_processors(state: Processors, event: Event | None = None) -> tuple[Block, ...]:
    """A lane for each processor and each group with a quota, and a table of what each group has used."""
    first = max(0, state.now - SHOWN)
    seen = [one for one in state.history if one.end > first]
    limited = tuple(
        sorted(path for path, group in state.tree.groups.items() if path and group.limits.quota is not None)
    )
    lanes = [*(f"cpu {n}" for n in range(state.cgroups.machine.cpus)), *map(shown, limited)]
    scale = (WIDTH - LABEL - 12) / max(1, state.now - first)
    bottom = TOP + LANE * len(lanes)
    shapes = [
        text(2, 16, f"{first / 1000:g} to {state.now / 1000:g} ms", size=TITLE, bold=True),
        *(text(2, TOP + LANE * n + 20, name, size=SMALL, bold=True) for n, name in enumerate(lanes)),
        *(shape for one in seen for shape in _bars(state, one, first, scale, limited)),
        line((LABEL, bottom + 2), (WIDTH - 12, bottom + 2)),
        text(LABEL, bottom + 17, f"{first / 1000:g}", size=SMALL),
        text(WIDTH - 12, bottom + 17, f"{state.now / 1000:g} ms", size=SMALL, anchor="end"),
    ]
    said = f"{event.text}. " if event else ""
    return Figure(drawing(WIDTH, bottom + 26, shapes), f"{said}{_told(state, seen)}"), usage_table(state)


def usage_table(state: Processors) -> Table:
    """For every group its weight, its quota, and what it has used."""
    rows = []
    for path, group in sorted(state.tree.groups.items()):
        limits, events = group.limits, group.usage.events
        quota = "none" if limits.quota is None else f"{limits.quota / 1000:g} of {limits.period / 1000:g} ms"
        used = state.used(path)
        share = f"{100 * used / state.now:.1f} %" if state.now else "-"
        rows.append(
            (
                shown(path),
                str(limits.shares * 100 // 1024) if path else "-",
                quota if path else "-",
                f"{used / 1000:g}",
                share,
                f"{events.get('nr_throttled', 0)} of {events.get('nr_periods', 0)}",
            )
        )
    header = ("Group", "Weight", "Quota", "Used (ms)", "Of one processor", "Periods throttled")
    return Table(header, tuple(rows), f"Processor time after {state.now / 1000:g} ms")


def _bars(state: Processors, one: Stretch, first: int, scale: float, limited: tuple[Path, ...]) -> Iterator[Shape]:
    start = max(one.start, first)
    left, width = LABEL + (start - first) * scale, (one.end - start) * scale
    for cpu, pid in enumerate(one.running):
        if pid is not None:
            yield from _bar(left, cpu, width, str(pid), _look(state, pid))
    for n, path in enumerate(limited):
        if path in one.throttled:
            yield from _bar(left, len(one.running) + n, width, "throttled", FAULT)


def _bar(left: float, lane: int, width: float, words: str, look: Look) -> Iterator[Shape]:
    top = TOP + LANE * lane
    yield box(left, top, width, LANE - 8, look, radius=0)
    if 7.2 * len(words) + 4 < width:
        yield text(left + width / 2, top + 17, words, size=SMALL, anchor="middle", fill=INK)


def _look(state: Processors, pid: int) -> Look:
    groups = sorted(state.tree.groups)
    path = state.tree.members.get(pid, ())
    return LOOKS[groups.index(nearest(state.tree, path, "cpu")) % len(LOOKS)]


def _told(state: Processors, seen: list[Stretch]) -> str:
    words = []
    for one in seen[-6:]:
        on = ", ".join(f"{pid} on cpu {n}" for n, pid in enumerate(one.running) if pid is not None) or "nobody"
        held = f"; throttled: {', '.join(map(shown, one.throttled))}" if one.throttled else ""
        words.append(f"{one.start / 1000:g} to {one.end / 1000:g} ms: {on}{held}")
    return f"The newest stretches are {'; '.join(words)}." if words else "Nobody has run yet."
