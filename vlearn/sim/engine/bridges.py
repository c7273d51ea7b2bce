"""Networks of the engine: a bridge on the host for each, addresses from its subnet, a veth pair for each container.

Left out: overlay, macvlan and ipvlan, IPv6, the isolation of bridges from one another by packet filters (a packet from
one bridge to a container of another is dropped by Docker, and delivered here if the host forwards it).
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from vlearn.sim.containers.network import links
from vlearn.sim.containers.network.state import Networks, Translation
from vlearn.sim.containers.network.translation import add_translation, delete_translation
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Container, Endpoint
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.state import Engine, Network

POOLS = (
    *(IPv4Network(f"172.{n}.0.0/16") for n in range(17, 32)),
    *IPv4Network("192.168.0.0/16").subnets(new_prefix=20),
)
"""What Docker takes subnets from, in this order."""
EVERYWHERE = IPv4Network("0.0.0.0/0")


def host_networks(daemon: Daemon) -> int:
    """The number of the host's network namespace."""
    return daemon.host.process(daemon.pid).namespaces.net


def network_of(daemon: Daemon, pid: int) -> int:
    """The number of a process's network namespace."""
    return daemon.host.process(pid).namespaces.net


def change(daemon: Daemon, networks: Networks, kind: str, text: str, *touches: str) -> None:
    """Put a change of the networks into the kernel: netlink messages, which are no system calls of this model."""
    daemon.host.apply(replace(daemon.host.kernel, networks=networks), kind, text, touches)


def choose_subnet(engine: Engine, wanted: str) -> IPv4Network:
    """The subnet asked for, or the first of the pools that overlaps with none. DaemonError in the daemon's words."""
    taken = [one.subnet for one in engine.networks.values() if one.subnet]
    if not wanted:
        free = (pool for pool in POOLS if not any(pool.overlaps(one) for one in taken))
        found = next(free, None)
        if found is None:
            raise DaemonError("could not find an available, non-overlapping IPv4 address pool among the defaults", 400)
        return found
    try:
        subnet = IPv4Network(wanted)
    except ValueError:
        raise DaemonError(
            f"invalid network config:\ninvalid subnet {wanted}: invalid CIDR block notation", 400
        ) from None
    if any(subnet.overlaps(one) for one in taken):
        raise DaemonError("invalid pool request: Pool overlaps with other one on this address space", 403)
    return subnet


def make_bridge(daemon: Daemon, network: Network) -> None:
    """The device, its address as the containers' gateway, and the rule that hides their addresses outside."""
    assert network.subnet is not None
    assert network.gateway is not None
    number, networks = host_networks(daemon), daemon.host.kernel.networks
    networks = links.add_bridge(networks, number, network.device)
    address = IPv4Interface(f"{network.gateway}/{network.subnet.prefixlen}")
    networks = links.add_address(networks, number, network.device, address)
    networks = links.set_up(networks, number, network.device)
    if not network.internal:
        networks = add_translation(networks, number, _hiding(network))
    space = networks.at(number)
    if not space.forwarding:
        networks = networks.put(replace(space, forwarding=True))
    change(daemon, networks, "bridge", f"bridge {network.device} of network {network.name} has {address}")


def remove_bridge(daemon: Daemon, network: Network) -> None:
    """The device and its rule are gone."""
    number = host_networks(daemon)
    networks = delete_translation(daemon.host.kernel.networks, number, _hiding(network))
    networks = links.delete(networks, number, network.device)
    change(daemon, networks, "bridge-gone", f"bridge {network.device} of network {network.name} is gone")


def _hiding(network: Network) -> Translation:
    return Translation("masquerade", source=network.subnet, device=network.device)


def members(engine: Engine, network: str) -> Iterator[tuple[Container, Endpoint]]:
    """The containers that run in a network, with their places."""
    for container in engine.containers.values():
        endpoint = container.endpoints.get(network)
        if endpoint is not None and endpoint.address is not None:
            yield container, endpoint


