"""Copy-up: before a lower file changes, the whole of it is copied into the upper layer (ovl_copy_up).

Parents come first, then the file with its mode, owner, times and extended attributes. A file that had one name
remembers its origin and so keeps its inode number. A hard link loses it: the other names stay with the lower inode.
Source: fs/overlayfs/copy_up.c of Linux 6.18.
"""

from typing import TYPE_CHECKING

from vlearn.sim.files.inodes import NO_ENTRIES, Inode
from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.marks import IMPURE, METACOPY, ORIGIN, PREFIX

if TYPE_CHECKING:
    from vlearn.sim.files.overlay.draft import OverlayDraft


def copy_up(draft: "OverlayDraft", dentry: Dentry, data: bool = False, size: int | None = None) -> tuple[Dentry, int]:
    """Bring a file into the upper layer, if it is not there; its dentry then, and its inode number there.

    `data` says that its content will change: with the option metacopy it is copied only then. `size` bytes of it
    are copied, all by default.
    """
    if dentry.upper is not None:
        if data and METACOPY in draft.tree.inodes[dentry.upper].xattrs:
            complete(draft, dentry, dentry.upper)
        return dentry, dentry.upper
    parent, directory = copy_up(draft, draft.directory(dentry.path[:-1]))
    set_impure(draft, parent, directory)
    layer, lower = dentry.lower[0]
    inode = draft.lowers[layer][lower]
    metacopy = draft.options.metacopy and dentry.kind == "file" and not data
    ino = draft.tree.add(directory, dentry.path[-1], _copied(inode, dentry, metacopy, size))
    return _arrived(draft, dentry, ino, metacopy), ino


def complete(draft: "OverlayDraft", dentry: Dentry, ino: int) -> None:
    """Copy the data of a file whose metadata alone were copied up."""
    layer, lower = dentry.lower[-1]
    draft.tree.fill(ino, draft.lowers[layer][lower].content)
    xattrs = draft.tree.inodes[ino].xattrs
    draft.tree.edit(ino, xattrs=xattrs.delete(METACOPY))
    draft.move_handles(dentry, ino)
    if draft.notes is not None:
        draft.note("copy-up", f"the {_bytes(draft, ino)} of {draft.name(dentry)} follow its metadata", dentry.path)


def set_impure(draft: "OverlayDraft", dentry: Dentry, ino: int) -> None:
    """Mark a directory of the upper layer that gets something with an origin."""
    if IMPURE not in draft.tree.inodes[ino].xattrs:
        draft.tree.mark(ino, IMPURE, b"y")


def _copied(inode: Inode, dentry: Dentry, metacopy: bool, size: int | None) -> Inode:
    xattrs = inode.xattrs
    for name in inode.xattrs:
        if name.startswith(PREFIX):
            xattrs = xattrs.delete(name)
    if dentry.kind == "dir" or inode.links == 1:
        layer, lower = dentry.lower[0]
        xattrs = xattrs.set(ORIGIN, b"%d:%d" % (layer, lower))
    content = inode.content if size is None else inode.content[:size]
    if metacopy:
        xattrs = xattrs.set(METACOPY, b"")
        content = bytes(len(content))
    kind, mode, uid, gid, _, _, _, target, device, _, mtime = inode
    links = 2 if dentry.kind == "dir" else 1
    return Inode(kind, mode, uid, gid, links, NO_ENTRIES, content, target, device, xattrs, mtime)


def _arrived(draft: "OverlayDraft", dentry: Dentry, ino: int, metacopy: bool) -> Dentry:
    """What is at the dentry's path now that the copy is there."""
    is_dir = dentry.kind == "dir"
    after = dentry._replace(upper=ino, lower=dentry.lower if is_dir or metacopy else ())
    if is_dir:
        draft.known = draft.known.set(dentry.path, after)
    if draft.opened and not metacopy:
        draft.move_handles(dentry, ino)
    if draft.notes is not None:
        what = "its metadata alone" if metacopy else "the directory" if is_dir else f"all {_bytes(draft, ino)}"
        text = f"{draft.name(dentry)} is copied up from lower {dentry.lower[0][0]}: {what}"
        draft.note("copy-up", text, dentry.path)
    return after


def _bytes(draft: "OverlayDraft", ino: int) -> str:
    size = len(draft.tree.inodes[ino].content)
    return f"{size} byte{'s' * (size != 1)}"
