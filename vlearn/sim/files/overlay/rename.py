"""Renaming in the merged view: what may move, what is marked, and what covers the old name (ovl_rename).

A directory with lower layers cannot move, since only the copied-up part of it would: EXDEV, and mv(1) copies. With
redirect_dir=on it gets a redirect that says where its lower layers are found. A failed rename keeps its marks.
Source: fs/overlayfs/dir.c of Linux 6.18.
"""

from typing import TYPE_CHECKING

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.overlay.copy_up import copy_up, set_impure
from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.marks import METACOPY, OPAQUE, ORIGIN, REDIRECT, is_opaque
from vlearn.sim.files.overlay.removal import lower_positive, must_be_empty, pure_upper, whiteout

if TYPE_CHECKING:
    from vlearn.sim.files.overlay.draft import OverlayDraft


def rename(draft: "OverlayDraft", old: Dentry, new_parent: Dentry, name: str, new: Dentry | None, swap: bool) -> None:
    """Move a file to another name, over what has it or, with `swap`, in exchange for it."""
    old_name = old.path[-1]
    if not may_move(draft, old) or (swap and new is not None and not may_move(draft, new)):
        raise Failure("EXDEV")
    replaced = None if swap else new
    if replaced is not None and replaced.kind == "dir" and not pure_upper(draft, replaced):
        must_be_empty(draft, replaced)
    covers = not swap and lower_positive(draft, draft.directory(old.path[:-1]), old_name, old)
    old, ino = copy_up(draft, old)
    new_parent, to = copy_up(draft, draft.directory(new_parent.path))
    other: int | None = None
    if swap and new is not None:
        new, other = copy_up(draft, new)
    old_parent, at = copy_up(draft, draft.directory(old.path[:-1]))
    same_directory = at == to
    if not same_directory:
        if has_origin(draft, ino):
            set_impure(draft, new_parent, to)
        if other is not None and has_origin(draft, other):
            set_impure(draft, old_parent, at)
    mark_moved(draft, old, ino, new_parent, same_directory)
    if new is not None and other is not None:
        mark_moved(draft, new, other, old_parent, same_directory)
        draft.tree.exchange(at, old_name, to, name)
    else:
        if replaced is not None and replaced.upper is not None:
            draft.tree.must_be_empty(replaced.upper)
        draft.tree.move(at, old_name, to, name)
    if old.kind == "dir" or (swap and new is not None and new.kind == "dir"):
        draft.directories_moved((old.path, (*new_parent.path, name)), swap)
    if draft.notes is not None:
        text = f"{draft.name(old)} becomes {draft.show((*new_parent.path, name))} in upper"
        draft.note("rename", text, old.path, (*new_parent.path, name))
    if covers:
        whiteout(draft, at, old_name, old)


def may_move(draft: "OverlayDraft", dentry: Dentry) -> bool:
    """Whether a rename is possible at all: a directory must be of the upper layer alone, or redirects be on."""
    return draft.options.redirect_dir == "on" or dentry.kind != "dir" or not dentry.lower


def has_origin(draft: "OverlayDraft", ino: int) -> bool:
    """Whether an inode of the upper layer was copied up and knows from where."""
    return ORIGIN in draft.tree.inodes[ino].xattrs


def mark_moved(draft: "OverlayDraft", dentry: Dentry, ino: int, to: Dentry, same_directory: bool) -> None:
    """Mark what moves: a redirect to its lower layers, or opaque if it has none but would find some at its new name."""
    inode = draft.tree.inodes[ino]
    if dentry.lower and (dentry.kind == "dir" or METACOPY in inode.xattrs):
        set_redirect(draft, dentry, ino, same_directory)
    elif dentry.kind == "dir" and not is_opaque(inode) and to.merged:
        draft.tree.mark(ino, OPAQUE, b"y")
        if draft.notes is not None:
            draft.note("opaque", f"{draft.name(dentry)} is marked opaque: it has nothing below it", dentry.path)


def set_redirect(draft: "OverlayDraft", dentry: Dentry, ino: int, same_directory: bool) -> None:
    """Say in the upper layer where the lower layers of a moved file are: a name, or a path from the root."""
    absolute = not same_directory
    if dentry.kind != "dir":
        layer, lower = dentry.lower[0]
        absolute = absolute or draft.lowers[layer][lower].links > 1
    present = draft.tree.inodes[ino].xattrs.get(REDIRECT)
    if present is not None and (not absolute or present.startswith(b"/")):
        return
    redirect = _absolute(draft, dentry) if absolute else dentry.path[-1]
    if len(redirect.encode()) > draft.options.redirect_max:
        raise Failure("EINVAL")
    draft.tree.mark(ino, REDIRECT, redirect.encode())
    if draft.notes is not None:
        draft.note("redirect", f"{draft.name(dentry)} is redirected to {redirect} of the lower layers", dentry.path)


def _absolute(draft: "OverlayDraft", dentry: Dentry) -> str:
    """The path of a file in the lower layers: ancestors that were moved themselves are found where they came from."""
    text = ""
    path = dentry.path
    at = dentry
    while path:
        redirect = at.redirect or path[-1]
        text = f"/{redirect}{text}" if not redirect.startswith("/") else redirect + text
        if redirect.startswith("/"):
            return text
        path = path[:-1]
        at = draft.directory(path)
    return text
