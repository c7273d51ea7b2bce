"""Packets: where a namespace sends them, how it finds the next hop's hardware address, what it does with what comes in.

The order in a namespace is the kernel's: translation of the destination, then the choice between its own processes
and forwarding, then the route, then translation of the source. Answers to translated flows are translated back.
"""

from collections.abc import Generator
from dataclasses import replace
from ipaddress import IPv4Address
from typing import TypeAlias

from vlearn.sim.containers.network.ethernet import Arrivals, name, said, step, transmit
from vlearn.sim.containers.network.links import local, lookup
from vlearn.sim.containers.network.packets import Frame, Journey, Packet, Question
from vlearn.sim.containers.network.sockets import listener
from vlearn.sim.containers.network.state import BROADCAST, NOWHERE, Namespace, Route, Where
from vlearn.sim.containers.network.translation import destination_translated, source_translated
from vlearn.trace import Step

Going: TypeAlias = Generator[Step[Journey], None, Journey]

ANSWERS = {"echo-request": "echo-reply", "syn": "syn-ack"}
ERRORS = ("net-unreachable", "host-unreachable", "port-unreachable", "time-exceeded")


def output(journey: Journey, number: int, packet: Packet) -> Going:
    """A process, or the kernel itself, sends a packet."""
    journey, packet = yield from _translated(journey, number, packet, None)
    space = journey.networks.at(number)
    if local(space, packet.destination):
        if not space.devices[1].up:
            yield step("drop", f"lo is down: {packet} is lost", journey.moved((number, 1), packet))
            return journey
        frame = Frame(NOWHERE, BROADCAST, packet)
        journey, arrivals = yield from transmit(journey, (number, 1), frame)
        return (yield from _arrive(journey, arrivals))
    route = lookup(space, packet.destination)
    if route is None:
        yield step("no-route", f"no route to {packet.destination}: {packet} is lost", journey.moved(None, packet))
        return journey
    return (yield from _leave(journey, number, packet, route))


def source_for(space: Namespace, route: Route) -> IPv4Address | None:
    """The address a packet gets that takes this route: the route's, the device's first, or any the namespace has."""
    addresses = [one.ip for one in space.devices[route.device].addresses]
    others = (one.ip for n, device in sorted(space.devices.items()) if n > 1 for one in device.addresses)
    return route.source or next(iter(addresses), None) or next(others, None)


def _leave(journey: Journey, number: int, packet: Packet, route: Route) -> Going:
    """The packet leaves by the route's device, to the next hop, whose hardware address may have to be asked for."""
    networks, after, rule = source_translated(journey.networks, number, packet, route)
    if rule is not None:
        journey = replace(journey, networks=networks).moved((number, route.device), after)
        yield step("masquerade", f"its source becomes {after.source}: {after}", journey)
    where, hop = (number, route.device), route.gateway or packet.destination
    by = f"the gateway {route.gateway}" if route.gateway else "directly"
    journey = journey.moved(where, after)
    yield step("route", f"route {route.network}: out by {name(journey, where)}, {by}: {after}", journey)
    mac = journey.networks.at(number).neighbours.get(hop)
    if mac is None:
        journey = yield from _ask(journey, where, route, hop)
        mac = journey.networks.at(number).neighbours.get(hop)
    if mac is None:
        journey = journey.moved(where, after)
        yield step("arp-failed", f"nobody answers for {hop}: {packet} cannot be sent", journey)
        return (yield from _complain(journey, number, packet, "host-unreachable"))
    frame = Frame(journey.networks.device(where).mac, mac, after)
    journey, arrivals = yield from transmit(journey, where, frame)
    return (yield from _arrive(journey, arrivals))


def _ask(journey: Journey, where: Where, route: Route, hop: IPv4Address) -> Going:
    """ARP: a broadcast on the device. Who has the address answers, and both remember."""
    device = journey.networks.device(where)
    asker = source_for(journey.networks.at(where[0]), route) or IPv4Address(0)
    frame = Frame(device.mac, BROADCAST, Question(asker, device.mac, hop))
    yield step("arp-request", f"{name(journey, where)}: {said(frame)}", journey.moved(where, frame.payload))
    journey, arrivals = yield from transmit(journey, where, frame)
    return (yield from _arrive(journey, arrivals))


def _arrive(journey: Journey, arrivals: Arrivals) -> Going:
    for where, frame in arrivals:
        if isinstance(frame.payload, Question):
            journey = yield from _arp(journey, where, frame.payload)
        else:
            journey = yield from _input(journey, where, frame.payload)
    return journey


