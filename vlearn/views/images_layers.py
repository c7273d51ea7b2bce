"""An image as a stack of layers: the size and digest of each, and the instruction that made it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.images.oci.image import Images
from vlearn.trace import Event
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import (
    CURRENT,
    DONE,
    INK,
    READ,
    SMALL,
    TITLE,
    Look,
    Shape,
    box,
    drawing,
    text,
)

ROW, TOP = 40, 30
LETTERS = 100
"""How much of an instruction fits into a layer's box."""


@dataclass(frozen=True, slots=True)
class Slab:
    """One layer as it is drawn: `note` says why it looks as it does."""

    number: int
    digest: str
    size: int
    made_by: str
    look: Look = READ
    note: str = ""


def in_bytes(size: int) -> str:
    """A size as Docker prints it: decimal units, three digits."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.3g} {unit}"


def short(digest: str) -> str:
    """The twelve digits that Docker shows of a digest."""
    return digest.removeprefix("sha256:")[:12]


def cut(words: str, letters: int = LETTERS) -> str:
    """A text on one line, cut where it would not fit."""
    line = " ".join(words.split())
    return line if len(line) <= letters else f"{line[: letters - 1]}…"


def stack(title: str, slabs: Iterable[Slab]) -> tuple[list[Shape], float]:
    """The layers, the topmost first, and the height that they take."""
    from_top = sorted(slabs, key=lambda slab: -slab.number)
    shapes = [
        text(2, 18, title, size=TITLE, bold=True),
        *(shape for n, one in enumerate(from_top) for shape in _slab(n, one)),
    ]
    if not from_top:
        shapes.append(text(2, TOP + 20, "No layer yet: nothing but settings.", size=SMALL))
    return shapes, TOP + max(1, len(from_top)) * ROW


def _slab(place: int, slab: Slab) -> Iterator[Shape]:
    y = TOP + place * ROW
    yield box(2, y, WIDTH - 4, ROW - 6, slab.look)
    yield text(12, y + 14, f"layer {slab.number}", bold=True, fill=INK)
    yield text(90, y + 14, short(slab.digest), mono=True, fill=INK)
    yield text(WIDTH - 14, y + 14, ", ".join(filter(None, (slab.note, in_bytes(slab.size)))), anchor="end", fill=INK)
    yield text(12, y + 29, cut(slab.made_by) or "(the history does not say)", size=SMALL, mono=True, fill=INK)


def told(slabs: Iterable[Slab]) -> str:
    """The stack in words, from the top."""
    lines = (
        f"layer {slab.number}, {short(slab.digest)}, {in_bytes(slab.size)}{f', {slab.note}' if slab.note else ''}: "
        f"{cut(slab.made_by, 60)}"
        for slab in sorted(slabs, key=lambda slab: -slab.number)
    )
    return "; ".join(lines) or "no layer"


def draw_image(images: Images, name: str) -> tuple[Block, ...]:
    """An image: its layers as a stack, and every line of its history, those without a layer too."""
    image = images.image(name)
    of = zip(image.manifest.layers, image.configuration.rootfs.diff_ids, image.made_by, strict=True)
    slabs = [Slab(n, diff_id, layer.size, made_by) for n, (layer, diff_id, made_by) in enumerate(of, 1)]
    shown = name.removeprefix("docker.io/").removeprefix("library/")
    shapes, height = stack(f"{shown}, {short(image.id)}", slabs)
    figure = Figure(drawing(WIDTH, height, shapes), f"The image {shown} from the top: {told(slabs)}.")
    sizes = iter(layer.size for layer in image.manifest.layers)
    rows = tuple(
        (cut(line.created_by), "no layer" if line.empty_layer else in_bytes(next(sizes, 0)))
        for line in image.configuration.history or ()
    )
    return figure, Table(("Instruction", "Layer, compressed"), rows, "History of the image, the oldest line first")


def look_of(event: Event | None, digest: str, cached: bool) -> Look:
    """How a layer looks in a build: the one that the event touched, one from the cache, one made in this build."""
    if event is not None and digest in event.touches:
        return CURRENT
    return READ if cached else DONE
