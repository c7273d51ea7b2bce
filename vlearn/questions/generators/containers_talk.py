"""Questions whose key is what gets through: a connection between network namespaces, and all else that two share."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from random import Random

from immutables import Map

from vlearn.blocks import Code, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.containers.network.command import ip
from vlearn.sim.containers.network.packets import Journey
from vlearn.sim.containers.network.sockets import ANY, bind
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.network.traffic import Connect, use_network
from vlearn.views.containers_network import draw_networks

HOST = 1
MADE = "It is made."
ENDS = {
    "": (MADE, "Follow the packet and its answer hop by hop: somewhere there is no way on."),
    "ECONNREFUSED": ("ECONNREFUSED at once: the server's namespace answers that nobody listens there.",
                     "That is the answer of a namespace that was reached, and in which nobody listens."),
    "ENETUNREACH": ("ENETUNREACH at once: the client's namespace has no route to the server.",
                    "The client has a route: one for its own network, or the default route."),
    "EHOSTUNREACH": ("EHOSTUNREACH after some seconds: on the last network, nobody answers to the server's address.",
                     "Somebody answers when ARP asks for the address."),
    "ETIMEDOUT": ("ETIMEDOUT after a long time: no answer ever comes back.",
                  "Something comes back, and sooner."),
}  # fmt: skip
"""What connect(2) gives, in words, and why it may not be so."""


ON_THE_CABLE = ("veth", "bridge", "learn", "arp-reply", "arp-learned")
"""Events that a solution leaves out: the replay has them all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Client and server in namespaces of their own; `routed` with a bridge and a network each, else one bridge."""

    net: int
    routed: bool
    left_out: str
    port: int


LEFT_OUT = ("", "", "default of client", "default of server", "forwarding", "server up", "port", "loopback", "bridge")


def how_connect_ends(rng: Random) -> Posed:
    """Two namespaces on bridges of the host, set up by commands some of which may be missing. How ends a connect?"""
    plan = Plan(rng.randrange(1, 60), rng.random() < 0.6, rng.choice(LEFT_OUT), rng.choice((80, 443, 5432, 8080)))
    networks, call = connecting(plan)
    replay = Replay(use_network, Journey(networks), (call,), draw_networks)
    trace = replay.trace()
    answer = trace.steps[-1].event
    errno = str(getattr(answer, "errno", ""))
    wrong = [ENDS[name] for name in ENDS if name != errno]
    options, correct = distractors(rng, ENDS[errno][0], wrong, len(wrong))
    socket = networks.at(networks.names["server"]).sockets[0]
    prompt = Text(
        f"A host has no bridges yet; its `net.ipv4.ip_forward` is {int(plan.left_out != 'forwarding')}, and it has no"
        f" firewall. Root enters these commands. Then a program in `server` listens on {socket.address} port"
        f" {socket.port}, and one in `client` calls `connect` to {call.destination} port {plan.port}. What"
        " becomes of the connection?"
    )
    events = [step.event for step in trace.steps if step.event.kind not in ON_THE_CABLE]
    hops = " ".join(f"({n}) {event.text}." for n, event in enumerate(events, 1))
    solution = Text(f"{ENDS[errno][0]} Hop by hop: {hops}".replace("|", "/"))
    return Posed((prompt, Code("\n".join(_commands(plan)), "sh")), SingleChoice(options, correct), (solution,), replay)


def connecting(plan: Plan) -> tuple[Networks, Connect]:
    """The machine after the commands of a plan and the server's bind, and what the client calls then."""
    networks = replace(Networks.boot(HOST), names=Map({"host": HOST}))
    for command in _commands(plan):
        networks, said = ip(networks, HOST, command.split()[1:])
        assert not said.status, said
    if plan.left_out != "forwarding":
        networks = networks.put(replace(networks.at(HOST), forwarding=True))
    at = IPv4Address("127.0.0.1") if plan.left_out == "loopback" else ANY
    networks, _ = bind(networks, networks.names["server"], 77, plan.port + (plan.left_out == "port"), at)
    return networks, Connect(networks.names["client"], IPv4Address(_server(plan)), plan.port)


def _server(plan: Plan) -> str:
    return f"10.{plan.net}.{int(plan.routed)}.2"


def _commands(plan: Plan) -> list[str]:
    lines: list[str] = []
    for n, bridge in enumerate(("br0", "br1") if plan.routed else ("br0",)):
        lines += [f"ip link add {bridge} type bridge", f"ip link set {bridge} up",
                  f"ip addr add 10.{plan.net}.{n}.1/24 dev {bridge}"]  # fmt: skip
    for name, n in (("client", 0), ("server", int(plan.routed))):
        last = 2 if name == "server" else 3
        lines += [f"ip netns add {name}", f"ip -n {name} link set lo up",
                  f"ip link add eth0 netns {name} type veth peer name {name}0",
                  f"ip link set {name}0 up", f"ip -n {name} addr add 10.{plan.net}.{n}.{last}/24 dev eth0"]  # fmt: skip
        if not (plan.left_out == "bridge" and name == "server"):
            lines.append(f"ip link set {name}0 master br{n}")
        if not (plan.left_out == "server up" and name == "server"):
            lines.append(f"ip -n {name} link set eth0 up")
            if plan.left_out != f"default of {name}":
                lines.append(f"ip -n {name} route add default via 10.{plan.net}.{n}.1")
    return lines
