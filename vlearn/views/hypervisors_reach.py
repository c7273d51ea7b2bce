"""A part of the host is taken over: what its attacker reaches from there, arrow by arrow, and what stays safe.

Each part that falls has the number of steps it takes: 0 is what was attacked. An arrow is a control that was used, on a
shortest way. What is safe keeps its plain look and has no number.
"""

from collections.abc import Iterator, Sequence

from vlearn.blocks import Block, Figure, Text
from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.datacenter.hypervisors import Part, parts, routes
from vlearn.sim.monitors.paths import LAYERS
from vlearn.views.hypervisors_places import BOX, LANE, LEFT, TOP, WIDTH, Place, place_of, way
from vlearn.views.svg import (
    FAULT,
    GREY,
    INK,
    PLAIN,
    SMALL,
    TITLE,
    VERMILION,
    Look,
    Shape,
    badge,
    box,
    drawing,
    line,
    text,
)

FALLEN = Look("#FFE3A3", VERMILION, 2)
PLACES = {
    "a guest's kernel": "guest kernel",
    "a guest's device model": "host process",
    "the host's kernel, or Dom0's": "host kernel",
    "the hypervisor or monitor": "hypervisor",
}
"""What can be attacked, in words that fit every kind, and in which layer it is."""


def reached(kind: str, part: str, sandbox: bool | None = None) -> dict[str, tuple[int, str]]:
    """All that falls with this part, with the number of steps and the part before it."""
    ways = routes(kind, part, sandbox)
    return {name: (len(way) - 1, way[-2] if way[1:] else "") for name, way in ways.items()}


def draw_attack(kind: str, place: str, sandbox: bool | None = None) -> tuple[Block, ...]:
    """The attack on what stands at a place of PLACES (guest A's, if each has one), or a sentence if nothing does."""
    if place not in PLACES:
        raise ModelError(f"there is no place {place!r}{did_you_mean(place, PLACES)}; there are {', '.join(PLACES)}")
    layer = PLACES[place]
    there = (part.name for part in parts(kind, sandbox) if part.layer == layer and (part.size or "guest" in layer))
    part = next(there, None)
    if part is None:
        return (Text(f"{kind} has nothing there: no part of this model is {place}."),)
    return draw_reach(kind, part, sandbox)


def draw_reach(kind: str, part: str, sandbox: bool | None = None) -> tuple[Block, ...]:
    """The parts of a kind in their layers; what falls with one of them, and how."""
    everything = parts(kind, sandbox)
    fallen = reached(kind, part, sandbox)
    lanes = [layer for layer in LAYERS if any(each.layer == layer for each in everything)]
    places = {each.name: place_of(each, lanes) for each in everything}
    title, shut = f"{kind}: {part} is taken over", _shut(kind, sandbox)
    shapes = [text(2, 16, title, size=TITLE, bold=True), text(2, 33, shut, size=SMALL), *_lanes(lanes, everything)]
    shapes += [shape for place in places.values() for shape in _drawn(place, fallen)]
    shapes += [way(places[before], places[name]) for name, (_, before) in fallen.items() if before]
    steps = "; ".join(f"{name}, step {n}, by way of {before}" for name, (n, before) in fallen.items() if before)
    safe = ", ".join(each.name for each in everything if each.name not in fallen)
    alt = f"{title}. {shut}. With it falls: {steps or 'nothing else'}. Safe: {safe or 'nothing'}."
    return (Figure(drawing(WIDTH, TOP + LANE * len(lanes), shapes), alt),)


def _shut(kind: str, sandbox: bool | None) -> str:
    """Whether the device models are shut in, where the kind has some: whoever has guest A's then lacks guest B's."""
    model = next((each.name for each in parts(kind, sandbox) if each.layer == "host process" and each.size), None)
    if model is None:
        return "This kind has no device models in this model"
    free = "kernel B" in reached(kind, model, sandbox)
    return f"Device models are {'not ' * free}shut in"


def _lanes(lanes: Sequence[str], everything: Sequence[Part]) -> Iterator[Shape]:
    """The layers by name; where the host has no software in one, only that it is the host's."""
    for n, lane in enumerate(lanes):
        y = TOP + LANE * n
        bare = "guest" not in lane and all(part.size is None for part in everything if part.layer == lane)
        yield text(2, y + BOX / 2 + 4, "host" if bare else lane, size=SMALL, bold=True)
        if n:
            yield line((2, y - 13), (LEFT - 14, y - 13), colour=GREY, thickness=0.6, dashes="1 4")


def _drawn(place: Place, fallen: dict[str, tuple[int, str]]) -> Iterator[Shape]:
    name = place.part.name
    steps = fallen[name][0] if name in fallen else None
    yield box(
        place.left, place.top, place.right - place.left, BOX, PLAIN if steps is None else FALLEN if steps else FAULT
    )
    room = place.right - place.left - (0 if steps is None else 28)
    lines = [name] if 7 * len(name) < room else _halves(name)
    for n, words in enumerate(lines):
        y = place.top + BOX / 2 + 4 + 14 * (n - (len(lines) - 1) / 2)
        yield text(place.left + room / 2, y, words, size=SMALL, anchor="middle", bold=steps == 0, fill=INK)
    if steps is not None:
        yield badge(place.right - 14, place.top + BOX / 2, steps, steps == 0)


def _halves(name: str) -> list[str]:
    words = name.split()
    half = (len(words) + 1) // 2
    return [" ".join(words[:half]), " ".join(words[half:])]
