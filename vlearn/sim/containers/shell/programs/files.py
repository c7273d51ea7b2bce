"""Making and removing names: touch, mkdir, rm, rmdir, ln, chmod, chown, mknod, truncate, as coreutils has them."""

from collections.abc import Callable, Mapping

from vlearn.sim.containers.calls import Link, Symlink
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.modes import parsed
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.task import Body, Task


def quoted(path: str) -> str:
    """A name as coreutils quotes it."""
    return f"'{path}'"


def each(task: Task, words: tuple[str, ...], act: Callable[[str], None], verb: str, marks: str = "''") -> int:
    """Do something to each; a refusal is printed, with the name between `marks`, and the rest goes on."""
    if not words:
        return missing(task)
    status = 0
    for word in words:
        try:
            act(word)
        except SystemCallFailed as failed:
            status = task.complain(f"{verb} {marks[0]}{word}{marks[1]}: {failed.strerror}")
    return status


def missing(task: Task, what: str = "missing operand", code: int = 1) -> int:
    """No words where there must be some, or others: what is wrong, and whom to ask."""
    task.complain("missing file operand" if what == "missing operand" and task.name in OF_FILES else what)
    task.write(f"Try '{task.name} --help' for more information.\n", 2)
    return code


OF_FILES = ("cp", "ln", "mv", "touch", "truncate")


def _touch(task: Task) -> int:
    options = read_options(task.arguments[1:], "c", long={"no-create": "c"})

    def act(path: str) -> None:
        try:
            task.host.stat(task.pid, path)
            task.host.close(task.pid, task.host.open(task.pid, path, "WRONLY"))
        except SystemCallFailed as failed:
            if failed.name == "EISDIR" or (failed.name == "ENOENT" and "c" in options):
                return
            if failed.name != "ENOENT":
                raise
            task.host.close(task.pid, task.host.open(task.pid, path, "WRONLY", "CREAT"))

    return each(task, options.words, act, "cannot touch")


def _mkdir(task: Task) -> int:
    options = read_options(task.arguments[1:], "p", "m", long={"parents": "p", "mode=": "m"})

    def act(path: str) -> None:
        if "p" in options:
            make_parents(task, path)
        else:
            task.host.mkdir(task.pid, path)
        if "m" in options:
            task.host.chmod(task.pid, path, parsed(options.get("m"), 0o777, True))

    return each(task, options.words, act, "cannot create directory", "‘’")


def make_parents(task: Task, path: str) -> None:
    """`mkdir -p`: every directory of a path that is missing."""
    start = "/" if path.startswith("/") else ""
    parts = [part for part in path.split("/") if part]
    for number in range(1, len(parts) + 1):
        step = start + "/".join(parts[:number])
        try:
            task.host.mkdir(task.pid, step)
        except SystemCallFailed as failed:
            if failed.name not in ("EEXIST", "EROFS") or task.host.stat(task.pid, step).kind != "dir":
                raise


def _rmdir(task: Task) -> int:
    options = read_options(task.arguments[1:], "p")
    if "p" in options:
        raise NotModelled("the option -p")
    return each(task, options.words, lambda path: task.host.rmdir(task.pid, path), "failed to remove")


def _unlink(task: Task) -> int:
    return each(task, task.arguments[1:], lambda path: task.host.unlink(task.pid, path), "cannot unlink")


def _rm(task: Task) -> int:
    options = read_options(task.arguments[1:], "rRfdv", long={"recursive": "r", "force": "f", "dir": "d"})
    recursive, force = "r" in options or "R" in options, "f" in options
    if not options.words:
        return 0 if force else missing(task)
    failed = [path for path in options.words if remove(task, path, recursive, force)]
    return int(bool(failed))


def remove(task: Task, path: str, recursive: bool, force: bool) -> bool:
    """Remove a file, or with `recursive` a directory; whether something went wrong."""
    host, failed_below = task.host, False
    if path.rstrip("/").rpartition("/")[2] in (".", "..") or (recursive and not path.strip("/")):
        if not path.strip("/"):
            task.complain("it is dangerous to operate recursively on '/'")
            task.complain("use --no-preserve-root to override this failsafe")
        else:
            task.complain(f"refusing to remove '.' or '..' directory: skipping {quoted(path)}")
        return True
    try:
        if host.stat(task.pid, path, follow=False).kind != "dir":
            host.unlink(task.pid, path)
            return False
        if not recursive:
            task.complain(f"cannot remove {quoted(path)}: Is a directory")
            return True
        for name in host.list(task.pid, path):
            failed_below |= remove(task, f"{path.rstrip('/')}/{name}", recursive, force)
        if not failed_below:
            host.rmdir(task.pid, path)
    except SystemCallFailed as failed:
        if force and failed.name in ("ENOENT", "ENOTDIR"):
            return False
        task.complain(f"cannot remove {quoted(path)}: {failed.strerror}")
        return True
    return failed_below


def _ln(task: Task) -> int:
    options = read_options(task.arguments[1:], "sfn", long={"symbolic": "s", "force": "f"})
    if not options.words:
        return missing(task)
    target, *rest = options.words
    path = rest[0] if rest else target.rstrip("/").rpartition("/")[2]
    if len(rest) > 1:
        raise NotModelled("more than two names")
    if "n" not in options and _is_directory(task, path):
        path = f"{path.rstrip('/')}/{target.rstrip('/').rpartition('/')[2]}"
    kind = "symbolic" if "s" in options else "hard"
    if kind == "hard":
        try:
            if task.host.stat(task.pid, target, follow=False).kind == "dir":
                return task.complain(f"{target}: hard link not allowed for directory")
        except SystemCallFailed as failed:
            return task.complain(f"failed to access {quoted(target)}: {failed.strerror}")
    try:
        if "f" in options and _exists(task, path):
            task.host.unlink(task.pid, path)
        task.host.ask((Symlink if kind == "symbolic" else Link)(task.pid, target, path))
    except SystemCallFailed as failed:
        arrow = f" => {quoted(target)}" if kind == "hard" and failed.name != "EEXIST" else ""
        return task.complain(f"failed to create {kind} link {quoted(path)}{arrow}: {failed.strerror}")
    return 0


def _exists(task: Task, path: str) -> bool:
    try:
        task.host.stat(task.pid, path, follow=False)
    except SystemCallFailed:
        return False
    return True


def _is_directory(task: Task, path: str) -> bool:
    try:
        return task.host.stat(task.pid, path).kind == "dir"
    except SystemCallFailed:
        return False


def below(task: Task, path: str) -> list[str]:
    """A path and everything below it, parents first; links are not followed."""
    found = [path]
    if task.host.stat(task.pid, path, follow=False).kind == "dir":
        for name in task.host.list(task.pid, path):
            found += below(task, f"{path.rstrip('/')}/{name}")
    return found


PROGRAMS: Mapping[str, Body] = {
    "ln": plain(_ln),
    "mkdir": plain(_mkdir),
    "rm": plain(_rm),
    "rmdir": plain(_rmdir),
    "touch": plain(_touch),
    "unlink": plain(_unlink),
}
