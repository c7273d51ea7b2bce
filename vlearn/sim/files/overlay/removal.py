"""Removing from the merged view: what lower layers have is covered by a whiteout (ovl_do_remove).

Source: fs/overlayfs/dir.c of Linux 6.18.
"""

from typing import TYPE_CHECKING

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.overlay.copy_up import copy_up
from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.listing import visible
from vlearn.sim.files.overlay.marks import ORIGIN, WHITEOUT, is_whiteout

if TYPE_CHECKING:
    from vlearn.sim.files.overlay.draft import OverlayDraft


def lower_positive(draft: "OverlayDraft", parent: Dentry, name: str, dentry: Dentry) -> bool:
    """Whether a name would show something of a lower layer if the upper layer did not have it."""
    if dentry.upper is None:
        return True
    for layer, directory in parent.lower:
        inodes = draft.lowers[layer]
        ino = inodes[directory].entries.get(name)
        if ino is not None:
            return not is_whiteout(inodes[ino])
    return False


def pure_upper(draft: "OverlayDraft", dentry: Dentry) -> bool:
    """Whether a directory never had anything below it, so that it cannot hold whiteouts."""
    return not dentry.lower and dentry.upper is not None and ORIGIN not in draft.tree.inodes[dentry.upper].xattrs


def must_be_empty(draft: "OverlayDraft", dentry: Dentry) -> None:
    """ENOTEMPTY if a merged directory shows anything; whiteouts that are all it has are cleared away."""
    if visible(draft, dentry):
        raise Failure("ENOTEMPTY")
    if dentry.upper is not None:
        for name in draft.tree.inodes[dentry.upper].entries:
            draft.tree.remove(dentry.upper, name)


def remove(draft: "OverlayDraft", parent: Dentry, name: str, dentry: Dentry) -> None:
    """Remove a file or an empty directory, and leave a whiteout if a lower layer has the name too."""
    covers = lower_positive(draft, parent, name, dentry)
    if dentry.kind == "dir" and (covers or not pure_upper(draft, dentry)):
        must_be_empty(draft, dentry)
    _, directory = copy_up(draft, parent)
    if dentry.upper is not None:
        draft.tree.must_be_empty(dentry.upper)
    if dentry.kind == "dir" and dentry.path in draft.known:  # before any note: its overlay must not remember it
        draft.known = draft.known.delete(dentry.path)
    if dentry.upper is not None:
        draft.tree.remove(directory, name)
        if draft.notes is not None:
            draft.note("remove", f"{draft.name(dentry)} is removed from upper", dentry.path)
    if covers:
        whiteout(draft, directory, name, dentry)


def whiteout(draft: "OverlayDraft", directory: int, name: str, dentry: Dentry) -> None:
    """Write a whiteout into a directory of the upper layer."""
    draft.tree.add(directory, name, WHITEOUT)
    if draft.notes is not None:
        draft.note("whiteout", f"a whiteout in upper hides {draft.name(dentry)} of the layers below", dentry.path)
