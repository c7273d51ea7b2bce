"""An image layer by layer: each instruction works on an overlay, and what is in upper afterwards is the next layer.

The instructions are lists of filesystem operations instead of programs; everything else is what a build does
(`builder.build`): a layer that is committed never changes again, so nothing that a later one does makes it smaller.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.overlay.overlay import Overlay, mount
from vlearn.sim.files.overlay.sizes import sizes, stored
from vlearn.sim.files.plain import Plain
from vlearn.sim.files.steps import Operation, operate
from vlearn.sim.images.builder.union import changes, layer_files
from vlearn.trace import Event, Step

ROOT: Path = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction that makes a layer: its text, and what it does to the files."""

    text: str
    operations: tuple[Operation, ...]


def commit(overlay: Overlay) -> Overlay:
    """The same files, the upper layer now the topmost lower one, under an empty upper layer."""
    return mount((layer_files(changes(overlay)), *overlay.lowers), Plain(), overlay.options)


def lay(overlay: Overlay, line: Line) -> Iterator[Step[Overlay]]:
    """The steps of one instruction, and last the commit of its layer."""
    for operation in line.operations:
        for step in operate(overlay, operation):
            yield step
            overlay = step.state
    size = stored(overlay.upper or Plain())
    overlay = commit(overlay)
    text = f"{line.text}: a layer of {size} is committed; the image has {image_size(overlay)}"
    yield Step(Event("commit", text, ("lower 0",)), overlay)


def image_size(overlay: Overlay) -> int:
    """Bytes of contents in all lower layers together, whether anybody can see them or not."""
    return sum(sizes(overlay)[overlay.upper is not None :])


def visible(overlay: Overlay) -> int:
    """Bytes of contents that the merged view shows."""
    total, todo = 0, [ROOT]
    while todo:
        path = todo.pop()
        if overlay.kind(path) == "dir":
            todo += [(*path, name) for name in overlay.entries(path)]
        elif overlay.kind(path) == "file":
            total += len(overlay.read(path))
    return total
