"""A directory as a layer and back: a subtree of a file system by itself, and a layer put in a directory's place."""

from dataclasses import replace

from immutables import Map

from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.inodes import ROOT, Inode
from vlearn.sim.files.plain import Plain


def subtree(files: Plain, path: Path) -> Plain:
    """A directory and what is below it, as a file system of its own; inodes keep their numbers, but for the root."""
    found: dict[int, Inode] = {}
    number = _number(files, path)
    todo = [number]
    while todo:
        one = todo.pop()
        found[one] = files.inodes[one]
        todo += [child for child in found[one].entries.values() if child not in found]
    found[ROOT] = found.pop(number)
    return Plain(Map(found), files.last, files.free, files.read_only)


def graft(files: Plain, path: Path, layer: Plain) -> Plain:
    """The file system with a directory's content replaced by a layer's. New inodes get new numbers."""
    number = _number(files, path)
    kept = dict(files.inodes)
    old = subtree(files, path).inodes
    for one in old:
        if one != ROOT:
            kept.pop(one, None)
    last = max(files.last, layer.last)
    renamed: dict[int, int] = {ROOT: number}
    for one in layer.inodes:
        if one != ROOT:
            if one in kept:
                last += 1
            renamed[one] = last if one in kept else one
    for one, inode in layer.inodes.items():
        entries = Map({name: renamed[child] for name, child in inode.entries.items()})
        kept[renamed[one]] = inode._replace(entries=entries)
    return replace(files, inodes=Map(kept), last=last, free=layer.free)


def _number(files: Plain, path: Path) -> int:
    number = ROOT
    for name in path:
        number = files.inodes[number].entries[name]
    return number
