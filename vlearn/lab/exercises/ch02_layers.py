"""The exercises of chapter 2 on layers: the kinds of five products, and what stands on what in one of them."""

from collections.abc import Mapping
from typing import Any

from vlearn.lab.exercise import Exercise, Hint
from vlearn.sim.datacenter.hypervisors import KINDS, product

TYPE_1, SERVICE_DOMAIN, HOSTED, IN_KERNEL, MICROVM = KINDS
ASKED = (
    "CP-67, VM/370",
    "Microsoft Hyper-V",
    "Microsoft Virtual PC, Virtual Server",
    "bhyve",
    "Oracle VirtualBox",
)
OWNERS = {
    TYPE_1: "Who has the drivers there? In this kind the hypervisor itself does.",
    SERVICE_DOMAIN: "Is there a privileged guest that has the devices, on a hypervisor that has the processor?",
    HOSTED: "Does a host system go on owning the processor, and hand it over to a monitor from time to time?",
    IN_KERNEL: "Does the kernel of the host itself run the guests, as it runs processes?",
    MICROVM: "Which devices does it emulate? A microVM's process has next to none.",
}
"""For each kind, what to ask of a product that was wrongly said to be one."""


def _owners(answer: Any) -> Hint | None:
    if not isinstance(answer, Mapping):
        return Hint('The answer is a dict, such as `{"Firecracker": "MicroVM", ...}`.')
    missing = [name for name in ASKED if answer.get(name) is None]
    if missing:
        return Hint(f"Still without a kind: {'; '.join(missing)}.")
    for name in ASKED:
        if answer[name] not in KINDS:
            return Hint(f"{answer[name]!r} is no kind; there are {', '.join(KINDS)}.")
    wrong = [name for name in ASKED if answer[name] != product(name).kind]
    if not wrong:
        return None
    right = len(ASKED) - len(wrong)
    return Hint(f"{right} of {len(ASKED)} are right. {wrong[0]}: {OWNERS[answer[wrong[0]]]}")


STACK = {
    "Hyper-V": "hardware",
    "Windows": "Hyper-V",
    "worker process": "Windows",
    "guest kernel": "Hyper-V",
    "guest application": "guest kernel",
}
"""What each part stands on, by Microsoft's documentation of Hyper-V's architecture."""
STACKED = tuple(STACK)
MISPLACED = {
    ("Hyper-V", "Windows"): "Windows was there first. But who has the processor since the restart?",
    ("Windows", "hardware"): "It has the drivers. But does it still decide who gets the processor, and when?",
    ("worker process", "Hyper-V"): "It is a program. Which kernel runs it?",
    ("guest kernel", "Windows"): "Who runs guests? The root partition is beside them, and helps with devices.",
    ("guest kernel", "worker process"): "It emulates devices for the guest. Who runs the guest?",
    ("guest application", "Hyper-V"): "A program of a guest enters another software before: which?",
}
"""What to ask of a part that was put on the wrong one."""


def _stack(answer: Any) -> Hint | None:
    if not isinstance(answer, Mapping):
        return Hint('The answer is a dict, such as `{"Hyper-V": ..., "Windows": ...}`.')
    missing = [part for part in STACKED if answer.get(part) is None]
    if missing:
        return Hint(f"Still on nothing: {', '.join(missing)}.")
    for part in STACKED:
        if answer[part] not in ("hardware", *STACKED):
            return Hint(f"{answer[part]!r} is none of the parts: hardware, {', '.join(STACKED)}.")
    wrong = next((part for part in STACKED if answer[part] != STACK[part]), None)
    if wrong is None:
        return None
    why = MISPLACED.get((wrong, answer[wrong]), "Go down from it: who is the next to have the processor?")
    return Hint(f"{wrong} on {answer[wrong]}? {why}")


OF_LAYERS = (
    Exercise("ch02-owners", "ch02-classify-products", "a dict from each of five products to its kind", _owners),
    Exercise("ch02-stack", "ch02-draw-layers", "a dict from each part to what it stands on", _stack),
)
