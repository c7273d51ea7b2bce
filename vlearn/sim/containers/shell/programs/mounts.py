"""Mounts: mount, umount, findmnt, mountpoint, pivot_root, in util-linux's words."""

from collections.abc import Mapping

from vlearn.sim.containers.calls import Mount as MountCall
from vlearn.sim.containers.calls import PivotRoot, Umount
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.mount_table import Mount
from vlearn.sim.containers.proc_mounts import options as mount_options
from vlearn.sim.containers.proc_mounts import superblock_options
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.task import Body, Task

FLAGS = {
    "bind": "BIND", "rbind": "BIND REC", "remount": "REMOUNT", "move": "MOVE", "ro": "RDONLY", "nosuid": "NOSUID",
    "nodev": "NODEV", "noexec": "NOEXEC", "rw": "", "defaults": "", "relatime": "", "suid": "", "dev": "", "exec": "",
}  # fmt: skip
PROPAGATION = {
    f"make-{prefix}{kind}": f"{'REC ' if prefix else ''}{kind.upper()}"
    for prefix in ("", "r")
    for kind in ("shared", "slave", "private", "unbindable")
}
LONG = {name: name for name in ("bind", "rbind", "move", "read-only", *PROPAGATION)}


def mounted(task: Task) -> tuple[tuple[Mount, str], ...]:
    """The mounts that a process sees, with their mount points."""
    return task.host.mounts(task.pid)


def _mount(task: Task) -> int:
    options = read_options(task.arguments[1:], "rn", "to", {**LONG, "types=": "t", "options=": "o", "M": "move"})
    if not options.words and not set(options.given) - {"t"}:
        for mount, point in mounted(task):
            superblock = task.host.kernel.superblocks[mount.superblock]
            if options.get("t", superblock.type) == superblock.type:
                task.say(f"{mount.source} on {point} type {superblock.type} ({_all_options(task, mount)})")
        return 0
    flags: list[str] = []
    data: list[str] = []
    if "r" in options or "read-only" in options:
        flags.append("RDONLY")
    for name in options.given:
        flags += (FLAGS.get(name) or PROPAGATION.get(name) or "").split() if len(name) > 1 else []
    given = [value for name, value in options.every if name == "o"]
    for word in ",".join(given).split(","):
        if word in FLAGS:
            flags += FLAGS[word].split()
        elif f"make-{word}" in PROPAGATION:
            flags += PROPAGATION[f"make-{word}"].split()
        elif word in ("private", "slave", "shared", "unbindable"):
            flags.append(word.upper())
        elif word:
            data.append(word)
    source, target = _ends(task, options.words)
    if target is None:
        return task.complain(f"{source}: can't find in /etc/fstab.")
    kind = options.get("t", "" if set(flags) - {"RDONLY"} else _type_of(source))
    try:
        task.host.ask(MountCall(task.pid, source, target, kind, tuple(dict.fromkeys(flags)), ",".join(data)))
    except SystemCallFailed as failed:
        return _refused(task, failed, source, target, kind)
    return 0


def _ends(task: Task, words: tuple[str, ...]) -> tuple[str, str | None]:
    if len(words) == 1 and any(name.startswith("make-") or name == "o" for name in _names(task)):
        return "none", words[0]
    return (words[0], words[1]) if len(words) > 1 else (words[0] if words else "", None)


def _names(task: Task) -> list[str]:
    return [word.lstrip("-") for word in task.arguments[1:] if word.startswith("-")]


def _type_of(source: str) -> str:
    return "ext4" if source.startswith("/dev/") else ""


def _refused(task: Task, failed: SystemCallFailed, source: str, target: str, kind: str) -> int:
    """The sentences of libmount for each errno; exit code 32 is `mount failure`."""
    texts = {
        "EPERM": f"{target}: permission denied.",
        "EACCES": f"{target}: permission denied.",
        "EBUSY": f"{target}: {source} already mounted or mount point busy.",
        "ENODEV": f"{target}: unknown filesystem type '{kind}'.",
        "EINVAL": f"{target}: wrong fs type, bad option, bad superblock on {source}, "
        "missing codepage or helper program, or other error.",
        "ENOTDIR": f"{target}: mount point is not a directory.",
        "ENOENT": f"{target}: special device {source} does not exist.",
    }
    if failed.name == "ENOENT":
        try:
            task.host.stat(task.pid, target)
        except SystemCallFailed:
            texts["ENOENT"] = f"{target}: mount point does not exist."
            return task.complain(texts["ENOENT"], 32)
    text = texts.get(failed.name, f"{target}: mount failed: {failed.strerror}.")
    status = task.complain(text, 32)
    if failed.name not in ("ENOENT",):
        task.write("       dmesg(1) may have more information after failed mount system call.\n", 2)
    return status


