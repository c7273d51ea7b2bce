"""`docker ... prune`: everything of a kind that nothing uses."""

from collections.abc import Generator
from dataclasses import replace

from immutables import Map

from vlearn.sim.engine.actions import Prune
from vlearn.sim.engine.answers import DaemonError, Reply
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.find import image_ids
from vlearn.sim.engine.images import remove_image, sweep, users
from vlearn.sim.engine.objects import PREDEFINED, drop_network
from vlearn.sim.engine.removing import remove
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.volumes import drop_volume
from vlearn.trace import Step

Pruned = Generator[Step[Engine], None, tuple[str, ...]]
SYSTEM = ("container", "network", "image", "builder")
"""What `docker system prune` goes through; volumes only when they are asked for."""


def prune(daemon: Daemon, action: Prune) -> Generator[Step[Engine], None, Reply]:
    """POST /containers/prune and its like; the value has what is gone, each with its kind before it for `system`."""
    gone: tuple[str, ...] = ()
    for kind in SYSTEM if action.what == "system" else (action.what,):
        found = yield from KINDS[kind](daemon, action.all)
        gone += tuple(f"{kind} {name}" for name in found) if action.what == "system" else found
    return Reply("prune", f"{len(gone)} removed", (), gone)


def _containers(daemon: Daemon, everything: bool) -> Pruned:
    idle = [one.id for one in daemon.engine.containers.values() if one.state.status in ("created", "exited", "dead")]
    for id in sorted(idle):
        yield from remove(daemon, id)
    return tuple(sorted(idle))


def _networks(daemon: Daemon, everything: bool) -> Pruned:
    used = {number for one in daemon.engine.containers.values() for number in one.endpoints}
    found = sorted(daemon.engine.networks.values(), key=lambda one: one.name)
    idle = [one for one in found if one.name not in PREDEFINED and one.id not in used]
    for network in idle:
        drop_network(daemon, network)
        yield daemon.step("network-removed", f"network {network.name} is gone", network.id)
    return tuple(one.name for one in idle)


def _volumes(daemon: Daemon, everything: bool) -> Pruned:
    """Anonymous volumes that no container has; with `everything` named ones too."""
    used = {at.name for one in daemon.engine.containers.values() for at in one.mounts}
    idle = [one for one in daemon.engine.volumes.values() if one.name not in used and (everything or one.anonymous)]
    for volume in sorted(idle, key=lambda one: one.name):
        drop_volume(daemon, volume.name)
        yield daemon.step("volume-removed", f"volume {volume.name} is gone", volume.name)
    return tuple(sorted(one.name for one in idle))


def _images(daemon: Daemon, everything: bool) -> Pruned:
    """Dangling images; with `everything` all that no container uses."""
    gone: list[str] = []
    for id, names in sorted(image_ids(daemon.engine).items()):
        if (names and not everything) or any(users(daemon.engine, id)):
            continue
        try:
            done = yield from remove_image(daemon, id, force=True)
        except DaemonError:
            continue
        gone += [f"{what.lower()}: {name}" for what, name in done]
    return tuple(gone)


def _cache(daemon: Daemon, everything: bool) -> Pruned:
    """The builder's cache, and the layers that it alone has kept."""
    count = len(daemon.engine.cache)
    daemon.engine = replace(daemon.engine, cache=Map())
    freed = sweep(daemon)
    yield daemon.step("cache-removed", f"{count} entries of the build cache are gone, {freed} bytes")
    return (f"{freed} bytes",) if freed else ()


KINDS = {"container": _containers, "network": _networks, "volume": _volumes, "image": _images, "builder": _cache}
