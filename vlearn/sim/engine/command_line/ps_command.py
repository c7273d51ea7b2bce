"""`docker ps`: containers as rows, filters, and the table."""

import re
from collections.abc import Mapping
from typing import Any

from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.columns import shortened
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.listing import Layout, filters, has_label
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.find import find_image
from vlearn.sim.engine.inspection import files, timestamp
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.summaries import command, ports, span, status
from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.images.reference import reference

PS = Layout(
    {
        "ID": "CONTAINER ID", "Image": "IMAGE", "Command": "COMMAND", "RunningFor": "CREATED", "Status": "STATUS",
        "Ports": "PORTS", "Names": "NAMES", "Size": "SIZE", "CreatedAt": "CREATED AT", "State": "STATE",
        "Labels": "LABELS", "Mounts": "MOUNTS", "Networks": "NETWORKS", "LocalVolumes": "LOCAL VOLUMES",
    },
    "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}",
    "*formatter.ContainerContext",
)  # fmt: skip


def row_of(engine: Engine, container: Container, whole: bool = False) -> dict[str, Any]:
    """A container as --format sees it."""
    volumes = [mount.name for mount in container.mounts if mount.kind == "volume"]
    names = [mount.name or mount.source for mount in container.mounts if mount.kind != "tmpfs"]
    networks = sorted(engine.networks[id].name for id in container.endpoints if id in engine.networks)
    return {
        "ID": container.id if whole else container.short,
        "Image": _image(engine, container),
        "Command": command(container, whole=whole),
        "RunningFor": f"{span(engine.now - container.created)} ago",
        "CreatedAt": f"{timestamp(engine, container.created)[:19].replace('T', ' ')} +0000 UTC",
        "Status": status(container, engine.now),
        "State": container.state.status,
        "Ports": ports(container),
        "Names": container.name,
        "Labels": ",".join(f"{name}={value}" for name, value in container.settings.labels),
        "Mounts": ",".join(one if whole else shortened(one, 15) for one in names),
        "Networks": ",".join(networks),
        "LocalVolumes": str(len(volumes)),
        "Size": _size(engine, container),
    }


def _image(engine: Engine, container: Container) -> str:
    """The name it was made of; the id, once that name stands for another image."""
    name = container.settings.image
    try:
        full = str(reference(name))
    except InvalidReference:
        return name
    there = engine.images.names.get(full)
    if there is None or engine.images.of(there).id == container.image:
        return name if there is not None else container.image[7:19]
    return container.image[7:19]


def _size(engine: Engine, container: Container) -> str:
    upper = files(engine, container).upper
    assert upper is not None
    own = sum(len(inode.content) for inode in upper.inodes.values() if inode.kind == "file")
    below = find_image(engine, container.image).size
    return f"{decimal_size(own)} (virtual {decimal_size(own + below)})"


def ps(call: Invocation) -> None:
    """`docker ps`, the newest first."""
    given, engine = call.given, call.engine
    found = newest_first(engine)
    wanted = filters(
        given.texts("filter"),
        ("ancestor", "exited", "health", "id", "label", "name", "network", "publish", "status", "volume"),
    )
    last = 1 if given.has("latest") else given["last"] if given["last"] is not None else -1
    everything = given.has("all") or last > 0 or bool({"status", "exited"} & wanted.keys())
    found = [one for one in found if everything or one.state.status in ("running", "paused", "restarting")]
    found = [
        one
        for one in found
        if all(any(_passes(engine, one, name, value) for value in values) for name, values in wanted.items())
    ]
    found = found[:last] if last > 0 else found
    whole = given.has("no-trunc")
    layout = Layout(PS.titles, PS.usual + "\t{{.Size}}", PS.kind) if given.has("size") else PS
    rows = [row_of(engine, one, whole) for one in found]
    call.to.raw(layout.show(rows, given.text("format"), "{{.ID}}" if given.has("quiet") else ""))


def newest_first(engine: Engine) -> list[Container]:
    """All containers; those of one moment in the order of their making, which the daemon's events remember."""
    made = {one.id: n for n, one in enumerate(engine.happened) if (one.kind, one.action) == ("container", "create")}
    return sorted(engine.containers.values(), key=lambda one: (one.created, made.get(one.id, 0)), reverse=True)


def _passes(engine: Engine, container: Container, name: str, value: str) -> bool:
    """Whether a container is what `--filter NAME=VALUE` asks for."""
    state = container.state
    match name:
        case "id":
            return container.id.startswith(value)
        case "name":
            return any(re.search(value, shown) for shown in (container.name, f"/{container.name}"))
        case "status":
            return state.status == value
        case "exited":
            return state.status == "exited" and str(state.exit_code) == value
        case "health":
            return (state.health.status or "none") == value
        case "label":
            return has_label(dict(container.settings.labels), value)
        case "network":
            there = (engine.networks[id] for id in container.endpoints if id in engine.networks)
            return any(value in (one.id, one.name) for one in there)
        case "volume":
            return any(value in (mount.name, mount.target) for mount in container.mounts)
        case "publish":
            return any(str(port.host) == value.partition("/")[0] for port in container.published)
        case _:
            return container.settings.image == value or _same_image(engine, container, value)


def _same_image(engine: Engine, container: Container, name: str) -> bool:
    try:
        return find_image(engine, name).id == container.image
    except DaemonError:
        return False


HANDLERS: Mapping[str, Handler] = {
    "ps": ps,
}  # fmt: skip
