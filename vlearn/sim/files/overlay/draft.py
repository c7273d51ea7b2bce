"""The overlay at work: lookups in the layers, changes in the upper one."""

# ruff: noqa: D102 (the methods are those of hooks.Hooks and filesystem.Filesystem, documented there)

from typing import TYPE_CHECKING

from immutables import Map

from vlearn.sim.files.draft import Draft
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path, Stat
from vlearn.sim.files.hooks import Note
from vlearn.sim.files.inodes import Inode
from vlearn.sim.files.overlay.copy_up import copy_up, set_impure
from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.listing import listed
from vlearn.sim.files.overlay.lookup import look_up
from vlearn.sim.files.overlay.marks import IMPURE, METACOPY, OPAQUE, ORIGIN, PREFIX, is_whiteout
from vlearn.sim.files.overlay.removal import pure_upper, remove
from vlearn.sim.files.overlay.rename import has_origin, rename, set_redirect
from vlearn.sim.files.plain import held
from vlearn.sim.files.tree import Tree

if TYPE_CHECKING:
    from vlearn.sim.files.overlay.overlay import Overlay

NO_INODES: Map[int, Inode] = Map()
ESCAPE = PREFIX + "overlay."


class OverlayDraft(Draft[Dentry]):
    """An overlay at work. Its nodes are dentries; `tree` is the upper layer; `known` remembers merged directories."""

    __slots__ = ("_before", "known", "lowers", "options")

    def __init__(self, before: "Overlay", notes: list[Note] | None = None):
        upper = before.upper
        self._before = before
        self.opened = before.opened
        self.lowers = before.lower_inodes
        self.options = before.options
        self.known = before.known
        self.notes = notes
        if upper is None:
            self.tree = Tree(NO_INODES, 0, None)
        else:
            self.tree = Tree(upper.inodes, upper.last, upper.free, held(self.opened))

    @property
    def read_only(self) -> bool:
        return self._before.read_only

    # Finding.

    def directory(self, path: Path) -> Dentry:
        found = self.known.get(path)
        if found is None:
            found = self.child(self.directory(path[:-1]), path[-1])
            if found is None:
                raise Failure("ENOENT")
            if found.kind != "dir":
                raise Failure("ENOTDIR")
            self.known = self.known.set(path, found)
        return found

    def child(self, directory: Dentry, name: str) -> Dentry | None:
        upper = directory.upper
        if upper is not None:
            ino = self.tree.inodes[upper].entries.get(name)
            if ino is not None:
                inode = self.tree.inodes[ino]
                kind = inode.kind
                if kind == "char" and is_whiteout(inode):
                    return None
                if kind != "dir" and METACOPY not in inode.xattrs:
                    return Dentry((*directory.path, name), kind, ino)
                return self._merged(directory, name)
        for layer, base in directory.lower:
            inodes = self.lowers[layer]
            ino = inodes[base].entries.get(name)
            if ino is not None:
                inode = inodes[ino]
                kind = inode.kind
                if kind == "char" and is_whiteout(inode):
                    return None
                if kind != "dir" and METACOPY not in inode.xattrs:
                    return Dentry((*directory.path, name), kind, None, ((layer, ino),))
                return self._merged(directory, name)
        return None

    def _merged(self, directory: Dentry, name: str) -> Dentry | None:
        known = self.known.get((*directory.path, name))
        if known is not None:
            return known
        return look_up(directory, name, self.tree.inodes, self.lowers, self._before.roots, self.options)

    def inode(self, node: Dentry) -> Inode:
        if node.upper is not None:
            return self.tree.inodes[node.upper]
        layer, ino = node.lower[0]
        return self.lowers[layer][ino]

    def at(self, node: Dentry) -> tuple[int | None, int]:
        if node.upper is None:
            return node.lower[0]
        return None, node.upper

    def opened_at(self, node: Dentry) -> tuple[int | None, int]:
        return node.lower[-1] if METACOPY in self.inode(node).xattrs else self.at(node)

    def same(self, node: Dentry, other: Dentry) -> bool:
        if node.path == other.path:
            return True
        return node.upper is not None and node.upper == other.upper

    # Looking.

    def stat(self, node: Dentry) -> Stat:
        found = self.inode(node).stat(self.number(*self.at(node)))
        return found._replace(links=1) if node.merged else found

    def inodes(self, layer: int | None) -> Map[int, Inode]:
        return self.tree.inodes if layer is None else self.lowers[layer]

    def number(self, layer: int | None, ino: int) -> int:
        if layer is None:
            origin = self.tree.inodes[ino].xattrs.get(ORIGIN)
            if origin is not None:
                layer, ino = map(int, origin.split(b":"))
        return ino * (len(self.lowers) + 1) + (0 if layer is None else layer + 1)

    def content(self, node: Dentry) -> bytes:
        inode = self.inode(node)
        if METACOPY in inode.xattrs:
            layer, ino = node.lower[-1]
            return self.lowers[layer][ino].content
        return inode.content

    def names(self, directory: Dentry) -> tuple[str, ...]:
        return tuple(sorted(listed(self, directory)))

    def before_reading(self, directory: Dentry) -> None:
        """Take the mark off an impure directory in which nothing has an origin any more."""
        ino = directory.upper
        if ino is None or self.read_only or not pure_upper(self, directory):
            return
        inode = self.tree.inodes[ino]
        if IMPURE in inode.xattrs and not any(has_origin(self, child) for child in inode.entries.values()):
            self.tree.edit(ino, xattrs=inode.xattrs.delete(IMPURE))

    # Changing.

    def changeable(self, node: Dentry, data: bool = False, size: int | None = None) -> int:
        return copy_up(self, node, data, size)[1]

    def make(self, parent: Dentry, name: str, inode: Inode) -> None:
        if is_whiteout(inode):
            raise Failure("EPERM")
        parent, directory = copy_up(self, parent)
        is_dir = inode.kind == "dir"
        over_whiteout = self._clear_whiteout(directory, name)
        if is_dir and (over_whiteout or (parent.merged and not self.options.offline_changes)):
            inode = inode._replace(xattrs=inode.xattrs.set(OPAQUE, b"y"))
        ino = self.tree.add(directory, name, inode)
        path = (*parent.path, name)
        if is_dir:
            self.known = self.known.set(path, Dentry(path, "dir", ino))
        if self.notes is not None:
            marked = ", marked opaque" if OPAQUE in inode.xattrs else ""
            self.note("create", f"{self.show(path)} is made in upper{marked}", path)

    def connect(self, node: Dentry, parent: Dentry, name: str) -> None:
        node, ino = copy_up(self, node)
        parent, directory = copy_up(self, self.directory(parent.path))
        if METACOPY in self.tree.inodes[ino].xattrs:
            set_redirect(self, node, ino, False)
        if has_origin(self, ino):
            set_impure(self, parent, directory)
        self._clear_whiteout(directory, name)
        self.tree.link(directory, name, ino)
        if self.notes is not None:
            path = (*parent.path, name)
            self.note("link", f"{self.show(path)} is a second name of {self.name(node)} in upper", path)

    def _clear_whiteout(self, directory: int, name: str) -> bool:
        """Take a whiteout away; whether there was one."""
        if self.tree.find(directory, name) is None:
            return False
        self.tree.remove(directory, name)
        return True

    def remove(self, parent: Dentry, name: str, node: Dentry) -> None:
        remove(self, parent, name, node)

    def move(
        self, source: tuple[Dentry, str, Dentry], parent: Dentry, name: str, target: Dentry | None, exchange: bool
    ) -> None:
        rename(self, source[2], parent, name, target, exchange)

    def stored_name(self, name: str) -> str:
        return ESCAPE + name.removeprefix(PREFIX) if name.startswith(PREFIX) else name

    def shown_name(self, name: str) -> str | None:
        if name.startswith(ESCAPE):
            return PREFIX + name.removeprefix(ESCAPE)
        return None if name.startswith(PREFIX) else name

    # What changes move.

    def move_handles(self, dentry: Dentry, ino: int) -> None:
        """Let open files that were at a lower inode continue at its copy. Mappings stay where they are."""
        lower = dentry.lower[-1] if dentry.kind != "dir" else dentry.lower[0]
        alone = self.inode(dentry._replace(upper=None)).links == 1 or dentry.kind == "dir"
        for handle, opened in self.opened.items():
            if (opened.layer, opened.ino) == lower and not opened.mapping and (alone or opened.path == dentry.path):
                self.opened = self.opened.set(handle, opened._replace(layer=None, ino=ino, first=lower))
                self.tree.held |= {ino}

    def directories_moved(self, paths: tuple[Path, Path], swap: bool) -> None:
        """Forget what was known about directories, and let open files know their new paths."""
        self.known = Map({(): self.known[()]})
        old, new = paths
        moves = {old: new, new: old} if swap else {old: new}
        for handle, opened in self.opened.items():
            for before, after in moves.items():
                if opened.path[: len(before)] == before:
                    moved = opened._replace(path=after + opened.path[len(before) :])
                    self.opened = self.opened.set(handle, moved)

    # Telling.

    def note(self, kind: str, text: str, *touches: Path) -> None:
        """Remember what happened and the overlay just after it; only called where somebody listens."""
        assert self.notes is not None
        names = tuple(self.show(path) for path in touches)
        self.notes.append(Note(kind, text, names, self._before.settle(self)))

    def name(self, dentry: Dentry) -> str:
        """A file's path as it is written."""
        return self.show(dentry.path)

    def show(self, path: Path) -> str:
        """A path as it is written."""
        return "/" + "/".join(path)
