"""`docker exec`: one more process in the namespaces, the cgroup and the root of a running container."""

from collections.abc import Generator

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.signals import Ended
from vlearn.sim.engine import clock, processes
from vlearn.sim.engine.actions import Exec
from vlearn.sim.engine.answers import DaemonError, Finished, Reply
from vlearn.sim.engine.daemon import Daemon, Session
from vlearn.sim.engine.state import Engine
from vlearn.trace import Step

NOT_BY_CREATE = "OCI runtime exec failed: exec failed: unable to start container process: "


def execute_in(daemon: Daemon, action: Exec) -> Generator[Step[Engine], None, Reply]:
    """POST /containers/ID/exec and /exec/ID/start; unless detached wait for the end."""
    container = daemon.container(action.reference)
    if not action.command:
        raise DaemonError("no exec command specified", 400)
    if container.state.status == "paused":
        raise DaemonError(f"container {container.id} is paused, unpause the container before exec", 409)
    if container.state.status != "running":
        raise DaemonError(f"container {container.id} is not running", 409)
    settings, terminal = container.settings, Terminal()
    try:
        pid = processes.new_member(daemon, container)
    except SystemCallFailed as failed:
        text = f"{NOT_BY_CREATE}unable to start init: {(failed.strerror or '').lower()}: unknown"
        raise DaemonError(text, 500, 126) from None
    environment = (*processes.environment_of(container), *action.environment)
    try:
        processes.become(
            daemon, pid, container, action.command, action.user or settings.user,
            action.directory or settings.directory, environment, terminal,
        )  # fmt: skip
    except DaemonError as refused:
        daemon.space.kill(pid, Ended(signal="SIGKILL"))
        daemon.host.wait(container.state.shim, pid)
        words = refused.message.removeprefix(processes.CREATE_FAILED)
        why = words if words == refused.message else NOT_BY_CREATE + words
        raise DaemonError(why, refused.status, refused.code if refused.code in (126, 127) else 126) from None
    command = " ".join(action.command)
    daemon.container_event(container, f"exec_start: {command}")
    session = Session(container.id, container.state.shim, terminal, action.command, started=daemon.now)
    daemon.sessions[pid] = session
    yield daemon.step("exec", f"process {pid} of the host runs in {container.name}: {command}", container.id)
    if action.detach:
        yield from clock.settle(daemon)
        return Reply("exec", f"{command} runs in {container.name}", (container.id,), Finished(container.id))
    yield from clock.advance(daemon, action.seconds, lambda: session.code is not None)
    if session.code is not None:
        daemon.container_event(container, "exec_die", exitCode=str(session.code))
    finished = Finished(container.id, session.code, terminal.text(1), terminal.text(2), terminal.text())
    code = session.code or 0
    return Reply(
        "exec", f"{command} in {container.name}: exit code {session.code}", (container.id,), finished, code=code
    )
