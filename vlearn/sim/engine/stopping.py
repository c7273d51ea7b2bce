"""How a container is stopped: signals, the grace period, the freezer, and removal."""

from collections.abc import Generator
from dataclasses import replace

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.signals import SIGNALS
from vlearn.sim.engine import clock, groups
from vlearn.sim.engine.actions import Kill, Pause, Remove, Stop, Unpause
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.removing import remove
from vlearn.sim.engine.state import Engine
from vlearn.trace import Step

Service = Generator[Step[Engine], None, Reply]
GRACE = 10.0


def _must_run(container: Container) -> Container:
    if container.state.status in ("running", "paused"):
        return container
    raise DaemonError(f"container {container.id} is not running", 409)


def stop_container(daemon: Daemon, action: Stop) -> Service:
    """POST /containers/ID/stop: the stop signal, and after the grace period SIGKILL."""
    container = daemon.container(action.reference)
    if container.state.status not in ("running", "paused", "restarting"):
        return Reply("not-modified", f"{container.name} does not run", (container.id,), status=304)
    yield from stop(daemon, container.id, action.seconds)
    return Reply("stop", f"{container.name} was stopped", (container.id,), status=204)


def stop(
    daemon: Daemon, id: str, seconds: float | None = None, *, by_daemon: bool = False
) -> Generator[Step[Engine], None, None]:
    """Stop a container, whatever it is doing; one that the daemon stops has not been stopped by a user."""
    container = daemon.set(id, stopped=True)
    yield from _stopped(daemon, container, seconds)
    if by_daemon and id in daemon.engine.containers:
        daemon.set(id, stopped=False)


def _stopped(daemon: Daemon, container: Container, seconds: float | None) -> Generator[Step[Engine], None, None]:
    id, settings = container.id, container.settings
    if container.state.status == "restarting":
        daemon.set(id, status="exited", again=None)
        yield daemon.step("stopped", f"{container.name} waits for its restart no more", id)
        return
    if container.state.status == "paused":
        yield from _thaw(daemon, id)
    grace = seconds if seconds is not None else settings.stop_timeout
    grace = GRACE if grace is None else float(grace)
    yield from _signal(daemon, id, settings.stop_signal)

    def over() -> bool:
        found = daemon.engine.containers.get(id)
        return found is None or not found.state.running

    yield from clock.advance(daemon, grace if grace >= 0 else 3600, over)
    if not over():
        yield daemon.step("grace-over", f"{container.name} still runs after {grace:g} s", id)
        yield from _signal(daemon, id, "SIGKILL")
        yield from clock.settle(daemon)
    daemon.container_event(container, "stop")


def _signal(daemon: Daemon, id: str, signal: str) -> Generator[Step[Engine], None, None]:
    container = daemon.engine.containers[id]
    daemon.container_event(container, "kill", signal=str(SIGNALS[signal]))
    text = f"{signal} to the main process of {container.name}"
    try:
        daemon.host.kill(container.state.shim, container.state.pid, signal)
    except SystemCallFailed as failed:
        raise DaemonError(f"Cannot kill container: {container.id}: {failed.strerror}") from None
    yield daemon.step("signal", text, id)


def signal_named(text: str) -> str:
    """`9`, `kill`, `KILL` and `SIGKILL` are one signal. DaemonError 400 for what is none."""
    name = text.upper()
    if name.isdigit():
        found = next((signal for signal, number in SIGNALS.items() if number == int(name)), "")
    else:
        found = name if name.startswith("SIG") else f"SIG{name}"
    if found not in SIGNALS:
        raise DaemonError(f"Invalid signal: {text}", 400)
    return found


def kill_container(daemon: Daemon, action: Kill) -> Service:
    """POST /containers/ID/kill."""
    signal = signal_named(action.signal)
    container = daemon.container(action.reference)
    if container.state.status not in ("running", "paused"):
        raise DaemonError(f"cannot kill container: {action.reference}: container {container.id} is not running", 409)
    if signal in ("SIGKILL", "SIGTERM", container.settings.stop_signal):
        daemon.set(container.id, stopped=True)
    if container.state.status == "paused" and signal == "SIGKILL":
        yield from _thaw(daemon, container.id)
    yield from _signal(daemon, container.id, signal)
    yield from clock.settle(daemon)
    return Reply("kill", f"{signal} was sent to {container.name}", (container.id,), status=204)


def pause_container(daemon: Daemon, action: Pause) -> Service:
    """POST /containers/ID/pause: the freezer of its cgroup."""
    container = daemon.container(action.reference)
    if container.state.status == "paused":
        raise DaemonError(f"container {container.id} is already paused", 409)
    _must_run(container)
    groups.freeze(daemon, container, True)
    daemon.set(container.id, status="paused")
    daemon.container_event(container, "pause")
    yield daemon.step(
        "frozen", f"the cgroup of {container.name} is frozen: its processes get no processor", container.id
    )
    return Reply("pause", f"{container.name} is paused", (container.id,), status=204)


def unpause_container(daemon: Daemon, action: Unpause) -> Service:
    """POST /containers/ID/unpause."""
    container = daemon.container(action.reference)
    if container.state.status != "paused":
        raise DaemonError(f"container {container.id} is not paused", 409)
    yield from _thaw(daemon, container.id)
    yield from clock.settle(daemon)
    return Reply("unpause", f"{container.name} goes on", (container.id,), status=204)


def _thaw(daemon: Daemon, id: str) -> Generator[Step[Engine], None, None]:
    container = daemon.engine.containers[id]
    groups.freeze(daemon, container, False)
    daemon.set(id, status="running")
    daemon.container_event(container, "unpause")
    yield daemon.step("thawed", f"the cgroup of {container.name} is thawed", id)


def remove_container(daemon: Daemon, action: Remove) -> Service:
    """DELETE /containers/ID: one that runs only with force, which kills it."""
    container = daemon.container(action.reference)
    state = container.state
    if state.status in ("running", "paused", "restarting"):
        if not action.force:
            hint = "stop the container before removing or force remove"
            if state.status == "paused":
                hint = "unpause and then stop the container before removing or force remove"
            what = f'cannot remove container "{container.name}": container is {state.status}: {hint}'
            raise DaemonError(what, 409)
        daemon.set(container.id, settings=replace(container.settings, remove=False))
        yield from _killed(daemon, container.id)
    yield from remove(daemon, container.id, volumes=action.volumes)
    return Reply("remove", container.name, (container.id,), status=204)


def _killed(daemon: Daemon, id: str) -> Generator[Step[Engine], None, None]:
    container = daemon.set(id, stopped=True)
    if container.state.status == "restarting":
        daemon.set(id, status="exited", again=None)
    if container.state.status == "paused":
        yield from _thaw(daemon, id)
    if daemon.engine.containers[id].state.running:
        yield from _signal(daemon, id, "SIGKILL")
        yield from clock.settle(daemon)
