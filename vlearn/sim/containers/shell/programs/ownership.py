"""Modes, owners and sizes of files: chmod, chown, chgrp, mknod, truncate."""

from collections.abc import Mapping

from vlearn.sim.containers.calls import Chmod, Chown, Mknod, Truncate
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.modes import changed, parsed
from vlearn.sim.containers.shell.names import gid_of, uid_of
from vlearn.sim.containers.shell.programs.files import below, each, missing, quoted
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.sizes import bytes_of
from vlearn.sim.containers.shell.task import Body, Task


def _chmod(task: Task) -> int:
    words = task.arguments[1:]
    recursive = bool(words) and words[0] == "-R"
    words = words[1:] if recursive else words
    if len(words) < 2:
        return missing(task)
    mode = words[0]
    if changed(mode, 0, False) is None:
        return missing(task, f"invalid mode: ‘{mode}’")
    status = 0
    for word in words[1:]:
        try:
            for path in below(task, word) if recursive else (word,):
                before = task.host.stat(task.pid, path)
                after = changed(mode, before.mode, before.kind == "dir", task.process.umask)
                task.host.ask(Chmod(task.pid, path, after or 0))
        except SystemCallFailed as failed:
            verb = "cannot access" if failed.name == "ENOENT" else "changing permissions of"
            status = task.complain(f"{verb} {quoted(word)}: {failed.strerror}")
    return status


def _chown(task: Task) -> int:
    options = read_options(task.arguments[1:], "Rh")
    if len(options.words) < 2:
        return missing(task)
    owner, *paths = options.words
    user, _, group = owner.partition(":") if task.name == "chown" else ("", ":", owner)
    uid = uid_of(task, user) if user else -1
    gid = gid_of(task, group) if group else -1
    if uid is None or gid is None:
        what = "user" if uid is None else "group"
        return task.complain(f"invalid {what}: ‘{owner}’")
    verb = "changing ownership of" if task.name == "chown" else "changing group of"

    def act(word: str) -> None:
        for path in below(task, word) if "R" in options else (word,):
            task.host.ask(Chown(task.pid, path, uid, gid, "h" not in options and "R" not in options))

    return each(task, tuple(paths), act, verb)


def _mknod(task: Task) -> int:
    options = read_options(task.arguments[1:], "", "m")
    kinds = {"c": "char", "u": "char", "b": "block", "p": "fifo"}
    if len(options.words) < 2:
        return missing(task)
    path, kind, *numbers = options.words
    if kind not in kinds:
        return task.complain(f"invalid device type ‘{kind}’")
    if kind != "p" and len(numbers) != 2:
        return task.complain("Special files require major and minor device numbers.")
    device = (int(numbers[0]), int(numbers[1])) if kind != "p" else (0, 0)
    try:
        task.host.ask(Mknod(task.pid, path, kinds[kind], device, parsed(options.get("m", "666"), 0o666, False)))  # type: ignore[arg-type]
    except SystemCallFailed as failed:
        return task.complain(f"{path}: {failed.strerror}")
    return 0


def _truncate(task: Task) -> int:
    options = read_options(task.arguments[1:], "c", "s", long={"size=": "s"})
    size = bytes_of(options.get("s"))
    if size is None:
        return task.complain(f"Invalid number: ‘{options.get('s')}’")

    def act(path: str) -> None:
        task.host.close(task.pid, task.host.open(task.pid, path, "WRONLY", "CREAT"))
        task.host.ask(Truncate(task.pid, path, size))

    return each(task, options.words, act, "cannot open")


PROGRAMS: Mapping[str, Body] = {
    "chgrp": plain(_chown),
    "chmod": plain(_chmod),
    "chown": plain(_chown),
    "mknod": plain(_mknod),
    "truncate": plain(_truncate),
}
