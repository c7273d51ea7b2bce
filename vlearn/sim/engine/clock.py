"""Time in the engine: programs run until all wait, then the clock goes to the next moment that somebody waits for.

Somebody is a program, a container that waits for its restart, a health check that is due, an exec that takes too long.
"""

from collections.abc import Callable, Generator

from vlearn.sim.containers.shell.userspace import INSTANT
from vlearn.sim.engine import health
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Container, State
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.ending import clear_up, next_wait
from vlearn.sim.engine.groups import killed_for_memory
from vlearn.sim.engine.removing import remove
from vlearn.sim.engine.starting import start
from vlearn.sim.engine.state import Engine
from vlearn.trace import Step

Steps = Generator[Step[Engine], None, None]


def settle(daemon: Daemon) -> Steps:
    """Everything that happens now: programs run, ends are noticed, and what is due is done."""
    busy = True
    while busy:
        daemon.space.settle()
        daemon.read_logs()
        busy = False
        for pid, session in tuple(daemon.sessions.items()):
            process = daemon.host.kernel.processes.get(pid)
            if process is not None and process.ended is None:
                continue
            busy = True
            daemon.sessions.pop(pid)
            if process is not None and process.ended is not None:
                session.code = process.ended.shell
                daemon.host.wait(session.shim, pid)
            if session.probe:
                yield from health.finish(daemon, session)
        for container in _running(daemon):
            process = daemon.host.kernel.processes.get(container.state.pid)
            if process is None or process.is_zombie:
                busy = True
                yield from ended(daemon, container.id)
        for container in _due(daemon):
            busy = True
            if container.state.again is not None:
                yield from _start_again(daemon, container)
            else:
                yield from health.begin(daemon, container.id)
        for pid in _late(daemon):
            busy = True
            yield from health.late(daemon, pid)


def advance(daemon: Daemon, seconds: float, done: Callable[[], bool] | None = None) -> Steps:
    """Let time pass until `done` holds, nobody waits for any moment any more, or so many seconds are over.

    Without `done` all of the seconds pass.
    """
    last = daemon.now + seconds
    yield from settle(daemon)
    while done is None or not done():
        moment = _next(daemon)
        if moment is None or moment > last + INSTANT:
            if (done is None or moment is not None) and last > daemon.now:
                daemon.host.sleep(last - daemon.now)
            return
        if moment > daemon.now:
            daemon.host.sleep(moment - daemon.now)
        yield from settle(daemon)


def ended(daemon: Daemon, id: str) -> Steps:
    """A main process has ended: exit code, OOM kill, and what the restart policy says."""
    container = daemon.engine.containers[id]
    killed = killed_for_memory(daemon, container)
    how = clear_up(daemon, id)
    code = how.shell if how else 137
    container = daemon.set(
        id, status="exited", exit_code=code, finished=daemon.now, oom_killed=killed, published=(),
    )  # fmt: skip
    if killed:
        daemon.container_event(container, "oom")
    daemon.container_event(container, "die", exitCode=str(code))
    why = " by the OOM killer" if killed else ""
    text = f"the main process of {container.name} has ended{why} ({how or 'killed'}): exit code {code}"
    yield daemon.step("exited", text, id)
    if restarts(container):
        ran = daemon.now - (container.state.started or 0)
        wait = next_wait(container.state.wait, ran)
        daemon.set(id, status="restarting", wait=wait, again=daemon.now + wait)
        yield daemon.step("back-off", f"{container.name} is started again in {wait:g} s", id)
    elif container.settings.remove:
        yield from remove(daemon, id, volumes=True)


def restarts(container: Container) -> bool:
    """Whether the restart policy starts a container again that has just ended."""
    state, policy = container.state, container.settings.restart
    if state.stopped or policy.policy == "no":
        return False
    if policy.policy == "on-failure":
        return state.exit_code != 0 and (not policy.most or state.restarts < policy.most)
    return True


def _running(daemon: Daemon) -> list[Container]:
    return [daemon.engine.containers[id] for id in sorted(daemon.terminals)]


def _due(daemon: Daemon) -> list[Container]:
    now = daemon.now + INSTANT
    checked = {session.container for session in daemon.sessions.values() if session.probe}
    found = []
    for container in sorted(daemon.engine.containers.values(), key=lambda one: one.id):
        state = container.state
        starts = state.again is not None and state.again <= now
        if starts or (_is_checked(state) and container.id not in checked and state.health.next <= now):
            found.append(container)
    return found


def _is_checked(state: State) -> bool:
    return state.status == "running" and bool(state.health.status)


def _late(daemon: Daemon) -> list[int]:
    now = daemon.now + INSTANT
    return [pid for pid, one in daemon.sessions.items() if one.deadline is not None and one.deadline <= now]


def _next(daemon: Daemon) -> float | None:
    checked = {session.container for session in daemon.sessions.values() if session.probe}
    moments = [daemon.space.next_moment()]
    moments += [session.deadline for session in daemon.sessions.values()]
    for container in daemon.engine.containers.values():
        state = container.state
        moments.append(state.again)
        if _is_checked(state) and container.id not in checked:
            moments.append(state.health.next)
    return min((moment for moment in moments if moment is not None), default=None)


def _start_again(daemon: Daemon, container: Container) -> Steps:
    daemon.set(container.id, again=None)
    try:
        yield from start(daemon, container.id, again=True)
    except DaemonError:
        return  # the step before has said why; the daemon gives up
