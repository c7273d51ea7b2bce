"""What processes ask of the network: ping and connect, hop by hop, and how each ends.

    run(use_network, Journey(networks), [Ping(number, IPv4Address("10.8.0.2")), Connect(number, address, 80)])

The last event of each is an Answer. Its value is what came back: "reply", or the name of the ICMP error; None for
silence. Its errno is that of connect(2): ENETUNREACH, EHOSTUNREACH, ECONNREFUSED, ETIMEDOUT.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import TypeAlias

from vlearn.sim.containers.answers import Answer
from vlearn.sim.containers.network.internet import ERRORS, output, source_for
from vlearn.sim.containers.network.links import local, lookup
from vlearn.sim.containers.network.packets import Journey, Packet
from vlearn.sim.containers.network.sockets import EPHEMERAL
from vlearn.sim.containers.network.state import Namespace, Protocol
from vlearn.trace import Step


@dataclass(frozen=True, slots=True)
class Ping:
    """One ICMP echo request from a namespace."""

    number: int
    destination: IPv4Address
    identifier: int = 1


@dataclass(frozen=True, slots=True)
class Connect:
    """A TCP connection, or one UDP datagram, from a namespace to a port."""

    number: int
    destination: IPv4Address
    port: int
    protocol: Protocol = "tcp"
    source_port: int = EPHEMERAL[0]


NetworkAction: TypeAlias = Ping | Connect

ERRNO = {
    "rst": "ECONNREFUSED",
    "port-unreachable": "ECONNREFUSED",
    "net-unreachable": "ENETUNREACH",
    "host-unreachable": "EHOSTUNREACH",
    "time-exceeded": "EHOSTUNREACH",
}
"""What connect(2) says for each answer that is a refusal."""


def use_network(journey: Journey, action: NetworkAction) -> Iterator[Step[Journey]]:
    """The model: everything that one ping or one connect sets in motion."""
    start = Journey(journey.networks)
    source = _source(start.networks.at(action.number), action.destination)
    if source is None:
        text = f"Network is unreachable: no route to {action.destination}"
        yield Step(Answer("ENETUNREACH", text, (), None, "ENETUNREACH"), start)
        return
    packet = _packet(action, source)
    journey = yield from output(start, action.number, packet)
    yield Step(_ending(action, packet, journey), replace(journey, at=None, before=None, carried=None))


def answer_to(journey: Journey, number: int, packet: Packet) -> Packet | None:
    """The last thing that came back to a namespace because of the packet."""
    flow = packet.flow
    for at, came in reversed(journey.received):
        back = (came.protocol, came.destination, came.destination_port, came.source, came.source_port)
        if at == number and came.kind != packet.kind and (back == flow or _about(came, packet)):
            return came
    return None


def _source(space: Namespace, destination: IPv4Address) -> IPv4Address | None:
    if local(space, destination):
        return destination
    route = lookup(space, destination)
    return source_for(space, route) if route else None


def _packet(action: NetworkAction, source: IPv4Address) -> Packet:
    match action:
        case Ping(_, destination, identifier):
            return Packet(source, destination, "icmp", "echo-request", identifier, identifier)
        case Connect(_, destination, port, protocol, source_port):
            kind = "syn" if protocol == "tcp" else "datagram"
            return Packet(source, destination, protocol, kind, source_port, port)


def _about(came: Packet, packet: Packet) -> bool:
    return came.kind in ERRORS and came.about is not None and came.destination == packet.source


def _ending(action: NetworkAction, packet: Packet, journey: Journey) -> Answer:
    came = answer_to(journey, action.number, packet)
    if came is None and packet.kind == "datagram":
        return Answer("sent", f"{packet}: sent, and nobody says that it did not arrive", (), None)
    if came is None:
        return Answer("timeout", f"nothing comes back from {action.destination}", (), None, "ETIMEDOUT")
    if came.kind in ("echo-reply", "syn-ack"):
        return Answer("reply", f"{came.kind} from {came.source}", (), "reply")
    return Answer(came.kind, f"{came.kind} from {came.source}", (), came.kind, ERRNO[came.kind])
