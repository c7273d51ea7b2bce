"""What a directory of the merged view lists (ovl_dir_read_merged).

A directory of one layer is read as that layer has it, so a whiteout in it is listed although nothing is found there.
Source: fs/overlayfs/readdir.c of Linux 6.18.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.marks import ORIGIN, is_whiteout

if TYPE_CHECKING:
    from vlearn.sim.files.overlay.draft import OverlayDraft


def listed(draft: "OverlayDraft", directory: Dentry) -> Iterable[str]:
    """The names that reading a directory gives, in no order."""
    if directory.merged or ORIGIN in draft.inode(directory).xattrs:
        return visible(draft, directory)
    return draft.inode(directory).entries


def visible(draft: "OverlayDraft", directory: Dentry) -> list[str]:
    """The names that are there in all layers of a directory together, without those that a whiteout covers."""
    shown: dict[str, bool] = {}
    layers = [(draft.tree.inodes, directory.upper)] if directory.upper is not None else []
    for inodes, base in layers + [(draft.lowers[layer], ino) for layer, ino in directory.lower]:
        for name, ino in inodes[base].entries.items():
            if name not in shown:
                shown[name] = not is_whiteout(inodes[ino])
    return [name for name, is_there in shown.items() if is_there]
