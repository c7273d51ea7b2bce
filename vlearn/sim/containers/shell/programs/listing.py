"""ls and tree-like views of directories. Sorting is by byte, as in the C locale; output goes one name a line."""

from collections.abc import Mapping
from datetime import UTC, datetime

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.modes import letters
from vlearn.sim.containers.shell.names import group_name, user_name
from vlearn.sim.containers.shell.programs.options import Options, plain, read_options
from vlearn.sim.containers.shell.sizes import human
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.files.filesystem import Stat

Row = tuple[str, Stat]


def _ls(task: Task) -> int:
    options = read_options(task.arguments[1:], "1adlAhinRrFS", long={"all": "a", "almost-all": "A", "directory": "d"})
    files: list[Row] = []
    folders: list[str] = []
    status = 0
    for path in sorted(options.words or (".",)):
        try:
            found = task.host.stat(task.pid, path, follow="l" not in options and "d" not in options)
        except SystemCallFailed as failed:
            status = task.complain(f"cannot access '{path}': {failed.strerror}", 2)
            continue
        if found.kind == "dir" and "d" not in options:
            folders.append(path)
        else:
            files.append((path, found))
    blocks = ["".join(_lines(task, options, files, ""))] if files else []
    titled = len(folders) + bool(files) > 1 or "R" in options
    while folders:
        path = folders.pop(0)
        try:
            rows = _rows(task, options, path)
        except SystemCallFailed as failed:
            status = task.complain(f"cannot open directory '{path}': {failed.strerror}", 2)
            continue
        total = f"total {sum(_blocks(found) for _, found in rows)}\n" if "l" in options else ""
        title = f"{path}:\n" if titled else ""
        blocks.append(title + total + "".join(_lines(task, options, rows, path)))
        if "R" in options:
            inner = (name for name, found in rows if found.kind == "dir" and name not in (".", ".."))
            folders[:0] = [f"{path.rstrip('/')}/{name}" for name in inner]
    task.write("\n".join(blocks))
    return status


def _rows(task: Task, options: Options, path: str) -> list[Row]:
    names = list(task.host.list(task.pid, path))
    if "a" in options:
        names += [".", ".."]
    elif "A" not in options:
        names = [name for name in names if not name.startswith(".")]
    rows = [(name, task.host.stat(task.pid, f"{path.rstrip('/')}/{name}", follow=False)) for name in sorted(names)]
    if "S" in options:
        rows.sort(key=lambda row: -row[1].size)
    return rows[::-1] if "r" in options else rows


def _lines(task: Task, options: Options, rows: list[Row], folder: str) -> list[str]:
    cells = [_cells(task, options, name, found, folder) for name, found in rows]
    widths = [max((len(row[n]) for row in cells), default=0) for n in range(len(cells[0]) - 1)] if cells else []
    lines = []
    for row in cells:
        left = [
            cell.ljust(w) if n in _LEFT(options) else cell.rjust(w)
            for n, (cell, w) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append(" ".join([*left, row[-1]]) + "\n")
    return lines


def _LEFT(options: Options) -> tuple[int, ...]:  # noqa: N802
    first = int("i" in options)
    return (first, first + 2, first + 3) if "l" in options or "n" in options else ()


def _cells(task: Task, options: Options, name: str, found: Stat, folder: str) -> list[str]:
    cells = [str(found.ino)] if "i" in options else []
    label = name
    if "F" in options:
        label += "/" if found.kind == "dir" else "@" if found.kind == "symlink" else "*" if found.mode & 0o111 else ""
    if "l" not in options and "n" not in options:
        return [*cells, label]
    user, group = str(found.uid), str(found.gid)
    if "n" not in options:
        user, group = user_name(task, found.uid) or user, group_name(task, found.gid) or group
    size = ", ".join(map(str, found.device)) if found.kind in ("char", "block") else str(found.size)
    size = human(found.size) if "h" in options and found.kind == "file" else size
    if found.kind == "symlink":
        path = f"{folder.rstrip('/')}/{name}" if folder else name
        label += f" -> {task.host.readlink(task.pid, path)}"
    return [*cells, letters(found.kind, found.mode), str(found.links), user, group, size, moment(task, found), label]


def moment(task: Task, found: Stat) -> str:
    """The time of change as ls prints it: with the hour within half a year, else with the year."""
    when = datetime.fromtimestamp(found.mtime, UTC)
    now = task.host.kernel.epoch + task.host.kernel.now
    recent = 0 <= now - found.mtime < 182 * 86400
    return f"{when:%b} {when.day:2} {when:%H:%M}" if recent else f"{when:%b} {when.day:2}  {when:%Y}"


def _blocks(found: Stat) -> int:
    return -(-found.size // 4096) * 4 if found.kind in ("file", "dir") else 0


PROGRAMS: Mapping[str, Body] = {"ls": plain(_ls)}
