"""What travels: a packet with its addresses and ports, the frame around it, and the journey that a view follows."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Literal, TypeAlias

from vlearn.sim.containers.network.state import Flow, Networks, Where

Protocols: TypeAlias = Literal["icmp", "tcp", "udp"]


@dataclass(frozen=True, slots=True)
class Packet:
    """An IP packet. `kind` is what it says: echo-request, syn, datagram, and their answers; `about` is the packet that
    an error is about. For ICMP both ports are the identifier of the ping."""

    source: IPv4Address
    destination: IPv4Address
    protocol: Protocols
    kind: str
    source_port: int
    destination_port: int
    ttl: int = 64
    about: "Packet | None" = None

    @property
    def flow(self) -> Flow:
        """What tells its connection from others."""
        return (self.protocol, self.source, self.source_port, self.destination, self.destination_port)

    def with_flow(self, flow: Flow) -> "Packet":
        """With other addresses and ports."""
        _, source, source_port, destination, destination_port = flow
        return replace(
            self,
            source=source,
            source_port=source_port,
            destination=destination,
            destination_port=destination_port,
        )

    def __str__(self) -> str:
        if self.protocol == "icmp":
            return f"{self.kind} from {self.source} to {self.destination}"
        ends = (f"{self.source}:{self.source_port}", f"{self.destination}:{self.destination_port}")
        return f"{self.protocol} {self.kind} from {ends[0]} to {ends[1]}"


@dataclass(frozen=True, slots=True)
class Question:
    """An ARP request (`answer` empty) or reply: who has `target`, tell `asker`."""

    asker: IPv4Address
    asker_mac: str
    target: IPv4Address
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """An Ethernet frame."""

    source: str
    destination: str
    payload: Packet | Question


@dataclass(frozen=True, slots=True)
class Journey:
    """The networks, and where in them something is on its way: the device it is at, and the one it came from.

    `received` has what arrived at a process, with the number of its namespace; `frames` counts, to end storms.
    """

    networks: Networks
    at: Where | None = None
    before: Where | None = None
    carried: Packet | Question | None = None
    received: tuple[tuple[int, Packet], ...] = ()
    frames: int = 0

    def moved(self, at: Where | None, carried: Packet | Question | None, before: Where | None = None) -> "Journey":
        """With something at another device."""
        return replace(self, at=at, before=before, carried=carried)
