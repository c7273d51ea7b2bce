"""What is left to do when a container's main process has ended: take everything back that its start has made."""

from contextlib import suppress

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.signals import Ended
from vlearn.sim.engine import bridges, groups, ports, processes
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.storage import unmount_root

MOST_WAIT, FIRST_WAIT, LONG_ENOUGH = 60.0, 0.1, 10.0
"""Seconds: a restart waits 100 ms, then twice as long each time up to a minute; ten seconds of running forgive all."""


def clear_up(daemon: Daemon, id: str) -> Ended | None:
    """No process, mount, group, interface or port of a container's run is left. How its main process ended."""
    container = daemon.engine.containers[id]
    host, state = daemon.host, container.state
    if container.superblock or state.shim:
        daemon.read_logs()
    ended: Ended | None = None
    if state.pid in host.kernel.processes:
        inside = bridges.network_of(daemon, state.pid)
        if inside != bridges.host_networks(daemon) and not container.settings.network.startswith("container:"):
            daemon.space.resolvers.pop(inside, None)
        if not host.process(state.pid).is_zombie:
            daemon.space.kill(state.pid, Ended(signal="SIGKILL"))
        ended = host.process(state.pid).ended
    if container.settings.pids == "host":
        with suppress(SystemCallFailed):
            groups.kill(daemon, container)
    container = ports.withdraw(daemon, container)
    for number in tuple(container.endpoints):
        network = daemon.engine.networks.get(number)
        if network is not None and container.endpoints[number].address is not None:
            container = bridges.unplug(daemon, container, network)
            daemon.happened("network", "disconnect", network.id, container=id, name=network.name, type="bridge")
    if state.shim:
        processes.end_shim(daemon, state.shim)
    daemon.space.settle()
    for pid in [pid for pid, session in daemon.sessions.items() if session.container == id]:
        session = daemon.sessions.pop(pid)
        session.code = 137 if session.code is None else session.code
    unmount_root(daemon, id)
    groups.remove(daemon, container)
    daemon.terminals.pop(id, None)
    daemon.set(id, pid=0, shim=0)
    return ended


def next_wait(wait: float, ran: float) -> float:
    """The back-off before the next restart, after one of `wait` seconds and a run of `ran` seconds."""
    if not wait or ran >= LONG_ENOUGH:
        return FIRST_WAIT
    return min(2 * wait, MOST_WAIT)
