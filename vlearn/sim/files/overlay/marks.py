"""How overlayfs writes its decisions into the upper layer: whiteouts, and extended attributes in its own namespace."""

from vlearn.sim.files.inodes import Inode

PREFIX = "trusted.overlay."
OPAQUE = PREFIX + "opaque"
"""On a directory, `y`: nothing from below it is merged."""
REDIRECT = PREFIX + "redirect"
"""On a renamed directory: where its lower layers are found, a name in the same directory or a path from the root."""
ORIGIN = PREFIX + "origin"
"""On a copied-up file: which lower inode it was. (The kernel stores a file handle; the model `layer:inode`.)"""
IMPURE = PREFIX + "impure"
"""On a directory, `y`: it may hold files that have an origin, so reading it must look up inode numbers."""
METACOPY = PREFIX + "metacopy"
"""On a file: its metadata are here and its data still in a lower layer."""

WHITEOUT = Inode("char", 0)
"""A character device 0/0: this name is deleted."""


def is_whiteout(inode: Inode) -> bool:
    """Whether an inode marks a deleted name."""
    return inode.kind == "char" and inode.device == (0, 0)


def is_opaque(inode: Inode) -> bool:
    """Whether a directory hides everything below it."""
    return inode.xattrs.get(OPAQUE) == b"y"
