"""Walking a path: through symbolic links, up by `..`, across mounts, never above the process's root directory."""

from typing import NamedTuple

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.file_systems import readable, view_of
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_tree import topmost
from vlearn.sim.containers.permissions import check
from vlearn.sim.containers.processes import Place, Process
from vlearn.sim.files.filesystem import Stat

MOST_LINKS, LONGEST = 40, 4095


class Found(NamedTuple):
    """Where a path leads: the directory and the name in it, and the place itself, None if there is nothing yet.

    `name` is empty where the path ends in `..`, `.`, `/` or a magic link.
    """

    directory: Place
    name: str
    place: Place | None


def locate(kernel: Kernel, caller: Process, path: str, follow: bool = True) -> Found:
    """Walk a path. The last component may be missing; `follow` says whether a link there is followed."""
    if not path:
        raise Refusal("ENOENT", "a path has at least one character")
    if len(path.encode()) > LONGEST:
        raise Refusal("ENAMETOOLONG", f"a path has {LONGEST} bytes at most")
    at = caller.root if path.startswith("/") else caller.directory
    todo = _parts(path)
    is_directory = path.endswith(("/", "/."))
    directory, name, links = at, "", 0
    while todo:
        part = todo.pop()
        _enter(kernel, caller, at, path)
        if part == ".":
            continue
        if part == "..":
            at, name = _up(kernel, caller, at), ""
            continue
        files, below = readable(kernel, caller, at.mount), Place(at.mount, (*at.path, part))
        kind = files.kind(below.path)
        if kind is None:
            if todo:
                raise Refusal("ENOENT", f"{path}: there is no {part}")
            return Found(at, part, None)
        if kind == "symlink" and (todo or follow or is_directory):
            links += 1
            if links > MOST_LINKS:
                raise Refusal("ELOOP", f"{path} leads through more than {MOST_LINKS} symbolic links")
            if jump := _jump(kernel, caller, below):
                directory, name, at = at, "", jump
                continue
            text = files.readlink(below.path)
            at = caller.root if text.startswith("/") else at
            todo += _parts(text)
            continue
        directory, name, at = at, part, topmost(kernel, below)
    if is_directory and status_at(kernel, caller, at).kind != "dir":
        raise Refusal("ENOTDIR", f"{path} is no directory")
    return Found(directory, name, at)


def walk(kernel: Kernel, caller: Process, path: str, follow: bool = True) -> Place:
    """The place that a path leads to. ENOENT if there is nothing."""
    found = locate(kernel, caller, path, follow)
    if found.place is None:
        raise Refusal("ENOENT", f"there is no {path}")
    return found.place


def walk_to_directory(kernel: Kernel, caller: Process, path: str) -> Place:
    """The directory that a path leads to. ENOTDIR if it is something else."""
    place = walk(kernel, caller, path)
    if status_at(kernel, caller, place).kind != "dir":
        raise Refusal("ENOTDIR", f"{path} is no directory")
    return place


def status_at(kernel: Kernel, caller: Process, place: Place) -> Stat:
    """lstat(2) of a place, with owner and group as the host counts."""
    return readable(kernel, caller, place.mount).stat(place.path)


def _parts(path: str) -> list[str]:
    return [part for part in reversed(path.split("/")) if part]


def _enter(kernel: Kernel, caller: Process, at: Place, path: str) -> None:
    status = status_at(kernel, caller, at)
    if status.kind != "dir":
        raise Refusal("ENOTDIR", f"{path} leads through what is no directory")
    check(kernel, caller, status, "x", path)


def _up(kernel: Kernel, caller: Process, at: Place) -> Place:
    """`..`: stays at the process's root; from the root of a mount to the directory around its mount point."""
    while at != caller.root:
        mount = kernel.mounts[at.mount]
        if at.path != mount.root:
            return topmost(kernel, Place(at.mount, at.path[:-1]))
        if not mount.parent:
            return at
        at = Place(mount.parent, mount.point)
    return at


def _jump(kernel: Kernel, caller: Process, place: Place) -> Place | None:
    view = view_of(kernel, caller, place.mount)
    node = view.node(place.path) if view else None
    return None if node is None else node.jump
