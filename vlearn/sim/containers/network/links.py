"""Devices, addresses and routes: what `ip link`, `ip address` and `ip route` ask of the kernel.

Each function returns the next state, or raises NetlinkRefusal with the errno and, where the kernel sends one along, the
sentence that iproute2 prints after "Error:".
"""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from immutables import Map

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.network.state import LOOPBACK, Device, Namespace, Networks, Route, Where

LONGEST_NAME = 15


class NetlinkRefusal(Refusal):
    """The kernel's no to a netlink message; `sentence` is its own words (the extended ack), "" if it sends none."""

    def __init__(self, errno: str, sentence: str = "") -> None:
        super().__init__(errno, sentence or errno)
        self.sentence = sentence


class NoDevice(Refusal):
    """The tool finds no device of this name, and asks the kernel for nothing."""

    def __init__(self, name: str) -> None:
        super().__init__("ENODEV", f'Cannot find device "{name}"')
        self.name = name


def find(networks: Networks, number: int, name: str) -> Device:
    """The device of that name in a namespace. Raises NoDevice."""
    device = networks.at(number).named(name)
    if device is None:
        raise NoDevice(name)
    return device


def add_bridge(networks: Networks, number: int, name: str) -> Networks:
    """`ip link add NAME type bridge`."""
    networks, _ = _new(networks, number, name, "bridge")
    return networks


def add_veth(networks: Networks, number: int, name: str, peer: str, peer_number: int | None = None) -> Networks:
    """`ip link add NAME type veth peer name PEER`, the peer in a namespace of its own if one is given."""
    there = number if peer_number is None else peer_number
    if networks.at(number).named(name) or (there == number and name == peer):
        raise NetlinkRefusal("EEXIST")
    networks, second = _new(networks, there, peer, "veth")
    networks, first = _new(networks, number, name, "veth")
    networks = _changed(networks, (number, first), peer=(there, second))
    return _changed(networks, (there, second), peer=(number, first))


def delete(networks: Networks, number: int, name: str) -> Networks:
    """`ip link del`: a veth's other end goes with it; lo cannot go."""
    device = find(networks, number, name)
    if device.kind == "loopback":
        raise NetlinkRefusal("EOPNOTSUPP")
    networks = networks.without((number, device.index))
    return networks.without(device.peer) if device.peer else networks


def set_up(networks: Networks, number: int, name: str, up: bool = True) -> Networks:
    """`ip link set NAME up|down`. lo gets 127.0.0.1/8 when it comes up; routes over a device go when it goes down."""
    device = find(networks, number, name)
    if device.up == up:
        return networks
    if up and device.kind == "loopback" and LOOPBACK not in device.addresses:
        device = replace(device, addresses=(LOOPBACK, *device.addresses))
    space = networks.at(number).put(replace(device, up=up))
    if not up:
        routes = tuple(route for route in space.routes if route.device != device.index)
        return networks.put(replace(space, routes=routes, neighbours=Map()))
    for address in device.addresses:
        space = _connected(space, device.index, address)
    return networks.put(space)


def set_master(networks: Networks, number: int, name: str, bridge: str | None) -> Networks:
    """`ip link set NAME master BRIDGE`, or `nomaster`."""
    device = find(networks, number, name)
    if bridge is None:
        return _changed(networks, (number, device.index), master=None)
    master = networks.at(number).named(bridge)
    if master is None:
        raise Refusal("ENODEV", f'Error: argument "{bridge}" is wrong: Device does not exist\n')
    if master.kind != "bridge":
        raise NetlinkRefusal("EOPNOTSUPP")
    if device.kind == "loopback":
        raise NetlinkRefusal("EINVAL", "Can not enslave a loopback device to a bridge.")
    if device.kind == "bridge":
        raise NetlinkRefusal("ELOOP", "Can not enslave a bridge to a bridge.")
    return _changed(networks, (number, device.index), master=master.index)


def rename(networks: Networks, number: int, name: str, new: str) -> Networks:
    """`ip link set NAME name NEW`."""
    device = find(networks, number, name)
    _free_name(networks, number, new)
    return _changed(networks, (number, device.index), name=new)


def move(networks: Networks, number: int, name: str, to: int) -> Networks:
    """`ip link set NAME netns TO`: it arrives down, without addresses, routes and master."""
    device = find(networks, number, name)
    if device.kind == "loopback":
        raise NetlinkRefusal("EINVAL", "The interface netns is immutable.")
    if to == number:
        return networks
    if networks.at(to).named(name):
        raise NetlinkRefusal("EEXIST")
    networks = networks.without((number, device.index))
    there = networks.at(to)
    index = device.index if device.index not in there.devices else max(there.devices) + 1
    moved = replace(device, index=index, up=False, addresses=(), master=None, learned=Map())
    networks = networks.put(there.put(moved))
    return _changed(networks, device.peer, peer=(to, index)) if device.peer else networks


