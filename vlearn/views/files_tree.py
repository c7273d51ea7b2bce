"""The merged tree of a filesystem, as a directory listing that says which layer each file is shown from."""

from vlearn.blocks import Code, Table
from vlearn.sim.files import Failure, Overlay, Path, Plain
from vlearn.sim.files.overlay.layers import Layer, layers, trail

SHOWN = {"file": "", "dir": "/", "symlink": "@", "fifo": "|", "socket": "="}


def merged_tree(filesystem: Plain | Overlay) -> Code:
    """Everything that is visible, indented by directory; of an overlay with the layers that it comes from."""
    return Code("\n".join(["/", *_lines(filesystem, ())]))


def paths_of(overlay: Overlay) -> tuple[Path, ...]:
    """Every path that some layer has anything under, sorted: what is deleted or hidden too."""
    found: set[Path] = set()
    for _, layer in layers(overlay):
        todo: list[Path] = [()]
        while todo:
            at = todo.pop()
            for name in layer.entries(at):
                path = (*at, name)
                found.add(path)
                if layer.kind(path) == "dir":
                    todo.append(path)
    return tuple(sorted(found))


def layer_table(overlay: Overlay, paths: tuple[Path, ...]) -> Table:
    """What each layer has under each path and what becomes of it: the picture of the layers in words."""
    trails = [trail(overlay, path) for path in paths]
    rows = tuple((name, *(in_words(found[row]) for found in trails)) for row, (name, _) in enumerate(layers(overlay)))
    return Table(("Layer", *(text_of(path) for path in paths)), rows, "Topmost layer first")


def in_words(layer: Layer) -> str:
    """A layer's part in a path as a cell: `file, shown`; a dash for nothing."""
    if layer.part == "nothing":
        return "–"
    return f"{layer.has}, {layer.part}" if layer.part != "hides" else "whiteout, hides what is below"


def text_of(path: Path) -> str:
    """A path as it is written."""
    return "/" + "/".join(path)


def _lines(filesystem: Plain | Overlay, at: Path) -> list[str]:
    lines: list[str] = []
    for name in filesystem.entries(at):
        path = (*at, name)
        try:
            kind = filesystem.stat(path).kind
        except Failure as failure:
            lines.append(f"{'  ' * len(path)}{name}  ({failure.errno})")
            continue
        target = f" -> {filesystem.readlink(path)}" if kind == "symlink" else ""
        lines.append(f"{'  ' * len(path)}{name}{SHOWN.get(kind, '')}{target}{_origin(filesystem, path)}")
        if kind == "dir":
            lines += _lines(filesystem, path)
    return lines


def _origin(filesystem: Plain | Overlay, path: Path) -> str:
    if isinstance(filesystem, Plain):
        return ""
    return f"  ({' + '.join(layer.name for layer in trail(filesystem, path) if layer.part in ('shown', 'merged'))})"
