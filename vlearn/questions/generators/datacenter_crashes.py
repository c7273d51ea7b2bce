"""A question whose key is what a fault takes down where bare metal, virtual machines and containers stand side by side.

Each application is one process, each container has one application.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.datacenter_scenes import names
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.isolation import Layout, Part, Strike, fail
from vlearn.sim.datacenter.isolation.faults import MEMORY, MONITOR
from vlearn.views.datacenter_tower import draw_tower

CATEGORIES = ("surely goes on", "may be killed: one of several is", "surely stops")
ON, AT_RISK, STOPS = range(3)
HAPPENS = {
    "process crash": "{} touches an address that it has no memory for",
    MEMORY: "{} asks for more and more memory, and uses it",
    "kernel panic": "a system call of {} meets a bug of the kernel, which cannot go on",
    MONITOR: "the virtual machine of {} meets a bug of the hypervisor, which cannot go on",
    "power failure": "the server on which {} runs loses its power",
}
"""What strikes an application, by the model's name of the fault."""
HELD = {
    "process crash": "Every kernel protects the memory of its processes, so a crash goes no further than the process.",
    MEMORY: "The limit that is reached first decides: the container's, or else that of the kernel's machine.",
    "kernel panic": "A panic ends with the machine, real or virtual, whose kernel it is; a container has none.",
    MONITOR: "All virtual machines of a server stand on one hypervisor, and share its end.",
    "power failure": "Nothing in a server outlives it; the other server has power of its own.",
}
"""Where it ends, by the model's name of the fault."""
HEADER = ("Application", "Server", "Virtual machine", "Container")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application runs: its server, and the virtual machine and the container if there are such."""

    server: str
    virtual: str = ""
    container: str = ""


def what_a_crash_takes(rng: Random) -> Posed:
    """Which of some applications go on, may be killed, or stop?"""
    while True:
        places = dict(zip(names(rng, rng.choice((5, 6))), _places(rng), strict=False))
        layout = _layout(places)
        struck, fault = rng.choice(list(places)), rng.choice(tuple(HAPPENS))
        if fault == MONITOR and not places[struck].virtual:
            continue
        replay = Replay(fail, layout, (Strike(fault, struck),), draw_tower)
        found = {name: end(replay.trace().final, name) for name in places}
        if len(set(found.values())) > 1:
            break
    prompt = Text(
        f"{len(places)} applications, each of them one process, run as the table says. Each server without virtual"
        " machines has one kernel, the others have a hypervisor on the bare metal, and each virtual machine has its own"
        " kernel. Each virtual machine and each container has a fixed limit of memory, and whatever it runs in, a"
        " server or a virtual machine, has enough for all its limits together. Where memory runs out, one application"
        " within that limit or under that kernel is killed, and not always the one that took it. No application needs"
        f" another, and nothing is restarted. Now {HAPPENS[fault].format(struck)}. What becomes of each application?"
    )
    table = Table(HEADER, tuple((n, p.server, p.virtual or "-", p.container or "-") for n, p in places.items()))
    answer = Classification(CATEGORIES, tuple(places), tuple(found.values()))
    return Posed((prompt, table), answer, (_solution(replay, fault),), replay)


def end(layout: Layout, name: str) -> int:
    """What has become of an application, as an index of the categories."""
    return STOPS if name in layout.dead else AT_RISK if name in layout.at_risk else ON


def _places(rng: Random) -> list[Place]:
    """More places than are needed: two servers, one of them at least with virtual machines."""
    kinds = rng.choice((("virtual", "bare"), ("bare", "virtual"), ("virtual", "virtual")))
    found: list[Place] = []
    for server, kind in zip(("north", "south"), kinds, strict=True):
        kernels = [f"{server}-{n}" for n in (1, 2)] if kind == "virtual" else [""]
        for kernel in kernels:
            boxed = rng.choice((0, 1, 2))
            found += [Place(server, kernel, f"{kernel or server}-{'ab'[n]}" if n < boxed else "") for n in range(2)]
    return rng.sample(found, len(found))


def _layout(places: dict[str, Place]) -> Layout:
    parts: dict[str, Part] = {}
    for name, place in places.items():
        for part in _pile(name, place):
            parts.setdefault(part.name, part)
    return Layout("the data centre", tuple(parts.values()))


def _pile(name: str, place: Place) -> Iterator[Part]:
    """What an application stands on, from the server up."""
    hypervisor, kernel = f"{place.server}'s hypervisor", f"{place.virtual or place.server}'s kernel"
    pile = [(place.server, "machine")]
    if place.virtual:
        pile += [(hypervisor, "hypervisor"), (place.virtual, "virtual machine")]
    pile.append((kernel, "kernel"))
    if place.container:
        pile.append((place.container, "container"))
    beneath = ""
    for part, kind in (*pile, (name, "application")):
        yield Part(part, kind, beneath)
        beneath = part


def _solution(replay: Replay[Layout, Strike], fault: str) -> Text:
    lines = "\n".join(f"- {step.event.text}" for step in replay.trace().steps)
    return Text(f"{lines}\n\n{HELD[fault]}")
