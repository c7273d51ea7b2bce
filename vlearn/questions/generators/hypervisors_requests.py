"""What a process in a guest asks for, drawn at random, and the path that this takes under a kind of hypervisor."""

from random import Random

from vlearn.sim.datacenter.hypervisors import Operation, operation
from vlearn.sim.datacenter.hypervisors.kinds import MICROVM, SERVICE_DOMAIN
from vlearn.sim.monitors.paths import Visit

Visits = tuple[Visit, ...]
WORDS = {
    "system call": ("asks its kernel for {}, which the kernel knows by itself", ("the time", "its process id", "its"
                    " user id", "the name of the machine", "its working directory")),
    "disk read": ("reads {}, which is not cached in the guest, from a disk", ("a block of data", "a page of a log",
                  "a sector of an index", "a piece of a film", "a part of an archive")),
    "packet sent": ("sends {} in one packet", ("a query", "a reply", "a heartbeat", "a line of a log", "a DNS"
                    " request")),
}  # fmt: skip
"""What a process does, and with what."""
HOW = {
    "none": "",
    "paravirtual": " The device is paravirtual; the path goes through the driver's one notification, up to the virtual"
    " interrupt that says it is done.",
    "emulated": " The device is emulated; of its driver's accesses, the path shows the one that starts the device.",
}
OUTSIDE = ("host process", "host kernel", "hypervisor")
"""The layers that are not the guest's."""


def drawn_operation(rng: Random, kinds: tuple[str, ...], operations: tuple[str, ...]) -> tuple[Operation, str]:
    """An operation under one of these kinds, and what the process does, in words.

    Left out: an emulated device under Xen, whose path tells itself from the hosted kind's by names only.
    """
    kind, what = rng.choice(kinds), rng.choice(operations)
    device = "paravirtual" if kind in (SERVICE_DOMAIN, MICROVM) else rng.choice(("paravirtual", "emulated"))
    pattern, things = WORDS[what]
    return operation(kind, what, device), pattern.format(rng.choice(things))


def main_path(found: Operation) -> Visits:
    """From the process and back; of an emulated device, only the access that makes it work."""
    legs = found.legs
    if found.device == "emulated":
        longest = max(len(leg.visits) for leg in legs[1:-1])
        works = next(leg for leg in legs[1:-1] if leg.times == 1 and len(leg.visits) == longest)
        legs = (legs[0], works, legs[-1])
    return Visit("guest process", "process"), *(visit for leg in legs for visit in leg.visits)
