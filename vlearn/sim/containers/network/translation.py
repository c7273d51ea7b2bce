"""Network address translation: publishing a port (DNAT), hiding behind an address (masquerade), and the way back."""

from dataclasses import replace

from vlearn.sim.containers.network.links import local
from vlearn.sim.containers.network.packets import Packet
from vlearn.sim.containers.network.state import Flow, Namespace, Networks, Route, Translation, Where

HIGHEST = 65_535


def add_translation(networks: Networks, number: int, rule: Translation) -> Networks:
    """A rule at the end of the table; the first that fits counts."""
    space = networks.at(number)
    return networks.put(replace(space, translations=(*space.translations, rule)))


def delete_translation(networks: Networks, number: int, rule: Translation) -> Networks:
    """Without the rule. Flows that it has begun go on."""
    space = networks.at(number)
    left = tuple(one for one in space.translations if one != rule)
    return networks.put(replace(space, translations=left))


def destination_translated(
    networks: Networks, number: int, packet: Packet, where: Where | None
) -> tuple[Networks, Packet, str]:
    """The packet as routing sees it, and why it changed: "dnat" by a rule, "untranslate" as an answer, or ""."""
    space = networks.at(number)
    before = packet
    while packet.flow in space.connections:
        packet = packet.with_flow(space.connections[packet.flow])
    if packet != before:
        return networks, packet, "untranslate"
    entered = None if where is None else space.devices[where[1]].name
    for rule in space.translations:
        if rule.kind == "dnat" and rule.to is not None and _published(space, rule, packet, entered):
            after = replace(packet, destination=rule.to, destination_port=rule.to_port)
            return networks.put(_remembered(space, packet, after)), after, "dnat"
    return networks, packet, ""


def source_translated(
    networks: Networks, number: int, packet: Packet, route: Route
) -> tuple[Networks, Packet, Translation | None]:
    """The packet as it leaves by the route, with the rule that gave it another source if one did."""
    space = networks.at(number)
    device = space.devices[route.device]
    if not device.addresses:
        return networks, packet, None
    for rule in space.translations:
        hides = rule.kind == "masquerade" and (rule.source is None or packet.source in rule.source)
        if not hides or rule.device == device.name or local(space, packet.source):
            continue
        after = replace(packet, source=route.source or device.addresses[0].ip)
        while _reply(after) in space.connections and space.connections[_reply(after)] != _reply(packet):
            after = replace(after, source_port=after.source_port % HIGHEST + 1)
        return networks.put(_remembered(space, packet, after)), after, rule
    return networks, packet, None


def _published(space: Namespace, rule: Translation, packet: Packet, entered: str | None) -> bool:
    fits = (packet.protocol, packet.destination_port) == (rule.protocol, rule.port) and packet.kind in (
        "syn",
        "datagram",
    )
    if not fits or (rule.device is not None and rule.device == entered):
        return False
    if rule.address:
        return packet.destination == rule.address
    # As Docker's rule has it (! -d 127.0.0.0/8): its answers would go to the other machine's own loopback device.
    return local(space, packet.destination) and not packet.destination.is_loopback


def _remembered(space: Namespace, before: Packet, after: Packet) -> Namespace:
    return replace(space, connections=space.connections.set(_reply(after), _reply(before)))


def _reply(packet: Packet) -> Flow:
    protocol, source, source_port, destination, destination_port = packet.flow
    return (protocol, destination, destination_port, source, source_port)
