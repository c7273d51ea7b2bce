"""A question whose key is the path of an operation under a kind of hypervisor, among paths of wrong models.

In each wrong model, a visit is left out, or one is put in that is not needed.
"""

from collections.abc import Callable, Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.hypervisors_replays import replay_of
from vlearn.questions.generators.hypervisors_requests import HOW, OUTSIDE, Visits, drawn_operation, main_path
from vlearn.questions.generators.hypervisors_scenes import ARRANGED, PRODUCT, chain, names
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.datacenter.hypervisors import KINDS, operation
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1
from vlearn.sim.monitors.paths import Visit


def right_layers(rng: Random) -> Posed:
    """Which of several sequences of layers is the path of an operation under a kind of hypervisor?"""
    operations = ("system call", "disk read", "disk read", "packet sent", "packet sent")
    found, does = drawn_operation(rng, tuple(KINDS), operations)
    path = main_path(found)
    wrong = list(_wrong(path, found.kind))
    rng.shuffle(wrong)
    options, correct = distractors(rng, chain(path), wrong, 3)
    prompt = Text(
        f"A process in a guest of {PRODUCT[found.kind]} {does}. The processor has VT-x or AMD-V. {ARRANGED[found.kind]}"
        f"{HOW[found.device]} Who has the processor, in this order?"
    )
    told = f"{chain(path)}: {len(names(path)) - 1} switches."
    why = _SOLVED["system call" if found.device == "none" else found.kind]
    return Posed((prompt,), SingleChoice(options, correct), (Text(f"{told} {why}"),), replay_of(found))


_IN_KERNEL = (
    "The exit arrives in the host's kernel, as KVM is a part of it. {model} has the model of the device but not the"
    " real one, so it makes a system call; and only the kernel can interrupt or enter the guest."
)
_SOLVED = {
    "system call": "With hardware assistance a system call leads from the guest's ring 3 to the guest's ring 0, and"
    " nothing outside of the guest hears of it, under any kind of hypervisor.",
    TYPE_1: "The real driver is in the VMkernel, so there is nobody else to ask.",
    SERVICE_DOMAIN: "No domain can enter another: each event, and the real device's interrupt, goes through Xen.",
    HOSTED: "The VMM can hand over to the host's kernel only, by a world switch; it is VMApp that asks this kernel for"
    " the real device, and the same way leads back.",
    IN_KERNEL: _IN_KERNEL.format(model="QEMU"),
    MICROVM: _IN_KERNEL.format(model="Firecracker"),
}


def _wrong(path: Visits, kind: str) -> Iterator[tuple[str, str]]:
    """Paths of wrong models, with the mistake in each."""
    outside = [visit for visit in operation(kind, "disk read").legs[1].visits if visit.layer in OUTSIDE]
    start, kernel, end = path[0], path[1], path[-1]
    if all(visit.layer not in OUTSIDE for visit in path):
        last = outside[-1]
        yield chain((start, outside[0], kernel, end)), "With VT-x the call goes to the guest's kernel, with no exit."
        yield (
            chain((start, outside[0], kernel, last, end)),
            "So it is if the guest's kernel has no ring 0 of its own, and each crossing has to trap.",
        )
        yield chain((start, kernel, outside[0], kernel, end)), "The kernel knows the answer: it has nobody to ask."
        inner = outside[1] if len(outside) > 1 else Visit("host kernel", "KVM")
        yield chain((start, outside[0], inner, end)), "A guest's process gets system calls from the guest's kernel."
        return
    for change, why in _CHANGES:
        yield chain(change(path)), why
    if kind == TYPE_1:
        foreign = Visit("host kernel", "KVM")
        at = path.index(outside[0])
        yield (
            chain((*path[: at + 1], foreign, *path[at:])),
            "Under a bare-metal hypervisor there is no host whose kernel could have drivers.",
        )


def _without(*layers: str) -> Callable[[Visits], Visits]:
    return lambda path: tuple(visit for visit in path if visit.layer not in layers)


def _call_exits(path: Visits) -> Visits:
    """The system call goes to the hypervisor first."""
    return (path[0], path[2], *path[1:])


def _past_kernel(path: Visits) -> Visits:
    """The end of the request goes to the process, past its kernel."""
    return (*path[:-2], path[-1])


def _straight_back(path: Visits) -> Visits:
    """The last process outside enters the guest by itself."""
    last = max((n for n, visit in enumerate(path) if visit.layer == "host process"), default=len(path))
    return (*path[: last + 1], *(visit for visit in path[last + 1 :] if visit.layer not in OUTSIDE))


_CHANGES: tuple[tuple[Callable[[Visits], Visits], str], ...] = (
    (_without("guest kernel"), "A guest's process reaches devices through its own kernel and the driver in it."),
    (_call_exits, "With VT-x, the system call of a guest's process stays within the guest."),
    (_past_kernel, "The interrupt goes to the driver, and so to the guest's kernel, which wakes the process."),
    (_straight_back, "A process cannot enter a guest by itself: that takes the most privileged software beneath it."),
    (_without("host process"), "The kernel beneath does not know this device: its model is in a process."),
    (_without("host kernel"), "The real device is driven by the kernel that is left out here."),
    (_without("hypervisor"), "An exit arrives at the hypervisor, and only it can enter the guest."),
)  # fmt: skip
