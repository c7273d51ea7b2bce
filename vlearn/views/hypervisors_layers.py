"""What stands on what: each kind of hypervisor from the hardware up to a guest's application, side by side.

A column has the host's side on its left, if the kind has one, and a guest on its right. Who owns the hardware spans
both and is amber; in the hosted kind the monitor takes turns with the host's kernel, so it stands beside its owner.
"""

from collections.abc import Iterator, Sequence

from vlearn.blocks import Block, Figure
from vlearn.sim.datacenter.hypervisors import KINDS, kind
from vlearn.sim.monitors.paths import Layers
from vlearn.views.svg import GUEST, INK, PLAIN, READ, SMALL, Look, Shape, box, drawing, text

WIDTH, GAP, ROW, HEAD = 760, 10, 38, 50
OWNER = Look("#FFE3A3", "#8A6100", 2)
MONITOR = Look("#F6F8FA", "#8A6100", 2, "5 2")
OWNERS = ("host's kernel",)
"""Who owns the hardware though it does not span a column."""
HEADS = {
    "Type 1 with a service domain": ("Type 1 with a", "service domain"),
    "In the host's kernel": ("In the host's", "kernel"),
}
"""Names of kinds that take two lines."""


def draw_kinds(names: Sequence[str] = tuple(KINDS)) -> tuple[Block, ...]:
    """The stacks of these kinds, as one figure."""
    width = (WIDTH - 4 - GAP * (len(names) - 1)) / max(1, len(names))
    shapes = [shape for n, name in enumerate(names) for shape in _column(kind(name), 2 + n * (width + GAP), width)]
    words = "Each kind from the hardware up. " + " ".join(_words(kind(name)) for name in names)
    return (Figure(drawing(WIDTH, HEAD + 4 * ROW + 8, shapes), words),)


def rows(of: Layers) -> tuple[tuple[tuple[str, str], ...], ...]:
    """From the top, the boxes of each row, one or two, as (layer, who); an empty layer is room that nothing fills."""
    who = {visit.layer: visit.who for visit in of.visits}
    host = [layer for layer in ("host process", "host kernel") if layer in who]
    nothing = ("", "")
    process, kernel = ("guest process", "application"), ("guest kernel", "kernel")
    if not host:
        return ((process, process), (kernel, kernel), (("hypervisor", who["hypervisor"]),))
    model = ("host process", who["host process"])
    if "hypervisor" not in who:
        return ((nothing, process), (model, kernel), (("host kernel", f"kernel with {who['host kernel']}"),))
    owner = ("hypervisor", who["hypervisor"])
    if who["host kernel"] == "Dom0":
        return ((model, process), (("host kernel", "Dom0's kernel"), kernel), (owner,))
    return ((nothing, process), (model, kernel), (("host kernel", "host's kernel"), owner))


def _column(of: Layers, x: float, width: float) -> Iterator[Shape]:
    head = HEADS.get(of.name, (of.name,))
    for n, words in enumerate(head):
        yield text(x + 2, 13 + 14 * n, words, bold=True)
    yield text(x + 2, 13 + 14 * len(head), of.example, size=SMALL)
    everything = (*rows(of), (("hardware", "hardware"),))
    for n, boxes in enumerate(everything):
        each = (width - 4 * (len(boxes) - 1)) / len(boxes)
        for m, (layer, who) in enumerate(boxes):
            if layer:
                yield from _box(layer, who, x + m * (each + 4), HEAD + n * ROW, each, len(boxes) == 1)


def _box(layer: str, who: str, x: float, y: float, width: float, spans: bool) -> Iterator[Shape]:
    look = PLAIN if layer == "hardware" else GUEST if layer.startswith("guest") else READ
    if layer == "hypervisor" and not spans:
        look = MONITOR
    elif who in OWNERS or (spans and layer != "hardware"):
        look = OWNER
    yield box(x, y, width, ROW - 6, look)
    words = who.split(" ", 1) if 6.9 * len(who) > width - 6 and " " in who else [who]
    first = y + (ROW - 6) / 2 + 4 - 6 * (len(words) - 1)
    for n, word in enumerate(words):
        yield text(
            x + width / 2, first + 12 * n, word, size=10 if len(who) * 6.4 > width else SMALL, anchor="middle", fill=INK
        )


def _words(of: Layers) -> str:
    said = [" beside ".join(who for layer, who in boxes if layer) for boxes in reversed(rows(of))]
    return f"{of.name} ({of.example}): hardware, then {', then '.join(said)}."
