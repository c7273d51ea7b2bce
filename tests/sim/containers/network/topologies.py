"""A machine as Docker makes it: a bridge with two containers, and a neighbour outside that knows nothing of them."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from immutables import Map

from vlearn.sim.containers.network.command import ip
from vlearn.sim.containers.network.sockets import bind
from vlearn.sim.containers.network.state import Networks, Translation
from vlearn.sim.containers.network.translation import add_translation

HOST, FIRST, SECOND, OUTSIDE = 1, 2, 3, 4
EVERYWHERE = IPv4Network("0.0.0.0/0")
WEB = 77


def typed(networks: Networks, *commands: str, number: int = HOST) -> Networks:
    """Run `ip` commands that must go well."""
    for command in commands:
        networks, said = ip(networks, number, command.split())
        assert said.status == 0, (command, said)
    return networks


def docker() -> Networks:
    """docker0 with 172.17.0.2 and .3 behind it; 192.168.1.10 outside, where port 8080 is published."""
    networks = replace(Networks.boot(HOST), names=Map({"host": HOST}))
    networks = typed(networks, "netns add c1", "netns add c2", "netns add out", "link add docker0 type bridge")
    networks = typed(networks, "link set docker0 up", "addr add 172.17.0.1/16 dev docker0")
    for n in (1, 2):
        networks = typed(networks, f"link add eth0 netns c{n} type veth peer name veth{n} netns host")
        networks = typed(
            networks, f"link set veth{n} master docker0 up", f"-n c{n} link set eth0 up", f"-n c{n} link set lo up"
        )
        networks = typed(
            networks, f"-n c{n} addr add 172.17.0.{n + 1}/16 dev eth0", f"-n c{n} route add default via 172.17.0.1"
        )
    networks = typed(
        networks, "link add eth0 type veth peer name eth0 netns out", "link set eth0 up", "-n out link set eth0 up"
    )
    networks = typed(networks, "addr add 192.168.1.10/24 dev eth0", "-n out addr add 192.168.1.20/24 dev eth0")
    networks = networks.put(replace(networks.at(HOST), forwarding=True))
    hide = Translation("masquerade", source=IPv4Network("172.17.0.0/16"), device="docker0")
    publish = Translation("dnat", port=8080, to=IPv4Address("172.17.0.2"), to_port=80, device="docker0")
    networks = add_translation(add_translation(networks, HOST, hide), HOST, publish)
    networks, _ = bind(networks, FIRST, WEB, 80)
    return networks


def address(text: str) -> IPv4Address:
    return IPv4Address(text)


def interface(text: str) -> IPv4Interface:
    return IPv4Interface(text)
