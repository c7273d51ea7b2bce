"""What a path in the merged view is made of."""

from typing import NamedTuple, TypeAlias

from vlearn.sim.files.filesystem import Kind, Path

Below: TypeAlias = tuple[int, int]
"""An inode of a lower layer: the layer's index (0 is the topmost) and the inode number in it."""


class Dentry(NamedTuple):
    """Where a file or directory comes from: its inode in the upper layer, and those in lower layers, topmost first.

    A directory has all layers that are merged. A file has one of both, but for one whose metadata alone was copied
    up (metacopy): that has its data in the last of `lower`. `redirect` is where the lower ones were found instead.
    """

    path: Path
    kind: Kind
    upper: int | None
    lower: tuple[Below, ...] = ()
    redirect: str | None = None

    @property
    def merged(self) -> bool:
        """Whether this is a directory of several layers."""
        return self.kind == "dir" and len(self.lower) + (self.upper is not None) > 1
