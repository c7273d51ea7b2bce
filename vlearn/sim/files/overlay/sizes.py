"""How many bytes of file contents layers hold, and how many of them a run has copied up.

Names, attributes and whiteouts are left out: they take little, and how much depends on the filesystem below.
"""

from vlearn.sim.files.overlay.layers import layers
from vlearn.sim.files.overlay.marks import METACOPY
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.files.plain import Plain
from vlearn.trace import Trace


def stored(layer: Plain) -> int:
    """Bytes of contents in one layer; a file with two names counts once, one with its metadata alone not at all."""
    return sum(len(inode.content) for inode in layer.inodes.values() if METACOPY not in inode.xattrs)


def sizes(overlay: Overlay) -> tuple[int, ...]:
    """Bytes in every layer, topmost first."""
    return tuple(stored(layer) for _, layer in layers(overlay))


def copied_up(trace: Trace[Overlay]) -> int:
    """Bytes that the copy-ups of a run have brought into the upper layer: what it had grown by right after each."""
    copied, before = 0, trace.start
    for step in trace.steps:
        if step.event.kind == "copy-up" and before.upper is not None and step.state.upper is not None:
            copied += stored(step.state.upper) - stored(before.upper)
        before = step.state
    return copied
