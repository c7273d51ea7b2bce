"""The options of print that commands share: each one given stands in place of what the blueprint says."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _language(_: click.Context, __: click.Parameter, tag: str | None) -> str | None:
    if tag is None:
        return None
    from vlearn.exams.blueprint_parts import is_language

    if not is_language(tag):
        raise click.BadParameter(f"{tag!r} is not two or three small letters, such as en or de")
    return tag


OPTIONS = {
    "size": click.option("--size", type=click.Choice(["a4", "letter"]), help="Of a sheet; default: the blueprint's."),
    "columns": click.option("--columns", type=click.Choice(["1", "2"]), help="On a page of the paper."),
    "large": click.option(
        "--large-print/--no-large-print", "large", default=None, help="Letters of at least 18 points."
    ),
    "cover": click.option("--cover/--no-cover", default=None, help="A page of its own for title and instructions."),
    "boxes": click.option("--boxes/--no-boxes", default=None, help="A box for points beside each question."),
    "space": click.option("--space", type=click.Choice(["none", "normal", "generous"]), help="Room to answer."),
    "key": click.option(
        "--key",
        type=click.Choice(["answers", "solutions"]),
        help="What a key says; default: solutions, for a roster answers.",
    ),
    "language": click.option("--language", callback=_language, help="Of all fixed phrases: en, de, ..."),
}
"""An option for each field of `vlearn.exams.printing.Print`."""


def print_options(command: F) -> F:
    """Let a command take all of them, as keyword arguments for `given`."""
    for option in reversed(OPTIONS.values()):
        command = option(command)
    return command


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Those that were given, as fields of print."""
    fields = {name: value for name, value in options.items() if value is not None}
    return fields | {name: int(value) for name, value in fields.items() if name == "columns"}
