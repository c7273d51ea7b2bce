"""Frames: through veth pairs and bridges, to every device that takes them. A bridge learns who is behind which port."""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeAlias

from vlearn.sim.containers.network.links import carrier
from vlearn.sim.containers.network.packets import Frame, Journey, Question
from vlearn.sim.containers.network.state import BROADCAST, Device, Namespace, Where
from vlearn.trace import Event, Step

Arrivals: TypeAlias = tuple[tuple[Where, Frame], ...]
Carried: TypeAlias = Generator[Step[Journey], None, tuple[Journey, Arrivals]]

STORM = 64
"""Frames after which a loop of bridges is taken for one: a real one goes on for ever."""


def transmit(journey: Journey, where: Where, frame: Frame) -> Carried:
    """A device sends a frame. Returns the journey and where the frame arrived, for the layer above."""
    device = journey.networks.device(where)
    if journey.frames >= STORM:
        text = f"{STORM} frames and no end: there is a loop of bridges, this frame is dropped here"
        yield step("storm", text, journey.moved(where, frame.payload))
        return journey, ()
    journey = replace(journey, frames=journey.frames + 1)
    if device.kind == "loopback":
        journey = journey.moved(where, frame.payload, where)
        yield step("loopback", f"{name(journey, where)} hands it back: {said(frame)}", journey)
        return journey, ((where, frame),)
    if device.kind == "bridge":
        return (yield from _switch(journey, where, None, frame))
    if device.peer is None or not carrier(journey.networks, where):
        journey = journey.moved(where, frame.payload)
        yield step("drop", f"{name(journey, where)} has no carrier: {said(frame)} is lost", journey)
        return journey, ()
    journey = journey.moved(device.peer, frame.payload, where)
    text = f"{name(journey, where)} to {name(journey, device.peer)}: {said(frame)}"
    yield step("veth", text, journey)
    return (yield from _enter(journey, device.peer, frame))


def _enter(journey: Journey, where: Where, frame: Frame) -> Carried:
    """A frame comes in at a device: a port hands it to its bridge, others take what is for them."""
    device = journey.networks.device(where)
    if device.master is not None:
        return (yield from _switch(journey, (where[0], device.master), device.index, frame))
    if frame.destination in (device.mac, BROADCAST):
        return journey, ((where, frame),)
    yield step("drop", f"{name(journey, where)} is not {frame.destination}: dropped", journey)
    return journey, ()


def _switch(journey: Journey, where: Where, port: int | None, frame: Frame) -> Carried:
    """A bridge has a frame: from one of its ports, or from its own namespace (None)."""
    space = journey.networks.at(where[0])
    bridge = space.devices[where[1]]
    if not bridge.up:
        yield step("drop", f"the bridge {bridge.name} is down: {said(frame)} is lost", journey)
        return journey, ()
    if port is not None and bridge.learned.get(frame.source) != port:
        bridge = replace(bridge, learned=bridge.learned.set(frame.source, port))
        journey = replace(journey, networks=journey.networks.put(space.put(bridge)))
        text = f"{bridge.name} learns: {frame.source} is behind {space.devices[port].name}"
        yield step("learn", text, journey.moved(where, frame.payload, (where[0], port)))
    known = bridge.learned.get(frame.destination)
    own = frame.destination in (bridge.mac, BROADCAST)
    if frame.destination == bridge.mac:
        ports: tuple[int, ...] = ()
    else:
        ports = (known,) if known else _ports(space, bridge)
    outward = tuple(one for one in ports if one != port and one in space.devices)
    names = ", ".join(space.devices[one].name for one in outward) or "nobody"
    if frame.destination == bridge.mac:
        text = f"{bridge.name} takes it: {said(frame)}"
    else:
        verb = "forwards to" if known else "floods to"
        text = f"{bridge.name} {verb} {names}{' and takes it' if own else ''}: {said(frame)}"
    journey = journey.moved(where, frame.payload, None if port is None else (where[0], port))
    yield step("bridge", text, journey)
    arrivals: Arrivals = ((where, frame),) if own and port is not None else ()
    for one in outward:
        journey, more = yield from transmit(journey, (where[0], one), frame)
        arrivals += more
    return journey, arrivals


def name(journey: Journey, where: Where) -> str:
    """A device with its namespace, by the name that `ip netns` gave it, or by its number: `eth0 in box1`."""
    names = {number: name for name, number in journey.networks.names.items()}
    return f"{journey.networks.device(where).name} in {names.get(where[0], where[0])}"


def said(frame: Frame) -> str:
    """What a frame carries, in words."""
    payload = frame.payload
    if isinstance(payload, Question):
        if payload.answer:
            return f"ARP reply {payload.target} is at {payload.answer}"
        return f"ARP request who has {payload.target}? Tell {payload.asker}"
    return str(payload)


def _ports(space: Namespace, bridge: Device) -> tuple[int, ...]:
    return tuple(n for n, device in sorted(space.devices.items()) if device.master == bridge.index and device.up)


def step(kind: str, text: str, journey: Journey) -> Step[Journey]:
    """An event at the device where the journey is."""
    touches = (f"{journey.at[0]}/{journey.at[1]}",) if journey.at else ()
    return Step(Event(kind, text, touches), journey)
