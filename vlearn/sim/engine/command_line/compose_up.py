"""`docker compose up`: build or pull what is missing, make and start, and follow the logs in the foreground."""

from collections.abc import Iterable
from posixpath import join

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.build_commands import built, read_context
from vlearn.sim.engine.command_line.compose_file import named, project_of
from vlearn.sim.engine.command_line.compose_shown import log_text
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.command_line.image_commands import pulled
from vlearn.sim.engine.command_line.invocation import PATIENCE, Invocation
from vlearn.sim.engine.command_line.said import ERR
from vlearn.sim.engine.compose.down import stopped
from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.members import Done, containers, number_of, service_of
from vlearn.sim.engine.compose.order import in_order, with_dependencies
from vlearn.sim.engine.compose.project import Project, Service
from vlearn.sim.engine.compose.up import up
from vlearn.sim.engine.find import find_image
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.ignore import Ignore


def show(call: Invocation, steps: Iterable[Done]) -> None:
    """Print progress, which compose does on standard error."""
    for step in steps:
        call.to.err(str(step))


def up_all(call: Invocation) -> None:
    """`docker compose up`."""
    given = call.given
    if given.has("detach") and given.has("abort-on-container-exit"):
        raise ClientError("cannot combine flag --abort-on-container-exit with detach flag")
    project = project_of(call)
    asked = named(call, project, call.arguments)
    wanted = set(asked) if given.has("no-deps") else set(with_dependencies(project, asked))
    if not asked:
        chosen = [name for name, service in project.services.items() if not service.profiles]
        wanted = set(with_dependencies(project, chosen))
    scale = _scale(project, given.texts("scale"))
    build_or_pull(call, project, wanted, always=given.has("build"))
    _orphans(call, project)
    try:
        show(call, up(call.docker, project, wanted, scale, recreate=given.has("force-recreate")))
        if given.has("wait"):
            _until_ready(call, project, wanted)
    except DaemonError as error:
        raise ClientError(str(error)) from None
    if not given.has("detach") and not given.has("wait"):
        _attached(call, project, wanted)


def _scale(project: Project, given: Iterable[str]) -> dict[str, int]:
    found = {}
    for one in given:
        name, equals, number = one.partition("=")
        if not equals or not number.isdigit():
            raise ClientError(f"invalid --scale option {one!r}. Should be SERVICE=NUM".replace("'", '"'))
        if name not in project.services:
            raise ComposeError(f"no such service: {name}")
        found[name] = int(number)
    return found


def build_or_pull(
    call: Invocation, project: Project, wanted: Iterable[str], *, always: bool, no_cache: bool = False
) -> None:
    """Build or pull what is missing."""
    for name in (name for name in in_order(project) if name in wanted):
        service = project.services[name]
        there = _there(call, service.settings.image)
        if service.build is not None and (always or not there):
            _build(call, project, service, no_cache)
        elif not there and service.build is None:
            call.to.err(f" {name} Pulling ")
            pulled(call, service.settings.image, ERR)
            call.to.err(f" {name} Pulled ")


def _there(call: Invocation, image: str) -> bool:
    try:
        find_image(call.engine, image)
    except DaemonError:
        return False
    return True


def _build(call: Invocation, project: Project, service: Service, no_cache: bool) -> None:
    build = service.build
    assert build is not None
    folder = join(project.directory, build.context)
    if build.inline:
        text, context, ignore = build.inline, Plain(), Ignore()
        if call.place.kind(folder) == "dir":
            context = call.place.folder(folder)
    else:
        text, context, ignore = read_context(call, folder, join(folder, build.dockerfile))
    built(
        call,
        actions.BuildImage(
            text, context, ignore, service.settings.image, build.target, build.arguments, no_cache or build.no_cache
        ),
    )
    call.to.err(f" {service.settings.image}  Built")


def _orphans(call: Invocation, project: Project) -> None:
    strangers = [one for one in containers(call.docker, project.name) if service_of(one) not in project.services]
    if not strangers:
        return
    if call.given.has("remove-orphans"):
        for one in strangers:
            call.ask(actions.Remove(one.id, force=True))
            call.to.err(f" Container {one.name}  Removed")
        return
    names = " ".join(one.name for one in strangers)
    call.to.err(
        f"WARN[0000] Found orphan containers ([{names}]) for this project. If you removed or renamed this service in "
        "your compose file, you can run this command with the --remove-orphans flag to clean it up. "
    )


def _until_ready(call: Invocation, project: Project, wanted: Iterable[str]) -> None:
    """--wait: all of them run, and are healthy where they say how."""
    for one in containers(call.docker, project.name, wanted):
        call.to.err(f" Container {one.name}  Waiting")
    for one in containers(call.docker, project.name, wanted):
        for _ in range(7200):
            state = call.engine.containers[one.id].state
            if state.health.status != "starting":
                break
            call.docker.advance(0.5)
        state = call.engine.containers[one.id].state
        if not state.running:
            raise ComposeError(f"container {one.name} exited ({state.exit_code})")
        if state.health.status == "unhealthy":
            raise ComposeError(f"container {one.name} is unhealthy")
        call.to.err(f" Container {one.name}  Healthy")


def _attached(call: Invocation, project: Project, wanted: Iterable[str]) -> None:
    """The foreground: logs as they come, until everything has ended or somebody presses Ctrl-C."""
    docker, wanted = call.docker, tuple(wanted)
    found = containers(docker, project.name, wanted)
    names = [f"{service_of(one)}-{number_of(one)}" for one in found]
    call.to.err(f"Attaching to {', '.join(names)}")
    last = call.engine.now + PATIENCE
    while call.engine.now < last and any(call.engine.containers[one.id].state.running for one in found):
        docker.advance(1)
        over = [one for one in found if not call.engine.containers[one.id].state.running]
        if over and call.given.has("abort-on-container-exit"):
            break
    call.to.raw(log_text([call.engine.containers[one.id] for one in found]))
    running = [one for one in found if call.engine.containers[one.id].state.running]
    for one, name in zip(found, names, strict=True):
        state = call.engine.containers[one.id].state
        if not state.running:
            call.to.out(f"{name} exited with code {state.exit_code}")
    if running:
        if call.given.has("abort-on-container-exit"):
            call.to.err("Aborting on container exit...")
        else:
            call.to.raw("^C", ERR)
            call.to.err("Gracefully stopping... (press Ctrl+C again to force)", code=130)
        order = {name: number for number, name in enumerate(in_order(project))}
        for one in sorted(running, key=lambda one: -order[service_of(one)]):
            show(call, stopped(docker, one))
