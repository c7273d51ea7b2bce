"""Memory of groups: for each group a bar of what its processes and its page cache take, up to its limit."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.containers.cgroups.charges import charged, memory_tree
from vlearn.sim.containers.cgroups.oom import candidates
from vlearn.sim.containers.cgroups.state import PAGE, Cgroups, Hierarchy, Path, shown
from vlearn.trace import Event
from vlearn.views.svg import CURRENT, DONE, FAULT, INK, READ, SMALL, TITLE, VERMILION, Shape, box, drawing, line, text

WIDTH, LABEL, LANE, TOP = 760, 150, 40, 34


def draw_memory(cgroups: Cgroups, event: Event | None = None) -> tuple[Block, ...]:
    """A bar for each group, the one of the event lit; a table of what the files say, one of the OOM killer's points."""
    tree = memory_tree(cgroups)
    paths = sorted(tree.groups)
    limits = [tree.groups[path].limits.memory_max or tree.groups[path].limits.memory_high or 0 for path in paths]
    most = max([*limits, *(charged(tree, path) for path in paths), 1])
    scale = (WIDTH - LABEL - 70) / most
    lit = set(event.touches) if event else set()
    shapes = [text(2, 16, event.text if event else "Memory by group", size=SMALL if event else TITLE, bold=True)]
    for n, path in enumerate(paths):
        shapes += _lane(tree, path, TOP + n * LANE, scale, shown(path) in lit)
    said = "; ".join(f"{shown(path)} has {_amount(charged(tree, path))}{_limit(tree, path)}" for path in paths)
    what = f"{event.text}. " if event else ""
    figure = Figure(drawing(WIDTH, TOP + LANE * len(paths) + 4, shapes), f"{what}{said}.")
    return figure, memory_table(cgroups), points_table(cgroups)


def memory_table(cgroups: Cgroups) -> Table:
    """For every group what it has, what it may have, and how often its limits were met."""
    tree, rows = memory_tree(cgroups), []
    for path, group in sorted(tree.groups.items()):
        limits = (group.limits.memory_high, group.limits.memory_max)
        events = (str(group.usage.events.get(f"memory.{name}", 0)) for name in ("high", "max", "oom", "oom_kill"))
        words = ("max" if limit is None else _amount(limit) for limit in limits)
        rows.append((shown(path), _amount(charged(tree, path)), *words, *events))
    header = ("Group", "current", "high", "max", "high events", "max events", "oom events", "killed")
    return Table(header, tuple(rows), "Memory by group, with all below it")


def points_table(cgroups: Cgroups) -> Table:
    """Every living process with its pages, its oom_score_adj and its points, if the machine were out of memory."""
    tree = memory_tree(cgroups)
    rows = tuple(
        (
            str(pid),
            shown(tree.members[pid]),
            _amount(sum(group.usage.anonymous.get(pid, 0) for group in tree.groups.values())),
            str(cgroups.scores.get(pid, 0)),
            "never" if points is None else str(points),
        )
        for pid, points in candidates(cgroups, tree, ())
    )
    return Table(("Process", "Group", "Memory", "oom_score_adj", "Points"), rows, "Whom the OOM killer would choose")


def _lane(tree: Hierarchy, path: Path, top: float, scale: float, lit: bool) -> Iterator[Shape]:
    usages = [tree.groups[one].usage for one in tree.below(path)]
    own = sum(sum(usage.anonymous.values()) for usage in usages)
    cache = sum(sum(usage.cache.values()) for usage in usages)
    group = tree.groups[path]
    yield text(2, top + 20, shown(path), size=SMALL, bold=lit)
    left: float = LABEL
    for pages, look, words in ((own, CURRENT if lit else READ, "processes"), (cache, DONE, "page cache")):
        if pages:
            yield box(left, top, pages * scale, LANE - 12, look, radius=0)
            if 7.2 * len(words) + 4 < pages * scale:
                yield text(left + pages * scale / 2, top + 18, words, size=SMALL, anchor="middle", fill=INK)
            left += pages * scale
    if (limit := group.limits.memory_max) is not None:
        at = LABEL + limit * scale
        yield line((at, top - 4), (at, top + LANE - 8), colour=VERMILION, thickness=FAULT.thickness)
    if (high := group.limits.memory_high) is not None:
        at = LABEL + high * scale
        yield line((at, top - 4), (at, top + LANE - 8), colour=VERMILION, dashes="4 3")
    yield text(WIDTH - 4, top + 18, _amount(own + cache), size=SMALL, anchor="end")


def _limit(tree: Hierarchy, path: Path) -> str:
    limits = tree.groups[path].limits
    return "" if limits.memory_max is None else f" of at most {_amount(limits.memory_max)}"


def _amount(pages: int) -> str:
    size = pages * PAGE
    return f"{size / (1 << 20):.4g} MiB" if size >= 1 << 20 else f"{size / 1024:g} KiB"
