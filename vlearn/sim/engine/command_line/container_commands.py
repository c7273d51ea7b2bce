"""Commands that do something with containers: run, exec, stop, rm and their like.

A notebook has no keyboard: -i and -t are taken, and the program finds its input empty.
"""

from collections.abc import Mapping

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError, Finished
from vlearn.sim.engine.command_line.errors import ClientError, NotModelled
from vlearn.sim.engine.command_line.image_commands import pulled
from vlearn.sim.engine.command_line.invocation import PATIENCE, Handler, Invocation
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.engine.command_line.reclaimed import reclaimed
from vlearn.sim.engine.command_line.run_options import environment, settings_of
from vlearn.sim.engine.command_line.said import ERR, OUT
from vlearn.sim.engine.find import find_container, find_image
from vlearn.sim.engine.inspection import logs


def run(call: Invocation) -> None:
    """`docker run`: detached it prints the id, else what the program prints, and ends with its exit code."""
    settings = settings_of(call.given, call.place)
    _no_input(call)
    _pull_first(call, settings.image)
    detach = call.given.has("detach")
    finished: Finished = call.ask(actions.Run(settings, detach, PATIENCE))
    if detach:
        call.to.out(finished.container)
        return
    _foreground(call, finished)


def _foreground(call: Invocation, finished: Finished) -> None:
    """What came; a program that goes on is left by Ctrl-C, which docker hands on to it as SIGINT."""
    _interleaved(call, finished)
    if finished.code is not None:
        call.to.code = finished.code
        return
    before = len(finished.text)
    call.to.raw("^C", ERR)
    call.docker.call(actions.Kill(finished.container, "SIGINT"))
    code = call.docker.call(actions.Wait(finished.container, 10)).value
    if finished.container in call.engine.containers:
        call.to.raw(logs(call.engine.containers[finished.container])[before:])
    call.to.err("", code=130 if code is None else code)


def _interleaved(call: Invocation, finished: Finished) -> None:
    if finished.errors and finished.output:
        call.to.raw(finished.output)
        call.to.raw(finished.errors, ERR)
    else:
        call.to.raw(finished.text, ERR if finished.errors else OUT)


def _no_input(call: Invocation) -> None:
    if call.given.has("interactive") and call.place.given:
        raise NotModelled("standard input for a container")


def _pull_first(call: Invocation, image: str) -> None:
    """`--pull`: what is missing is pulled with all that docker prints about it."""
    policy = call.given.text("pull", "missing")
    there = _has(call, image)
    if policy == "never" and not there:
        raise ClientError(f"Error response from daemon: No such image: {_tagged(image)}")
    if policy == "always" or not there:
        if not there and policy != "always":
            call.to.err(f"Unable to find image '{_tagged(image)}' locally")
        if not call.given.has("quiet"):
            pulled(call, image, ERR)
        else:
            call.ask(actions.Pull(image))


def _has(call: Invocation, image: str) -> bool:
    try:
        find_image(call.engine, image)
    except DaemonError as missing:
        if missing.status == 404:
            return False
        raise
    return True


