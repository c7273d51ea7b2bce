"""Names and numbers of users and groups, from the container's own /etc/passwd and /etc/group."""

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.task import Task


def rows(task: Task, path: str) -> list[list[str]]:
    """The lines of a file of fields between colons; none if it cannot be read."""
    try:
        text = task.host.read_file(task.pid, path).decode("utf-8", "replace")
    except SystemCallFailed:
        return []
    return [line.split(":") for line in text.splitlines() if line.count(":") >= 2]


def _number(task: Task, path: str, word: str) -> int | None:
    if word.isdigit():
        return int(word)
    return next((int(row[2]) for row in rows(task, path) if row[0] == word and row[2].isdigit()), None)


def _name(task: Task, path: str, number: int) -> str | None:
    return next((row[0] for row in rows(task, path) if row[2] == str(number)), None)


def uid_of(task: Task, word: str) -> int | None:
    """A user's number; None if there is no such user."""
    return _number(task, "/etc/passwd", word)


def gid_of(task: Task, word: str) -> int | None:
    """A group's number; None if there is no such group."""
    return _number(task, "/etc/group", word)


def user_name(task: Task, uid: int) -> str | None:
    """A user's name; None if the number has none."""
    return _name(task, "/etc/passwd", uid)


def group_name(task: Task, gid: int) -> str | None:
    """A group's name; None if the number has none."""
    return _name(task, "/etc/group", gid)
