"""`docker build`, and the prune of its cache.

It prints as BuildKit does with --progress=plain, without times, for the model's build takes none, and without what went
over the wire.
"""

from collections.abc import Iterable, Mapping
from posixpath import join

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.dockerfile.instruction import Stage
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError, InvalidReference
from vlearn.sim.images.ignore import Ignore, read_ignore
from vlearn.sim.images.reference import reference
from vlearn.trace import Event


def prune_cache(call: Invocation) -> None:
    """`docker builder prune`."""
    gone = call.ask(actions.Prune("builder", call.given.has("all")))
    freed = sum(int(one.removesuffix(" bytes")) for one in gone)
    call.to.out(f"Total:\t{decimal_size(freed)}")


def build(call: Invocation) -> None:
    """`docker build PATH`; `-` takes the Dockerfile from standard input, with an empty context."""
    given, path = call.given, call.arguments[0]
    if path == "-":
        text, context, ignore = call.place.given, Plain(), Ignore()
        if not text:
            raise ClientError("ERROR: failed to build: the Dockerfile cannot be empty")
    else:
        text, context, ignore = read_context(call, path, given.text("file"))
    tags = given.texts("tag")
    for one in tags:
        try:
            reference(one)
        except InvalidReference as wrong:
            raise ClientError(f'ERROR: failed to build: invalid tag "{one}": {wrong}') from None
    arguments = tuple((name, value) for name, _, value in (one.partition("=") for one in given.texts("build-arg")))
    action = actions.BuildImage(
        text, context, ignore, tags[0] if tags else "", given.text("target"), arguments, given.has("no-cache")
    )
    id = built(call, action, quiet=given.has("quiet"))
    for one in tags[1:]:
        call.ask(actions.Tag(id, one))
    if given.has("quiet"):
        call.to.out(id)


def read_context(call: Invocation, path: str, named: str) -> tuple[str, Plain, Ignore]:
    """A Dockerfile's text, and the folder that it is built in."""
    if "://" in path or path.startswith("git@"):
        raise ClientError(f"vlearn: docker build: the remote context {path} is not modelled", 2)
    if call.place.kind(path) != "dir":
        raise ClientError(f'ERROR: unable to prepare context: path "{path}" not found')
    dockerfile = named or join(path, "Dockerfile")
    if call.place.kind(dockerfile) != "file":
        raise ClientError(
            "ERROR: failed to solve: failed to read dockerfile: "
            f"open {named or 'Dockerfile'}: no such file or directory"
        )
    context = call.place.folder(path)
    patterns = context.read((".dockerignore",)) if context.kind((".dockerignore",)) == "file" else b""
    ignore = read_ignore(patterns.decode("utf-8", "replace"))
    return call.place.read(dockerfile).decode("utf-8", "replace"), context, ignore


def built(call: Invocation, action: actions.BuildImage, *, quiet: bool = False) -> str:
    """Build, and print each step as BuildKit does; the image's id. Raises DaemonError."""
    steps = call.docker.trace(action).steps
    reply = steps[-1].event
    assert isinstance(reply, Reply)
    if not quiet:
        events = [step.event for step in steps if step.event.kind.startswith("build-")]
        call.to.err(*progress(events, action.dockerfile))
    if reply.error:
        raise DaemonError(reply.error, reply.status, reply.code)
    if not quiet and action.tag:
        call.to.err(f"naming to {reference(action.tag)}")
    id: str = reply.value
    return id


def progress(events: Iterable[Event], dockerfile: str) -> list[str]:
    """The lines of --progress=plain: a number for each instruction, what it printed, and how it ended."""
    runs = [f"{one.text}: " for stage in _stages(dockerfile) for one in stage.instructions]
    lines = ["#1 [internal] load build definition from Dockerfile", "#1 DONE", ""]
    number = 1
    for event in events:
        kind, text = event.kind.removeprefix("build-"), event.text
        if kind == "layer":
            continue
        number += 1
        if kind == "failed":
            lines += [f"#{number} ERROR: {text.removeprefix('ERROR: failed to solve: ')}", "------"]
            continue
        cached, text = text.startswith("CACHED "), text.removeprefix("CACHED ")
        ran = next((one for one in runs if kind == "run" and f"] {one}" in text), "")
        head, _, output = text.partition(ran) if ran else (text, "", "")
        lines.append(f"#{number} {head}{ran.removesuffix(': ')}")
        lines += [f"#{number} {line}" for line in output.splitlines()]
        lines += [f"#{number} {'CACHED' if cached else 'DONE'}", ""]
    return lines


def _stages(dockerfile: str) -> tuple[Stage, ...]:
    try:
        return parse(dockerfile).stages
    except DockerfileError:
        return ()


HANDLERS: Mapping[str, Handler] = {"build": build, "builder prune": prune_cache}
