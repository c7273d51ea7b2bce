"""What questions about a cluster have in common: pods and nodes as API objects, and how they are shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

from vlearn.blocks import Code
from vlearn.sim.kubernetes.api.moments import moment, timestamp

Object: TypeAlias = dict[str, Any]

NOW = moment("2026-03-04T12:00:00Z") or 0.0
"""When the questions play: seconds since 1970."""
APPS = ("api", "blog", "cart", "mail", "pay", "shop", "wiki")
NODES = ("node-a", "node-b", "node-c", "node-d", "node-e", "node-f")
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def ago(seconds: float) -> str:
    """The moment so long before `NOW`, as the API writes it."""
    return timestamp(NOW - seconds)


def pod_object(
    name: str,
    labels: Mapping[str, str] | None = None,
    phase: str = "Running",
    ready_for: int | None = 600,
    age: int = 600,
    **spec: Any,
) -> Object:
    """A pod that is so many seconds old and has been ready for so many; None: it is not ready."""
    ready = {"type": "Ready", "status": "False" if ready_for is None else "True"}
    if ready_for is not None:
        ready["lastTransitionTime"] = ago(ready_for)
    metadata = {"name": name, "namespace": "default", "uid": name, "creationTimestamp": ago(age)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "labels": dict(labels or {})},
        "spec": {"containers": [{"name": "app", "image": "app:1"}], **spec},
        "status": {"phase": phase, "conditions": [ready]},
    }


def node_object(
    name: str,
    cpu: int = 8,
    memory: int = 16,
    labels: Mapping[str, str] | None = None,
    taints: Sequence[Mapping[str, str]] = (),
    cordoned: bool = False,
) -> Object:
    """A node with so many processors and GiB for pods."""
    return {
        "metadata": {"name": name, "labels": dict(labels or {})},
        "spec": {"taints": list(taints), **({"unschedulable": True} if cordoned else {})},
        "status": {"allocatable": {"cpu": str(cpu), "memory": f"{memory}Gi", "pods": "110"}},
    }


def requesting(cpu: int, memory: int) -> list[Object]:
    """The containers of a pod that asks for so many processors and GiB."""
    requests = {"cpu": str(cpu), "memory": f"{memory}Gi"}
    return [{"name": "app", "image": "app:1", "resources": {"requests": requests}}]


def pod_names(rng: Random, owner: str, count: int) -> list[str]:
    """Names as a replica set gives them, all different."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{owner}-{''.join(rng.choices(_LETTERS, k=5))}"] = None
    return list(names)


def labels_text(labels: Mapping[str, str]) -> str:
    """Such as `app=shop, tier=web`; a dash for none."""
    return ", ".join(f"{key}={value}" for key, value in labels.items()) or "-"


def span_text(seconds: float) -> str:
    """Such as 90 s, 5 min, 2 h, 3 d: in the largest unit that it is a whole number of."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def manifest(value: Mapping[str, Any]) -> Code:
    """An object as people write it: YAML, with the short lists and maps in one line."""
    return Code("\n".join(_lines(value)), "yaml")


def _lines(value: Mapping[str, Any]) -> Iterable[str]:
    for key, each in value.items():
        if isinstance(each, Mapping) and len(_inline(each)) > 60:
            yield f"{key}:"
            yield from (f"  {line}" for line in _lines(each))
        elif isinstance(each, (list, tuple)) and len(_inline(each)) > 60:
            yield f"{key}:"
            yield from (f"  - {_inline(item)}" for item in each)
        else:
            yield f"{key}: {_inline(each)}"


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, str) and (value[:1].isdecimal() or value in ("true", "false", "yes", "no", "")):
        return json.dumps(value)
    return value if isinstance(value, str) else json.dumps(value)
