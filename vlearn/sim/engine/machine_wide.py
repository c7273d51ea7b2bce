"""What concerns the whole machine: time, and dockerd itself stopping and starting again."""

from collections.abc import Generator

from vlearn.sim.engine import clock
from vlearn.sim.engine.actions import Advance, RestartDaemon
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.starting import start
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.stopping import stop
from vlearn.trace import Step

Service = Generator[Step[Engine], None, Reply]


def advance(daemon: Daemon, action: Advance) -> Service:
    """Let seconds pass."""
    if action.seconds < 0:
        raise DaemonError(f"time does not go back: {action.seconds:g} s", 400)
    yield from clock.advance(daemon, action.seconds)
    return Reply("time", f"it is {daemon.now:g} s since the machine started", (), daemon.now)


def restart_daemon(daemon: Daemon, action: RestartDaemon) -> Service:
    """Without live-restore all containers are stopped; `always` starts them, `unless-stopped` those that ran before."""
    ran = sorted(
        one.id for one in daemon.engine.containers.values() if one.state.status in ("running", "paused", "restarting")
    )
    before = {id: daemon.engine.containers[id].state.stopped for id in ran}
    yield daemon.step("daemon-stops", f"dockerd stops, and with it {len(ran)} containers")
    for id in ran:
        found = daemon.engine.containers.get(id)  # it may have ended while another one was stopped
        if found is not None and found.state.status in ("running", "paused", "restarting"):
            yield from stop(daemon, id, by_daemon=True)
    daemon.happened("daemon", "reload", "")
    yield daemon.step("daemon-starts", "dockerd starts again")
    for container in sorted(daemon.engine.containers.values(), key=lambda one: (one.created, one.id)):
        policy, id = container.settings.restart.policy, container.id
        if container.state.status != "exited":
            continue
        wanted = policy == "always" or (id in before and not before[id] and policy in ("unless-stopped", "on-failure"))
        if wanted and (policy != "on-failure" or container.state.exit_code != 0):
            try:
                yield from start(daemon, id)
            except DaemonError:
                continue  # the step before has said why
    yield from clock.settle(daemon)
    return Reply("daemon", "dockerd runs", ())
