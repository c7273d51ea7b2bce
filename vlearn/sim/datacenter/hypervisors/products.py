"""Products by what owns the hardware beneath them, and the labels that the field argues about.

A kind is what the paths and the parts of this model say; a label is what somebody calls a product. `Claim.mark` is V
where the words were read, if only where others repeat them, and M where they are from memory and unchecked.
"""

from dataclasses import dataclass

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1
from vlearn.sim.monitors.costs import Mark


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its kind, what owns the processor and the devices, and the document that says so."""

    name: str
    kind: str
    processor: str
    devices: str
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody calls a product something, for a reason."""

    product: str
    label: str
    who: str
    reason: str
    mark: Mark


PRODUCTS = {
    product.name: product
    for product in (
        Product("VMware ESXi", TYPE_1, "VMkernel", "VMkernel", "VMware, The architecture of VMware ESXi"),
        Product("CP-67, VM/370", TYPE_1, "CP", "CP", "Creasy, The origin of the VM/370 time-sharing system, 1981"),
        Product("Xen", SERVICE_DOMAIN, "Xen", "Dom0", "Xen project wiki, Xen Project Software Overview"),
        Product(
            "Microsoft Hyper-V",
            SERVICE_DOMAIN,
            "the hypervisor",
            "the root partition",
            "Microsoft, Hypervisor Top Level Functional Specification",
        ),
        Product("VMware Workstation", HOSTED, "the host's kernel", "the host's kernel", "Sugerman et al., USENIX 2001"),
        Product("Oracle VirtualBox", HOSTED, "the host's kernel", "the host's kernel", "Oracle VirtualBox User Manual"),
        Product(
            "Microsoft Virtual PC, Virtual Server",
            HOSTED,
            "the host's kernel",
            "the host's kernel",
            "Microsoft's manuals; the notes call them hybrid",
        ),
        Product("KVM with QEMU", IN_KERNEL, "Linux", "Linux", "Linux, The Definitive KVM API Documentation"),
        Product("bhyve", IN_KERNEL, "FreeBSD", "FreeBSD", "The FreeBSD Handbook, Virtualization"),
        Product("Firecracker", MICROVM, "Linux", "Linux", "Firecracker, docs/design.md"),
    )
}
CLAIMS = (
    Claim(
        "KVM with QEMU",
        "type 1",
        "Red Hat, What is KVM?",
        "KVM makes Linux itself the hypervisor: its scheduler and memory management serve guests, on the bare machine",
        "V",
    ),
    Claim(
        "KVM with QEMU",
        "type 1",
        "Linux Format, March 2021",
        "it looks like type 2, but the module turns the whole kernel into a hypervisor",
        "V",
    ),
    Claim(
        "KVM with QEMU",
        "type 2",
        "Bugnion, Nieh and Tsafrir, Hardware and Software Support for Virtualization, 2017",
        "a host operating system with processes of its own is there first, and the hypervisor extends it",
        "M",
    ),
    Claim(
        "KVM with QEMU",
        "hybrid",
        "the course's notes, section 2.3",
        "part of it is in the kernel and part is a process; in Popek and Goldberg hybrid means something else",
        "V",
    ),
    Claim(
        "Xen",
        "type 1",
        "Xen project wiki",
        "Xen runs on the bare machine, and Dom0 is a guest of it",
        "V",
    ),
    Claim(
        "Xen",
        "not type 1",
        "KK Tech Kaizen, a blog, 2019",
        "processor and memory are scheduled by Xen, but input and output by Dom0, which is a guest",
        "V",
    ),
    Claim(
        "Microsoft Virtual PC, Virtual Server",
        "hybrid",
        "the course's notes, section 2.3",
        "the monitor has the processor while a guest runs; both are applications on a host all the same: hosted",
        "V",
    ),
)


def product(name: str) -> Product:
    """A product of the table."""
    if name not in PRODUCTS:
        raise ModelError(f"there is no product {name!r}{did_you_mean(name, PRODUCTS)}")
    return PRODUCTS[name]


def claims(name: str) -> tuple[Claim, ...]:
    """Who calls a product what; empty where nobody was found to disagree."""
    return tuple(claim for claim in CLAIMS if claim.product == product(name).name)


def disputed() -> tuple[str, ...]:
    """The products that have been given more than one label."""
    return tuple(name for name in PRODUCTS if len({claim.label for claim in claims(name)}) > 1)
