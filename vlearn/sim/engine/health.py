"""Health checks: a command that is executed in the container every so often, and the verdict after some failures.

A container is `starting` until a check succeeds or `retries` fail in a row; failures of its start period do not count.
"""

from collections.abc import Generator
from dataclasses import replace

from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.signals import Ended
from vlearn.sim.engine import processes
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Condition, Container, HealthStatus, Probe
from vlearn.sim.engine.daemon import Daemon, Session
from vlearn.sim.engine.state import Engine
from vlearn.trace import Step

Steps = Generator[Step[Engine], None, None]
KEPT = 5
TIMED_OUT = -1


def begin(daemon: Daemon, id: str) -> Steps:
    """Execute the check."""
    container = daemon.engine.containers[id]
    health = container.health
    assert health is not None
    kind, *words = health.test
    command = tuple(words) if kind == "CMD" else ("/bin/sh", "-c", *words)
    terminal = Terminal()
    settings = container.settings
    session = Session(id, container.state.shim, terminal, command, True, daemon.now + health.timeout, daemon.now)
    pid = processes.new_member(daemon, container)
    environment = processes.environment_of(container)
    try:
        processes.become(daemon, pid, container, command, settings.user, settings.directory, environment, terminal)
    except DaemonError as refused:
        if pid in daemon.host.kernel.processes:
            daemon.space.kill(pid, Ended(signal="SIGKILL"))
            daemon.host.wait(container.state.shim, pid)
        yield from _judge(daemon, id, Probe(daemon.now, daemon.now, TIMED_OUT, refused.message))
        return
    daemon.sessions[pid] = session
    daemon.container_event(container, f"exec_start: {' '.join(command)}")
    yield daemon.step("health-check", f"{container.name}: {' '.join(command)}", id)


def finish(daemon: Daemon, session: Session) -> Steps:
    """The check has ended by itself."""
    code = session.code if session.code is not None else TIMED_OUT
    yield from _judge(daemon, session.container, Probe(session.started, daemon.now, code, session.terminal.text()))


def late(daemon: Daemon, pid: int) -> Steps:
    """The check has had its time: it is killed, and counts as a failure."""
    session = daemon.sessions.pop(pid)
    daemon.space.kill(pid, Ended(signal="SIGKILL"))
    daemon.host.wait(session.shim, pid)
    timeout = daemon.now - session.started
    text = f"Health check exceeded timeout ({timeout:g}s)"
    yield from _judge(daemon, session.container, Probe(session.started, daemon.now, TIMED_OUT, text))


def _judge(daemon: Daemon, id: str, probe: Probe) -> Steps:
    container = daemon.engine.containers[id]
    if not container.state.running:
        return
    before = container.state.health
    after = verdict(container, probe)
    daemon.set(id, health=after)
    word = (
        "passes"
        if probe.code == 0
        else f"fails ({'timeout' if probe.code == TIMED_OUT else f'exit code {probe.code}'})"
    )
    yield daemon.step("health", f"the check of {container.name} {word}: {after.status}", id)
    if after.status != before.status:
        daemon.container_event(container, f"health_status: {after.status}")


def verdict(container: Container, probe: Probe) -> Condition:
    """The condition after one more probe: one success heals, `retries` failures in a row make unhealthy."""
    health, before = container.health, container.state.health
    assert health is not None
    assert container.state.started is not None
    young = probe.started - container.state.started < health.start_period
    status: HealthStatus = before.status
    if probe.code == 0:
        failing, status = 0, "healthy"
    elif before.status == "starting" and young:
        failing = before.failing
    else:
        failing = before.failing + 1
        status = "unhealthy" if failing >= health.retries else before.status
    waits = health.start_interval if status == "starting" and young else health.interval
    return replace(
        before, status=status, failing=failing, probes=(*before.probes, probe)[-KEPT:], next=probe.ended + waits
    )
