"""Ports: who may bind what, in each namespace apart. Left out: SO_REUSEADDR, SO_REUSEPORT, backlog and TIME_WAIT."""

from dataclasses import replace
from ipaddress import IPv4Address

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.network.links import local
from vlearn.sim.containers.network.state import Namespace, Networks, Protocol, Socket

ANY = IPv4Address("0.0.0.0")
PRIVILEGED, EPHEMERAL = 1024, range(32_768, 61_000)


def bind(
    networks: Networks,
    number: int,
    pid: int,
    port: int,
    address: IPv4Address = ANY,
    protocol: Protocol = "tcp",
    privileged: bool = True,
) -> tuple[Networks, Socket]:
    """bind(2), and listen(2) for TCP. Port 0 asks for any free one. Refuses: EADDRINUSE, EADDRNOTAVAIL, EACCES."""
    space = networks.at(number)
    if 0 < port < PRIVILEGED and not privileged:
        raise Refusal("EACCES", f"port {port} needs CAP_NET_BIND_SERVICE: it is below {PRIVILEGED}")
    # A namespace in which no address was ever set has no table of local ones yet, and its kernel takes any.
    if address != ANY and any(device.addresses for device in space.devices.values()) and not local(space, address):
        raise Refusal("EADDRNOTAVAIL", f"{address} is no address of this namespace")
    if port == 0:
        port = next(one for one in EPHEMERAL if not _taken(space, protocol, address, one))
    if _taken(space, protocol, address, port):
        raise Refusal("EADDRINUSE", f"{protocol} port {port} is bound in this namespace")
    socket = Socket(protocol, address, port, pid)
    return networks.put(replace(space, sockets=(*space.sockets, socket))), socket


def close(networks: Networks, number: int, socket: Socket) -> Networks:
    """The port is free again."""
    space = networks.at(number)
    return networks.put(replace(space, sockets=tuple(one for one in space.sockets if one != socket)))


def close_all(networks: Networks, pid: int) -> Networks:
    """A process has ended: its ports are free in whatever namespace they are."""
    for space in networks.namespaces.values():
        left = tuple(one for one in space.sockets if one.pid != pid)
        if len(left) != len(space.sockets):
            networks = networks.put(replace(space, sockets=left))
    return networks


def listener(space: Namespace, protocol: str, address: IPv4Address, port: int) -> Socket | None:
    """Who gets what arrives for an address and port; a socket of this very address before one of all."""
    fitting = [one for one in space.sockets if (one.protocol, one.port) == (protocol, port)]
    fitting = [one for one in fitting if one.address in (address, ANY)]
    return max(fitting, key=lambda one: one.address != ANY, default=None)


def _taken(space: Namespace, protocol: str, address: IPv4Address, port: int) -> bool:
    same = [one for one in space.sockets if (one.protocol, one.port) == (protocol, port)]
    return any(ANY in (one.address, address) or one.address == address for one in same)
