"""The Compose file of the directory where a command is typed, and the services that a command names."""

from collections.abc import Iterable
from posixpath import basename, dirname, join

from vlearn.sim.engine.command_line.errors import ClientError, NotModelled
from vlearn.sim.engine.command_line.invocation import Invocation
from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.interpolation import read_env
from vlearn.sim.engine.compose.load import load
from vlearn.sim.engine.compose.project import Project
from vlearn.sim.engine.compose.source import read_yaml

FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


GLOBAL = {"-f": "--file", "--file": "--file", "-p": "--project-name", "--project-name": "--project-name"}


def reordered(words: list[str]) -> list[str]:
    """`compose -f x up` as `compose up --file x`: the options before the command belong to all of them."""
    before: list[str] = []
    rest = words[1:]
    while rest and rest[0].startswith("-"):
        name, equals, value = rest.pop(0).partition("=")
        if name not in GLOBAL:
            return words
        if name in ("-f", "--file") and any(option.startswith("--file=") for option in before):
            raise NotModelled("merging several Compose files")
        before += [f"{GLOBAL[name]}={value if equals else rest.pop(0) if rest else ''}"]
    return ["compose", *rest[:1], *before, *rest[1:]] if rest else words


def project_of(call: Invocation) -> Project:
    """The project of this directory. Raises ComposeError, or ClientError if there is no file."""
    place, asked = call.place, call.given.text("file")
    path = asked or next((name for name in FILES if place.kind(name) == "file"), "")
    if not path:
        raise ClientError("no configuration file provided: not found")
    text = place.read(path).decode("utf-8", "replace")
    directory = dirname(place.absolute(path))
    environment = dict(place.environment)
    if place.kind(join(directory, ".env")) == "file":
        environment = read_env(place.read(join(directory, ".env")).decode("utf-8", "replace")) | environment
    name = call.given.text("project-name") or environment.get("COMPOSE_PROJECT_NAME") or basename(directory)
    try:
        project = load(text, name, environment, directory, _env_files(call, text, directory))
    except ComposeError as wrong:
        schema = " must be " in str(wrong) or "additional properties" in str(wrong) or "missing property" in str(wrong)
        raise ComposeError(f"validating {place.absolute(path)}: {wrong}" if schema else str(wrong)) from None
    for warning in project.warnings:
        call.to.err(f"WARN[0000] {f'{place.absolute(path)}: ' * ('obsolete' in warning)}{warning} ")
    return project


def _env_files(call: Invocation, text: str, directory: str) -> dict[str, str]:
    """The texts of the files that env_file names, as far as they are there."""
    document = read_yaml(text)
    services = document.get("services") if isinstance(document, dict) else None
    found: dict[str, str] = {}
    for service in services.values() if isinstance(services, dict) else ():
        paths = service.get("env_file") if isinstance(service, dict) else None
        for path in [paths] if isinstance(paths, str) else paths if isinstance(paths, list) else []:
            if isinstance(path, str) and call.place.kind(join(directory, path)) == "file":
                found[path] = call.place.read(join(directory, path)).decode("utf-8", "replace")
    return found


def named(call: Invocation, project: Project, names: Iterable[str]) -> list[str]:
    """These services. Raises ComposeError for a name that is none."""
    for name in names:
        if name not in project.services:
            raise ComposeError(f"no such service: {name}")
    return list(names)
