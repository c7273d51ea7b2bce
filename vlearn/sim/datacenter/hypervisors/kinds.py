"""Kinds of hypervisors: the round trip of one access that the guest's kernel may not make itself.

Four kinds come from `vlearn.sim.monitors.paths`, where the documents behind them are named. The microVM is KVM's way
with a smaller process in QEMU's place: Firecracker's docs/design.md. What runs in which layer is all that tells one
kind from another; every one of them uses VT-x or AMD-V today, so a system call reaches none of them.
"""

from dataclasses import dataclass, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.monitors.paths import HYPERVISORS, LAYERS, Layers, Visit

TYPE_1, SERVICE_DOMAIN, HOSTED, IN_KERNEL = HYPERVISORS
MICROVM = "MicroVM"
BARE = "bare metal"
_SMALL = replace(
    HYPERVISORS[IN_KERNEL],
    name=MICROVM,
    example="Firecracker",
    source="Firecracker, docs/design.md",
    visits=tuple(replace(v, who="Firecracker") if v.who == "QEMU" else v for v in HYPERVISORS[IN_KERNEL].visits),
)
KINDS: dict[str, Layers] = {**HYPERVISORS, MICROVM: _SMALL}
"""By name, with an example, its source, and the layers from the top."""
WORLDS = dict(zip(LAYERS, ("guest", "guest", "host", "host", "hypervisor"), strict=True))
"""By layer, whose address spaces and exceptions are in force there: two layers of a world differ by their ring only."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The processor goes from one layer to another; `kind` is ring, exit, entry or world."""

    before: str
    after: str

    @property
    def kind(self) -> str:
        """Ring: same world. Exit and entry: out of the guest and into it. World: between hypervisor and host."""
        before, after = WORLDS[self.before], WORLDS[self.after]
        if before == after:
            return "ring"
        return "exit" if before == "guest" else "entry" if after == "guest" else "world"


def kind(name: str) -> Layers:
    """A kind of hypervisor. Raises ModelError for a name that is not in the table."""
    if name not in KINDS:
        raise ModelError(f"there is no kind of hypervisor {name!r}{did_you_mean(name, KINDS)}")
    return KINDS[name]


def trip(name: str) -> tuple[Visit, ...]:
    """From the guest's kernel through the layers that handle its access, and back into it."""
    return kind(name).visits[2:-1]


def working_trip(name: str) -> tuple[Visit, ...]:
    """The same where the device has to do something: its process, if there is one, asks the kernel beneath for it."""
    visits = trip(name)
    at = next((n for n, visit in enumerate(visits) if visit.layer == "host process"), None)
    if at is None:
        return visits
    kernel = next(visit.who for visit in visits if visit.layer == "host kernel")
    work = (Visit("host kernel", kernel, "system call"), replace(visits[at], entry="return"))
    return (*visits[: at + 1], *work, *visits[at + 1 :])


BACKEND = (
    Visit("hypervisor", "Xen", "hypercall"),
    Visit("host kernel", "backend in Dom0", "event"),
    Visit("hypervisor", "Xen", "interrupt"),
    Visit("host kernel", "backend in Dom0", "event"),
    Visit("hypervisor", "Xen", "hypercall"),
    Visit("guest kernel", "driver", "event"),
)
"""Xen's split driver: both ends are in kernels, and Xen passes events on. Source: Barham et al., SOSP 2003."""


_ASYNCHRONOUS = {"KVM_RUN": "irqfd"}
"""A thread beside the virtual processor's does the work: it does not run the guest again, but interrupts it."""


def ringing_trip(name: str) -> tuple[Visit, ...]:
    """One notification of a paravirtual device, and all that it leads to, up to the interrupt that says it is done."""
    if name == SERVICE_DOMAIN:
        return BACKEND
    visits = tuple(replace(visit, entry=_ASYNCHRONOUS.get(visit.entry, visit.entry)) for visit in working_trip(name))
    return (*visits[:-1], replace(visits[-1], entry="interrupt"))
