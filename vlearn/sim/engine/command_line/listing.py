"""Lists of objects: the tables of `docker ps` and its like, and the templates that `--format` puts in their place.

A table is a template, too: its header is the same template with the columns' titles for values, as in docker. Left out
are the methods with an argument, such as `{{.Label "x"}}`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.engine.command_line.columns import table
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.command_line.template_run import render
from vlearn.sim.engine.command_line.templates import TemplateError, parse_template


@dataclass(frozen=True, slots=True)
class Layout:
    """The titles of the columns, the template of the usual table, and how Go calls the rows in messages."""

    titles: Mapping[str, str]
    usual: str
    kind: str

    def show(self, rows: Iterable[Mapping[str, Any]], form: str = "", quiet: str = "") -> str:
        """Rows as text. `quiet` is a template that -q stands for. Raises ClientError for a wrong template."""
        if quiet and not form:
            return "".join(render(quiet, row) + "\n" for row in rows)
        if form == "json":
            return "".join(
                json.dumps(dict(sorted(row.items())), ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows
            )
        as_table = form in ("", "table") or form.startswith("table ")
        template = self.usual if form in ("", "table") else form.removeprefix("table ")
        template = template.replace(r"\t", "\t").replace(r"\n", "\n").strip() if as_table else template
        template = template if as_table else template.replace(r"\t", "\t").replace(r"\n", "\n")
        try:
            parse_template(template)
        except TemplateError as error:
            raise ClientError(f"failed to parse template: {error}") from None
        try:
            lines = [render(template, row, self.kind) for row in rows]
        except TemplateError as error:
            raise ClientError(f"failed to execute template: {error}") from None
        if not as_table:
            return "".join(f"{line}\n" for line in lines)
        header = render(template, self.titles)
        return table(line.split("\t") for line in (header, *lines))


TRUE = ("true", "1")


def has_label(labels: Mapping[str, str], wanted: str) -> bool:
    """Whether there is a label of this `name`, or with this `name=value`."""
    name, equals, value = wanted.partition("=")
    return name in labels and (not equals or labels[name] == value)


def filters(given: Iterable[str], known: Iterable[str]) -> dict[str, list[str]]:
    """`--filter name=value` by name. Raises ClientError in the daemon's words for one that it does not know."""
    found: dict[str, list[str]] = {}
    names = tuple(known)
    for one in given:
        name, _, value = one.partition("=")
        if name not in names:
            raise ClientError(f"Error response from daemon: invalid filter '{name}'")
        found.setdefault(name, []).append(value)
    return found
