"""The path of a system call, a disk read and a packet sent through each kind of hypervisor, with switches and copies.

A path follows the request: what other cores do meanwhile, and waits, are left out. An emulated device makes one round
trip for every access of its driver, as the run of `vlearn.sim.devices.emulated` counts them; a paravirtual one for a
notification; a device passed through none. The disk read is one sector, by programmed I/O if the disk is emulated.
Copies are those that processors make of the data, once in the guest, between its process and its kernel, and the rest
in the host: a host's page cache is one more. Left out: direct I/O and zero-copy transmission, which avoid it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.datacenter.hypervisors.kinds import (
    BARE,
    HOSTED,
    KINDS,
    MICROVM,
    SERVICE_DOMAIN,
    TYPE_1,
    Switch,
    kind,
    ringing_trip,
    trip,
    working_trip,
)
from vlearn.sim.devices.drivers import handle_interrupt, read_sector, send, set_up_transmit
from vlearn.sim.devices.emulated import Access, Emulated, emulate
from vlearn.sim.devices.ways import EMULATED, PASSTHROUGH, SPLIT
from vlearn.sim.monitors.paths import Visit, path
from vlearn.trace import run

OPERATIONS = ("system call", "disk read", "packet sent")
DEVICES = {"emulated": EMULATED, "paravirtual": SPLIT, "passed through": PASSTHROUGH}
"""By name, each with the way of `vlearn.sim.devices.ways` that it is for packets."""
LACKS = {
    (MICROVM, "emulated"): "it has virtio devices only, beside a serial port and a keyboard controller",
    (MICROVM, "passed through"): "its design leaves devices of the host out",
    (HOSTED, "passed through"): "the host keeps its devices",
}
"""What a kind does not offer, and why."""
_PROCESS, _DRIVER = Visit("guest process", "process"), Visit("guest kernel", "driver", "system call")
_BACK = Visit("guest process", "process", "IRET")


@dataclass(frozen=True, slots=True)
class Leg:
    """Layers visited one after the other, so often, and the copies of the data that are made all in all."""

    visits: tuple[Visit, ...]
    does: str
    times: int = 1
    guest_copies: int = 0
    host_copies: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """A path from the guest's process and back to it, leg by leg."""

    kind: str
    name: str
    device: str
    legs: tuple[Leg, ...]

    def switches(self) -> Iterator[tuple[Switch, int]]:
        """Every change of layer in order, and how often it happens."""
        layer = _PROCESS.layer
        for leg in self.legs:
            for visit in leg.visits:
                if visit.layer != layer:
                    yield Switch(layer, visit.layer), leg.times
                layer = visit.layer

    def count(self, kind: str = "") -> int:
        """Mode switches of a kind of Switch, or of all kinds."""
        return sum(times for switch, times in self.switches() if kind in ("", switch.kind))

    @property
    def guest_copies(self) -> int:
        """Copies that the guest makes."""
        return sum(leg.guest_copies for leg in self.legs)

    @property
    def host_copies(self) -> int:
        """Copies that the hypervisor and the host make."""
        return sum(leg.host_copies for leg in self.legs)


@lru_cache(maxsize=64)
def operation(name: str, what: str, device: str = "paravirtual") -> Operation:
    """The path of one of OPERATIONS under a kind of hypervisor or on bare metal, through one of DEVICES."""
    if what not in OPERATIONS:
        raise ModelError(f"there is no operation {what!r}{did_you_mean(what, OPERATIONS)}")
    if device not in DEVICES:
        raise ModelError(
            f"there is no device {device!r}{did_you_mean(device, DEVICES)}; there are {', '.join(DEVICES)}"
        )
    if name != BARE:
        kind(name)
    if what == "system call":
        return Operation(name, what, "none", _system_call(name))
    if (name, device) in LACKS:
        raise ModelError(f"{KINDS[name].example} has no device that is {device}: {LACKS[name, device]}")
    if name == BARE or device == "passed through":
        between: tuple[Leg, ...] = (Leg((), "the driver's accesses reach the device, its interrupt the driver"),)
    elif device == "emulated":
        between = tuple(_emulated(name, what))
    else:
        between = (_paravirtual(name, what),)
    sending = what == "packet sent"
    down = Leg((_DRIVER,), "the process asks its kernel", guest_copies=int(sending))
    up = Leg((_BACK,), "the process goes on", guest_copies=int(not sending))
    return Operation(name, what, "real" if name == BARE else device, (down, *between, up))


def _system_call(name: str) -> tuple[Leg, ...]:
    """Read off a run of chapter 5's processor; all kinds use hardware assistance."""
    found = path("bare metal" if name == BARE else "VT-x", "system call")
    layers = {"process": "guest process", "kernel": "guest kernel", "monitor": "hypervisor"}
    visits = tuple(Visit(layers[stage.who], stage.who, stage.entry) for stage in found.stages[1:])
    return (Leg(visits, "the process asks its kernel, and gets its answer"),)


def _paravirtual(name: str, what: str) -> Leg:
    copies = SPLIT.copies if what == "packet sent" else _cache_copies(name)
    return Leg(ringing_trip(name), "the driver rings once; an interrupt says that it is done", host_copies=copies)


def _cache_copies(name: str) -> int:
    """Copies of a block on its way to a guest's page: out of the host's page cache, if the host has put it there."""
    return 0 if name in (TYPE_1, SERVICE_DOMAIN) else 1


def _emulated(name: str, what: str) -> Iterator[Leg]:
    """A leg for each access that exits in a run of the device's driver; equal ones that follow each other are one."""
    start = run(emulate, Emulated(), set_up_transmit()).final
    accesses: tuple[Access, ...] = (
        read_sector(0) if what == "disk read" else (*send(0, b"packet"), *handle_interrupt(0))
    )
    kinds = [step.event.kind for access in accesses for step in run(emulate, start, [access]).steps]
    works = [after in ("send", "disk") for kind, after in zip(kinds, [*kinds[1:], ""], strict=True) if kind == "exit"]
    at = works.index(True)
    read = what == "disk read"
    file_copies = 0 if name == TYPE_1 else 1
    if at:
        yield Leg(trip(name), "the driver sets registers", at)
    yield Leg(
        working_trip(name),
        "the driver's access starts the device, which does its work",
        host_copies=file_copies if read else EMULATED.copies,
    )
    last = len(works) - at - 1
    yield Leg(
        trip(name),
        "the driver asks for the state, then takes the data word by word"
        if read
        else "the driver handles the interrupt",
        last,
        host_copies=int(read),
    )
