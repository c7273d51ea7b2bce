"""What a pod asks of a node and what a node has, as whole numbers, so that a filter compares integers.

Processor time is in thousandths of a core, everything else in whole units; the sum over a pod's containers is rounded
up, not its parts. Sources: `api.resources`, and scheduler/framework/types.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from vlearn.sim.kubernetes.api.quantity import Quantity
from vlearn.sim.kubernetes.api.resources import CPU, MEMORY, NOTHING, STORAGE, Amounts, amounts, pod_requests

ASSUMED = amounts({CPU: "100m", MEMORY: "200Mi"})
"""What a score assumes a container uses that states no request; a filter assumes nothing."""


@dataclass(frozen=True, slots=True)
class Resources:
    """A vector of amounts. `scalars` are the resources that are only counted: huge pages and extended ones."""

    cpu: int = 0
    memory: int = 0
    storage: int = 0
    scalars: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Resources") -> "Resources":
        scalars = _sum(self.scalars, other.scalars) if other.scalars else self.scalars
        return Resources(self.cpu + other.cpu, self.memory + other.memory, self.storage + other.storage, scalars)

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


def resources(given: Amounts) -> Resources:
    """The vector of quantities. What is neither named in it nor a scalar is left out."""
    return _resources(tuple(given.items()))


# 150,000 pods of 50 templates share 50 vectors: that spares memory, and the garbage collector its rounds.
@lru_cache(maxsize=4096)
def _resources(items: tuple[tuple[str, Quantity], ...]) -> Resources:
    given = dict(items)
    cpu, memory, storage = given.get(CPU), given.get(MEMORY), given.get(STORAGE)
    return Resources(
        cpu.milli if cpu else 0,
        memory.value if memory else 0,
        storage.value if storage else 0,
        {name: quantity.value for name, quantity in items if is_scalar(name)},
    )


def requested_by(spec: Mapping[str, Any], assumed: Amounts = NOTHING) -> Resources:
    """What a pod of this spec asks for; see `pod_requests`."""
    return resources(pod_requests(spec, assumed))


def is_scalar(name: str) -> bool:
    """Whether a resource is only counted: huge pages, attachable volumes, and every name with a domain."""
    return "/" in name or name.startswith(("hugepages-", "attachable-volumes-"))


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
