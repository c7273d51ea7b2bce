"""`docker inspect` in all its forms: documents as indented JSON, or by a template."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.template_run import render
from vlearn.sim.engine.command_line.templates import TemplateError, parse_template
from vlearn.sim.engine.find import find_container, find_image, find_network, find_volume
from vlearn.sim.engine.inspection import (
    inspect_container,
    inspect_image,
    inspect_network,
    inspect_volume,
)
from vlearn.sim.engine.state import Engine

KINDS: Mapping[str, tuple[Callable[[Engine, str], Any], Callable[[Engine, Any], dict[str, Any]]]] = {
    "container": (find_container, inspect_container),
    "image": (find_image, inspect_image),
    "network": (find_network, inspect_network),
    "volume": (find_volume, inspect_volume),
}
"""In the order in which `docker inspect` looks for a name."""


TYPES = ("config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume")


def inspect(call: Invocation) -> None:
    """`docker inspect` and `docker TYPE inspect`: what is found is printed, what is not comes after it."""
    kind = call.command.name.removesuffix("inspect").strip() or call.given.text("type")
    if kind and kind not in TYPES:
        known = ", ".join(f'"{name}"' for name in TYPES)
        raise ClientError(f'unknown type: "{kind}": must be one of {known}')
    form = call.given.text("format")
    if form and form != "json":
        try:
            parse_template(form)
        except TemplateError as error:
            raise ClientError(f"template parsing error: {error}", 64) from None
    found, refused = [], []
    for name in call.arguments:
        try:
            found.append(_document(call.engine, name, kind))
        except DaemonError as error:
            refused.append(str(error) if kind else f"Error: {error.message}")
    try:
        call.to.raw(shown(found, form))
    except ClientError:
        call.to.out("")
        raise
    if refused:
        call.to.err(*refused, code=1)


def _document(engine: Engine, name: str, kind: str) -> dict[str, Any]:
    for one in (kind,) if kind in KINDS else KINDS:
        find, show = KINDS[one]
        try:
            return show(engine, find(engine, name))
        except DaemonError as error:
            if kind or error.status not in (400, 404):
                raise
    raise DaemonError(f"No such object: {name}", 404)


def shown(found: list[dict[str, Any]], form: str) -> str:
    """Documents as indented JSON, as JSON in one line, or by a template."""
    if not form:
        return json.dumps(found, indent=4, ensure_ascii=False) + "\n"
    if form == "json":
        return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        return "".join(render(form, one) + "\n" for one in found)
    except TemplateError as error:
        raise ClientError(f"template parsing error: {error}") from None


HANDLERS: Mapping[str, Handler] = dict.fromkeys(
    ("inspect", "container inspect", "image inspect", "network inspect", "volume inspect"), inspect
)
