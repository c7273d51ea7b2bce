"""What fields an API object has: one table of structures, read by decoding, by strategic merge and by discovery.

A line is `Structure: field=type ...`, continued by indented lines. A type is a scalar (string, bool, int32, int64,
quantity, intstr, time), `any`, another structure, `{type}` for a map, `[type]` for a list that a patch replaces, and
`[type|key]` for a list that a strategic merge patch merges by that key (`[string|]`: a set).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vlearn.sim.kubernetes.api.schema.core import CORE
from vlearn.sim.kubernetes.api.schema.pod import POD
from vlearn.sim.kubernetes.api.schema.reviews import REVIEWS
from vlearn.sim.kubernetes.api.schema.workloads import WORKLOADS


@dataclass(frozen=True, slots=True)
class Type:
    """`form` is scalar, any, structure, map or list; `name` a scalar's or structure's; `of` what a map or list holds.

    `key` is the merge key of a list: None where a patch replaces the list, empty where it is a set.
    """

    form: str
    name: str = ""
    of: "Type | None" = None
    key: str | None = None


ANY = Type("any")
SCALARS = ("string", "bool", "int32", "int64", "quantity", "intstr", "time")


def _type(written: str) -> Type:
    if written.startswith("{"):
        return Type("map", of=_type(written[1:-1]))
    if written.startswith("["):
        inner, bar, key = written[1:-1].partition("|")
        return Type("list", of=_type(inner), key=key if bar else None)
    if written == "any":
        return ANY
    return Type("scalar" if written in SCALARS else "structure", written)


def _lines(text: str) -> Iterator[tuple[str, dict[str, Type]]]:
    for entry in text.strip().replace("\n  ", " ").splitlines():
        if entry:
            name, _, fields = entry.partition(":")
            yield name, {field: _type(kind) for field, _, kind in (each.partition("=") for each in fields.split())}


STRUCTURES: Mapping[str, Mapping[str, Type]] = {
    name: fields for text in (CORE, POD, WORKLOADS, REVIEWS) for name, fields in _lines(text)
}


def structure(kind: str) -> Mapping[str, Type]:
    """The fields of an object of a kind, apiVersion and kind included."""
    return {"apiVersion": Type("scalar", "string"), "kind": Type("scalar", "string"), **STRUCTURES[kind]}
