"""docker pull and docker push: the steps of the registry's own model, as steps of the engine."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.find import full_name
from vlearn.sim.engine.state import Engine
from vlearn.sim.images.oci.documents import Descriptor
from vlearn.sim.images.registry import transfer
from vlearn.sim.images.registry.state import Exchange
from vlearn.trace import Step

Steps = Generator[Step[Engine], None, str]


def pull(daemon: Daemon, reference: str) -> Steps:
    """Pull an image; its full name. A name that had another image before leaves that one dangling."""
    name = full_name(reference)
    before = daemon.engine.images.names.get(name)
    yield from _transfer(daemon, transfer.transfer(daemon.engine.exchange, transfer.Pull(reference)), "pull")
    after = daemon.engine.images.names[name]
    if before is not None and before != after:
        let_go(daemon, before)
    image = daemon.engine.images.of(after)
    if image.id in daemon.engine.unnamed:
        daemon.engine = replace(daemon.engine, unnamed=daemon.engine.unnamed.delete(image.id))
    daemon.happened("image", "pull", name, name=name)
    return name


def push(daemon: Daemon, reference: str) -> Steps:
    """Push an image; its full name."""
    try:
        action = transfer.transfer(daemon.engine.exchange, transfer.Push(reference))
        yield from _transfer(daemon, action, "push")
    except ModelError as wrong:
        raise DaemonError(str(wrong), 400) from None
    name = full_name(reference)
    daemon.happened("image", "push", name, name=name)
    return name


def let_go(daemon: Daemon, descriptor: Descriptor) -> None:
    """A name has left an image: without another one it is dangling."""
    images = daemon.engine.images
    if all(other.digest != descriptor.digest for other in images.names.values()):
        id = images.of(descriptor).id
        daemon.engine = replace(daemon.engine, unnamed=daemon.engine.unnamed.set(id, descriptor))


def _transfer(daemon: Daemon, steps: Iterator[Step[Exchange]], prefix: str) -> Generator[Step[Engine], None, None]:
    for step in steps:
        daemon.engine = replace(daemon.engine, exchange=step.state)
        if step.event.kind == "failed":
            raise DaemonError(step.event.text, 404)
        yield daemon.step(f"{prefix}-{step.event.kind}", step.event.text, *step.event.touches)
