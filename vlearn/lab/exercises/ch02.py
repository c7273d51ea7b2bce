"""The exercises of chapter 2. Every check runs the model of hypervisors on what the student gave.

Those on products and their layers are in `ch02_layers`.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from vlearn.errors import ModelError
from vlearn.lab.exercise import Exercise, Hint, is_number, is_whole
from vlearn.lab.exercises.ch02_layers import OF_LAYERS
from vlearn.lab.exercises.ch02_models import upward
from vlearn.sim.datacenter.hypervisors import (
    KINDS,
    LACKS,
    OPERATIONS,
    RULES,
    Switch,
    blast_radius,
    choose,
    operation,
)

IN_KERNEL = "In the host's kernel"
PACKETS, BATCH = 10, 5


def _doorbells(answer: Any) -> Hint | None:
    if not is_number(answer):
        return Hint("The answer is a whole number, such as `10`.")
    packet, call = (operation(IN_KERNEL, what).count() for what in ("packet sent", "system call"))
    ring, rings = packet - call, PACKETS // BATCH
    right = PACKETS * call + rings * ring
    if answer == right:
        return None
    slips: dict[Any, str] = {
        PACKETS * packet: "That is one notification for each packet. The driver gathers five before it rings.",
        rings * packet: f"Every one of the {PACKETS} packets is a system call of its process.",
        PACKETS * call
        + rings * (ring + 2 * (BATCH - 1)): "QEMU hands all five packets over in one call of its kernel.",
        rings * ring: "Those are the notifications. How does a packet get from the process to the driver?",
        PACKETS * call: "Those are the system calls. What does a notification add?",
        PACKETS * call
        + rings * 2: "Exit and entry are two of them. In between, KVM hands the work to QEMU, a process.",
    }
    return Hint(slips.get(answer, "Count system calls, and the switches that one notification adds to them, apart."))


def _paths() -> Iterator[tuple[str, ...]]:
    """The layers of every path through a paravirtual or an emulated device, and some that no kind has."""
    for name in KINDS:
        for what in OPERATIONS:
            for device in ("paravirtual", "emulated"):
                if (name, device) not in LACKS:
                    legs = operation(name, what, device).legs
                    yield ("guest process", *(visit.layer for leg in legs for visit in leg.visits))
    yield ("guest kernel",)
    yield "host kernel", "host kernel", "hypervisor", "hypervisor", "host process", "host kernel"


def worlds_changed(layers: Sequence[str]) -> int:
    """Switches between worlds: exits, entries, and those between hypervisor and host."""
    changes = [Switch(before, after) for before, after in pairwise(layers) if before != after]
    return sum(change.kind != "ring" for change in changes)


def _worlds(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., worlds)`, without calling it.")
    for layers in _paths():
        said, right = answer(list(layers)), worlds_changed(layers)
        if said == right and not isinstance(said, bool):
            continue
        call = f"`worlds({list(layers)})`"
        if not is_whole(said):
            return Hint(f"{call} returns {type(said).__name__}, not a whole number.")
        return Hint(f"{call} is {said}; by the model it is {right}. {_why(layers, said)}")
    return None


def _why(layers: Sequence[str], said: int) -> str:
    changes = [Switch(before, after).kind for before, after in pairwise(layers) if before != after]
    if said == len(changes):
        return "That counts every change of layer. Process and kernel of one guest, or of the host, share a world."
    if said == len(layers) - 1:
        return "Staying in a layer is no switch."
    if said == changes.count("exit"):
        return "Those are the exits. The way back into the guest is a switch as well."
    if said == changes.count("exit") + changes.count("entry"):
        return "Between the host's layers and the hypervisor the world changes, too."
    return "There are three worlds: the guest's two layers, the host's two, the hypervisor."


def _safe_above(answer: Any) -> Hint | None:
    if not isinstance(answer, tuple) or len(answer) not in (2, 3):
        return Hint("Give a kind, a part and, if you like, whether device models are shut in: `(kind, part, False)`.")
    kind, part, sandbox = (*answer, None)[:3]
    if sandbox not in (True, False, None):
        return Hint("The third is True or False: whether device models are shut in.")
    try:
        right = blast_radius(kind, part, sandbox)
    except ModelError as error:
        return Hint(f"{str(error)[0].upper()}{str(error)[1:]}.")
    wrong = upward(kind, part, sandbox)
    if "kernel B" in right - wrong:
        return None
    if right - wrong:
        return Hint("They differ here, but guest B's kernel is not among what `upward` misses.")
    lost = "Both say that guest B falls." if "kernel B" in right else "Guest B is safe indeed."
    return Hint(f"{lost} Which parts control something that is not above them? Device models may be shut in or not.")


def _conflict(answer: Any) -> Hint | None:
    if isinstance(answer, str) or not isinstance(answer, Sequence | set | frozenset):
        return Hint('Give three needs, such as `("live migration", ...)`.')
    needs = tuple(dict.fromkeys(answer))
    unknown = [need for need in needs if need not in RULES]
    if unknown:
        return Hint(f"{unknown[0]!r} is no need here; there are {'; '.join(RULES)}.")
    if len(needs) != 3:
        return Hint(f"Three different needs are asked for; these are {len(needs)}.")
    left = choose(needs).kinds
    if left:
        return Hint(f"All three can be met: {', '.join(left)} is left.")
    for pair in combinations(needs, 2):
        if choose(pair).conflict:
            return Hint(f"No kind meets these: but two of them are enough for that, {pair[0]!r} and {pair[1]!r}.")
    return None


EXERCISES = (
    *OF_LAYERS,
    Exercise("ch02-doorbells", "ch02-count-switches", "the number of mode switches", _doorbells),
    Exercise("ch02-worlds", "ch02-count-switches",
             "a function `worlds(layers)` that returns how many switches change the world", _worlds),
    Exercise("ch02-safe-above", "ch02-predict-blast-radius",
             "a kind, a part and whether device models are shut in, for which the wrong model says that B is safe",
             _safe_above),
    Exercise("ch02-conflict", "ch02-choose-hypervisor",
             "three needs that no kind meets together, though some kind meets any two of them", _conflict),
)  # fmt: skip
