"""Processes of a container: the first one, in new namespaces, and those that `exec` adds.

Each running container has a containerd-shim on the host: the parent of its main process, which takes its exit code.
Left out: containerd itself and runc, whose work dockerd does here.
"""

from contextlib import suppress

from vlearn.sim.containers.calls import Clone, SetGroups
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.shell import execute
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.shell.task import PATH
from vlearn.sim.engine import groups, roots
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.daemon import Daemon

SHIM = "/usr/bin/containerd-shim-runc-v2"
CREATE_FAILED = (
    "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)
ENTERED = ("pid", "ipc", "uts", "net", "cgroup", "mnt")


def start_shim(daemon: Daemon, container: Container) -> int:
    """A shim for one container, a child of the machine's init."""
    return daemon.host.spawn(1, SHIM, "-namespace", "moby", "-id", container.id)


def first_process(daemon: Daemon, container: Container, shim: int, joined: int | None) -> int:
    """A process in namespaces of its own; `joined` is a process whose network namespace it shares."""
    host, settings = daemon.host, container.settings
    flags = ["CLONE_NEWNS", "CLONE_NEWUTS", "CLONE_NEWIPC"]
    flags += ["CLONE_NEWPID"] if settings.pids != "host" else []
    flags += ["CLONE_NEWNET"] if joined is None and settings.network != "host" else []
    pid = host.clone(shim, *flags)
    if joined is not None:
        host.enter(pid, f"/proc/{joined}/ns/net", "CLONE_NEWNET")
    return pid


def new_member(daemon: Daemon, container: Container) -> int:
    """One more process in a running container's namespaces, cgroup and root, as a child of its shim."""
    host, shim, target = daemon.host, container.state.shim, container.state.pid
    helper = host.fork(shim)
    try:
        descriptors = [host.open(helper, f"/proc/{target}/ns/{name}") for name in ENTERED]
        groups.enter(daemon, container, helper)
        for descriptor in descriptors:
            host.setns(helper, descriptor)
        for descriptor in descriptors:
            host.close(helper, descriptor)
        host.ask(Clone(helper, ("CLONE_PARENT",)))
        return max(child for child in host.process(shim).children if child != helper)
    finally:
        host.exit(helper)
        host.wait(shim, helper)


def become(
    daemon: Daemon, pid: int, container: Container, command: tuple[str, ...], user: str, directory: str,
    environment: tuple[str, ...], terminal: Terminal,
) -> None:  # fmt: skip
    """Give up privileges, become the user, and execute the program. Raises DaemonError in runc's words."""
    host, settings = daemon.host, container.settings
    kept = roots.capabilities(settings.privileged, settings.capabilities_added, settings.capabilities_dropped)
    roots.drop_capabilities(host, pid, kept)
    variables = {name: value for name, _, value in (line.partition("=") for line in environment)}
    uid, gid, home = _identity(host, pid, user)
    variables.setdefault("HOME", home)
    try:
        host.chdir(pid, directory or "/")
    except SystemCallFailed as failed:
        raise DaemonError(
            f'{CREATE_FAILED}chdir to cwd ("{directory}") set in config.json failed: {_words(failed)}: unknown',
            500,
            _code(failed),
        ) from None
    if uid or gid:
        host.ask(SetGroups(pid, (gid,)))
        host.set_gids(pid, gid)
        host.set_uids(pid, uid)
    try:
        execute(host, pid, command, variables, terminal)
    except SystemCallFailed as failed:
        raise DaemonError(f"{CREATE_FAILED}{_refused(command[0], failed)}: unknown", 400, _code(failed)) from None


def _identity(host: Host, pid: int, user: str) -> tuple[int, int, str]:
    try:
        return roots.ids_of(host, pid, user or "0")
    except LookupError as unknown:
        raise DaemonError(str(unknown.args[0]), 400, 125) from None


def _refused(program: str, failed: SystemCallFailed) -> str:
    if "/" not in program and failed.name == "ENOENT":
        return f'exec: "{program}": executable file not found in $PATH'
    if failed.name == "EACCES":
        return f'exec: "{program}": {"is a directory" if "is a dir" in failed.why else "permission denied"}'
    if failed.name == "ENOENT":
        return f'exec: "{program}": stat {program}: {_words(failed)}'
    return f"exec {program}: {_words(failed)}"


def _words(failed: SystemCallFailed) -> str:
    return (failed.strerror or failed.name).lower()


def _code(failed: SystemCallFailed) -> int:
    """What the command line makes of a refused start: 127 for what is not there, 126 for what may not be run, 125."""
    return {"ENOENT": 127, "EACCES": 126, "ENOTDIR": 126, "EPERM": 126}.get(failed.name, 125)


def end_shim(daemon: Daemon, shim: int) -> None:
    """All children of a shim are reaped, then the shim ends, and init reaps it."""
    host = daemon.host
    if shim not in host.kernel.processes:
        return
    for child in sorted(host.process(shim).children):
        if not host.process(child).is_zombie:
            host.kill(shim, child, "SIGKILL")
        with suppress(SystemCallFailed):
            host.wait(shim, child)
    host.exit(shim)
    host.wait(1, shim)


def environment_of(container: Container) -> tuple[str, ...]:
    """What the daemon sets before the image's and the user's variables: PATH and HOSTNAME."""
    given = {line.partition("=")[0] for line in container.environment}
    own = (("PATH", PATH), ("HOSTNAME", container.settings.hostname or container.short))
    return (*(f"{name}={value}" for name, value in own if name not in given), *container.environment)
