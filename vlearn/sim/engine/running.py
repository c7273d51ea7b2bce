"""What a client asks of one container: create, start, run, restart, wait, rename, update."""

from collections.abc import Generator
from dataclasses import replace

from vlearn.sim.engine import clock, groups
from vlearn.sim.engine.actions import Create, Rename, RestartContainer, Run, Start, Update, Wait
from vlearn.sim.engine.answers import DaemonError, Finished, Reply
from vlearn.sim.engine.creating import check_name, create
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.removing import remove
from vlearn.sim.engine.specifications import restart_of
from vlearn.sim.engine.starting import start
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.stopping import stop
from vlearn.trace import Step

Service = Generator[Step[Engine], None, Reply]


def create_container(daemon: Daemon, action: Create) -> Service:
    """POST /containers/create, and before it what the client does: pull what is missing."""
    yield daemon.step("request", f"the client asks the daemon for a container of {action.settings.image}")
    container = yield from create(daemon, action.settings)
    return Reply("created", container.id, (container.id,), container.id, status=201)


def start_container(daemon: Daemon, action: Start) -> Service:
    """POST /containers/ID/start: nothing happens to one that runs."""
    container = daemon.container(action.reference)
    if container.state.status == "paused":
        raise DaemonError("cannot start a paused container, try unpause instead", 409)
    if container.state.running:
        return Reply("not-modified", f"{container.name} runs already", (container.id,), status=304)
    daemon.set(container.id, wait=0.0, again=None)
    yield from start(daemon, container.id)
    yield from clock.settle(daemon)
    return Reply("start", f"{container.name} was started", (container.id,), status=204)


def run_container(daemon: Daemon, action: Run) -> Service:
    """`docker run`: create, start, and unless detached wait for the end."""
    yield daemon.step("request", f"the client sends `docker run {action.settings.image}` to the daemon")
    try:
        container = yield from create(daemon, action.settings)
    except DaemonError as refused:
        raise DaemonError(refused.message, refused.status, 125) from None
    id = container.id
    try:
        yield from start(daemon, id)
    except DaemonError:
        if container.settings.remove:
            yield from remove(daemon, id, volumes=True)
        raise
    if action.detach:
        yield from clock.settle(daemon)
        return Reply("detached", id, (id,), Finished(id))
    terminal = daemon.terminals[id]
    before = len(terminal.log)
    runs = container.state.restarts
    code: int | None = None

    def over() -> bool:
        now = daemon.engine.containers.get(id)
        return now is None or not now.state.running or now.state.restarts != runs

    for step in clock.advance(daemon, action.seconds, over):
        if step.event.kind == "exited" and id in step.event.touches:
            code = step.state.containers[id].state.exit_code
        yield step
    said = terminal.log[before:]
    texts = [
        b"".join(one.content for one in said if one.descriptor in which).decode("utf-8", "replace")
        for which in ((1,), (2,), (1, 2))
    ]
    text = f"{container.name} has ended with exit code {code}" if code is not None else f"{container.name} still runs"
    return Reply("finished", text, (id,), Finished(id, code, *texts), code=code or 0)


def restart_container(daemon: Daemon, action: RestartContainer) -> Service:
    """POST /containers/ID/restart."""
    container = daemon.container(action.reference)
    if container.state.status in ("running", "paused", "restarting"):
        removes = container.settings.remove
        daemon.set(container.id, settings=replace(container.settings, remove=False))
        yield from stop(daemon, container.id, action.seconds)
        daemon.set(container.id, settings=replace(daemon.engine.containers[container.id].settings, remove=removes))
    daemon.set(container.id, wait=0.0)
    yield from start(daemon, container.id)
    yield from clock.settle(daemon)
    daemon.container_event(container, "restart")
    return Reply("restart", f"{container.name} was restarted", (container.id,), status=204)


def wait_container(daemon: Daemon, action: Wait) -> Service:
    """POST /containers/ID/wait."""
    container = daemon.container(action.reference)
    id, code = container.id, container.state.exit_code

    def over() -> bool:
        found = daemon.engine.containers.get(id)
        return found is None or found.state.status in ("created", "exited", "dead", "restarting")

    if not over():
        for step in clock.advance(daemon, action.seconds, over):
            if step.event.kind == "exited" and id in step.event.touches:
                code = step.state.containers[id].state.exit_code
            yield step
        if not over():
            return Reply("still-running", f"{container.name} still runs", (id,), None)
    return Reply("wait", f"{container.name} has exit code {code}", (id,), code)


def rename_container(daemon: Daemon, action: Rename) -> Service:
    """POST /containers/ID/rename."""
    container = daemon.container(action.reference)
    name = action.name.removeprefix("/")
    if name == container.name:
        raise DaemonError("Renaming a container with the same name as its current name", 400)
    check_name(daemon.engine, name)
    names = daemon.engine.names.delete(container.name).set(name, container.id)
    daemon.engine = replace(daemon.engine, names=names)
    after = daemon.set(container.id, name=name, settings=replace(container.settings, name=name))
    daemon.container_event(after, "rename", oldName=f"/{container.name}")
    yield daemon.step("renamed", f"{container.name} is called {name} now", container.id)
    return Reply("rename", name, (container.id,), status=204)


def update_container(daemon: Daemon, action: Update) -> Service:
    """POST /containers/ID/update: limits are written to the cgroup of one that runs."""
    container = daemon.container(action.reference)
    settings = container.settings
    changed = {
        name: value
        for name, value in (("memory", action.memory), ("cpus", action.cpus), ("pids_limit", action.pids_limit))
        if value is not None
    }
    settings = replace(settings, **changed)  # type: ignore[arg-type]
    if action.restart is not None:
        settings = replace(settings, restart=restart_of(action.restart))
    container = daemon.set(container.id, settings=settings)
    if container.state.running:
        groups.limit(daemon, container)
    daemon.container_event(container, "update")
    yield daemon.step("updated", f"{container.name} has other settings", container.id)
    yield from clock.settle(daemon)
    return Reply("update", container.name, (container.id,))