def _tagged(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


def create(call: Invocation) -> None:
    """`docker create`."""
    settings = settings_of(call.given, call.place)
    _pull_first(call, settings.image)
    call.to.out(call.ask(actions.Create(settings)))


def execute(call: Invocation) -> None:
    """`docker exec`. What cannot be executed comes back as output, with 126 or 127 as the exit code."""
    _no_input(call)
    reference, *command = call.arguments
    given = call.given
    action = actions.Exec(
        reference,
        tuple(command),
        given.text("user"),
        given.text("workdir"),
        environment(given, call.place),
        given.has("detach"),
        PATIENCE,
    )
    try:
        finished: Finished = call.ask(action)
    except DaemonError as refused:
        if action.detach or refused.code not in (126, 127):
            raise
        call.to.out(refused.message)
        call.to.code = refused.code
        return
    _interleaved(call, finished)
    if finished.code is None and not given.has("detach"):
        call.to.err("^C", code=130)
    else:
        call.to.code = finished.code or 0


def start(call: Invocation) -> None:
    """`docker start`, with -a as `docker run` in the foreground."""
    if not call.given.has("attach") and not call.given.has("interactive"):
        refused = call.each(call.arguments, lambda name: call.ask(actions.Start(name)))
        if refused:
            call.to.err(f"Error: failed to start containers: {', '.join(refused)}")
        return
    if len(call.arguments) > 1:
        raise ClientError("you cannot start and attach multiple containers at once")
    before = len(logs(find_container(call.engine, call.arguments[0])))
    call.ask(actions.Start(call.arguments[0]))
    _follow(call, call.arguments[0], before)


def attach(call: Invocation) -> None:
    """`docker attach`: what it prints from now on."""
    container = find_container(call.engine, call.arguments[0])
    if not container.state.running:
        raise ClientError("cannot attach to a stopped container, start it first")
    _follow(call, call.arguments[0], len(logs(container)))


def _follow(call: Invocation, name: str, before: int) -> None:
    id = find_container(call.engine, name).id
    code = call.docker.call(actions.Wait(id, PATIENCE)).value
    if id in call.engine.containers:
        call.to.raw(logs(call.engine.containers[id])[before:])
    if code is None:
        call.to.err("^C", code=130)
    else:
        call.to.code = code


def stop(call: Invocation) -> None:
    """`docker stop`."""
    call.each(call.arguments, lambda name: call.ask(actions.Stop(name, call.given["timeout"])))


def restart(call: Invocation) -> None:
    """`docker restart`."""
    call.each(call.arguments, lambda name: call.ask(actions.RestartContainer(name, call.given["timeout"])))


def kill(call: Invocation) -> None:
    """`docker kill`."""
    signal = call.given.text("signal", "SIGKILL")
    call.each(call.arguments, lambda name: call.ask(actions.Kill(name, signal)))


def pause(call: Invocation) -> None:
    """`docker pause`."""
    call.each(call.arguments, lambda name: call.ask(actions.Pause(name)))


def unpause(call: Invocation) -> None:
    """`docker unpause`."""
    call.each(call.arguments, lambda name: call.ask(actions.Unpause(name)))


def wait(call: Invocation) -> None:
    """`docker wait`."""
    for name in call.arguments:
        code = call.ask(actions.Wait(name, PATIENCE * 60))
        if code is None:
            call.to.err("^C", code=130)
            return
        call.to.out(str(code))


def remove(call: Invocation) -> None:
    """`docker rm`; with -f it is no fault if there is none."""
    force, volumes = call.given.has("force"), call.given.has("volumes")
    call.each(call.arguments, lambda name: call.ask(actions.Remove(name, force, volumes)), missing=not force)


def rename(call: Invocation) -> None:
    """`docker rename`."""
    call.ask(actions.Rename(*call.arguments))


def update(call: Invocation) -> None:
    """`docker update`."""
    given = call.given
    if not given.options:
        raise ClientError("you must provide one or more flags when using this command")
    call.each(
        call.arguments,
        lambda name: call.ask(
            actions.Update(name, given["memory"], given["cpus"], given["pids-limit"], given["restart"])
        ),
    )


def commit(call: Invocation) -> None:
    """`docker commit`."""
    reference, tag = (*call.arguments, "")[:2]
    call.to.out(call.ask(actions.Commit(reference, tag, call.given.text("message"))))


def prune(call: Invocation) -> None:
    """`docker container prune`; a notebook cannot be asked, so -f is taken for said."""
    before = call.engine
    gone = call.ask(actions.Prune("container"))
    if gone:
        call.to.out("Deleted Containers:", *gone, "")
    call.to.out(f"Total reclaimed space: {decimal_size(reclaimed(before, call.engine), 4)}")


HANDLERS: Mapping[str, Handler] = {
    "run": run, "create": create, "exec": execute, "start": start, "attach": attach, "stop": stop, "restart": restart,
    "kill": kill, "pause": pause, "unpause": unpause, "wait": wait, "rm": remove, "rename": rename, "update": update,
    "commit": commit, "container prune": prune,
}  # fmt: skip
