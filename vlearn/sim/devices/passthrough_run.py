"""What the hypervisor, the IOMMU and the guest's processor do with functions that were passed through."""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.devices.iommu import Fault, InterruptEntry, remap, translate
from vlearn.sim.devices.memory import PAGE
from vlearn.sim.devices.passthrough import (
    Assign,
    EnableFunctions,
    Host,
    Interrupt,
    Passthrough,
    ReadByDma,
    Release,
    StoreToRegister,
    WriteByDma,
)
from vlearn.trace import Event, Step


def pass_through(host: Host, action: Passthrough) -> Iterator[Step[Host]]:
    """What one action does, and whether the IOMMU lets it. Raises ModelError for names that do not exist."""
    function = "" if isinstance(action, EnableFunctions) else action.function
    if function and function not in host.owners:
        raise ModelError(f"there is no function {function}; there are {', '.join(sorted(host.owners))}")
    guest = action.guest if isinstance(action, Assign | StoreToRegister) else None
    if guest is not None and guest not in host.guests:
        raise ModelError(f"there is no guest {guest!r}; there are {', '.join(sorted(host.guests))}")
    match action:
        case Assign():
            yield _assign(host, action)
        case Release():
            after = replace(host, owners=host.owners.set(function, None), iommu=host.iommu.detach(function))
            yield _step("release", f"{function} belongs to no guest any more", after, function)
        case EnableFunctions(count):
            yield _enable(host, count)
        case ReadByDma(_, address, length):
            yield _dma(host, function, address, length, None)
        case WriteByDma(_, address, data):
            yield _dma(host, function, address, len(data), data)
        case Interrupt(_, index):
            yield _interrupt(host, function, index)
        case StoreToRegister():
            yield _store(host, action)


def _step(kind: str, text: str, host: Host, function: str) -> Step[Host]:
    return Step(Event(kind, text, (function,)), host)


def _assign(host: Host, action: Assign) -> Step[Host]:
    function, guest = action.function, action.guest
    owner = host.owners[function]
    if owner is not None:
        return _step("assign-refused", f"{function} is {owner}'s: one function serves one guest", host, function)
    if function == "01:00.0" and len(host.owners) > 1:
        text = f"{function} has virtual functions, and stays with the host"
        return _step("assign-refused", text, host, function)
    first, count = host.guests[guest]
    number = sorted(host.owners).index(function)
    entry = InterruptEntry(function, 0x40 + number, guest)
    iommu = host.iommu.map_frames(guest, 0, first, count).attach(function, guest).set_interrupt(number, entry)
    after = replace(host, owners=host.owners.set(function, guest), iommu=iommu)
    text = f"{function} goes to {guest}: its domain maps {count} frames, interrupt {number} is vector {entry.vector:#x}"
    if not host.iommu.remaps:
        text = f"{function} goes to {guest}; there is no IOMMU to confine it"
    return _step("assign", text, after, function)


def _enable(host: Host, count: int) -> Step[Host]:
    if len(host.owners) > 1 or host.owners["01:00.0"] is not None:
        return _step("enable-refused", "01:00.0 is in use, or has its virtual functions already", host, "01:00.0")
    functions = {f"01:00.{n}": None for n in range(1, count + 1)}
    after = replace(host, owners=host.owners.update(functions))
    return _step("enable", f"01:00.0 enables virtual functions 01:00.1 to 01:00.{count}", after, "01:00.0")


def _dma(host: Host, function: str, address: int, length: int, data: bytes | None) -> Step[Host]:
    """All of it or nothing: the first byte that is blocked blocks the access."""
    memory, found, done = host.memory, b"", 0
    verb, writes = ("read", False) if data is None else ("write", True)
    while done < length:
        target = translate(host.iommu, function, address + done, writes)
        if isinstance(target, Fault):
            after = replace(host, iommu=host.iommu.recorded(target))
            return _step("dma-blocked", f"the IOMMU blocks a {verb}: {target}", after, function)
        part = min(length - done, PAGE - target % PAGE)
        if data is None:
            found += memory.load(target, part)
        else:
            memory = memory.store(target, data[done : done + part])
        done += part
    after = replace(host, memory=memory)
    first = translate(host.iommu, function, address, writes)
    where = "" if isinstance(first, Fault) else f", which is {first:#x} of the host"
    text = f"{function} {verb}s {length} bytes at {address:#x}{where}"
    return _step(f"dma-{verb}", text, after, function)


def _interrupt(host: Host, function: str, index: int) -> Step[Host]:
    entry = remap(host.iommu, function, index)
    if isinstance(entry, Fault):
        after = replace(host, iommu=host.iommu.recorded(entry))
        return _step("interrupt-blocked", f"the IOMMU blocks an interrupt: {entry}", after, function)
    after = replace(host, delivered=(*host.delivered, (entry.guest, entry.vector)))
    return _step("interrupt", f"entry {index} makes it vector {entry.vector:#x} for {entry.guest}", after, function)


def _store(host: Host, action: StoreToRegister) -> Step[Host]:
    if host.owners[action.function] != action.guest:
        text = f"{action.guest} has no mapping of {action.function}'s registers: an EPT violation"
        return _step("ept-violation", text, host, action.function)
    text = f"{action.guest} stores to a register of {action.function}: no exit, and the IOMMU never sees it"
    return _step("register", text, host, action.function)
