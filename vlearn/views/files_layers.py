"""The stack of layers with the path of a lookup lit: what each layer has, which one is shown, what a whiteout hides."""

from vlearn.blocks import Block, Figure, Text
from vlearn.sim.files import Overlay, Path
from vlearn.sim.files.overlay.layers import Layer, layers, trail
from vlearn.trace import Event
from vlearn.views.files_tree import in_words, layer_table, merged_tree, paths_of, text_of
from vlearn.views.svg import CURRENT, DONE, FAULT, INK, PLAIN, READ, SMALL, WAITING, Look, Shape, box, drawing, text

MOST = 7
"""Columns that a picture has room for; a path that the event touched is always among them."""
NAME, CELL, ROW, TOP = 80, 112, 44, 34
LOOKS: dict[str, Look] = {"shown": DONE, "merged": READ, "hides": FAULT, "hidden": PLAIN, "nothing": WAITING}


def draw(state: Overlay, event: Event | None = None) -> tuple[Block, ...]:
    """What happened, the layers, the same as a table, and the merged tree."""
    lit = event.touches if event else ()
    touched = {tuple(name[1:].split("/")) for name in lit if len(name) > 1 and name.startswith("/")}
    known = tuple(sorted({*paths_of(state), *touched}))
    paths = _chosen(known, lit)
    words = (Text(event.text),) if event else ()
    if not paths:
        return (*words, Text("All layers are empty."))
    left_out = len(known) - len(paths)
    more = (Text(f"{left_out} more path{'s are' if left_out > 1 else ' is'} not drawn."),) if left_out > 0 else ()
    return (*words, layer_stack(state, paths, lit), *more, layer_table(state, paths), merged_tree(state))


def layer_stack(overlay: Overlay, paths: tuple[Path, ...], lit: tuple[str, ...] = ()) -> Figure:
    """A row for each layer, a column for each path; the cell that the merged view shows has a thick outline."""
    trails = [trail(overlay, path) for path in paths]
    names = [name for name, _ in layers(overlay)]
    shapes: list[Shape] = []
    for column, (path, found) in enumerate(zip(paths, trails, strict=True)):
        x = NAME + column * CELL
        bright = text_of(path) in lit
        shapes.append(text(x + CELL / 2 - 4, TOP - 12, _short(path), anchor="middle", bold=bright, mono=True))
        for row, layer in enumerate(found):
            shapes += _cell(x, TOP + row * ROW, layer, bright)
    shapes += [text(4, TOP + row * ROW + ROW / 2, name, bold=True) for row, name in enumerate(names)]
    width, height = NAME + len(paths) * CELL, TOP + len(names) * ROW
    return Figure(drawing(width, height, shapes), _alternative(paths, trails, lit), "Looked at from the top down")


def _cell(x: float, y: float, layer: Layer, bright: bool) -> tuple[Shape, ...]:
    look = CURRENT if bright and layer.part in ("shown", "merged") else LOOKS[layer.part]
    frame = box(x, y, CELL - 8, ROW - 8, look)
    if layer.part == "nothing":
        return (frame,)
    middle = x + (CELL - 8) / 2
    has = text(middle, y + 15, layer.has, anchor="middle", fill=INK)
    return frame, has, text(middle, y + 29, layer.part, anchor="middle", size=SMALL, fill=INK)


def _chosen(paths: tuple[Path, ...], lit: tuple[str, ...]) -> tuple[Path, ...]:
    first = sorted(paths, key=lambda path: (text_of(path) not in lit, len(path), path))
    return tuple(sorted(first[:MOST]))


def _short(path: Path) -> str:
    name = text_of(path)
    return name if len(name) <= 14 else f"…{name[-13:]}"


def _alternative(paths: tuple[Path, ...], trails: list[tuple[Layer, ...]], lit: tuple[str, ...]) -> str:
    sentences = []
    for path, found in zip(paths, trails, strict=True):
        parts = "; ".join(f"{layer.name}: {in_words(layer)}" for layer in found if layer.part != "nothing")
        sentences.append(f"{text_of(path)}{' (touched)' if text_of(path) in lit else ''}: {parts or 'in no layer'}.")
    return "Layers of a union filesystem, topmost first. " + " ".join(sentences)
