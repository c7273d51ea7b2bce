"""`docker start` and the second half of `docker run`: from a record and a stack of layers to a running process.

The stations are those of the course's notes (11.5) from the read-write layer on; the kernel has the system calls.
"""

from collections.abc import Generator

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.network import links
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.engine import bridges, groups, ports, processes, roots, volumes
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Condition, Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.ending import clear_up
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.storage import ROOT, ensure, make_directories, mount_root
from vlearn.sim.files.errno import Failure
from vlearn.trace import Step

Steps = Generator[Step[Engine], None, None]
NO_HEALTH = ("NONE",)


def start(daemon: Daemon, id: str, *, again: bool = False) -> Steps:
    """Start a container that does not run; `again` by its restart policy. Raises DaemonError, with all undone."""
    try:
        yield from _start(daemon, id, again)
    except (DaemonError, SystemCallFailed, Refusal, Failure) as refused:
        failed = _as_error(refused)
        code = failed.code if failed.code in (126, 127) else 128
        clear_up(daemon, id)
        status = "created" if daemon.engine.containers[id].state.started is None else "exited"
        container = daemon.set(id, status=status, exit_code=code, error=failed.message, again=None)
        daemon.container_event(container, "die", exitCode=str(code))
        yield daemon.step("start-failed", failed.message, id)
        raise failed from None


def _as_error(refused: Exception) -> DaemonError:
    if isinstance(refused, DaemonError):
        return DaemonError(refused.message, refused.status, refused.code if refused.code != 1 else 125)
    if isinstance(refused, SystemCallFailed):
        text = (refused.strerror or "").lower()
        return DaemonError(f"{processes.CREATE_FAILED}{refused.why}: {text}: unknown", 500, 125)
    return DaemonError(f"{processes.CREATE_FAILED}{refused}: unknown", 500, 125)


def _start(daemon: Daemon, id: str, again: bool) -> Steps:
    host, container = daemon.host, daemon.engine.containers[id]
    settings = container.settings
    joined = _joined(daemon, settings.network)
    for number in container.endpoints:
        if number not in daemon.engine.networks:
            raise DaemonError(f"failed to set up container networking: network {number} not found", 404, 125)
    files = make_directories(container.files, settings.directory)
    files, mounts = volumes.prepare(daemon, container, files)
    container = daemon.set(id, files=files)
    root = mount_root(daemon, container)
    yield daemon.step(
        "layer", f"the read-write layer lies on {len(files.lowers)} read-only ones; the union is mounted at {root}", id
    )
    shim = processes.start_shim(daemon, container)
    daemon.set(id, shim=shim)
    pid = processes.first_process(daemon, container, shim, joined)
    container = daemon.set(id, pid=pid)
    numbers = host.process(pid).namespaces
    new = [
        kind
        for kind in ("mnt", "uts", "ipc", "pid", "net")
        if numbers.get(kind) != host.process(shim).namespaces.get(kind)
    ]
    yield daemon.step("namespaces", f"process {pid} has namespaces of its own: {', '.join(new)}", id)
    groups.make(daemon, container)
    groups.enter(daemon, container, pid)
    host.unshare(pid, "CLONE_NEWCGROUP")
    yield daemon.step("cgroup", f"process {pid} is in the control group {container.cgroup}{_limits(container)}", id)
    yield from _network(daemon, id, pid)
    container = daemon.engine.containers[id]
    _write_files(daemon, container)
    host.mount(pid, "none", "/", "", "REC", "SLAVE")
    roots.mount_system(host, pid, root, settings.privileged)
    roots.mount_files(host, pid, root, f"{ROOT}/containers/{id}")
    roots.mount_asked(host, pid, root, mounts)
    host.set_hostname(pid, settings.hostname or container.short)
    roots.pivot(host, pid, root, settings.read_only)
    yield daemon.step("root", f"process {pid} pivots into the union: it sees the image's files and its own mounts", id)
    terminal = Terminal(log=list(container.log))
    environment = processes.environment_of(container)
    processes.become(
        daemon, pid, container, container.arguments, settings.user, settings.directory, environment, terminal
    )
    daemon.terminals[id] = terminal
    check = container.health and container.health.test and container.health.test != NO_HEALTH
    health = Condition("starting", next=daemon.now + _first_check(container)) if check else Condition()
    restarts = container.state.restarts + 1 if again else 0
    wait = container.state.wait if again else 0
    container = daemon.set(
        id, status="running", started=daemon.now, error="", exit_code=0, oom_killed=False, health=health,
        restarts=restarts, wait=wait, again=None, stopped=False,
    )  # fmt: skip
    daemon.container_event(container, "start")
    text = f"the main process of {container.name} runs: {' '.join(container.arguments)}, pid {pid} of the host"
    yield daemon.step("started", text, id)


