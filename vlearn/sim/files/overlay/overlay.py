"""The union filesystem as a value: lower layers that never change, and an upper one that takes every change.

The model follows Linux's overlayfs (6.18). A descriptor that was opened for reading before the copy-up reads the copy,
as since Linux 4.19 (before, it stayed with the lower file); a mapping stays with what was opened, on every kernel
(Documentation/filesystems/overlayfs.rst, "Non-standard behavior").

It leaves out: the index (index=on, nfs_export=on), so a hard link is always broken by copy-up; data-only lower layers
and verity; whiteouts as extended attributes; layers on different filesystems, which changes inode numbers; ACLs and
file attributes; fstat through a handle that reads a file whose metadata alone were copied up, which shows the lower
file's. What the kernel does at the first lookup of a directory that came with the upper layer, storing its origin,
the model does when it is mounted.
"""

# ruff: noqa: D102 (the methods are those of volume.Volume, documented there)

from dataclasses import dataclass, field

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.hooks import Opened
from vlearn.sim.files.inodes import ROOT, Inode
from vlearn.sim.files.overlay.copy_up import set_impure
from vlearn.sim.files.overlay.dentry import Below, Dentry
from vlearn.sim.files.overlay.draft import OverlayDraft
from vlearn.sim.files.overlay.marks import ORIGIN
from vlearn.sim.files.overlay.options import Options
from vlearn.sim.files.plain import NOTHING_OPEN, Plain
from vlearn.sim.files.volume import Volume


@dataclass(frozen=True, slots=True)
class Overlay(Volume[OverlayDraft]):
    """A mounted overlay; make one with `mount`. `lowers[0]` is the topmost lower layer."""

    lowers: tuple[Plain, ...]
    upper: Plain | None
    options: Options
    opened: Map[int, Opened]
    known: Map[Path, Dentry] = field(compare=False, repr=False)
    lower_inodes: tuple[Map[int, Inode], ...] = field(compare=False, repr=False)
    roots: tuple[Below, ...] = field(compare=False, repr=False)
    _reader: OverlayDraft | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def read_only(self) -> bool:
        """Without an upper layer nothing can change."""
        return self.upper is None or self.upper.read_only

    def draft(self) -> OverlayDraft:
        return OverlayDraft(self)

    def reader(self) -> OverlayDraft:
        reader = self._reader
        if reader is None:
            reader = self.draft()
            object.__setattr__(self, "_reader", reader)
        return reader

    def learn(self, draft: OverlayDraft) -> None:
        if draft.known is not self.known:
            object.__setattr__(self, "known", draft.known)  # a memo: the same lookups give the same answers

    def settle(self, draft: OverlayDraft) -> "Overlay":
        upper, tree = self.upper, draft.tree
        if upper is None or tree.inodes is upper.inodes:
            self.learn(draft)
            if draft.opened is self.opened:
                return self
        else:
            upper = Plain(tree.inodes, tree.last, tree.free, upper.read_only)
        return Overlay(self.lowers, upper, self.options, draft.opened, draft.known, self.lower_inodes, self.roots)


def mount(lowers: tuple[Plain, ...], upper: Plain | None = None, options: Options | str = "") -> Overlay:
    """The overlay of these layers, topmost lower layer first; without an upper layer it is read-only.

    Raises ModelError without a lower layer, and for a read-only overlay of a single one, as mount(2) does with EINVAL.
    """
    if len(lowers) + (upper is not None) < 2 or not lowers:
        raise ModelError("an overlay needs a lower and an upper layer, or at least two lower ones")
    if isinstance(options, str):
        options = Options.parse(options)
    roots = tuple((index, ROOT) for index in range(len(lowers)))
    root = Dentry((), "dir", None if upper is None else ROOT, roots)
    inodes = tuple(layer.inodes for layer in lowers)
    overlay = Overlay(tuple(lowers), upper, options, NOTHING_OPEN, Map({(): root}), inodes, roots)
    return overlay if overlay.read_only else _with_origins(overlay)


def _with_origins(overlay: Overlay) -> Overlay:
    """Let every directory of the upper layer that has lower ones know its origin (ovl_fix_origin)."""
    draft = overlay.draft()
    todo = [draft.directory(())]
    while todo:
        parent = todo.pop()
        assert parent.upper is not None
        for name, ino in draft.tree.inodes[parent.upper].entries.items():
            if draft.tree.inodes[ino].kind != "dir":
                continue
            directory = draft.directory((*parent.path, name))
            todo.append(directory)
            if directory.lower and ORIGIN not in draft.tree.inodes[ino].xattrs:
                draft.tree.mark(ino, ORIGIN, b"%d:%d" % directory.lower[0])
                set_impure(draft, parent, parent.upper)
    return overlay.settle(draft)
