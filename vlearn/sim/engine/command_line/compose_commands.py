"""`docker compose`: the file is read from the directory where the command is typed, as compose.yaml or its like.

Progress is printed as with --progress=plain. In the foreground, `up` shows the logs until all containers have ended, or
presses Ctrl-C after a minute of the model.
"""

from collections.abc import Iterable, Mapping

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import Finished
from vlearn.sim.engine.command_line.columns import table
from vlearn.sim.engine.command_line.compose_file import named, project_of
from vlearn.sim.engine.command_line.compose_shown import canonical, log_text, rows_of
from vlearn.sim.engine.command_line.compose_up import build_or_pull, show, up_all
from vlearn.sim.engine.command_line.invocation import PATIENCE, Handler, Invocation
from vlearn.sim.engine.command_line.said import ERR
from vlearn.sim.engine.compose.down import down, stopped
from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.members import containers, number_of, service_of
from vlearn.sim.engine.compose.order import in_order
from vlearn.sim.engine.compose.project import Project
from vlearn.sim.engine.container import Container

# --- up and down ---


def stop_all(call: Invocation) -> None:
    """`docker compose down`."""
    project, given = project_of(call), call.given
    show(
        call,
        down(
            call.docker,
            project,
            volumes=given.has("volumes"),
            orphans=given.has("remove-orphans"),
            seconds=given["timeout"],
        ),
    )


def stop(call: Invocation) -> None:
    """`docker compose stop`."""
    project = project_of(call)
    order = {name: number for number, name in enumerate(in_order(project))}
    found = [one for one in _chosen(call, project) if one.state.running and service_of(one) in order]
    for one in sorted(found, key=lambda one: -order[service_of(one)]):
        show(call, stopped(call.docker, one, call.given["timeout"]))


def start(call: Invocation) -> None:
    """`docker compose start`."""
    project = project_of(call)
    for one in _in_order(project, _chosen(call, project)):
        if not one.state.running:
            call.to.err(f" Container {one.name}  Starting")
            call.ask(actions.Start(one.id))
            call.to.err(f" Container {one.name}  Started")


def restart(call: Invocation) -> None:
    """`docker compose restart`."""
    project = project_of(call)
    for one in _in_order(project, _chosen(call, project)):
        call.to.err(f" Container {one.name}  Restarting")
        call.ask(actions.RestartContainer(one.id, call.given["timeout"]))
        call.to.err(f" Container {one.name}  Started")


def _chosen(call: Invocation, project: Project) -> list[Container]:
    return containers(call.docker, project.name, named(call, project, call.arguments))


def _in_order(project: Project, found: Iterable[Container]) -> list[Container]:
    order = {name: number for number, name in enumerate(in_order(project))}
    return sorted((one for one in found if service_of(one) in order), key=lambda one: order[service_of(one)])


# --- looking ---


def ps(call: Invocation) -> None:
    """`docker compose ps`."""
    project = project_of(call)
    found = [
        one
        for one in _chosen(call, project)
        if call.given.has("all") or one.state.status in ("running", "paused", "restarting")
    ]
    if call.given.has("services"):
        call.to.out(*sorted({service_of(one) for one in found}))
    elif call.given.has("quiet"):
        call.to.out(*(one.id for one in found))
    else:
        call.to.raw(table(rows_of(call.engine, found)))


def logs(call: Invocation) -> None:
    """`docker compose logs`: lines in the order of their time."""
    project, given = project_of(call), call.given
    if given.has("follow"):
        call.docker.advance(PATIENCE)
    tail = given.text("tail", "all")
    call.to.raw(
        log_text(
            _chosen(call, project),
            call.engine if given.has("timestamps") else None,
            prefix=not given.has("no-log-prefix"),
            tail=int(tail) if tail.isdigit() else None,
        )
    )
    if given.has("follow"):
        call.to.err("^C", code=130)


def build(call: Invocation) -> None:
    """`docker compose build`."""
    project = project_of(call)
    names = named(call, project, call.arguments) or list(project.services)
    wanted = [name for name in names if project.services[name].build is not None]
    if not wanted:
        call.to.err("No services to build")
    build_or_pull(call, project, wanted, always=True, no_cache=call.given.has("no-cache"))


def config(call: Invocation) -> None:
    """`docker compose config`: the file as compose understands it."""
    project, given = project_of(call), call.given
    if given.has("services"):
        call.to.out(*sorted(project.services))
    elif given.has("volumes"):
        call.to.out(*sorted(project.volumes))
    elif not given.has("quiet"):
        call.to.raw(canonical(project))


def execute(call: Invocation) -> None:
    """`docker compose exec`."""
    project, given = project_of(call), call.given
    name, *command = call.arguments
    named(call, project, (name,))
    number = given["index"] or 1
    found = [one for one in containers(call.docker, project.name, (name,)) if number_of(one) == number]
    if not found or not found[0].state.running:
        raise ComposeError(f'service "{name}" is not running')
    action = actions.Exec(
        found[0].id,
        tuple(command),
        given.text("user"),
        given.text("workdir"),
        given.texts("env"),
        given.has("detach"),
        PATIENCE,
    )
    finished: Finished = call.ask(action)
    call.to.raw(finished.output)
    call.to.raw(finished.errors, ERR)
    call.to.code = finished.code or 0


HANDLERS: Mapping[str, Handler] = {
    "compose up": up_all, "compose down": stop_all, "compose stop": stop, "compose start": start,
    "compose restart": restart, "compose ps": ps, "compose logs": logs, "compose build": build,
    "compose config": config, "compose exec": execute,
}  # fmt: skip
