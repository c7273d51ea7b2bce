"""The verbs of `ip` that change something or ask for one thing: how their words are read, and who carries them out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network, NetmaskValueError

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.network import links
from vlearn.sim.containers.network.links import NetlinkRefusal
from vlearn.sim.containers.network.state import Networks


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    stdout: str = ""
    stderr: str = ""
    status: int = 0


class Usage(Exception):
    """The command line itself is wrong: nothing is asked of the kernel."""

    def __init__(self, text: str, status: int = 255) -> None:
        super().__init__(text)
        self.said = Said(stderr=f"{text}\n", status=status)


def _link_add(networks: Networks, number: int, rest: list[str]) -> Networks:
    words = list(rest)
    if words and words[0] in ("name", "dev"):
        words.pop(0)
    name = words.pop(0) if words and words[0] not in ("type", "netns") else None
    mine = number
    if words[:1] == ["netns"]:
        mine, words = namespace_named(networks, words[1] if len(words) > 1 else ""), words[2:]
    if words[:1] != ["type"] or len(words) < 2:
        raise Usage('Not enough information: "type" argument is required.')
    kind, words = words[1], words[2:]
    if kind == "bridge":
        return links.add_bridge(networks, mine, name or _unused(networks, mine, "bridge"))
    if kind != "veth":
        raise NetlinkRefusal("EOPNOTSUPP", "Unknown device type.")
    words = words[1:] if words[:1] == ["peer"] else words
    given = dict(zip(words[::2], words[1::2], strict=False))
    there = namespace_named(networks, given["netns"]) if "netns" in given else number
    peer = given.get("name") or _unused(networks, there, "veth")
    return links.add_veth(networks, mine, name or _unused(networks, mine, "veth", peer), peer, there)


def _link_set(networks: Networks, number: int, rest: list[str]) -> Networks:
    words = rest[1:] if rest[:1] == ["dev"] else list(rest)
    name = words.pop(0) if words else ""
    links.find(networks, number, name)
    while words:
        verb = words.pop(0)
        if verb in ("up", "down"):
            networks = links.set_up(networks, number, name, verb == "up")
        elif verb == "nomaster":
            networks = links.set_master(networks, number, name, None)
        elif verb in ("master", "name", "netns") and words:
            value = words.pop(0)
            if verb == "master":
                networks = links.set_master(networks, number, name, value)
            elif verb == "name":
                networks, name = links.rename(networks, number, name, value), value
            else:
                to = networks.names.get(value)
                if to is None:
                    raise Refusal("EINVAL", f'Error: argument "{value}" is wrong: Invalid "netns" value\n')
                networks, number = links.move(networks, number, name, to), to
        else:
            raise Usage(f'Error: either "dev" is duplicate, or "{verb}" is a garbage.')
    return networks


def _link_delete(networks: Networks, number: int, rest: list[str]) -> Networks:
    return links.delete(networks, number, _after(rest, "dev"))


def _address(change: Callable[[Networks, int, str, IPv4Interface], Networks]) -> "Command":
    def run(networks: Networks, number: int, rest: list[str]) -> Networks:
        if "dev" not in rest[1:-1]:
            raise Usage('Not enough information: "dev" argument is required.')
        try:
            address = IPv4Interface(rest[0])
        except (AddressValueError, NetmaskValueError):
            raise Usage(f'Error: any valid prefix is expected rather than "{rest[0]}".', 1) from None
        return change(networks, number, rest[rest.index("dev") + 1], address)

    return run


def _route_add(networks: Networks, number: int, rest: list[str]) -> Networks:
    given = dict(zip(rest[1::2], rest[2::2], strict=False))
    gateway = _address_of(given["via"]) if "via" in given else None
    return links.add_route(networks, number, _network(rest), gateway, given.get("dev"))


def _route_delete(networks: Networks, number: int, rest: list[str]) -> Networks:
    return links.delete_route(networks, number, _network(rest))


def _route_get(networks: Networks, number: int, rest: list[str]) -> Said:
    space, target = networks.at(number), _address_of(rest[0] if rest else "")
    if links.local(space, target):
        return Said(f"local {target} dev lo src {target} uid 0 \n    cache <local> \n")
    route = links.lookup(space, target)
    if route is None:
        raise NetlinkRefusal("ENETUNREACH")
    addresses = space.devices[route.device].addresses
    source = route.source or (addresses[0].ip if addresses else None)
    via = f" via {route.gateway}" if route.gateway else ""
    said = (
        f"{target}{via} dev {space.devices[route.device].name}{f' src {source}' if source else ''} uid 0 \n    cache \n"
    )
    return Said(said)


def change_names(networks: Networks, verb: str | None, rest: list[str], new: int | None) -> tuple[Networks, Said]:
    """`ip netns add|del NAME`."""
    name = rest[0] if rest else ""
    if verb == "add":
        if name in networks.names:
            text = f'Cannot create namespace file "/run/netns/{name}": File exists\n'
            return networks, Said(stderr=text, status=1)
        number = max(networks.namespaces) + 1 if new is None else new
        networks = networks if number in networks.namespaces else networks.add(number)
        return replace(networks, names=networks.names.set(name, number)), Said()
    if verb == "delete":
        if name not in networks.names:
            text = f'Cannot remove namespace file "/run/netns/{name}": No such file or directory\n'
            return networks, Said(stderr=text, status=1)
        return networks.remove(networks.names[name]), Said()
    raise Usage('Command is unknown, try "ip netns help".')


Command = Callable[[Networks, int, list[str]], "Networks | Said"]
COMMANDS: dict[tuple[str, str], Command] = {
    ("link", "add"): _link_add,
    ("link", "set"): _link_set,
    ("link", "delete"): _link_delete,
    ("address", "add"): _address(links.add_address),
    ("address", "delete"): _address(links.delete_address),
    ("route", "add"): _route_add,
    ("route", "delete"): _route_delete,
    ("route", "get"): _route_get,
}
"""What changes something, or asks for one thing."""


def namespace_named(networks: Networks, name: str) -> int:
    """The number behind a name of `ip netns`."""
    if name not in networks.names:
        raise Usage(f'Cannot open network namespace "{name}": No such file or directory')
    return networks.names[name]


def _network(rest: list[str]) -> IPv4Network:
    word = rest[0] if rest else ""
    try:
        return IPv4Network("0.0.0.0/0" if word == "default" else word)
    except ValueError:
        raise Usage(f'Error: any valid prefix is expected rather than "{word}".', 1) from None


def _address_of(word: str) -> IPv4Address:
    try:
        return IPv4Address(word)
    except AddressValueError:
        raise Usage(f'Error: any valid address is expected rather than "{word}".', 1) from None


def _unused(networks: Networks, number: int, stem: str, taken: str = "") -> str:
    return next(
        f"{stem}{n}" for n in range(10_000) if f"{stem}{n}" != taken and not networks.at(number).named(f"{stem}{n}")
    )


def _after(rest: list[str], word: str) -> str:
    words = [one for one in rest if one != word]
    return words[0] if words else ""
