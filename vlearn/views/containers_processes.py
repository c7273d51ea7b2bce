"""The tree of processes: every box a process, with its pid in each pid namespace that sees it.

A box that is within another pid namespace than its parent stands on another fill and names the namespace.
"""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Process
from vlearn.trace import Event
from vlearn.views.svg import CURRENT, FAULT, GUEST, INK, PLAIN, SMALL, Shape, box, drawing, fitted, line, text

WIDTH, ROW, INDENT, HEIGHT = 760, 50, 28, 38
MOST = 30
"""How many processes are drawn; the table has all."""


def draw_processes(kernel: Kernel, event: Event | None = None) -> tuple[Block, ...]:
    """The tree as a figure, and a row for each process as a table."""
    rows = tuple(tree(kernel))
    touched = frozenset(event.touches) if event else frozenset[str]()
    drawn = rows[:MOST]
    height = 8 + ROW * len(drawn) + (20 if len(rows) > MOST else 0)
    figure = Figure(drawing(WIDTH, height, _shapes(kernel, drawn, len(rows), touched)), words(kernel, drawn, len(rows)))
    return figure, table(kernel, rows)


def tree(kernel: Kernel) -> Iterator[tuple[int, Process]]:
    """Each process with its depth, children after their parent."""
    todo = [(0, 1)] if 1 in kernel.processes else []
    while todo:
        depth, pid = todo.pop()
        process = kernel.processes[pid]
        yield depth, process
        todo += [(depth + 1, child) for child in sorted(process.children, reverse=True)]


def pids(kernel: Kernel, process: Process) -> tuple[tuple[str, int], ...]:
    """The pid namespaces that see a process, from the first to its own, each with its number there."""
    spaces = [process.namespaces.pid]
    while parent := _around(kernel, spaces[-1]):
        spaces.append(parent)
    return tuple((f"pid:[{space}]", number) for space, number in zip(spaces, process.numbers, strict=True))[::-1]


def _around(kernel: Kernel, number: int) -> int:
    space = kernel.namespaces[number]
    return int(getattr(space, "parent", 0))


def _shapes(
    kernel: Kernel, rows: tuple[tuple[int, Process], ...], count: int, touched: frozenset[str]
) -> Iterator[Shape]:
    places: dict[int, tuple[float, float]] = {}
    for n, (depth, process) in enumerate(rows):
        x, y = places[process.pid] = (2.0 + min(depth, 12) * INDENT, 6.0 + n * ROW)
        if process.parent in places:
            above_x, above_y = places[process.parent]
            yield line((above_x + 10, above_y + HEIGHT), (above_x + 10, y + HEIGHT / 2), (x, y + HEIGHT / 2))
    for _, process in rows:
        x, y = places[process.pid]
        width = WIDTH - 4 - x
        is_inner = len(process.numbers) > 1
        look = (
            CURRENT
            if f"process[{process.pid}]" in touched
            else FAULT
            if process.is_zombie
            else GUEST
            if is_inner
            else PLAIN
        )
        yield box(x, y, width, HEIGHT, look)
        yield text(x + 8, y + 15, _title(process), bold=True, fill=INK)
        seen = "   ".join(f"{name} {number}" for name, number in pids(kernel, process))
        yield text(x + 8, y + 31, seen, size=fitted(seen, width - 16, SMALL), mono=True, fill=INK)
    if count > len(rows):
        yield text(2, 6 + ROW * len(rows) + 14, f"and {count - len(rows)} more processes")


def _title(process: Process) -> str:
    ended = f", a zombie ({process.ended})" if process.ended else ", stopped" if process.stopped else ""
    return f"{process.command}{ended}"


def words(kernel: Kernel, rows: tuple[tuple[int, Process], ...], count: int) -> str:
    """The tree in a sentence for each process."""
    told = []
    for _, process in rows:
        seen = ", ".join(f"{number} in {name}" for name, number in pids(kernel, process))
        told.append(f"{_title(process)}: pid {seen}, child of {process.parent or 'nobody'}")
    more = f"; and {count - len(rows)} more" if count > len(rows) else ""
    return f"A tree of {count} processes. {'; '.join(told)}{more}."


def table(kernel: Kernel, rows: tuple[tuple[int, Process], ...]) -> Table:
    """A row for each process, with the pid that each namespace sees from the first one to its own."""
    cells = tuple(
        (
            process.command,
            process.state,
            str(process.parent),
            " ".join(str(number) for _, number in pids(kernel, process)),
            pids(kernel, process)[-1][0],
        )
        for _, process in rows
    )
    header = ("Command", "State", "Parent", "Pids, from the first namespace inwards", "Own pid namespace")
    return Table(header, cells, "Processes")
