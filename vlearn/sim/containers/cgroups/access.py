"""The file system /sys/fs/cgroup: list, read, write, mkdir and rmdir, with the errno of a real one.

    text = read(cgroups, "/sys/fs/cgroup/web/memory.max")                       # "max\\n"
    cgroups = write(cgroups, "/sys/fs/cgroup/web/memory.max", "100M")           # or raises Refusal("EINVAL", ...)
    run(use_files, cgroups, [MakeGroup("/web"), WriteFile("/web/pids.max", "3")])

A path may leave /sys/fs/cgroup out; with version 1 its first name is the hierarchy's: `memory/web/tasks`. A write is
that of a shell's `echo TEXT > FILE`: a file that does not exist is EACCES, since nobody can create one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.sim.containers.answers import Answer, Refusal
from vlearn.sim.containers.cgroups.control import At, File
from vlearn.sim.containers.cgroups.files_core import CORE, PIDS
from vlearn.sim.containers.cgroups.files_cpu import CPU
from vlearn.sim.containers.cgroups.files_memory import MEMORY
from vlearn.sim.containers.cgroups.legacy import LEGACY
from vlearn.sim.containers.cgroups.memory import limit_lowered
from vlearn.sim.containers.cgroups.state import Cgroups, Hierarchy, Path, shown
from vlearn.sim.containers.cgroups.tree import ROOT, Writer, make, may, remove
from vlearn.trace import Step

FILES: dict[int, tuple[File, ...]] = {1: LEGACY, 2: (*CORE, *CPU, *MEMORY, *PIDS)}
"""Every control file by version: the table that reads, writes and lists."""

MOUNT = ("sys", "fs", "cgroup")
SHRINKS = ("memory.max", "memory.limit_in_bytes")


@dataclass(frozen=True, slots=True)
class MakeGroup:
    """`mkdir PATH`."""

    path: str
    by: Writer = ROOT


@dataclass(frozen=True, slots=True)
class RemoveGroup:
    """`rmdir PATH`."""

    path: str
    by: Writer = ROOT


@dataclass(frozen=True, slots=True)
class WriteFile:
    """`echo TEXT > PATH`."""

    path: str
    text: str
    by: Writer = ROOT


FileAction: TypeAlias = MakeGroup | RemoveGroup | WriteFile


def use_files(cgroups: Cgroups, action: FileAction) -> Iterator[Step[Cgroups]]:
    """The model: a refusal is an Answer with its errno; lowering memory.max may reclaim and kill on the way."""
    try:
        match action:
            case MakeGroup(path, by):
                after, text = make_group(cgroups, path, by), f"mkdir {path}"
            case RemoveGroup(path, by):
                after, text = remove_group(cgroups, path, by), f"rmdir {path}"
            case WriteFile(path, words, by):
                after, text = cgroups, f"echo {words} > {path}"
                for step in writing(cgroups, path, words, by):
                    after = step.state
                    yield step
                return
    except Refusal as refusal:
        yield Step(Answer(refusal.errno, refusal.why, (action.path,), None, refusal.errno), cgroups)
    else:
        yield Step(Answer("done", text, (action.path,)), after)


def make_group(cgroups: Cgroups, path: str, by: Writer = ROOT) -> Cgroups:
    """`mkdir`. Raises Refusal."""
    tree, parts = located(cgroups, path)
    _no_file(tree, parts[:-1])
    if parts and parts[:-1] in tree.groups and _file(tree, parts) is not None:
        raise Refusal("EEXIST", f"{shown(parts)} is a control file")
    return make(cgroups, tree, parts, by)


def remove_group(cgroups: Cgroups, path: str, by: Writer = ROOT) -> Cgroups:
    """`rmdir`. Raises Refusal."""
    tree, parts = located(cgroups, path)
    _no_file(tree, parts)
    return remove(cgroups, tree, parts, by)


def entries(cgroups: Cgroups, path: str) -> tuple[str, ...]:
    """`ls`: control files and groups, by name."""
    parts = _parts(path)
    if not parts and "" not in cgroups.hierarchies:
        return tuple(sorted(cgroups.hierarchies))
    tree, group = located(cgroups, path)
    _no_file(tree, group)
    if group not in tree.groups:
        raise Refusal("ENOENT", f"there is no group {shown(group)}")
    return tuple(sorted({child[-1] for child in tree.children(group)} | {file.name for file in _files(tree, group)}))


def read(cgroups: Cgroups, path: str, by: Writer = ROOT) -> str:
    """The text of a control file. Raises Refusal: ENOENT, EISDIR, EACCES, and EINVAL for one that is only written."""
    tree, parts = located(cgroups, path)
    if parts in tree.groups:
        raise Refusal("EISDIR", f"{shown(parts)} is a group")
    _no_file(tree, parts[:-1])
    file = _file(tree, parts)
    if file is None:
        raise Refusal("ENOENT", f"there is no file {shown(parts)}")
    if file.read is None:
        raise Refusal("EACCES" if by.uid else "EINVAL", f"{file.name} can only be written")
    return file.read(At(cgroups, tree, parts[:-1], by))


def write(cgroups: Cgroups, path: str, text: str, by: Writer = ROOT) -> Cgroups:
    """The state after a write, and after all that the kernel does because of it. Raises Refusal."""
    for step in writing(cgroups, path, text, by):
        cgroups = step.state
    return cgroups


def writing(cgroups: Cgroups, path: str, text: str, by: Writer = ROOT) -> Iterator[Step[Cgroups]]:
    """A write step by step; the last event is an Answer. Raises Refusal."""
    tree, parts = located(cgroups, path)
    if parts in tree.groups:
        raise Refusal("EISDIR", f"{shown(parts)} is a group")
    _no_file(tree, parts[:-1])
    if parts[:-1] not in tree.groups:
        raise Refusal("ENOENT", f"there is no group {shown(parts[:-1])}")
    file = _file(tree, parts)
    if file is None:
        raise Refusal("EACCES", f"{shown(parts)} is no control file, and nobody can make one")
    group = parts[:-1]
    if by.uid and file.write is None:
        raise Refusal("EACCES", f"{file.name} can only be read")
    may(tree, group, file.name, by)
    if file.write is None:
        raise Refusal("EINVAL", f"{file.name} can only be read")
    after = file.write(At(cgroups, tree, group, by), text)
    if file.name in SHRINKS:
        for step in limit_lowered(after, group):
            after = step.state
            yield step
    yield Step(Answer("done", f"echo {text.strip()} > {path}", (shown(group), file.name)), after)


def give(cgroups: Cgroups, path: str, uid: int) -> Cgroups:
    """`chown`: delegation gives the directory, cgroup.procs and cgroup.subtree_control to another user."""
    tree, parts = located(cgroups, path)
    if parts in tree.groups:
        group = tree.groups[parts]
        return cgroups.put(tree.put(parts, replace(group, given=group.given.set("", uid))))
    if _file(tree, parts) is None:
        raise Refusal("ENOENT", f"there is no file {shown(parts)}")
    group = tree.groups[parts[:-1]]
    return cgroups.put(tree.put(parts[:-1], replace(group, given=group.given.set(parts[-1], uid))))


def located(cgroups: Cgroups, path: str) -> tuple[Hierarchy, Path]:
    """The hierarchy a path is in, and the rest of the path. ENOENT if there is no such hierarchy."""
    parts = _parts(path)
    if "" in cgroups.hierarchies:
        return cgroups.hierarchies[""], parts
    if not parts or parts[0] not in cgroups.hierarchies:
        raise Refusal("ENOENT", f"no hierarchy is mounted at {path!r}: {', '.join(sorted(cgroups.hierarchies))}")
    return cgroups.hierarchies[parts[0]], parts[1:]


def membership(cgroups: Cgroups, pid: int, root: Path = ()) -> str:
    """/proc/PID/cgroup, as a process sees it whose cgroup namespace begins at `root` in version 2."""
    lines = []
    for tree in sorted(cgroups.hierarchies.values(), key=lambda tree: -tree.number):
        at = tree.members[pid]
        seen = _relative(at, root) if tree.version == 2 else shown(at)
        lines.append(f"{tree.number}:{','.join(tree.controllers) if tree.version == 1 else ''}:{seen}\n")
    return "".join(lines)


def _relative(path: Path, root: Path) -> str:
    if path[: len(root)] == root:
        return shown(path[len(root) :])
    common = next(n for n in range(min(len(path), len(root)), -1, -1) if path[:n] == root[:n])
    return shown(("..",) * (len(root) - common) + path[common:])


def _parts(path: str) -> Path:
    parts = tuple(part for part in path.split("/") if part and part != ".")
    return parts[3:] if parts[:3] == MOUNT else parts


def _files(tree: Hierarchy, path: Path) -> list[File]:
    on = {"", *tree.available(path)}
    return [file for file in FILES[tree.version] if file.controller in on and (path or file.at_root)]


def _file(tree: Hierarchy, parts: Path) -> File | None:
    if not parts or parts[:-1] not in tree.groups:
        return None
    return next((file for file in _files(tree, parts[:-1]) if file.name == parts[-1]), None)


def _no_file(tree: Hierarchy, parts: Path) -> None:
    """ENOTDIR where a control file stands in the place of a directory."""
    for length in range(1, len(parts) + 1):
        if parts[:length] not in tree.groups and _file(tree, parts[:length]) is not None:
            raise Refusal("ENOTDIR", f"{shown(parts[:length])} is a file")
