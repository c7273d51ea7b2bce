"""From a name in a merged directory to what it is made of: the topmost layer wins, directories merge (ovl_lookup).

A whiteout or an opaque directory ends the search below it, a file below a directory too. A redirect changes the name
that is looked up from the next layer on; an absolute one starts again at the root of the layers.
Sources: fs/overlayfs/namei.c of Linux 6.18, Documentation/filesystems/overlayfs.rst.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from immutables import Map

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.inodes import Inode
from vlearn.sim.files.overlay.dentry import Below, Dentry
from vlearn.sim.files.overlay.marks import METACOPY, REDIRECT, is_opaque, is_whiteout
from vlearn.sim.files.overlay.options import Options

Inodes = Map[int, Inode]


@dataclass(slots=True)
class Search:
    """The state of one lookup on its way down the layers."""

    name: str
    last: bool = False  # no layer below: its marks are not even read
    is_dir: bool = False
    stop: bool = False
    metacopy: bool = False
    redirect: str | None = None

    def in_layer(self, inodes: Inodes, base: int) -> int | None:
        """Look the name up from a directory of one layer; an absolute name from its root, component by component."""
        if not self.name.startswith("/"):
            return self._component(inodes, base, 0, len(self.name))
        found: int | None = base
        rest = len(self.name) - 1  # counted from the end: a redirect on the way may change what lies before
        while found is not None and inodes[found].kind == "dir":
            start = len(self.name) - rest
            end = self.name.find("/", start)
            if end < 0:
                return self._component(inodes, found, start, len(self.name))
            rest = len(self.name) - end - 1
            found = self._component(inodes, found, start, end)
        return None if found is None or inodes[found].kind != "dir" else found

    def _component(self, inodes: Inodes, base: int, start: int, end: int) -> int | None:
        final = end == len(self.name)
        ino = inodes[base].entries.get(self.name[start:end])
        if ino is None:
            return None
        inode = inodes[ino]
        if is_whiteout(inode) or (final and self.metacopy and inode.kind != "file"):
            self.stop = True
            return None
        if inode.kind != "dir":
            if self.is_dir or not final:
                self.stop = True
                return None
            self.metacopy = METACOPY in inode.xattrs
            self.stop = not self.metacopy
            if self.stop or self.last:
                return ino
        else:
            self.is_dir = self.is_dir or final
            if self.last:
                return ino
            if is_opaque(inode):
                self.stop = True
                return ino
        self._redirect(inode, start, end)
        return ino

    def _redirect(self, inode: Inode, start: int, end: int) -> None:
        value = inode.xattrs.get(REDIRECT)
        if value is None:
            return
        to = value.decode()
        if to.startswith("/"):
            self.stop = False  # an opaque directory above does not bind what says where it comes from
        else:
            to = self.name[:start] + to
        self.name = self.redirect = to + self.name[end:]


def look_up(
    parent: Dentry, name: str, upper: Inodes, lowers: tuple[Inodes, ...], roots: tuple[Below, ...], options: Options
) -> Dentry | None:
    """What a name in a merged directory is made of; None if it leads to nothing or is deleted.

    EPERM for a redirect or a metacopy that the options forbid to follow, EIO for a metacopy without data.
    """
    search = Search(name, last=not options.follow and not parent.lower)
    below, found, redirect = parent.lower, None, None
    if parent.upper is not None:
        found = search.in_layer(upper, parent.upper)
        redirect = search.redirect
        if redirect is not None and redirect.startswith("/"):
            below = roots
    upper_metacopy = search.metacopy
    stack: list[Below] = []
    position = 0
    while not search.stop and position < len(below):
        layer, base = below[position]
        search.last = layer == len(roots) - 1 if options.follow else position == len(below) - 1
        position += 1
        ino = search.in_layer(lowers[layer], base)
        if ino is None:
            continue
        if (upper_metacopy or search.metacopy) and not options.metacopy:
            raise Failure("EPERM")
        if not (search.metacopy and stack):
            stack.append((layer, ino))
        if search.redirect is not None and not options.follow:
            raise Failure("EPERM")
        if not search.stop and search.redirect is not None and search.redirect.startswith("/") and below is not roots:
            below, position = roots, layer + 1
    if found is None and not stack:
        return None
    if search.metacopy and (search.stop is False or not stack) and not search.is_dir:
        raise Failure("EIO")
    inodes: Mapping[int, Inode] = upper if found is not None else lowers[stack[0][0]]
    kind = inodes[found if found is not None else stack[0][1]].kind
    return Dentry((*parent.path, name), kind, found, tuple(stack), redirect if redirect else search.redirect)