def _umount(task: Task) -> int:
    options = read_options(task.arguments[1:], "lfRn", long={"lazy": "l", "recursive": "R"})
    if not options.words:
        return task.complain("bad usage")
    status = 0
    for word in options.words:
        targets = [word]
        if "R" in options:
            inside = [point for _, point in mounted(task) if point == word or point.startswith(word.rstrip("/") + "/")]
            targets = sorted(inside, key=len, reverse=True) or targets
        for target in targets:
            try:
                task.host.ask(Umount(task.pid, target, "l" in options))
            except SystemCallFailed as failed:
                status = _not_unmounted(task, target, failed)
    return status


def _not_unmounted(task: Task, target: str, failed: SystemCallFailed) -> int:
    texts = {
        "EBUSY": f"{target}: target is busy.",
        "EINVAL": f"{target}: not mounted.",
        "ENOENT": f"{target}: no mount point specified.",
        "EPERM": f"{target}: must be superuser to unmount.",
    }
    return task.complain(texts.get(failed.name, f"{target}: umount failed: {failed.strerror}."), 32)


def _all_options(task: Task, mount: Mount) -> str:
    own = mount_options(mount)
    rest = [
        word
        for word in superblock_options(task.host.kernel.superblocks[mount.superblock]).split(",")
        if word not in ("rw", "ro")
    ]
    return ",".join([own, *rest])


COLUMNS = ("TARGET", "SOURCE", "FSTYPE", "OPTIONS", "PROPAGATION", "ID", "PARENT")


def _findmnt(task: Task) -> int:
    options = read_options(task.arguments[1:], "nlrk", "ot", {"noheadings": "n", "list": "l", "output=": "o"})
    columns = (options.get("o") or "TARGET,SOURCE,FSTYPE,OPTIONS").upper().split(",")
    for column in columns:
        if column not in COLUMNS:
            return task.complain(f"unknown column: {column}")
    if len(options.words) > 1:
        raise NotModelled("more than one place")
    found = [
        (mount, point)
        for mount, point in mounted(task)
        if (not options.words or options.words[0] in (point, mount.source))
        and options.get("t", task.host.kernel.superblocks[mount.superblock].type)
        == task.host.kernel.superblocks[mount.superblock].type
    ]
    if options.words:
        found = found[-1:]  # the topmost where several lie on one place
    tree = not options.words and "l" not in options and "r" not in options and "t" not in options
    prefixes = _tree(found) if tree else {mount.number: "" for mount, _ in found}
    order = list(prefixes)
    found.sort(key=lambda row: order.index(row[0].number))
    rows = [
        [_cell(task, mount, f"{prefixes[mount.number]}{point}", column) for column in columns] for mount, point in found
    ]
    rows = rows if "n" in options else [list(columns), *rows]
    widths = [max((len(row[n]) for row in rows), default=0) for n in range(len(columns))]
    for row in rows:
        task.say(" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return int(not found)


def _tree(found: list[tuple[Mount, str]]) -> dict[int, str]:
    """What stands before each mount point, parents first, with the lines of a tree."""
    numbers = {mount.number for mount, _ in found}
    prefixes: dict[int, str] = {}

    def add(mount: Mount, own: str, inner: str) -> None:
        prefixes[mount.number] = own
        children = [one for one, _ in found if one.parent == mount.number]
        for n, child in enumerate(children):
            last = n == len(children) - 1
            add(child, inner + ("└─" if last else "├─"), inner + ("  " if last else "│ "))

    for mount, _ in found:
        if mount.parent not in numbers:
            add(mount, "", "")
    return prefixes


def _cell(task: Task, mount: Mount, point: str, column: str) -> str:
    superblock = task.host.kernel.superblocks[mount.superblock]
    root = "/" + "/".join(mount.root)
    source = mount.source if root == "/" or superblock.type == "nsfs" else f"{mount.source}[{root}]"
    cells = {
        "TARGET": point,
        "SOURCE": source,
        "FSTYPE": superblock.type,
        "OPTIONS": _all_options(task, mount),
        "PROPAGATION": mount.propagation,
        "ID": str(mount.number),
        "PARENT": str(mount.parent or 1),
    }
    return cells[column]


def _mountpoint(task: Task) -> int:
    options = read_options(task.arguments[1:], "q")
    path = options.words[0] if options.words else ""
    is_one = any(point == (path.rstrip("/") or "/") for _, point in mounted(task))
    if "q" not in options:
        task.say(f"{path} is {'' if is_one else 'not '}a mountpoint")
    return 0 if is_one else 32


def _pivot_root(task: Task) -> int:
    if len(task.arguments) != 3:
        return task.complain("bad usage")
    new, old = task.arguments[1:]
    try:
        task.host.ask(PivotRoot(task.pid, new, old))
    except SystemCallFailed as failed:
        return task.complain(f"failed to change root from `{new}' to `{old}': {failed.strerror}")
    return 0


PROGRAMS: Mapping[str, Body] = {
    "findmnt": plain(_findmnt),
    "mount": plain(_mount),
    "mountpoint": plain(_mountpoint),
    "pivot_root": plain(_pivot_root),
    "umount": plain(_umount),
}