def choose_address(engine: Engine, network: Network, wanted: str) -> IPv4Address:
    """The address asked for, or the lowest free one."""
    assert network.subnet
    taken = {network.gateway, *(endpoint.address for _, endpoint in members(engine, network.id))}
    if wanted:
        try:
            address = IPv4Address(wanted)
        except ValueError:
            raise DaemonError(f"invalid IPv4 address: {wanted}", 400) from None
        if address not in network.subnet:
            raise DaemonError(f"no configured subnet contains IP address {wanted}", 400)
        if address in taken:
            raise DaemonError("Address already in use", 403)
        return address
    found = next((one for one in network.subnet.hosts() if one not in taken), None)
    if found is None:
        raise DaemonError(f"no available IPv4 addresses on this network's address pools: {network.name} ({network.id})")
    return found


def plug(daemon: Daemon, container: Container, network: Network, pid: int) -> Container:
    """A veth pair: one end in the container's namespace with an address, the other a port of the bridge."""
    assert network.subnet is not None
    assert network.gateway is not None
    endpoint = container.endpoints[network.id]
    address = choose_address(daemon.engine, network, endpoint.wanted)
    outside, inside = host_networks(daemon), network_of(daemon, pid)
    networks = daemon.host.kernel.networks
    n = sum(device.name.startswith("eth") for device in networks.at(inside).devices.values())
    name, veth = f"eth{n}", f"veth{endpoint.id[:7]}"
    networks = links.add_veth(networks, outside, veth, name, inside)
    networks = links.set_master(networks, outside, veth, network.device)
    networks = links.set_up(networks, outside, veth)
    networks = links.add_address(networks, inside, name, IPv4Interface(f"{address}/{network.subnet.prefixlen}"))
    networks = links.set_up(networks, inside, name)
    if not network.internal and not any(route.network == EVERYWHERE for route in networks.at(inside).routes):
        networks = links.add_route(networks, inside, EVERYWHERE, network.gateway)
    device = networks.at(inside).named(name)
    assert device is not None
    networks = _announced(networks, address, device.mac)
    text = f"{name} of {container.name} has {address}; its other end {veth} is a port of {network.device}"
    change(daemon, networks, "interface", text, container.id, network.id)
    made = replace(endpoint, address=address, mac=device.mac, interface=name, host_interface=veth)
    return daemon.set(container.id, endpoints=container.endpoints.set(network.id, made))


def _announced(networks: Networks, address: IPv4Address, mac: str) -> Networks:
    """After an unsolicited ARP, as Docker 28 sends it: who knew the address from an earlier container learns its place.

    Subnets of one daemon do not overlap, so nobody else means the same address by it.
    """
    for space in networks.namespaces.values():
        if address in space.neighbours:
            networks = networks.put(replace(space, neighbours=space.neighbours.set(address, mac)))
    return networks


def unplug(daemon: Daemon, container: Container, network: Network) -> Container:
    """The pair is gone, with whatever is left of it, and the address is free."""
    endpoint = container.endpoints[network.id]
    number, networks = host_networks(daemon), daemon.host.kernel.networks
    if endpoint.host_interface and networks.at(number).named(endpoint.host_interface):
        networks = links.delete(networks, number, endpoint.host_interface)
        change(daemon, networks, "interface-gone", f"{endpoint.host_interface} of {container.name} is gone")
    left = replace(endpoint, address=None, mac="", interface="", host_interface="")
    return daemon.set(container.id, endpoints=container.endpoints.set(network.id, left))


def resolve(engine: Engine, id: str, name: str) -> IPv4Address | None:
    """What Docker's own DNS answers a container: name, alias, short id or hostname of who shares a network with it."""
    container = engine.containers.get(id)
    for number in sorted(container.endpoints) if container else ():
        network = engine.networks.get(number)
        if network is None or not network.dns:
            continue
        for other, endpoint in members(engine, number):
            names = (other.name, *endpoint.aliases, other.short, other.settings.hostname or other.short)
            if name in names and endpoint.address:
                return endpoint.address
    return None
