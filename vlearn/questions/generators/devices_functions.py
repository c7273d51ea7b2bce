"""Guests that have functions of one card by passthrough, drawn at random, and what a question says of them."""

from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.sim.devices.passthrough import Assign, EnableFunctions, Host, Passthrough
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.trace import run

NAMES = ("A", "B", "C")


@dataclass(frozen=True, slots=True)
class Scene:
    """The host, whose each function is, and the function that is nobody's."""

    host: Host
    given: dict[str, str]
    free: str


def drawn_scene(rng: Random) -> Scene:
    """Guests of some frames, and a card of which each has a function and one is nobody's."""
    count = rng.choice((2, 3))
    host = Host.with_guests(NAMES[:count], rng.choice((8, 16, 32, 64)))
    functions = [f"01:00.{n}" for n in range(1, count + 2)]
    free, *given = rng.sample(functions, len(functions))
    owned = dict(zip(given, NAMES, strict=False))
    actions: list[Passthrough] = [EnableFunctions(len(functions))]
    actions += (Assign(function, guest) for function, guest in owned.items())
    return Scene(run(pass_through, host, actions).final, dict(sorted(owned.items())), free)


def setting(scene: Scene) -> tuple[Text, Table]:
    """What a question says of the scene."""
    host = scene.host
    rows = []
    for function, guest in (*scene.given.items(), (scene.free, "")):
        first, count = host.guests.get(guest, (0, 0))
        entry = next((str(n) for n, e in enumerate(host.iommu.interrupts) if e and e.function == function), "none")
        frames = f"{first:#x} to {first + count - 1:#x}" if guest else "none"
        rows.append((function, guest or "nobody", frames, entry))
    size = next(iter(host.guests.values()))[1]
    text = Text(
        f"Guests have {size} frames of 4 KiB each, numbered from 0 for the guest. Virtual functions of an SR-IOV card"
        " are given to them by passthrough, their registers being mapped into that guest alone; the IOMMU maps exactly"
        " the guest's memory for its function, and remaps interrupts by a table."
    )
    header = ("Function", "Guest", "Frames of the host", "Entry of the interrupt table")
    return text, Table(header, tuple(sorted(rows)), "Who has what")
