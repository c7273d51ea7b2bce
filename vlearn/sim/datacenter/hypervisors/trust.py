"""What a guest must trust, and what a bug in each layer gives away: two guests A and B on one host, part by part.

An attacker who has taken a part over has all that it controls, and what that controls in turn: the blast radius. What
must be trusted is the same read backwards: every part from which the guest's kernel can be reached. A device model in
a `sandbox` has its own guest only. Dom0's kernel controls Xen too: it may have another one loaded by kexec, and code
patched into the one that runs (Xen, xsm/dummy.h, where the default grants both to Dom0; docs/misc/livepatch). The
processor and its firmware are left out, and so are side channels.

Sizes are estimates of the lines of code, from and to, that differ by orders of magnitude: nobody should quote them. A
mark V says that the figures were read somewhere, and `source` where; E that they are this course's estimate.
"""

from dataclasses import dataclass
from functools import lru_cache

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1
from vlearn.sim.monitors.costs import Mark


@dataclass(frozen=True, slots=True)
class Size:
    """Lines of code, from and to, how far to trust them, and where they come from."""

    least: int
    most: int
    mark: Mark
    source: str


LINUX = Size(2_000_000, 30_000_000, "E", "from what a server's configuration builds to the whole tree")
QEMU = Size(
    300_000, 2_000_000, "V", "P. Bonzini, a comment of 2020 on the Firecracker paper: reduced build to all targets"
)
SIZES = {
    "VMkernel": Size(200_000, 10_000_000, "E", "unpublished; drivers are part of it"),
    "Xen": Size(100_000, 500_000, "E", "its x86 part to its whole tree, without tools"),
    "Dom0's kernel": LINUX,
    "host's kernel": LINUX,
    "host's kernel with KVM": LINUX,
    "VMM": Size(50_000, 1_000_000, "E", "the monitor with its driver in the host's kernel"),
    "QEMU": QEMU,
    "application": Size(1_000_000, 5_000_000, "E", "a product for desktops with its device models"),
    "Firecracker": Size(
        50_000,
        100_000,
        "V",
        "LWN, The Firecracker virtual machine monitor, 2019: around 50,000 lines of Rust; the upper figure is a guess",
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the host or of a guest: its layer, what it controls besides itself, and its size (the host's)."""

    name: str
    layer: str
    controls: tuple[str, ...] = ()
    size: Size | None = None


FILES = "the host's files and devices"
_GUESTS = tuple(
    part
    for guest in "AB"
    for part in (
        Part(f"kernel {guest}", "guest kernel", (f"processes {guest}",)),
        Part(f"processes {guest}", "guest process"),
    )
)
_KERNELS = ("kernel A", "kernel B")
_HOST = Part(FILES, "host process")
DEFAULT_SANDBOX = {TYPE_1: True, SERVICE_DOMAIN: False, HOSTED: False, IN_KERNEL: True, MICROVM: True}
"""Whether device models are shut in where nobody has asked for it: by libvirt under KVM, by the jailer of Firecracker.

Under Xen a device model in Dom0 is a process of root: "an attacker [...] could easily take control of a system" (Xen,
docs/features/qemu-deprivilege); a stub domain would shut it in. Type 1 has none in this model; ESXi's are processes in
a sandbox, Workstation's are not (VMware, VMSA-2024-0006).
"""


def _own(name: str, layer: str, *controls: str) -> Part:
    return Part(name, layer, controls, SIZES[name])


def _models(name: str, free: tuple[str, ...], sandbox: bool) -> tuple[Part, ...]:
    """A device model for each guest, and what else it has if nothing shuts it in."""
    return tuple(
        Part(f"{name} of {guest}", "host process", (f"kernel {guest}", *(() if sandbox else free)), SIZES[name])
        for guest in "AB"
    )


@lru_cache(maxsize=32)
def parts(kind: str, sandbox: bool | None = None) -> tuple[Part, ...]:
    """The parts of a kind of hypervisor with two guests, its device models shut in or not (None: as usual)."""
    if kind not in DEFAULT_SANDBOX:
        raise ModelError(f"there is no kind of hypervisor {kind!r}{did_you_mean(kind, DEFAULT_SANDBOX)}")
    shut = DEFAULT_SANDBOX[kind] if sandbox is None else sandbox
    host: tuple[Part, ...]
    if kind == TYPE_1:
        host = (_own("VMkernel", "hypervisor", *_KERNELS, FILES),)
    elif kind == SERVICE_DOMAIN:
        models = _models("QEMU", ("Dom0's kernel",), shut)
        dom0 = _own("Dom0's kernel", "host kernel", "Xen", *(part.name for part in models), *_KERNELS, FILES)
        host = (_own("Xen", "hypervisor", "Dom0's kernel", *_KERNELS), dom0, *models)
    elif kind == HOSTED:
        models = _models("application", ("application of A", "application of B", FILES), shut)
        names = tuple(part.name for part in models)
        host = (
            _own("host's kernel", "host kernel", "VMM", *names, *_KERNELS, FILES),
            _own("VMM", "hypervisor", "host's kernel", *_KERNELS),
            *models,
        )
    else:
        kernel = "host's kernel with KVM"
        models = _models("Firecracker" if kind == MICROVM else "QEMU", (kernel,), shut)
        host = (_own(kernel, "host kernel", *(part.name for part in models), *_KERNELS, FILES), *models)
    return (*host, _HOST, *_GUESTS)


def routes(kind: str, part: str, sandbox: bool | None = None) -> dict[str, tuple[str, ...]]:
    """A shortest way from a part that was taken over to itself and to all that it reaches, the nearest first."""
    controls = {each.name: each.controls for each in parts(kind, sandbox)}
    if part not in controls:
        raise ModelError(f"{kind} has no part {part!r}{did_you_mean(part, controls)}; it has {', '.join(controls)}")
    found: dict[str, tuple[str, ...]] = {part: (part,)}
    frontier = [part]
    for before in frontier:  # grows while it is walked through: breadth first
        new = [name for name in controls[before] if name not in found]
        found |= {name: (*found[before], name) for name in new}
        frontier += new
    return found


def blast_radius(kind: str, part: str, sandbox: bool | None = None) -> frozenset[str]:
    """All that an attacker has who has taken this part over: itself, and what can be reached from it."""
    return frozenset(routes(kind, part, sandbox))


def trusted(kind: str, guest: str = "A", sandbox: bool | None = None) -> tuple[Part, ...]:
    """The parts of the host that a guest must trust: whoever has one of them has the guest's kernel."""
    kernel = f"kernel {guest}"
    everything = parts(kind, sandbox)
    if kernel not in {part.name for part in everything}:
        raise ModelError(f"there is no guest {guest!r}; there are 'A' and 'B'")
    return tuple(part for part in everything if part.size and kernel in blast_radius(kind, part.name, sandbox))


def trusted_lines(kind: str, guest: str = "A", sandbox: bool | None = None) -> tuple[int, int]:
    """Lines of code to be trusted, from and to: an estimate. Code that runs more than once counts once."""
    sizes = {part.name.removesuffix(" of A").removesuffix(" of B"): part.size for part in trusted(kind, guest, sandbox)}
    known = [size for size in sizes.values() if size]
    return sum(size.least for size in known), sum(size.most for size in known)
