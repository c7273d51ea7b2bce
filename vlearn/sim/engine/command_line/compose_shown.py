"""What `docker compose` prints of a project: the table of ps, logs with their prefixes, and config."""

from collections.abc import Iterable
from typing import Any

import yaml

from vlearn.sim.engine.command_line.process_commands import log_lines
from vlearn.sim.engine.command_line.ps_command import row_of
from vlearn.sim.engine.compose.members import number_of, service_of
from vlearn.sim.engine.compose.project import Project, Service
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.inspection import timestamp
from vlearn.sim.engine.state import Engine

TITLES = ("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS")


def rows_of(engine: Engine, found: Iterable[Container]) -> list[tuple[str, ...]]:
    """The rows of `docker compose ps`, with their titles."""
    rows: list[tuple[str, ...]] = [TITLES]
    for one in found:
        row = row_of(engine, one)
        shown = (row["Image"], row["Command"], service_of(one), row["RunningFor"], row["Status"], row["Ports"])
        rows.append((one.name, *shown))
    return rows


def log_text(
    found: Iterable[Container], stamped: Engine | None = None, *, prefix: bool = True, tail: int | None = None
) -> str:
    """Log lines of several containers in the order of their time, each with the container's name before it."""
    lines = []
    for one in found:
        name = f"{service_of(one)}-{number_of(one)}"
        own = log_lines(one)
        own = own if tail is None else own[max(0, len(own) - tail) :]
        lines += [(time, name, text.rstrip("\n")) for time, _, text in own]
    width = max((len(name) for _, name, _ in lines), default=0) + 2
    stamp = {time: f"{timestamp(stamped, time)} " for time, _, _ in lines} if stamped else {}
    return "".join(
        f"{f'{name.ljust(width)}| ' if prefix else ''}{stamp.get(time, '')}{text}\n"
        for time, name, text in sorted(lines, key=lambda line: line[0])
    )


def canonical(project: Project) -> str:
    """The project as YAML, defaults filled in."""
    document: dict[str, Any] = {"name": project.name, "services": {}}
    for name in sorted(project.services):
        document["services"][name] = _service(project.services[name])
    for kind, shared in (("networks", project.networks), ("volumes", project.volumes)):
        entries = {
            key: {"name": one.name} | ({"external": True} if one.external else {})
            for key, one in sorted(shared.items())
        }
        if entries:
            document[kind] = entries
    text: str = yaml.safe_dump(document, sort_keys=False, default_flow_style=False, allow_unicode=True)
    return text


def _service(service: Service) -> dict[str, Any]:
    settings = service.settings
    found: dict[str, Any] = {}
    if service.build is not None:
        found["build"] = {"context": service.build.context, "dockerfile": service.build.dockerfile}
    if settings.command:
        found["command"] = list(settings.command)
    if service.container_name:
        found["container_name"] = service.container_name
    if service.depends_on:
        found["depends_on"] = {
            one.service: {"condition": one.condition, "required": one.required} for one in service.depends_on
        }
    if settings.environment:
        found["environment"] = dict(sorted(line.partition("=")[::2] for line in settings.environment))
    if settings.health is not None:
        found["healthcheck"] = {"test": list(settings.health.test)}
    if service.build is None:
        found["image"] = settings.image
    if service.places:
        found["networks"] = dict.fromkeys(place.network for place in service.places)
    if settings.ports:
        found["ports"] = [
            {"mode": "ingress", "target": port.container}
            | ({"published": str(port.host)} if port.host else {})
            | {"protocol": port.protocol}
            for port in settings.ports
        ]
    if settings.restart.policy != "no":
        found["restart"] = str(settings.restart)
    if service.scale != 1:
        found["scale"] = service.scale
    if settings.mounts:
        found["volumes"] = [
            {"type": mount.kind} | ({"source": mount.source} if mount.source else {}) | {"target": mount.target}
            for mount in settings.mounts
        ]
    return found
