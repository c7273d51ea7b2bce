"""From the text of a Compose file to a Project: variables, schema, defaults, and the checks that compose makes."""

from collections.abc import Mapping
from re import sub

from vlearn.sim.engine.compose.errors import INVALID, ComposeError
from vlearn.sim.engine.compose.interpolation import interpolated
from vlearn.sim.engine.compose.networks import shared
from vlearn.sim.engine.compose.order import check_cycle
from vlearn.sim.engine.compose.project import Project
from vlearn.sim.engine.compose.schema import check
from vlearn.sim.engine.compose.service import service_of
from vlearn.sim.engine.compose.source import read_yaml


def load(
    text: str,
    name: str,
    variables: Mapping[str, str] | None = None,
    directory: str = "/root",
    files: Mapping[str, str] | None = None,
) -> Project:
    """The project of a Compose file. `name` counts where the file gives none; `files` has the texts of env_file.

    Raises ComposeError in compose's words.
    """
    variables = variables or {}
    warnings: list[str] = []

    def warn(warning: str) -> None:
        if warning not in warnings:
            warnings.append(warning)

    document = read_yaml(text)
    if document is not None and not isinstance(document, dict):
        raise ComposeError("top-level object must be a mapping")
    if document and "version" in document:
        warn("the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion")
    if document is not None:
        document = {key: interpolated(value, variables, warn, str(key)) for key, value in document.items()}
    check(document)
    assert isinstance(document, dict)
    name = document.get("name") or project_name(name)
    if name != project_name(name) or not name:
        raise ComposeError(
            f'invalid project name "{name}": must consist only of lowercase alphanumeric characters, hyphens, and '
            "underscores as well as start with a letter or number"
        )
    services = {
        key: service_of(key, entry, name, variables, directory, files or {})
        for key, entry in document["services"].items()
    }
    project = Project(
        name,
        services,
        shared(document.get("networks") or {}, name, services.values()),
        shared(document.get("volumes") or {}, name, ()),
        tuple(warnings),
        directory,
    )
    _consistent(project)
    check_cycle(project)
    return project


def project_name(text: str) -> str:
    """A directory's name as the name of a project."""
    return sub(r"[^-_a-z0-9]", "", text.lower()).lstrip("_-")


# --- one service ---


def _consistent(project: Project) -> None:
    """What a service refers to must be there."""
    for name, service in project.services.items():
        for place in service.places:
            if place.network not in project.networks:
                raise ComposeError(f'service "{name}" refers to undefined network {place.network}: {INVALID}')
        for mount in service.settings.mounts:
            if mount.kind == "volume" and mount.source and mount.source not in project.volumes:
                raise ComposeError(f'service "{name}" refers to undefined volume {mount.source}: {INVALID}')
        for one in service.depends_on:
            if one.service not in project.services and one.required:
                raise ComposeError(f'service "{name}" depends on undefined service "{one.service}": {INVALID}')
