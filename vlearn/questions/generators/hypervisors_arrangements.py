"""A question whose key is the kind of hypervisor that a path belongs to; the wrong answers have paths of their own."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.hypervisors_replays import replay_of
from vlearn.questions.generators.hypervisors_requests import HOW, OUTSIDE, Visits, drawn_operation, main_path
from vlearn.questions.generators.hypervisors_scenes import PRODUCT, chain
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.datacenter.hypervisors import KINDS, Operation, operation
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1
from vlearn.sim.monitors.paths import Visit

KINDS_TOLD = {
    TYPE_1: "A hypervisor on the bare machine, with the real drivers in itself",
    SERVICE_DOMAIN: "A hypervisor on the bare machine, with the drivers in a service domain",
    HOSTED: "A hosted hypervisor, whose monitor takes turns with the host's kernel",
    IN_KERNEL: "A host's kernel that is the hypervisor, with device models in processes",
}
"""The four arrangements that paths tell apart: a microVM's path is that of the host's kernel as hypervisor."""


def whose_path(rng: Random) -> Posed:
    """Which arrangement does a path belong to, whose stations have letters for names?"""
    found, does = drawn_operation(rng, tuple(KINDS), ("disk read", "packet sent"))
    letters = dict(zip(OUTSIDE, rng.sample("KLMNPQRSTUVW", 3), strict=True))
    path = main_path(found)
    used = [layer for layer in OUTSIDE if any(visit.layer == layer for visit in path)]
    legend = ", ".join(sorted(f"{letters[layer]} in {_IS[layer]}" for layer in used))
    prompt = Text(
        f"A process in a guest {does}. The processor has VT-x or AMD-V.{HOW[found.device]} These have the processor"
        f" in turn:\n\n**{_lettered(path, letters)}**\n\nWhat has a letter is outside of the guest, and runs so:"
        f" {legend}. Which arrangement is this?"
    )
    kind = IN_KERNEL if found.kind == MICROVM else found.kind
    wrong = [
        (KINDS_TOLD[other], f"There the path would be {_lettered(_of(other, found), letters)}.")
        for other in KINDS_TOLD
        if other != kind
    ]
    options, correct = distractors(rng, KINDS_TOLD[kind], wrong, 3)
    solution = Text(f"{KINDS_TOLD[kind]}, for example {PRODUCT[found.kind]}. {_SHOWN[kind]}")
    return Posed((prompt,), SingleChoice(options, correct), (solution,), replay_of(found))


_IS = {
    "host process": "user mode",
    "host kernel": "supervisor mode",
    "hypervisor": "supervisor mode",
}
_SHOWN = {
    TYPE_1: "What takes the exit enters the guest again without asking anybody: it has the drivers.",
    SERVICE_DOMAIN: "A kernel does the work, with no process; and between any two domains, the hypervisor has a turn.",
    HOSTED: "What takes the exit only hands over to a kernel, and this to a process, which asks the kernel for the real"
    " device.",
    IN_KERNEL: "The exit arrives at an operating system's kernel at once, and a process with the device model asks the"
    " same kernel for the real device.",
}


def _of(kind: str, found: Operation) -> Visits:
    """The path of the same operation under another kind."""
    return main_path(operation(kind, found.name, "paravirtual" if kind == SERVICE_DOMAIN else found.device))


def _lettered(path: Visits, letters: dict[str, str]) -> str:
    return chain(Visit(visit.layer, letters.get(visit.layer, visit.who)) for visit in path)
