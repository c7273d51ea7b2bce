"""A container's control group, system.slice/docker-ID.scope as systemd names it, and its limits as files."""

from contextlib import suppress

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.settings import Settings

MOUNT = "/sys/fs/cgroup"
SLICE = f"{MOUNT}/system.slice"
PERIOD = 100_000
CONTROLLERS = "+cpu +cpuset +io +memory +pids"


def prepare(daemon: Daemon) -> None:
    """The slice that all containers are in; controllers are handed down to it and through it."""
    host, pid = daemon.host, daemon.pid
    with suppress(SystemCallFailed):
        host.mkdir(pid, SLICE)
    for folder in (MOUNT, SLICE):
        host.write_file(pid, f"{folder}/cgroup.subtree_control", CONTROLLERS)


def make(daemon: Daemon, container: Container) -> None:
    """The group with its limits, and no process yet."""
    daemon.host.mkdir(daemon.pid, MOUNT + container.cgroup)
    limit(daemon, container)


def limits(settings: Settings) -> dict[str, str]:
    """The control files and what goes into them; for the exam as well: --cpus 0.5 is 50 ms in every 100 ms."""
    return {
        "memory.max": str(settings.memory) if settings.memory else "max",
        "cpu.max": f"{round(settings.cpus * PERIOD)} {PERIOD}" if settings.cpus else f"max {PERIOD}",
        "pids.max": str(settings.pids_limit) if settings.pids_limit > 0 else "max",
    }


def limit(daemon: Daemon, container: Container) -> None:
    """Write the limits."""
    for name, text in limits(container.settings).items():
        if text.split()[0] != "max" or container.state.running:
            daemon.host.write_file(daemon.pid, f"{MOUNT}{container.cgroup}/{name}", text)


def enter(daemon: Daemon, container: Container, pid: int) -> None:
    """Put a process of the host into the group."""
    daemon.host.write_file(daemon.pid, f"{MOUNT}{container.cgroup}/cgroup.procs", str(pid))


def freeze(daemon: Daemon, container: Container, on: bool) -> None:
    """`docker pause` is this and nothing more: processes get no processor, and notice nothing."""
    daemon.host.write_file(daemon.pid, f"{MOUNT}{container.cgroup}/cgroup.freeze", str(int(on)))


def kill(daemon: Daemon, container: Container) -> None:
    """SIGKILL to every process in the group."""
    daemon.host.write_file(daemon.pid, f"{MOUNT}{container.cgroup}/cgroup.kill", "1")


def killed_for_memory(daemon: Daemon, container: Container) -> bool:
    """Whether the OOM killer has been in the group."""
    with suppress(SystemCallFailed):
        text = daemon.host.read_file(daemon.pid, f"{MOUNT}{container.cgroup}/memory.events").decode()
        return any(line.startswith("oom_kill ") and line != "oom_kill 0" for line in text.splitlines())
    return False


def remove(daemon: Daemon, container: Container) -> None:
    """The group goes when its last process is gone."""
    with suppress(SystemCallFailed):
        daemon.host.rmdir(daemon.pid, MOUNT + container.cgroup)
