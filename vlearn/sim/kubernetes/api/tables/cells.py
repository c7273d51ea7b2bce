"""What the rows of many kinds have in common."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.tables.duration import age

Object = Mapping[str, Any]
Cells = list[Any]

NONE, UNSET = "<none>", "<unset>"


def name_of(object: Object) -> str:
    """An object's name."""
    name: str = object["metadata"]["name"]
    return name


def age_of(object: Object, now: float) -> str:
    """How long ago an object was created."""
    return age(object["metadata"].get("creationTimestamp"), now)


def count_of(object: Object, name: str) -> Any:
    """A count in an object's status; absent is none."""
    return (object.get("status") or {}).get(name) or 0


def labels_of(labels: Mapping[str, str] | None) -> str:
    """Labels as a=b,c=d."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE
