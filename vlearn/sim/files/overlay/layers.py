"""What each layer of an overlay has under a path, and which of it the merged view shows: the picture of one lookup."""

from dataclasses import dataclass
from typing import Literal

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.marks import is_opaque, is_whiteout
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.files.plain import Plain

Part = Literal["shown", "merged", "hides", "hidden", "nothing"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's part in a path: what it has there (empty for nothing) and what becomes of that.

    `shown` is the topmost, which wins; `merged` further layers of the same directory; `hides` a whiteout that ends the
    search; `hidden` what lies below something that does.
    """

    name: str
    has: str
    part: Part


def layers(overlay: Overlay) -> tuple[tuple[str, Plain], ...]:
    """The names of the layers and the layers, topmost first: `upper`, `lower 0`, `lower 1` ..."""
    upper = () if overlay.upper is None else (("upper", overlay.upper),)
    return upper + tuple((f"lower {index}", layer) for index, layer in enumerate(overlay.lowers))


def trail(overlay: Overlay, path: Path) -> tuple[Layer, ...]:
    """What each layer has under a path, topmost first, and its part. What a redirect leads to has another path there.

    A whiteout counts only in the layers that make up its directory: below an opaque one it hides nothing any more.
    """
    used, searched = _used(overlay, path), _used(overlay, path[:-1])
    found: list[Layer] = []
    ended = False
    for name, filesystem in layers(overlay):
        has, ino = _has(filesystem, path)
        if name in used:
            has = has if ino == used[name] else f"redirected {filesystem.inodes[used[name]].kind}"
            part: Part = "shown" if not any(layer.part == "shown" for layer in found) else "merged"
        elif not has:
            part = "nothing"
        elif has == "whiteout" and not ended and name in searched:
            part = "hides"
        else:
            part = "hidden"
        ended = ended or part in ("shown", "hides")
        found.append(Layer(name, has, part))
    return tuple(found)


def _used(overlay: Overlay, path: Path) -> dict[str, int]:
    """The layers of which the merged view shows something under a path, with its inode in each."""
    draft = overlay.draft()
    try:
        dentry: Dentry = draft.existing(path)
    except Failure:
        return {}
    upper = {} if dentry.upper is None else {"upper": dentry.upper}
    return upper | {f"lower {layer}": ino for layer, ino in dentry.lower}


def _has(layer: Plain, path: Path) -> tuple[str, int]:
    draft = layer.draft()
    try:
        ino = draft.existing(path)
    except Failure:
        return "", 0
    inode = draft.inode(ino)
    return "whiteout" if is_whiteout(inode) else "opaque dir" if is_opaque(inode) else inode.kind, ino
