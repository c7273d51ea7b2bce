"""Cells that kubectl makes itself: custom columns, and the values that --sort-by compares."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.columns import table
from vlearn.sim.kubernetes.kubectl.command import Call
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.jsonpath import found


def custom_columns(form: str, objects: Sequence[Any], call: Call) -> str:
    """Objects in columns that the line names: NAME:.metadata.name,NODE:.spec.nodeName. Raises Fault."""
    _, _, written = form.partition("=")
    if not form.startswith("custom-columns=") or not written:
        raise Fault("custom-columns format specified but no custom columns given")
    columns = []
    for part in written.split(","):
        name, colon, path = part.partition(":")
        if not colon or not name or not path:
            raise Fault(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append((name, "." + path.strip("{}").removeprefix(".")))
    lines = [] if call.given.has("no-headers") else [[name for name, _ in columns]]
    rows = ([",".join(map(plain_cell, found(path, each))) or "<none>" for _, path in columns] for each in objects)
    return table([*lines, *rows])


def plain_cell(value: Any) -> str:
    """A value as Go prints it."""
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{plain_cell(each)}' for key, each in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(plain_cell, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def sort_key(object: Any, by: str) -> tuple[int, Any]:
    """What an object is sorted by: the first value at a path, numbers behind texts."""
    values = found("." + by.strip("{}").removeprefix("."), object)
    first = values[0] if values else None
    return (2, first) if isinstance(first, int | float) else (1, str(first)) if values else (0, 0)
