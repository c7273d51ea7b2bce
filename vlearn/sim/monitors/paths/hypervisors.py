"""Types of hypervisors by the layers that a guest's read from a disk goes through, with an emulated disk controller.

From documents: no model runs them. The wait for the disk is left out, and so is every exit but the first. Sources:
Sugerman, Venkitachalam and Lim, "Virtualizing I/O devices on VMware Workstation's hosted virtual machine monitor",
USENIX 2001; Linux, "The Definitive KVM API Documentation"; Xen project wiki, "Xen Project Software Overview", with Xen,
xen/common/ioreq.c (a request wakes Dom0 by an event) and Linux, drivers/xen/evtchn.c (Dom0's kernel wakes QEMU, and
makes a hypercall when QEMU answers); VMware, "The architecture of VMware ESXi".
"""

from dataclasses import dataclass

from vlearn.errors import ModelError, did_you_mean

LAYERS = ("guest process", "guest kernel", "host process", "host kernel", "hypervisor")
"""From the top: where the host is a service domain, its process and kernel are the host's."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody runs in a layer: who, and how it was reached."""

    layer: str
    who: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Layers:
    """A type of hypervisor with an example of it, and the layers that one read visits in order."""

    name: str
    example: str
    source: str
    visits: tuple[Visit, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that this type has, from the top."""
        return tuple(layer for layer in LAYERS if any(visit.layer == layer for visit in self.visits))


_DOWN = (Visit("guest process", "process"), Visit("guest kernel", "driver", "system call"))
_UP = (Visit("guest kernel", "driver", "VM entry"), Visit("guest process", "process", "IRET"))

HYPERVISORS = {
    layers.name: layers
    for layers in (
        Layers(
            "Type 1",
            "ESXi",
            "VMware's description of ESXi",
            (*_DOWN, Visit("hypervisor", "VMkernel", "VM exit"), *_UP),
        ),
        Layers(
            "Type 1 with a service domain",
            "Xen, HVM",
            "the Xen project's wiki",
            (
                *_DOWN,
                Visit("hypervisor", "Xen", "VM exit"),
                Visit("host kernel", "Dom0", "event"),
                Visit("host process", "QEMU", "return"),
                Visit("host kernel", "Dom0", "system call"),
                Visit("hypervisor", "Xen", "hypercall"),
                *_UP,
            ),
        ),
        Layers(
            "Type 2, hosted",
            "Workstation",
            "Sugerman et al., USENIX 2001",
            (
                *_DOWN,
                Visit("hypervisor", "VMM", "trap"),
                Visit("host kernel", "VMDriver", "world switch"),
                Visit("host process", "VMApp", "return"),
                Visit("host kernel", "VMDriver", "system call"),
                Visit("hypervisor", "VMM", "world switch"),
                Visit("guest kernel", "driver", "injected"),
                _UP[1],
            ),
        ),
        Layers(
            "In the host's kernel",
            "KVM",
            "the documentation of KVM's interface",
            (
                *_DOWN,
                Visit("host kernel", "KVM", "VM exit"),
                Visit("host process", "QEMU", "return"),
                Visit("host kernel", "KVM", "KVM_RUN"),
                *_UP,
            ),
        ),
    )
}
"""By name."""


def hypervisor(name: str) -> Layers:
    """A type of hypervisor. Raises ModelError for a name that is not in the table."""
    if name not in HYPERVISORS:
        raise ModelError(f"there is no type of hypervisor {name!r}{did_you_mean(name, HYPERVISORS)}")
    return HYPERVISORS[name]