def add_address(networks: Networks, number: int, name: str, address: IPv4Interface) -> Networks:
    """`ip addr add ADDRESS/PREFIX dev NAME`; while the device is up, a route to its network comes with it."""
    device = find(networks, number, name)
    if address in device.addresses:
        raise NetlinkRefusal("EEXIST", "ipv4: Address already assigned.")
    device = replace(device, addresses=(*device.addresses, address))
    space = networks.at(number).put(device)
    return networks.put(_connected(space, device.index, address) if device.up else space)


def delete_address(networks: Networks, number: int, name: str, address: IPv4Interface) -> Networks:
    """`ip addr del`."""
    device = find(networks, number, name)
    if address not in device.addresses:
        raise NetlinkRefusal("EADDRNOTAVAIL", "ipv4: Address not found.")
    left = tuple(one for one in device.addresses if one != address)
    space = networks.at(number).put(replace(device, addresses=left))
    routes = tuple(r for r in space.routes if (r.device, r.source) != (device.index, address.ip))
    return networks.put(replace(space, routes=routes))


def add_route(
    networks: Networks, number: int, network: IPv4Network, gateway: IPv4Address | None = None, device: str | None = None
) -> Networks:
    """`ip route add NETWORK [via GATEWAY] [dev NAME]`: a gateway must be on a network that is reached directly."""
    space = networks.at(number)
    through = find(networks, number, device) if device else None
    if gateway is not None and through is None:
        direct = lookup(space, gateway)
        if direct is None or direct.gateway is not None:
            raise NetlinkRefusal("ENETUNREACH", "Nexthop has invalid gateway.")
        through = space.devices[direct.device]
    if through is None:
        raise NetlinkRefusal("ENODEV")
    if not through.up:
        raise NetlinkRefusal("ENETDOWN", "Device for nexthop is not up.")
    if any(route.network == network and not route.kernel for route in space.routes):
        raise NetlinkRefusal("EEXIST")
    return networks.put(replace(space, routes=(*space.routes, Route(network, through.index, gateway))))


def delete_route(networks: Networks, number: int, network: IPv4Network) -> Networks:
    """`ip route del NETWORK`."""
    space = networks.at(number)
    left = tuple(route for route in space.routes if route.network != network)
    if len(left) == len(space.routes):
        # The kernel makes the table of routes with the first address.
        untouched = not any(device.addresses for device in space.devices.values())
        raise NetlinkRefusal("ESRCH", "FIB table does not exist." if untouched else "")
    return networks.put(replace(space, routes=left))


def lookup(space: Namespace, destination: IPv4Address) -> Route | None:
    """The route with the longest prefix that has the destination, None if there is none."""
    fitting = [route for route in space.routes if destination in route.network]
    return max(fitting, key=lambda route: route.network.prefixlen, default=None)


def local(space: Namespace, address: IPv4Address) -> bool:
    """Whether an address is this namespace's own: one of a device's, or any of 127/8 while lo is up."""
    devices = space.devices.values()
    own = any(address == one.ip for device in devices for one in device.addresses if device.up)
    return own or (address in LOOPBACK.network and any(d.kind == "loopback" and d.up for d in devices))


def carrier(networks: Networks, where: Where) -> bool:
    """Whether a signal is on the line: both ends of a veth pair up, one port of a bridge that has one."""
    device = networks.device(where)
    if not device.up:
        return False
    if device.kind == "veth":
        return device.peer is not None and networks.device(device.peer).up
    if device.kind == "bridge":
        ports = [one for one in networks.at(where[0]).devices.values() if one.master == device.index]
        return not ports or any(carrier(networks, (where[0], one.index)) for one in ports)
    return True


def _connected(space: Namespace, index: int, address: IPv4Interface) -> Namespace:
    """The route to an address's own network. A /32 has none, and 127/8 is in the table of local addresses."""
    if address.network.prefixlen == 32 or address.is_loopback:
        return space
    route = Route(address.network, index, None, address.ip, kernel=True)
    return space if route in space.routes else replace(space, routes=(*space.routes, route))


def _new(networks: Networks, number: int, name: str, kind: str) -> tuple[Networks, int]:
    _free_name(networks, number, name)
    made = networks.made + 1
    space = networks.at(number)
    index = max(space.devices, default=0) + 1
    mac = "02:42:" + ":".join(f"{made >> shift & 0xFF:02x}" for shift in (24, 16, 8, 0))
    device = Device(index, name, "bridge" if kind == "bridge" else "veth", mac)
    return replace(networks.put(space.put(device)), made=made), index


def _free_name(networks: Networks, number: int, name: str) -> None:
    if len(name) > LONGEST_NAME or not name or "/" in name or any(letter.isspace() for letter in name):
        raise NetlinkRefusal("ERANGE", "Attribute failed policy validation.")
    if networks.at(number).named(name):
        raise NetlinkRefusal("EEXIST")


def _changed(networks: Networks, where: Where, **fields: object) -> Networks:
    space = networks.at(where[0])
    return networks.put(space.put(replace(space.devices[where[1]], **fields)))  # type: ignore[arg-type]
