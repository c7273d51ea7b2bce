"""ps: the processes that /proc shows, in columns."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.names import user_name
from vlearn.sim.containers.shell.programs.options import read_options
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


@dataclass(frozen=True, slots=True)
class Seen:
    """A process as /proc shows it."""

    pid: int
    parent: int
    state: str
    uid: int
    command: str
    arguments: str
    started: float


def seen(task: Task) -> list[Seen]:
    """Every process of the /proc that is mounted here, by pid. Raises SystemCallFailed if there is none."""
    found: list[Seen] = []
    host, pid = task.host, task.pid
    names = sorted(filter(str.isdigit, host.list(pid, "/proc")), key=int)
    if not names:
        raise SystemCallFailed("ENOENT", "/proc is not mounted")
    own = ""
    with suppress(SystemCallFailed):  # where this /proc is of a pid namespace that the reader is not in
        own = host.readlink(pid, "/proc/self")
    for name in names:
        try:
            line = host.read_file(pid, f"/proc/{name}/stat").decode()
            words = line.rpartition(")")[2].split()
            status = host.read_file(pid, f"/proc/{name}/status").decode()
            text = host.read_file(pid, f"/proc/{name}/cmdline").decode("utf-8", "replace")
        except SystemCallFailed:
            continue
        command = line[line.index("(") + 1 : line.rindex(")")]
        uid = int(re.search(r"^Uid:\t(\d+)\t(\d+)", status, re.MULTILINE).group(2))  # type: ignore[union-attr]
        state = "R" if name == own else words[0]
        whole = text.rstrip("\0").replace("\0", " ")
        found.append(
            Seen(int(name), int(words[1]), state, uid, command, whole, int(words[19]) / 100 if len(words) > 19 else 0)
        )
    return found


COLUMNS: Mapping[str, tuple[str, str, int, bool]] = {
    "pid": ("pid", "PID", 7, True),
    "ppid": ("ppid", "PPID", 7, True),
    "stat": ("stat", "STAT", 4, False),
    "state": ("state", "S", 1, False),
    "s": ("state", "S", 1, False),
    "comm": ("comm", "COMMAND", 15, False),
    "args": ("args", "COMMAND", 27, False),
    "cmd": ("args", "CMD", 27, False),
    "command": ("args", "COMMAND", 27, False),
    "user": ("user", "USER", 8, False),
    "uid": ("uid", "UID", 5, True),
    "tty": ("tty", "TT", 8, False),
    "time": ("time", "TIME", 8, True),
}
"""For each column of ps -o: what it shows, its heading, its width, and whether it is set to the right."""


STANDARD = ("pid=PID", "tty=TTY", "time=TIME", "comm=CMD")


FULL = ("user=UID", "pid=PID", "ppid=PPID", "tty=TTY", "time=TIME", "args=CMD")


USERS = ("user=USER", "pid=PID", "stat=STAT", "time=TIME", "args=COMMAND")


def _ps(task: Task) -> Running:
    yield from ()
    words = ["-e", "-u"] if task.arguments[1:] in (("aux",), ("-aux",)) else list(task.arguments[1:])
    if words == ["ax"] or words == ["a", "x"]:
        words = ["-e"]
    options = read_options(words, "eAfu", "op", {"ppid=": "P", "pid=": "p"})
    if not options.words or task.arguments[1:] == ("aux",):
        rows = seen(task)
    else:
        raise NotModelled(f"the word {options.words[0]}")
    if not any(name in options for name in "eAp"):
        own = next((row.uid for row in rows if row.state == "R"), 0)
        rows = [row for row in rows if row.uid == own]
    if "p" in options:
        wanted = set(options.get("p").replace(",", " ").split())
        rows = [row for row in rows if str(row.pid) in wanted]
    formats = [value for name, value in options.every if name == "o"]
    default = FULL if "f" in options else USERS if "u" in options else STANDARD
    specs = [spec for value in formats for spec in _specs(value)] or list(default)
    _table(task, specs, rows)
    return int(not rows)


def _specs(value: str) -> list[str]:
    return (
        [value]
        if "=" in value and not value.replace("=", "").replace(",", "").isalpha()
        else re.split(r"[,\s]+", value)
    )


def _table(task: Task, specs: list[str], rows: list[Seen]) -> None:
    columns = []
    for spec in specs:
        name, equals, title = spec.partition("=")
        if name not in COLUMNS:
            raise NotModelled(f"the column {name}")
        what, heading, width, right = COLUMNS[name]
        columns.append((what, title if equals else heading, width, right))
    if any(title for _, title, _, _ in columns):
        task.say(
            " ".join(
                _cell(title, width, right, n == len(columns) - 1) for n, (_, title, width, right) in enumerate(columns)
            )
        )
    for row in rows:
        cells = [_shown(task, row, what) for what, _, _, _ in columns]
        task.say(
            " ".join(
                _cell(text, w, right, n == len(cells) - 1)
                for n, (text, (_, _, w, right)) in enumerate(zip(cells, columns, strict=True))
            )
        )


def _cell(text: str, width: int, right: bool, last: bool) -> str:
    return f"{text:>{width}}" if right else text if last else f"{text:<{width}}"


def _shown(task: Task, row: Seen, what: str) -> str:
    dead = " <defunct>" if row.state == "Z" else ""
    match what:
        case "pid":
            return str(row.pid)
        case "ppid":
            return str(row.parent)
        case "stat" | "state":
            return row.state
        case "comm":
            return f"{row.command}{dead}" if what != "comm" else row.command
        case "args":
            return row.arguments or f"[{row.command}]{dead}"
        case "user":
            return user_name(task, row.uid) or str(row.uid)
        case "uid":
            return str(row.uid)
        case "tty":
            return "?"
    return "00:00:00"


PROGRAMS: Mapping[str, Body] = {
    "ps": _ps,
}
