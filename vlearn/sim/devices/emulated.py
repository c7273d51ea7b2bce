"""A guest and its emulated card and disk: which of the driver's accesses exit, and what the device model does then.

Memory is mapped, so loads and stores there go on at full speed. Behind registers and ports there is nothing: the access
exits, the hypervisor hands it to the device model, and the guest goes on with what that returns. `exits` counts them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.devices import disk as ide
from vlearn.sim.devices import nic as card
from vlearn.sim.devices.disk import Disk
from vlearn.sim.devices.memory import Memory
from vlearn.sim.devices.nic import Nic
from vlearn.trace import Event, Step

_MEMORY, _NIC, _DISK = Memory(), Nic(), Disk()


@dataclass(frozen=True, slots=True)
class Emulated:
    """The guest's memory and its two devices; exits, copies of packets and interrupts so far; what was read last."""

    memory: Memory = _MEMORY
    nic: Nic = _NIC
    disk: Disk = _DISK
    exits: int = 0
    copies: int = 0
    injected: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """The driver reads bytes of its own memory."""

    address: int
    length: int = 8


@dataclass(frozen=True, slots=True)
class Store:
    """The driver writes bytes to its own memory."""

    address: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ReadRegister:
    """The driver reads a register of the card, by its offset."""

    offset: int


@dataclass(frozen=True, slots=True)
class WriteRegister:
    """The driver writes a register of the card."""

    offset: int
    value: int

    def __post_init__(self) -> None:
        if not 0 <= self.value < 1 << 32:
            raise ModelError(f"a register of the card has 32 bits; {self.value} does not fit")


@dataclass(frozen=True, slots=True)
class In:
    """The driver reads a port of the disk."""

    port: int


@dataclass(frozen=True, slots=True)
class Out:
    """The driver writes a port of the disk."""

    port: int
    value: int


@dataclass(frozen=True, slots=True)
class Arrive:
    """A frame for the guest comes from the wire."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class DiskDone:
    """The disk has done what it was busy with."""


Access: TypeAlias = Load | Store | ReadRegister | WriteRegister | In | Out | Arrive | DiskDone


def emulate(state: Emulated, access: Access) -> Iterator[Step[Emulated]]:
    """The access and all that the device model does for it."""
    match access:
        case Load(address, length):
            value = state.memory.load_word(address, length)
            text = f"the driver loads {length} byte{'s' * (length != 1)} at {address:#x}: no exit"
            yield Step(Event("load", text, ("memory",)), replace(state, value=value))
        case Store(address, data):
            text = f"the driver stores {len(data)} byte{'s' * (len(data) != 1)} at {address:#x}: no exit"
            yield Step(Event("store", text, ("memory",)), replace(state, memory=state.memory.store(address, data)))
        case ReadRegister(offset):
            nic, value = card.read_register(state.nic, offset)
            state = replace(state, nic=nic, value=value, exits=state.exits + 1)
            yield Step(
                Event("exit", f"reading {_register(offset)} exits; it gives {value:#x}", (f"{offset:#x}",)), state
            )
        case WriteRegister(offset, value):
            state = replace(state, nic=card.write_register(state.nic, offset, value), exits=state.exits + 1)
            yield Step(Event("exit", f"writing {value:#x} to {_register(offset)} exits", (f"{offset:#x}",)), state)
            yield from _work(state, raised=offset == card.IMS)
        case In(port):
            disk, value = ide.read_port(state.disk, port)
            state = replace(state, disk=disk, value=value, exits=state.exits + 1)
            yield Step(Event("exit", f"IN from {_port(port)} exits; it gives {value:#x}", (f"{port:#x}",)), state)
        case Out(port, value):
            state = replace(state, disk=ide.write_port(state.disk, port, value), exits=state.exits + 1)
            yield Step(Event("exit", f"OUT of {value:#x} to {_port(port)} exits", (f"{port:#x}",)), state)
        case Arrive(frame):
            yield from _arrive(state, frame)
        case DiskDone():
            disk = ide.finish(state.disk)
            what = f"status {disk.status:#04x}" if disk is not state.disk else "nothing to do"
            yield Step(Event("disk", f"the disk model finishes: {what}", ("disk",)), replace(state, disk=disk))


def _work(state: Emulated, raised: bool) -> Iterator[Step[Emulated]]:
    """What the card does before the guest goes on: it sends what lies in the ring, and interrupts if it may."""
    before = state.nic
    while card.has_to_send(state.nic):
        nic, memory = card.send_one(state.nic, state.memory)
        state = replace(state, nic=nic, memory=memory, copies=state.copies + 1)
        text = f"the device model reads a descriptor and {len(nic.wire[-1])} bytes as by DMA, and sends them"
        yield Step(Event("send", text, ("memory", "wire")), state)
    yield from _interrupt(state, state.nic.causes != before.causes or raised)


def _arrive(state: Emulated, frame: bytes) -> Iterator[Step[Emulated]]:
    nic, memory, taken = card.receive_one(state.nic, state.memory, frame)
    if not taken:
        yield Step(Event("dropped", "a frame arrives, and no descriptor has a buffer for it", ("wire",)), state)
        return
    state = replace(state, nic=nic, memory=memory, copies=state.copies + 1)
    text = f"a frame of {len(frame)} bytes arrives; the device model stores it as by DMA"
    yield Step(Event("receive", text, ("memory", "wire")), state)
    yield from _interrupt(state, True)


def _interrupt(state: Emulated, new: bool) -> Iterator[Step[Emulated]]:
    if new and state.nic.interrupts:
        after = replace(state, injected=state.injected + 1)
        yield Step(Event("inject", "an enabled cause is set: the hypervisor injects an interrupt", ("ICR",)), after)


def _register(offset: int) -> str:
    return card.REGISTERS[offset][0] if offset in card.REGISTERS else f"register {offset:#x}"


def _port(port: int) -> str:
    return f"port {port:#x} ({ide.PORTS[port][0]})" if port in ide.PORTS else f"port {port:#x}"
