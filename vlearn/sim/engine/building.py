"""`docker build`: the builder's own steps, with each RUN executed in a container that is made for it and removed after.

A RUN has an interface in the default bridge, as with Docker. It is the client that pulls the base images here.
"""

from collections.abc import Generator, Mapping
from dataclasses import replace

from immutables import Map

from vlearn.sim.engine import clock
from vlearn.sim.engine.actions import BuildImage
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.container import Container, Endpoint
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.ending import clear_up
from vlearn.sim.engine.find import find_network
from vlearn.sim.engine.images import name_image
from vlearn.sim.engine.settings import Settings
from vlearn.sim.engine.starting import start
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.storage import INIT, ROOT, remove_tree
from vlearn.sim.engine.timestamps import timestamp
from vlearn.sim.engine.transfers import pull
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.overlay.overlay import Overlay, mount
from vlearn.sim.images.builder.build import build
from vlearn.sim.images.builder.state import Build, Builder
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError, InvalidReference
from vlearn.sim.images.reference import reference
from vlearn.trace import Step

LONGEST = 3600.0


def build_image(daemon: Daemon, action: BuildImage) -> Generator[Step[Engine], None, Reply]:
    """POST /build. A failed build is a Reply whose `error` is what `docker build` prints."""
    try:
        dockerfile = parse(action.dockerfile)
    except DockerfileError as wrong:
        raise DaemonError(wrong.excerpt(), 400) from None
    stages = {stage.name for stage in dockerfile.stages if stage.name}
    for stage in dockerfile.stages:
        yield from _base(daemon, stage.base, stages)
    tag = str(reference(action.tag)) if action.tag else ""
    engine = daemon.engine
    builder = Builder(engine.images, engine.cache)
    asked = Build(dockerfile, action.context, action.ignore, "", action.target, action.arguments, action.no_cache)
    asked = replace(asked, created=timestamp(engine, engine.now))
    for step in build(builder, asked, lambda *run: run_in_container(daemon, *run)):
        builder = step.state
        exchange = replace(daemon.engine.exchange, images=builder.images)
        daemon.engine = replace(daemon.engine, exchange=exchange, cache=builder.cache)
        yield daemon.step(f"build-{step.event.kind}", step.event.text, *step.event.touches)
    if builder.error or builder.image is None:
        raise DaemonError("\n".join((*builder.output[-1:], builder.error)), 400)
    id = daemon.engine.images.of(builder.image).id
    if tag:
        name_image(daemon, tag, builder.image)
    elif all(one.digest != builder.image.digest for one in daemon.engine.images.names.values()):
        daemon.engine = replace(daemon.engine, unnamed=daemon.engine.unnamed.set(id, builder.image))
    daemon.happened("image", "build", id, name=tag or id)
    return Reply("built", id, (id,), id)


def _base(daemon: Daemon, name: str, stages: set[str]) -> Generator[Step[Engine], None, None]:
    """Pull the base image of a stage, if it is an image, is not here, and is known without ARG."""
    if not name or name == "scratch" or "$" in name or name.lower() in stages:
        return
    try:
        full = str(reference(name))
    except InvalidReference:
        return
    if full not in daemon.engine.images.names:
        try:
            yield from pull(daemon, name)
        except DaemonError:
            return  # the builder says so in its own words


def run_in_container(
    daemon: Daemon, words: tuple[str, ...], files: Filesystem, environment: Mapping[str, str], directory: str
) -> tuple[Filesystem, str, int]:
    """A RUN: a container over these files, until its process has ended; the files after it, output and exit code."""
    assert isinstance(files, Overlay)
    id = daemon.new_id()
    network = find_network(daemon.engine, "bridge")
    lines = tuple(f"{name}={value}" for name, value in environment.items())
    # the init layer lies below the image here, so that what a RUN changes is in the upper layer alone
    upper, lowers = files.upper, files.lowers
    union = mount((*lowers, INIT), upper)
    settings = Settings("", words, name=id[:12], directory=directory, hostname="buildkitsandbox")
    endpoints = Map({network.id: Endpoint(network.id, daemon.new_id())})
    daemon.put(Container(id, id[:12], daemon.now, "", settings, words, lines, union, endpoints=endpoints))
    try:
        try:
            for _ in start(daemon, id):
                pass
        except DaemonError as refused:
            return files, refused.message, refused.code

        def over() -> bool:
            return not daemon.engine.containers[id].state.running

        terminal = daemon.terminals[id]
        for _ in clock.advance(daemon, LONGEST, over):
            pass
        if not over():
            clear_up(daemon, id)
            return files, f"{terminal.text()}the command did not end within {LONGEST:g} s", 137
        after = daemon.engine.containers[id]
        changed = after.files.upper
        return mount(lowers, changed), terminal.text(), after.state.exit_code
    finally:
        daemon.engine = replace(daemon.engine, containers=daemon.engine.containers.delete(id))
        for folder in ("containers", "overlay2"):
            remove_tree(daemon, f"{ROOT}/{folder}/{id}")
