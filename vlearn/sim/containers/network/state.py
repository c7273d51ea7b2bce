"""Network namespaces as one frozen value: devices, addresses, routes, neighbours, sockets and address translation.

A namespace is known by the number that the kernel gave it (its inode in /proc/PID/ns/net), a process by its host pid.
Left out: IPv6, VLANs, multicast, fragmentation, loss and time. Frames that nobody answers are lost at once.
"""

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal, TypeAlias

from immutables import Map

from vlearn.errors import ModelError

Protocol: TypeAlias = Literal["tcp", "udp"]
Kind: TypeAlias = Literal["loopback", "veth", "bridge", "ethernet"]
Where: TypeAlias = tuple[int, int]
"""A device of the machine: the number of its namespace and its index there."""

Flow: TypeAlias = tuple[str, IPv4Address, int, IPv4Address, int]
"""Protocol, source, its port, destination, its port; for ICMP both ports are the identifier of the ping."""

LOOPBACK = IPv4Interface("127.0.0.1/8")
NOWHERE = "00:00:00:00:00:00"
BROADCAST = "ff:ff:ff:ff:ff:ff"


@dataclass(frozen=True, slots=True)
class Device:
    """A network device. `peer` is the other end of a veth pair, `master` the index of the bridge whose port it is.

    `learned` is a bridge's table: behind which port (an index) a hardware address was last seen.
    """

    index: int
    name: str
    kind: Kind
    mac: str
    up: bool = False
    mtu: int = 1500
    addresses: tuple[IPv4Interface, ...] = ()
    peer: Where | None = None
    master: int | None = None
    learned: Map[str, int] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Route:
    """To the network through a device, by way of the gateway if there is one. `kernel`: it came with an address."""

    network: IPv4Network
    device: int
    gateway: IPv4Address | None = None
    source: IPv4Address | None = None
    kernel: bool = False


@dataclass(frozen=True, slots=True)
class Socket:
    """A bound socket of a process; the address 0.0.0.0 stands for all."""

    protocol: Protocol
    address: IPv4Address
    port: int
    pid: int
    listening: bool = True


@dataclass(frozen=True, slots=True)
class Translation:
    """A NAT rule. `dnat`: packets for `port` go to `to` and `to_port`. `masquerade`: packets from `source` that leave
    by another device than `device` get the address of the device they leave by."""

    kind: Literal["dnat", "masquerade"]
    protocol: Protocol = "tcp"
    address: IPv4Address | None = None
    port: int = 0
    to: IPv4Address | None = None
    to_port: int = 0
    source: IPv4Network | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A network stack of its own: `devices` by index, `neighbours` as the ARP table, hardware address by address.

    `connections` has, for the answers to each translated flow, what their addresses and ports become (conntrack).
    """

    number: int
    devices: Map[int, Device] = field(default_factory=Map)
    routes: tuple[Route, ...] = ()
    neighbours: Map[IPv4Address, str] = field(default_factory=Map)
    sockets: tuple[Socket, ...] = ()
    translations: tuple[Translation, ...] = ()
    connections: Map[Flow, Flow] = field(default_factory=Map)
    forwarding: bool = False

    def named(self, name: str) -> Device | None:
        """The device of this name, None if there is none."""
        return next((device for device in self.devices.values() if device.name == name), None)

    def put(self, device: Device) -> "Namespace":
        """With this device in place of the one with its index."""
        return replace(self, devices=self.devices.set(device.index, device))


@dataclass(frozen=True, slots=True)
class Networks:
    """Every network namespace of the machine by number; `names` are those of `ip netns`; `made` counts devices."""

    namespaces: Map[int, Namespace] = field(default_factory=Map)
    names: Map[str, int] = field(default_factory=Map)
    made: int = 0

    @classmethod
    def boot(cls, number: int) -> "Networks":
        """A machine whose one namespace has nothing but lo, up."""
        networks = cls().add(number)
        space = networks.namespaces[number]
        lo = replace(space.devices[1], up=True, addresses=(LOOPBACK,))
        return networks.put(space.put(lo))

    def add(self, number: int) -> "Networks":
        """A new namespace: lo, which is down, and nothing else (`clone` or `unshare` with CLONE_NEWNET)."""
        if number in self.namespaces:
            raise ModelError(f"there is a network namespace {number} already")
        lo = Device(1, "lo", "loopback", NOWHERE, mtu=65536)
        return self.put(Namespace(number, Map({1: lo})))

    def remove(self, number: int) -> "Networks":
        """The namespace is gone: its sockets, its devices, and the other ends of its veth pairs."""
        gone = self.at(number)
        networks = replace(self, namespaces=self.namespaces.delete(number))
        for device in gone.devices.values():
            if device.peer and device.peer[0] != number:
                networks = networks.without(device.peer)
        names = Map({name: at for name, at in self.names.items() if at != number})
        return replace(networks, names=names)

    def without(self, where: Where) -> "Networks":
        """The device is gone, with the routes over it, what a bridge learned of it, and its ports set free."""
        space = self.at(where[0])
        devices = space.devices.delete(where[1])
        for index, other in devices.items():
            learned = Map({mac: port for mac, port in other.learned.items() if port != where[1]})
            master = None if other.master == where[1] else other.master
            devices = devices.set(index, replace(other, learned=learned, master=master))
        routes = tuple(route for route in space.routes if route.device != where[1])
        return self.put(replace(space, devices=devices, routes=routes))

    def put(self, space: Namespace) -> "Networks":
        """With this namespace in place of the one with its number."""
        return replace(self, namespaces=self.namespaces.set(space.number, space))

    def at(self, number: int) -> Namespace:
        """The namespace of this number."""
        if number not in self.namespaces:
            raise ModelError(f"there is no network namespace {number}; there are {sorted(self.namespaces)}")
        return self.namespaces[number]

    def device(self, where: Where) -> Device:
        """The device at a place."""
        return self.at(where[0]).devices[where[1]]
