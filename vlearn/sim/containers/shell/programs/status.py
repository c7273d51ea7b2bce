"""What is known of files and file systems: stat, readlink, realpath, df, du, and pwd."""

from collections.abc import Mapping
from datetime import UTC, datetime

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.calls import Getcwd
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.mount_tree import place_name
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.modes import letters
from vlearn.sim.containers.shell.names import group_name, user_name
from vlearn.sim.containers.shell.programs.files import below, missing
from vlearn.sim.containers.shell.programs.mounts import mounted
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.sizes import human
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.walk import locate
from vlearn.sim.files.filesystem import Stat
from vlearn.sim.files.plain import Plain

KINDS = {
    "file": "regular file", "dir": "directory", "symlink": "symbolic link", "char": "character special file",
    "block": "block special file", "fifo": "fifo", "socket": "socket",
}  # fmt: skip


def _stat(task: Task) -> int:
    options = read_options(task.arguments[1:], "L", "c", {"format=": "c", "dereference": "L"})
    if not options.words:
        return missing(task)
    status = 0
    for path in options.words:
        try:
            found = task.host.stat(task.pid, path, follow="L" in options)
            task.say(_formatted(task, options.get("c"), path, found) if "c" in options else _whole(task, path, found))
        except SystemCallFailed as failed:
            status = task.complain(f"cannot statx '{path}': {failed.strerror}")
    return status


