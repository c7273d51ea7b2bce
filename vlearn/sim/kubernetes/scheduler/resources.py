"""What a pod asks of a node and what a node has: whole numbers, so that a filter compares integers.

Processor time is in thousandths of a core, everything else in whole units. Init containers run one after another, so
the largest counts; containers run together, so their sum counts; sidecars (init containers that restart always) run
beside both. Left out: a resize of a running pod. Sources: k8s.io/component-helpers/resource, and the concept pages on
resources, sidecar containers and pod overhead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from vlearn.sim.kubernetes.api import parse_quantity

CPU, MEMORY, STORAGE, PODS = "cpu", "memory", "ephemeral-storage", "pods"
ASSUMED = {CPU: "100m", MEMORY: "200Mi"}
"""What a score assumes a container uses that states no request; a filter assumes nothing."""


@dataclass(frozen=True, slots=True)
class Resources:
    """A vector of amounts. `scalars` are the resources that are only counted: huge pages and extended ones."""

    cpu: int = 0
    memory: int = 0
    storage: int = 0
    scalars: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Resources") -> "Resources":
        scalars = _combined(self.scalars, other.scalars, int.__add__)
        return Resources(self.cpu + other.cpu, self.memory + other.memory, self.storage + other.storage, scalars)

    def __sub__(self, other: "Resources") -> "Resources":
        scalars = _combined(self.scalars, other.scalars, int.__sub__)
        return Resources(self.cpu - other.cpu, self.memory - other.memory, self.storage - other.storage, scalars)

    def __or__(self, other: "Resources") -> "Resources":
        """The larger amount of each resource."""
        scalars = _combined(self.scalars, other.scalars, max)
        larger = max(self.cpu, other.cpu), max(self.memory, other.memory), max(self.storage, other.storage)
        return Resources(*larger, scalars)

    def of(self, name: str) -> int:
        """The amount of the resource of that name; 0 for one that is not in the vector."""
        match name:
            case "cpu":
                return self.cpu
            case "memory":
                return self.memory
            case "ephemeral-storage":
                return self.storage
        return self.scalars.get(name, 0)


NOTHING = Resources()


def resources(amounts: Mapping[str, Any] | None) -> Resources:
    """The vector of a list of quantities as requests and allocatable give it. Raises Refused for a malformed one."""
    return _resources(tuple((name, str(amount)) for name, amount in amounts.items())) if amounts else NOTHING


@lru_cache(maxsize=4096)
def _resources(amounts: tuple[tuple[str, str], ...]) -> Resources:
    given = {name: parse_quantity(text) for name, text in amounts}
    cpu, memory, storage = (given.get(name) for name in (CPU, MEMORY, STORAGE))
    return Resources(
        cpu.milli if cpu else 0,
        memory.value if memory else 0,
        storage.value if storage else 0,
        {name: quantity.value for name, quantity in given.items() if is_scalar(name)},
    )


def requested_by(spec: Mapping[str, Any], assumed: Mapping[str, str] | None = None) -> Resources:
    """What a pod of this spec asks for. `assumed` stands in where a container says nothing; a stated zero is zero."""

    def asked(container: Mapping[str, Any]) -> Resources:
        requests = (container.get("resources") or {}).get("requests") or {}
        return resources({**assumed, **requests} if assumed else requests)

    together = _sum(asked(container) for container in spec.get("containers") or ())
    beside, largest = NOTHING, NOTHING
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            beside += asked(container)
            largest |= beside
        else:
            largest |= beside + asked(container)
    whole = (together + beside if beside is not NOTHING else together) | largest
    stated = (spec.get("resources") or {}).get("requests")
    if stated:
        whole = _with(whole, stated)
    overhead = spec.get("overhead")
    return whole + resources(overhead) if overhead else whole


def is_scalar(name: str) -> bool:
    """Whether a resource is only counted: huge pages, attachable volumes, and every name with a domain."""
    return "/" in name or name.startswith(("hugepages-", "attachable-volumes-"))


def is_extended(name: str) -> bool:
    """Whether a resource is an extended one: a name with a domain that is not Kubernetes' own."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def _with(whole: Resources, stated: Mapping[str, Any]) -> Resources:
    """Requests stated for the pod as a whole stand in the place of what its containers add up to."""
    own = resources(stated)
    return Resources(
        own.cpu if CPU in stated else whole.cpu,
        own.memory if MEMORY in stated else whole.memory,
        whole.storage,
        {**whole.scalars, **own.scalars},
    )


def _sum(each: Iterable[Resources]) -> Resources:
    total = NOTHING
    for one in each:
        total = total + one if total is not NOTHING else one
    return total


def _combined(one: Mapping[str, int], other: Mapping[str, int], how: Any) -> Mapping[str, int]:
    if not other:
        return one
    return {name: how(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}
