"""A build as it goes: the layers of the stage under way, and every instruction with what the cache had of it."""

from vlearn.blocks import Block, Code, Figure, Table
from vlearn.sim.images.builder.state import Builder
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.images_layers import Slab, cut, in_bytes, look_of, short, stack, told
from vlearn.views.svg import drawing

GOOD = ("cached", "layer", "built")
BAD = ("failed",)


def draw_build(builder: Builder, event: Event | None) -> tuple[Block, ...]:
    """The stack as a figure, the instructions as a table; after a failure also what `docker build` prints."""
    slabs, stages = _slabs(builder, event), len(builder.stages)
    shapes, height = stack(f"Stage {stages}" if stages else "Before the first stage", slabs)
    shapes += strip(event, "Before the first instruction", height + 4, GOOD, BAD)
    alt = f"The layers of the stage under way, from the top: {told(slabs)}.{sentence(event)}"
    blocks: list[Block] = [Figure(drawing(WIDTH, height + STRIP + 8, shapes), alt), _instructions(builder)]
    return (*blocks, Code(builder.error)) if builder.error else tuple(blocks)


def _slabs(builder: Builder, event: Event | None) -> list[Slab]:
    if not builder.stages:
        return []
    here = {one.layer: one.cached for one in builder.outcomes if one.layer and one.stage == len(builder.stages) - 1}
    found = []
    for n, layer in enumerate(builder.stages[-1].layers, 1):
        note = {None: "of the base image", True: "cached", False: "made now"}[here.get(layer.diff_id)]
        look = look_of(event, layer.diff_id, here.get(layer.diff_id, True))
        found.append(Slab(n, layer.diff_id, layer.descriptor.size, layer.made_by, look, note))
    return found


def _instructions(builder: Builder) -> Table:
    rows = tuple(
        (
            str(one.stage + 1),
            str(one.line),
            cut(one.text, 70),
            "base" if one.text[:4].upper() == "FROM" else "CACHED" if one.cached else "executed",
            f"{short(one.layer)}, {in_bytes(one.size)}" if one.layer else "none",
        )
        for one in builder.outcomes
    )
    return Table(("Stage", "Line", "Instruction", "Cache", "Layer"), rows, "Instructions of this build")
