"""Kinds of hypervisors in the words of a question: a product for each, who works on a request, and a guest's workload.

What counts as a switch is stated in every question that counts, for it is a convention.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Block, Table
from vlearn.sim.datacenter.hypervisors import LACKS, Operation, operation
from vlearn.sim.datacenter.hypervisors.kinds import (
    BARE,
    HOSTED,
    IN_KERNEL,
    MICROVM,
    SERVICE_DOMAIN,
    TYPE_1,
    ringing_trip,
    trip,
    working_trip,
)
from vlearn.sim.monitors.paths import Visit

PRODUCT = {
    TYPE_1: "VMware ESXi",
    SERVICE_DOMAIN: "Xen with Dom0",
    HOSTED: "VMware Workstation",
    IN_KERNEL: "KVM with QEMU",
    MICROVM: "KVM with Firecracker",
    BARE: "bare metal",
}
"""The product that a question takes for a kind."""
ARRANGED = {
    TYPE_1: "The VMkernel runs on the bare machine, and has the drivers of the real devices.",
    SERVICE_DOMAIN: "Xen runs on the bare machine. Dom0 is a privileged guest, whose kernel has the drivers of the real"
    " devices and the backends of the paravirtual ones; QEMU, a process in Dom0 for each guest, models emulated ones."
    " Xen passes events and interrupts on.",
    HOSTED: "The VMM has the processor while the guest runs. What it cannot do alone takes a world switch to the host's"
    " kernel, in which VMDriver is loaded; VMApp, a process of the host, has the device models.",
    IN_KERNEL: "KVM is a module of the host's kernel, and QEMU, a process for each guest, has the device models; vhost,"
    " which would put one into the kernel, is not used.",
    MICROVM: "KVM is a module of the host's kernel; Firecracker, one small process a guest, has the device models.",
}
"""Which part does what."""
NAMES = {
    "process": "guest's process",
    "kernel": "guest's kernel",
    "driver": "guest's kernel",
    "Dom0": "Dom0's kernel",
    "backend in Dom0": "Dom0's kernel",
    "VMDriver": "host's kernel",
    "KVM": "host's kernel",
}
SWITCH = (
    "Every change of the software that has the processor counts as one switch, also between the guest's process and its"
    " kernel. Each operation begins and ends in the process, one after the other, and nothing is cached in the guest."
    " Waits, other interrupts and other cores do not count."
)
"""What counts."""
_DOES = {
    "system call": (
        "makes {} system call that its kernel answers by itself",
        "makes {} system calls that its kernel answers by itself",
    ),
    "disk read": ("reads {} block from a disk", "reads {} blocks from a disk"),
    "packet sent": ("sends {} packet", "sends {} packets"),
}


def names(visits: Iterable[Visit]) -> tuple[str, ...]:
    """Who has the processor, one after the other."""
    found: list[str] = []
    for visit in visits:
        name = NAMES.get(visit.who, visit.who)
        found += [name] * (found[-1:] != [name])
    return tuple(found)


def chain(visits: Iterable[Visit]) -> str:
    """The same, with arrows."""
    return " → ".join(names(visits))


def offers(kind: str, device: str) -> bool:
    """Whether a kind has devices of this sort."""
    return (kind, device) not in LACKS


@dataclass(frozen=True, slots=True)
class Work:
    """So many operations of each sort that a guest's process has done, one after the other, through such devices."""

    numbers: tuple[tuple[str, int], ...]
    device: str

    @property
    def told(self) -> str:
        """What the process does, as a question lists it."""
        parts = [_DOES[what][number != 1].format(number) for what, number in self.numbers]
        return ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]

    def count(self, kind: str, switch: str = "") -> int:
        """Switches of a sort, or all, under a kind of hypervisor."""
        return sum(number * self.one(kind, what).count(switch) for what, number in self.numbers)

    def one(self, kind: str, what: str) -> Operation:
        """One of its operations."""
        return operation(kind, what, self.device)

    def each(self, kind: str) -> tuple[Operation, ...]:
        """One operation of each sort."""
        return tuple(self.one(kind, what) for what, _ in self.numbers)


def drawn_work(rng: Random, device: str) -> Work:
    """Some operations of each sort; of accesses to an emulated disk, few."""
    reads = rng.randrange(2, 6) if device == "emulated" else rng.randrange(5, 41, 5)
    return Work(
        (
            ("system call", rng.randrange(20, 201, 20)),
            ("disk read", reads),
            ("packet sent", rng.randrange(5, 61, 5)),
        ),
        device,
    )


def devices_told(work: Work) -> str:
    """What the question says of the guest's devices, and how many accesses exit."""
    if work.device == "passed through":
        return (
            "Disk controller and network card are passed through: their registers are mapped into the guest, they reach"
            " its memory through the IOMMU, and interrupts are posted to it without an exit."
        )
    if work.device == "paravirtual":
        return (
            "The devices are paravirtual: for each block and for each packet, the driver notifies once, and is then"
            " told by a virtual interrupt that it is done."
        )
    disk, card = (operation(TYPE_1, what, "emulated").count("exit") for what in ("disk read", "packet sent"))
    return (
        f"The devices are emulated. A block, which is one sector, is read by programmed I/O: that takes {disk} accesses"
        f" that exit. A packet takes {card}. One access of each of them starts the device. An interrupt is put before"
        " the guest when it is entered anyway."
    )


def ways(kinds: Iterable[str], device: str) -> tuple[Block, ...]:
    """A table of who works on an access that exits; none for a device passed through."""
    rows = [(PRODUCT[kind], *way) for kind in kinds if kind != BARE for way in _ways(kind, device)]
    if not rows:
        return ()
    return (Table(("Under", "On what", "Who has the processor, in this order"), tuple(rows)),)


def _ways(kind: str, device: str) -> tuple[tuple[str, str], ...]:
    start = Visit("guest kernel", "driver")
    if device == "passed through":
        return ()
    if device == "paravirtual":
        return (("a notification", chain((start, *ringing_trip(kind)))),)
    plain, working = chain((start, *trip(kind))), chain((start, *working_trip(kind)))
    if plain == working:
        return (("any access that exits", plain),)
    return ("the access that starts the device", working), ("any other access that exits", plain)