def _formatted(task: Task, pattern: str, path: str, found: Stat) -> str:
    kind = "regular empty file" if found.kind == "file" and not found.size else KINDS[found.kind]
    values = {
        "a": f"{found.mode:o}", "A": letters(found.kind, found.mode), "F": kind, "g": found.gid, "u": found.uid,
        "G": group_name(task, found.gid) or "UNKNOWN", "U": user_name(task, found.uid) or "UNKNOWN", "h": found.links,
        "i": found.ino, "n": path, "s": found.size, "Y": found.mtime, "y": _time(found), "N": f"'{path}'",
        "b": -(-found.size // 4096) * 8, "B": 512, "o": 4096, "%": "%",
        "t": f"{found.device[0]:x}", "T": f"{found.device[1]:x}",
    }  # fmt: skip
    out, at = "", 0
    while at < len(pattern):
        if pattern[at] == "%" and at + 1 < len(pattern):
            if pattern[at + 1] not in values:
                raise NotModelled(f"the format %{pattern[at + 1]}")
            out += str(values[pattern[at + 1]])
            at += 2
        else:
            out += pattern[at]
            at += 1
    return out


def _time(found: Stat) -> str:
    return f"{datetime.fromtimestamp(found.mtime, UTC):%Y-%m-%d %H:%M:%S}.000000000 +0000"


def _whole(task: Task, path: str, found: Stat) -> str:
    pattern = (
        "  File: %n\n  Size: {size:<10}\tBlocks: {blocks:<10} IO Block: %o   %F\n"
        "Inode: {inode:<11} Links: %h\nAccess: ({mode}/%A)  Uid: ({uid:5}/{user:>8})   Gid: ({gid:5}/{group:>8})\n"
        "Modify: %y"
    )
    label = path
    if found.kind == "symlink":
        label = f"{path} -> {task.host.readlink(task.pid, path)}"
    text = pattern.format(
        size=found.size,
        blocks=-(-found.size // 4096) * 8,
        inode=found.ino,
        mode=f"{found.mode:04o}",
        uid=found.uid,
        gid=found.gid,
        user=user_name(task, found.uid) or "UNKNOWN",
        group=group_name(task, found.gid) or "UNKNOWN",
    )
    return _formatted(task, text, label, found)


def _readlink(task: Task) -> int:
    options = read_options(task.arguments[1:], "fnem")
    if not options.words:
        return missing(task)
    status = 0
    for path in options.words:
        try:
            task.say(
                _real(task, path, "e" in options)
                if {"f", "e", "m"} & set(options.given)
                else task.host.readlink(task.pid, path)
            )
        except SystemCallFailed:
            status = 1  # silent, unless -v
    return status


def _realpath(task: Task) -> int:
    options = read_options(task.arguments[1:], "em")
    status = 0
    for path in options.words:
        try:
            task.say(_real(task, path, "e" in options))
        except SystemCallFailed as failed:
            status = task.complain(f"{path}: {failed.strerror}")
    return status


def _real(task: Task, path: str, must_exist: bool) -> str:
    kernel, process = task.host.kernel, task.process
    try:
        found = locate(kernel, process, path)
    except Refusal as refusal:
        raise SystemCallFailed(refusal.errno, refusal.why) from None
    if found.place is None and must_exist:
        raise SystemCallFailed("ENOENT", f"there is no {path}")
    name = place_name(kernel, found.place or found.directory, process.root)
    name = "/" if name is None else name
    return name if found.place is not None else f"{name.rstrip('/')}/{found.name}"


def _pwd(task: Task) -> int:
    task.say(task.host.ask(Getcwd(task.pid)))
    return 0


def _df(task: Task) -> int:
    options = read_options(task.arguments[1:], "hTk")
    rows = [
        [
            "Filesystem",
            "Size" if "h" in options else "1K-blocks",
            "Used",
            "Available" if "h" not in options else "Avail",
            "Use%",
            "Mounted on",
        ]
    ]
    shown: list[tuple[str, str, Plain, int]] = []
    for mount, point in mounted(task):
        superblock = task.host.kernel.superblocks[mount.superblock]
        files = superblock.files
        plain_files = getattr(files, "upper", None) or files
        if isinstance(plain_files, Plain):
            shown.append((mount.source, point, plain_files, len(point)))
    if options.words:
        try:
            wanted = {
                max((p for _, p, _, _ in shown if _is_below(_real(task, word, True), p)), key=len)
                for word in options.words
            }
        except SystemCallFailed as failed:
            return task.complain(f"{options.words[0]}: {failed.strerror}")
        shown = [row for row in shown if row[1] in wanted]
    for source, point, files, _ in shown:
        used = sum(-(-len(one.content) // 4096) * 4 for one in files.inodes.values())
        total = used + 4 * files.free if files.free is not None else 1_048_576
        left = total - used
        cells = [human(size * 1024) if "h" in options else str(size) for size in (total, used, left)]
        cells = ["0" if cell == "0" else cell for cell in cells]
        percent = f"{-(-100 * used // total) if total else 0}%"
        rows.append([source, *cells, percent, point])
    widths = [max(len(row[n]) for row in rows) for n in range(5)]
    widths[0] = max(widths[0], 14)
    for row in rows:
        task.say(
            " ".join(
                [
                    row[0].ljust(widths[0]),
                    *(cell.rjust(w) for cell, w in zip(row[1:5], widths[1:], strict=True)),
                    row[5],
                ]
            )
        )
    return 0


def _is_below(path: str, point: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def _du(task: Task) -> int:
    options = read_options(task.arguments[1:], "shbk")
    status = 0
    for word in options.words or (".",):
        try:
            paths = below(task, word)
        except SystemCallFailed as failed:
            status = task.complain(f"cannot access '{word}': {failed.strerror}")
            continue
        if "s" not in options:
            raise NotModelled("du without -s")
        sizes = [task.host.stat(task.pid, path, follow=False).size for path in paths]
        total = sum(sizes) if "b" in options else sum(-(-size // 4096) * 4 for size in sizes)
        task.say(f"{human(total * 1024) if 'h' in options else total}\t{word}")
    return status


PROGRAMS: Mapping[str, Body] = {
    "df": plain(_df),
    "du": plain(_du),
    "pwd": plain(_pwd),
    "readlink": plain(_readlink),
    "realpath": plain(_realpath),
    "stat": plain(_stat),
}
