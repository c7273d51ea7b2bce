"""`docker rm`: the record and the read-write layer are gone, and with -v the anonymous volumes."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace

from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.storage import ROOT, remove_tree
from vlearn.sim.engine.volumes import drop_volume
from vlearn.trace import Step


def remove(daemon: Daemon, id: str, *, volumes: bool = False) -> Generator[Step[Engine], None, None]:
    """Remove a container that does not run."""
    container = daemon.engine.containers[id]
    engine = daemon.engine
    daemon.engine = replace(engine, containers=engine.containers.delete(id), names=engine.names.delete(container.name))
    for folder in ("containers", "overlay2"):
        remove_tree(daemon, f"{ROOT}/{folder}/{id}")
    daemon.container_event(container, "destroy")
    yield daemon.step(
        "removed", f"container {container.short} ({container.name}) and its read-write layer are gone", id
    )
    for at in container.mounts if volumes else ():
        if at.anonymous:
            with suppress(DaemonError):  # another container has it too
                drop_volume(daemon, at.name)
                yield daemon.step("volume-removed", f"the anonymous volume {at.name[:12]} goes with it", at.name)
