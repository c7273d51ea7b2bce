"""From a path as it is written to a resolved path: symlinks, `.` and `..`, as path_resolution(7) has it.

One filesystem, no mounts: crossing mounts and chroot are the mount namespace's.
"""

from typing import Protocol

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Kind, Path

SYMLINKS = 40
NAME, PATH = 255, 4095


class Walkable(Protocol):
    """All that a walk asks of a filesystem, or of a tree of mounts."""

    def kind(self, path: Path) -> Kind | None:
        """What is at a resolved path; None if nothing is."""

    def readlink(self, path: Path) -> str:
        """A symlink's target."""


def resolve(filesystem: Walkable, text: str, cwd: Path = (), follow: bool = True) -> Path:
    """The resolved path of what a text names; its last component need not exist, all before it must.

    `follow` says whether a symlink in the last place is followed. A slash at the end asks for a directory.
    Raises Failure with ENOENT, ENOTDIR, ELOOP or ENAMETOOLONG.
    """
    if not text:
        raise Failure("ENOENT", filesystem)
    if len(text) > PATH:
        raise Failure("ENAMETOOLONG", filesystem)
    at = () if text[0] == "/" else cwd
    names = tuple(filter(None, text.split("/")))
    to_directory = text[-1] == "/"
    if "." not in names and ".." not in names:  # mostly there are no symlinks either: then one lookup tells
        path = at + names
        kind = filesystem.kind(path)
        if kind is not None and (kind == "dir" or not (to_directory or (follow and kind == "symlink"))):
            return path
    todo = list(reversed(names))
    followed = 0
    while todo:
        name = todo.pop()
        if name == ".":
            continue
        if name == "..":
            at = at[:-1]
            continue
        if len(name) > NAME // 4 and len(name.encode()) > NAME:
            raise Failure("ENAMETOOLONG", filesystem)
        path = (*at, name)
        kind = filesystem.kind(path)
        if kind == "symlink" and (todo or follow or to_directory):
            followed += 1
            if followed > SYMLINKS:
                raise Failure("ELOOP", filesystem)
            target = filesystem.readlink(path)
            at = () if target[0] == "/" else at
            todo += [part for part in reversed(target.split("/")) if part]
            to_directory = to_directory or (not todo and target.endswith("/"))
            continue
        if (todo or to_directory) and kind != "dir" and (kind is not None or todo):
            raise Failure("ENOENT" if kind is None else "ENOTDIR", filesystem)
        at = path
    return at
