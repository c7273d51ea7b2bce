"""Conditions: what an object's status says of itself, each of one type, with the moment when that last changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.moments import timestamp

Condition = Mapping[str, Any]


def condition(object: Mapping[str, Any], type: str) -> Condition | None:
    """The condition of this type in an object's status, or None."""
    found = (object.get("status") or {}).get("conditions") or ()
    return next((each for each in found if each["type"] == type), None)


def is_true(object: Mapping[str, Any], type: str) -> bool:
    """Whether the object's status says that this holds."""
    found = condition(object, type)
    return found is not None and found["status"] == "True"


def with_condition(conditions: Iterable[Condition], new: Condition, now: float) -> tuple[Condition, ...]:
    """The conditions with this one in its place, its times set.

    One of the same status and reason stays as it is; one of the same status keeps the moment of its transition.
    """
    conditions = tuple(conditions)
    old = next((each for each in conditions if each["type"] == new["type"]), None)
    if old is not None and (old["status"], old.get("reason")) == (new["status"], new.get("reason")):
        return conditions
    transition = old.get("lastTransitionTime") if old is not None and old["status"] == new["status"] else timestamp(now)
    return (*without_condition(conditions, new["type"]), {**new, "lastTransitionTime": transition})


def without_condition(conditions: Iterable[Condition], type: str) -> tuple[Condition, ...]:
    """The conditions but for the one of this type."""
    return tuple(each for each in conditions if each["type"] != type)