def _arp(journey: Journey, where: Where, question: Question) -> Going:
    space = journey.networks.at(where[0])
    if question.answer:
        space = replace(space, neighbours=space.neighbours.set(question.target, question.answer))
        journey = replace(journey, networks=journey.networks.put(space)).moved(where, question)
        yield step("arp-learned", f"{name(journey, where)} notes {question.target} at {question.answer}", journey)
        return journey
    if not local(space, question.target):
        return journey
    mac = space.devices[where[1]].mac
    space = replace(space, neighbours=space.neighbours.set(question.asker, question.asker_mac))
    frame = Frame(mac, question.asker_mac, replace(question, answer=mac))
    journey = replace(journey, networks=journey.networks.put(space)).moved(where, frame.payload)
    yield step("arp-reply", f"{name(journey, where)}: {said(frame)}", journey)
    journey, arrivals = yield from transmit(journey, where, frame)
    return (yield from _arrive(journey, arrivals))


def _input(journey: Journey, where: Where, packet: Packet) -> Going:
    """A packet has come in: for this namespace, or to be sent on if it forwards."""
    number = where[0]
    journey, packet = yield from _translated(journey, number, packet, where)
    space = journey.networks.at(number)
    journey = journey.moved(where, packet)
    if local(space, packet.destination):
        return (yield from _deliver(journey, number, packet))
    if not space.forwarding:
        yield step("drop", f"{packet} is for somebody else, and this namespace does not forward", journey)
        return journey
    if packet.ttl <= 1:
        yield step("expired", f"{packet} has been through too many hops", journey)
        return (yield from _complain(journey, number, packet, "time-exceeded"))
    route = lookup(space, packet.destination)
    if route is None:
        yield step("no-route", f"no route to {packet.destination} from here", journey)
        return (yield from _complain(journey, number, packet, "net-unreachable"))
    packet = replace(packet, ttl=packet.ttl - 1)
    yield step("forward", f"forwarded, {packet.ttl} hops left: {packet}", journey.moved(where, packet))
    return (yield from _leave(journey, number, packet, route))


def _deliver(journey: Journey, number: int, packet: Packet) -> Going:
    """The packet is for this namespace: the kernel answers it, or a process gets it."""
    journey = replace(journey, received=(*journey.received, (number, packet)))
    space = journey.networks.at(number)
    found = listener(space, packet.protocol, packet.destination, packet.destination_port)
    if packet.kind in ("syn", "datagram") and found is None:
        refusal = "rst" if packet.protocol == "tcp" else "port-unreachable"
        yield step("refuse", f"nobody listens on {packet.protocol} port {packet.destination_port}: {refusal}", journey)
        if packet.protocol == "udp":
            return (yield from _complain(journey, number, packet, refusal))
        return (yield from output(journey, number, _answer(packet, refusal)))
    who = f"process {found.pid}" if found and packet.kind in ("syn", "datagram") else "the kernel"
    yield step("deliver", f"{who} gets {packet}", journey)
    if packet.kind in ANSWERS:
        return (yield from output(journey, number, _answer(packet, ANSWERS[packet.kind])))
    return journey


def _answer(packet: Packet, kind: str) -> Packet:
    return Packet(
        packet.destination,
        packet.source,
        packet.protocol,
        kind,
        packet.destination_port,
        packet.source_port,
    )


def _complain(journey: Journey, number: int, packet: Packet, kind: str) -> Going:
    """An ICMP error to the sender; none about an error, so that they do not multiply."""
    if packet.kind in ERRORS:
        return journey
    space = journey.networks.at(number)
    own = local(space, packet.source)
    back = None if own else lookup(space, packet.source)
    source = packet.source if own else source_for(space, back) if back else None
    if source is None:
        return journey
    error = Packet(source, packet.source, "icmp", kind, packet.source_port, packet.destination_port, about=packet)
    return (yield from output(journey, number, error))


def _translated(
    journey: Journey, number: int, packet: Packet, where: Where | None
) -> Generator[Step[Journey], None, tuple[Journey, Packet]]:
    """The packet after the translation of its destination, or of an answer back to what was asked."""
    networks, after, why = destination_translated(journey.networks, number, packet, where)
    if not why:
        return journey, packet
    journey = replace(journey, networks=networks).moved(where, after)
    yield step(why, f"{packet} becomes {after}", journey)
    return journey, after
