"""Publishing ports: the host's port is bound, and packets for it are sent on to the container (DNAT).

The socket belongs to a docker-proxy, a process of the host for each port. It carries what the rules leave alone: from
the host's own 127.0.0.1, and from containers by way of the host's address. Its UDP is a bound port and no more.
"""

from ipaddress import IPv4Address

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.network.sockets import ANY, bind, close_all
from vlearn.sim.containers.network.state import Translation
from vlearn.sim.containers.network.translation import add_translation, delete_translation
from vlearn.sim.containers.shell.programs.servers import serve
from vlearn.sim.containers.shell.sockets import exchange, listen
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.signals import Ended
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.bridges import change, host_networks
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.settings import Port
from vlearn.sim.engine.state import Network

PROXY = "/usr/bin/docker-proxy"
FREE = range(32_768, 61_000)


def asked(container: Container) -> tuple[Port, ...]:
    """The ports that settings and image together want published."""
    ports = container.settings.ports
    if not container.settings.publish_all:
        return ports
    given = {(port.container, port.protocol) for port in ports}
    exposed = ((int(n), protocol) for n, _, protocol in (text.partition("/") for text in container.exposed))
    return (*ports, *(Port(0, n, protocol) for n, protocol in exposed if (n, protocol) not in given))  # type: ignore[arg-type]


def publish(daemon: Daemon, container: Container, network: Network) -> Container:
    """Bind each port on the host. DaemonError if one is taken: by another container, or by a program of the host."""
    endpoint = container.endpoints[network.id]
    assert endpoint.address is not None
    for port in asked(container):
        wanted = _chosen(daemon, port)
        where = f"{wanted.address}:{wanted.host}"
        failed = (
            "failed to set up container networking: driver failed programming external connectivity on endpoint "
            f"{container.name} ({endpoint.id})"
        )
        if _allocated(daemon, wanted):
            raise DaemonError(f"{failed}: Bind for {where} failed: port is already allocated")
        try:
            _proxy(daemon, wanted, endpoint.address)
        except SystemCallFailed as refused:
            why = "cannot assign requested address" if refused.name == "EADDRNOTAVAIL" else "address already in use"
            to = f"{endpoint.address}:{wanted.container}/{wanted.protocol}"
            raise DaemonError(f"{failed}: failed to bind host port for {where}:{to}: {why}") from None
        number, networks = host_networks(daemon), daemon.host.kernel.networks
        networks = add_translation(networks, number, _rule(wanted, endpoint.address, network))
        text = f"port {where}/{wanted.protocol} of the host leads to {endpoint.address}:{wanted.container}"
        change(daemon, networks, "published", text, container.id)
        container = daemon.set(container.id, published=(*container.published, wanted))
    return container


def _proxy(daemon: Daemon, port: Port, to: IPv4Address) -> None:
    """A docker-proxy that holds the host's port. Raises SystemCallFailed, with no process left."""
    host = daemon.host
    pid = host.spawn(
        daemon.pid, PROXY, "-proto", port.protocol, "-host-ip", port.address, "-host-port", str(port.host),
        "-container-ip", str(to), "-container-port", str(port.container),
    )  # fmt: skip
    task = Task(daemon.space, pid, {}, {})
    address = IPv4Address(port.address)
    try:
        if port.protocol == "tcp":
            listen(task, port.host, lambda content: exchange(task, to, port.container, content), address)
        else:
            _bind(daemon, pid, port, address)
    except SystemCallFailed:
        host.exit(pid, 1)
        host.wait(daemon.pid, pid)
        raise
    daemon.space.start(task, lambda own: serve(own, {}))


def _bind(daemon: Daemon, pid: int, port: Port, address: IPv4Address) -> None:
    try:
        networks, _ = bind(daemon.host.kernel.networks, host_networks(daemon), pid, port.host, address, port.protocol)
    except Refusal as refusal:
        raise SystemCallFailed(refusal.errno, refusal.why) from None
    change(daemon, networks, "bound", f"process {pid} has {port.protocol} port {port.host}")


def withdraw(daemon: Daemon, container: Container) -> Container:
    """The ports are free again, and their proxies are gone."""
    if not container.published:
        return container
    number, networks = host_networks(daemon), daemon.host.kernel.networks
    proxies: set[int] = set()
    for port in container.published:
        at = (port.protocol, IPv4Address(port.address), port.host)
        found = (one.pid for one in networks.at(number).sockets if (one.protocol, one.address, one.port) == at)
        proxies |= {pid for pid in found if daemon.host.process(pid).executable == PROXY}
        for network, endpoint in container.endpoints.items():
            if endpoint.address and network in daemon.engine.networks:
                rule = _rule(port, endpoint.address, daemon.engine.networks[network])
                networks = delete_translation(networks, number, rule)
    for pid in proxies:
        networks = close_all(networks, pid)
    change(daemon, networks, "withdrawn", f"the ports of {container.name} are free", container.id)
    for pid in sorted(proxies):
        daemon.space.kill(pid, Ended(signal="SIGKILL"))
        daemon.host.wait(daemon.pid, pid)
    return daemon.set(container.id, published=())


def _rule(port: Port, to: IPv4Address, network: Network) -> Translation:
    address = IPv4Address(port.address)
    return Translation(
        "dnat",
        port.protocol,
        address=None if address == ANY else address,
        port=port.host,
        to=to,
        to_port=port.container,
        device=network.device,
    )


def _allocated(daemon: Daemon, port: Port) -> bool:
    used = (one for container in daemon.engine.containers.values() for one in container.published)
    return any(_clash(one, port) for one in used)


def _clash(one: Port, other: Port) -> bool:
    same = (one.host, one.protocol) == (other.host, other.protocol)
    return same and (one.address == other.address or str(ANY) in (one.address, other.address))


def _chosen(daemon: Daemon, port: Port) -> Port:
    """With a free port of the host where any will do."""
    if port.host:
        return port
    space = daemon.host.kernel.networks.at(host_networks(daemon))
    used = {socket.port for socket in space.sockets if socket.protocol == port.protocol}
    return Port(next(n for n in FREE if n not in used), port.container, port.protocol, port.address)