def _first_check(container: Container) -> float:
    health = container.health
    assert health is not None
    return health.start_interval if health.start_period > 0 else health.interval


def _limits(container: Container) -> str:
    found = [f"{n} {text}" for n, text in groups.limits(container.settings).items() if not text.startswith("max")]
    return f" with {', '.join(found)}" if found else ""


def _joined(daemon: Daemon, network: str) -> int | None:
    """The process whose network a container shares. DaemonError if that container does not run."""
    kind, _, reference = network.partition(":")
    if kind != "container":
        return None
    other = daemon.container(reference)
    if not other.state.running:
        raise DaemonError(f"cannot join network of a non running container: {other.id}", 409, 125)
    return other.state.pid


def _network(daemon: Daemon, id: str, pid: int) -> Steps:
    """An interface in each network of the container, names that its programs find, and its published ports."""
    container = daemon.engine.containers[id]
    inside = bridges.network_of(daemon, pid)
    own = inside != bridges.host_networks(daemon) and not container.settings.network.startswith("container:")
    if own:
        networks = links.set_up(daemon.host.kernel.networks, inside, "lo")
        bridges.change(daemon, networks, "loopback", f"lo of {container.name} is up")
    for number in container.endpoints:
        network = daemon.engine.networks[number]
        if network.driver != "bridge":
            continue
        container = bridges.plug(daemon, daemon.engine.containers[id], network, pid)
        endpoint = container.endpoints[number]
        daemon.happened("network", "connect", network.id, container=id, name=network.name, type="bridge")
        text = f"{endpoint.interface} has {endpoint.address}; {endpoint.host_interface} is a port of {network.device}"
        yield daemon.step("interface", text, id, number)
    if own:
        daemon.space.resolvers[inside] = lambda name: bridges.resolve(daemon.engine, id, name)
    bridged = [one for one in container.endpoints if daemon.engine.networks[one].driver == "bridge"]
    if bridged and ports.asked(container):
        container = ports.publish(daemon, container, daemon.engine.networks[bridged[0]])
        shown = ", ".join(f"{port.host} to {port.container}/{port.protocol}" for port in container.published)
        yield daemon.step("published", f"ports of the host lead to the container: {shown}", id)


def _write_files(daemon: Daemon, container: Container) -> None:
    """hostname, hosts and resolv.conf, which the container sees below /etc."""
    folder, name = f"{ROOT}/containers/{container.id}", container.settings.hostname or container.short
    ensure(daemon, folder)
    lines = ["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback"]
    lines += [f"{address}\t{host}" for host, address in container.settings.hosts]
    lines += [f"{one.address}\t{name}" for one in container.endpoints.values() if one.address]
    named = any(daemon.engine.networks[number].dns for number in container.endpoints)
    server = "nameserver 127.0.0.11\noptions ndots:0\n" if named else "# no name server: this machine has none\n"
    texts = {"hostname": f"{name}\n", "hosts": "\n".join(lines) + "\n", "resolv.conf": server}
    for file, text in texts.items():
        daemon.host.write_file(daemon.pid, f"{folder}/{file}", text)
