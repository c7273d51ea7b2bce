"""What programs do with ports: names to addresses, serving a port, and one exchange with a server, hop by hop."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from typing import cast

from vlearn.sim.containers.answers import Answer, Refusal
from vlearn.sim.containers.authority import capable
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.network.packets import Journey
from vlearn.sim.containers.network.sockets import ANY, bind, listener
from vlearn.sim.containers.network.state import Networks, Socket
from vlearn.sim.containers.network.traffic import Connect, use_network
from vlearn.sim.containers.shell.task import Task
from vlearn.trace import run

RESOLVER = "127.0.0.11"
"""The address of the name server that an engine gives containers of a network of the user's own."""


def network_of(task: Task) -> int:
    """The network namespace that a task is in."""
    return task.process.namespaces.net


def put_networks(task: Task, networks: Networks, what: str) -> None:
    """The networks after what a task did to them."""
    if networks is not task.host.kernel.networks:
        task.host.apply(replace(task.host.kernel, networks=networks), "network", what)


def is_admin(task: Task, number: int) -> bool:
    """Whether a task may change a network namespace."""
    owner = task.host.kernel.namespaces[number].owner
    return capable(task.host.kernel, task.process, owner, "CAP_NET_ADMIN")


def resolved(task: Task, name: str) -> IPv4Address | None:
    """The address of a name: itself, from /etc/hosts, or from the resolver of the namespace. None: no such name."""
    try:
        return IPv4Address(name)
    except AddressValueError:
        pass
    try:
        text = task.host.read_file(task.pid, "/etc/hosts").decode("utf-8", "replace")
    except SystemCallFailed:
        text = ""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if name in words[1:]:
            try:
                return IPv4Address(words[0])
            except AddressValueError:
                continue
    ask = task.space.resolvers.get(network_of(task))
    return ask(name) if ask else None


def listen(task: Task, port: int, answer: Callable[[bytes], bytes], address: IPv4Address = ANY) -> Socket:
    """Bind a TCP port and answer what comes to it. Raises SystemCallFailed: EADDRINUSE, EACCES."""
    number = network_of(task)
    owner = task.host.kernel.namespaces[number].owner
    privileged = capable(task.host.kernel, task.process, owner, "CAP_NET_BIND_SERVICE")
    try:
        networks, socket = bind(task.host.kernel.networks, number, task.pid, port, address, privileged=privileged)
    except Refusal as refusal:
        raise SystemCallFailed(refusal.errno, refusal.why) from None
    put_networks(task, networks, f"process {task.pid} listens on {socket.address}:{socket.port}")
    task.servers[socket.port] = answer
    return socket


def exchange(task: Task, address: IPv4Address, port: int, content: bytes) -> bytes:
    """Connect, send, and take the answer. Raises SystemCallFailed with connect(2)'s errno."""
    action = Connect(network_of(task), address, port)
    trace = run(use_network, Journey(task.host.kernel.networks), [action])
    put_networks(task, trace.final.networks, f"process {task.pid} connects to {address}:{port}")
    ending = cast(Answer, trace.steps[-1].event)
    if ending.errno:
        raise SystemCallFailed(ending.errno, ending.text)
    for number, packet in reversed(trace.final.received):
        if packet.kind == "syn":
            space = task.host.kernel.networks.at(number)
            socket = listener(space, "tcp", packet.destination, packet.destination_port)
            server = task.space.tasks.get(socket.pid) if socket else None
            if socket and server and task.space.is_able(server) and socket.port in server.servers:
                return server.servers[socket.port](content)
            return b""  # bound by a process that runs no program, or that is stopped
    raise SystemCallFailed("ECONNREFUSED", f"nobody listens on {address}:{port}")
