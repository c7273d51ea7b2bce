"""Devices, addresses, routes and neighbours as `ip` of iproute2 6 prints them, without IPv6."""

from collections.abc import Iterator
from ipaddress import IPv4Interface

from vlearn.sim.containers.network.links import carrier
from vlearn.sim.containers.network.state import BROADCAST, NOWHERE, Device, Namespace, Networks, Route


def full_name(networks: Networks, number: int, device: Device) -> str:
    """A veth's name has its other end behind @: the name here, the index if it is in another namespace."""
    if device.peer is None:
        return device.name
    return f"{device.name}@{networks.device(device.peer).name if device.peer[0] == number else f'if{device.peer[1]}'}"


def state(networks: Networks, number: int, device: Device) -> str:
    """The operational state: UNKNOWN for what has no line, LOWERLAYERDOWN while the other end is down."""
    if not device.up:
        return "DOWN"
    if device.kind == "loopback":
        return "UNKNOWN"
    on = carrier(networks, (number, device.index))
    if device.kind == "bridge":
        ports = any(one.master == device.index for one in networks.at(number).devices.values())
        return ("UP" if ports else "UNKNOWN") if on else "DOWN"
    return "UP" if on else "LOWERLAYERDOWN"


def flags(networks: Networks, number: int, device: Device) -> str:
    """The flags between angle brackets. M-DOWN: the other end is here and down."""
    on = carrier(networks, (number, device.index))
    here = networks.device(device.peer) if device.peer and device.peer[0] == number else None
    found = {
        "NO-CARRIER": device.up and not on,
        "LOOPBACK": device.kind == "loopback",
        "BROADCAST": device.kind != "loopback",
        "MULTICAST": device.kind != "loopback",
        "UP": device.up,
        "LOWER_UP": on,
        "M-DOWN": here is not None and not here.up,
    }
    return ",".join(name for name, given in found.items() if given)


def brief_links(networks: Networks, number: int) -> str:
    """`ip -br link`."""
    return "".join(
        f"{full_name(networks, number, one):<16} {state(networks, number, one):<14} {one.mac} "
        f"<{flags(networks, number, one)}> \n"
        for one in by_index(networks.at(number))
    )


def brief_addresses(networks: Networks, number: int) -> str:
    """`ip -br addr`."""
    return "".join(
        f"{full_name(networks, number, one):<16} {state(networks, number, one):<14} "
        f"{''.join(f'{address} ' for address in one.addresses)}\n"
        for one in by_index(networks.at(number))
    )


def links(networks: Networks, number: int, name: str | None = None, addresses: bool = False) -> str:
    """`ip link` and `ip addr`, of one device or of all."""
    lines: list[str] = []
    for one in by_index(networks.at(number)):
        if name not in (None, one.name):
            continue
        queue = "noqueue" if one.up else "noop"
        master = f" master {networks.at(number).devices[one.master].name}" if one.master else ""
        mode = "" if addresses else " mode DEFAULT"
        lines.append(
            f"{one.index}: {full_name(networks, number, one)}: <{flags(networks, number, one)}> mtu {one.mtu} "
            f"qdisc {queue}{master} state {state(networks, number, one)}{mode} group default qlen 1000"
        )
        kind, all_ones = ("loopback", NOWHERE) if one.kind == "loopback" else ("ether", BROADCAST)
        lines.append(f"    link/{kind} {one.mac} brd {all_ones}{_elsewhere(networks, number, one)}")
        for address in one.addresses if addresses else ():
            lines += [f"    inet {address} scope {_scope(address)} {one.name}"]
            lines += ["       valid_lft forever preferred_lft forever"]
    return "".join(f"{line}\n" for line in lines)


def routes(networks: Networks, number: int) -> str:
    """`ip route`: the default first, then by network."""
    space = networks.at(number)
    return "".join(
        f"{_route(networks, number, route)} \n"
        for route in sorted(space.routes, key=lambda one: (one.network.prefixlen > 0, int(one.network.network_address)))
    )


def neighbours(networks: Networks, number: int) -> str:
    """`ip neigh`, for what has answered."""
    return "".join(f"{line}\n" for line in _neighbours(networks.at(number)))


def by_index(space: Namespace) -> list[Device]:
    """The devices in the order in which the kernel lists them."""
    return [device for _, device in sorted(space.devices.items())]


def _route(networks: Networks, number: int, route: Route) -> str:
    device = networks.at(number).devices[route.device]
    words = ["default" if route.network.prefixlen == 0 else str(route.network).removesuffix("/32")]
    words += [f"via {route.gateway}"] if route.gateway else []
    words += [f"dev {device.name}"]
    words += ["proto kernel"] if route.kernel else []
    words += [] if route.gateway else ["scope link"]
    words += [f"src {route.source}"] if route.source else []
    words += [] if carrier(networks, (number, device.index)) else ["linkdown"]
    return " ".join(words)


def _neighbours(space: Namespace) -> Iterator[str]:
    for address, mac in sorted(space.neighbours.items()):
        direct = next((r for r in space.routes if address in r.network and r.gateway is None), None)
        if direct is not None:
            yield f"{address} dev {space.devices[direct.device].name} lladdr {mac} REACHABLE "


def _scope(address: IPv4Interface) -> str:
    return "host" if address.is_loopback else "global"


def _elsewhere(networks: Networks, number: int, device: Device) -> str:
    """Where a veth's other end is, by the name of `ip netns` if it has one."""
    if device.peer is None or device.peer[0] == number:
        return ""
    names = {at: name for name, at in networks.names.items()}
    return f" link-netns {names[device.peer[0]]}" if device.peer[0] in names else " link-netnsid 0"
