"""One turn of the kubelet for one pod, on its way: what it has changed so far, told, and wants to look at again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, NamedTuple

from vlearn.sim.kubernetes.node.addresses import Addresses
from vlearn.sim.kubernetes.node.backoff import Backoff
from vlearn.sim.kubernetes.node.container import Container
from vlearn.sim.kubernetes.node.images.registry import Registry
from vlearn.sim.kubernetes.node.machine import Machine, Sandbox
from vlearn.sim.kubernetes.node.mind import Failure, Fetch, Mind, Probing, Waiting

Spec = Mapping[str, Any]


class Told(NamedTuple):
    """An event about the pod; `field` says which of its containers it is about."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    field: str = ""


@dataclass(slots=True)
class Turn:
    """The only thing that is written to in this package; it lives as long as one call of `sync_pod`."""

    machine: Machine
    pod: Mapping[str, Any]
    spec: Spec
    now: float
    registry: Registry
    box: Sandbox
    containers: Mapping[str, Container]
    seen: frozenset[str]
    crashes: Mapping[str, Backoff]
    pull_backoffs: Mapping[str, Backoff]
    fetches: Mapping[str, Fetch]
    waiting: Mapping[str, Waiting]
    probes: Mapping[tuple[str, str], Probing]
    failure: Failure | None
    stopping: float | None
    addresses: Addresses
    address: str
    due: float = inf
    told: list[Told] = field(default_factory=list)

    def tell(
        self, reason: str, message: str, container: str = "", type: Literal["Normal", "Warning"] = "Normal"
    ) -> None:
        """Tell what happened."""
        self.told.append(Told(type, reason, message, self._field(container) if container else ""))

    def wake(self, at: float) -> None:
        """Look again at this moment at the latest."""
        self.due = min(self.due, at)

    def set(self, container: Container) -> None:
        """A container is like this now."""
        self.containers = {**self.containers, container.name: container}

    def wait(self, name: str, reason: str, message: str = "") -> bool:
        """A container waits for this; whether that is news."""
        new = Waiting(reason, message)
        if self.waiting.get(name) == new:
            return False
        self.waiting = {**self.waiting, name: new}
        return True

    def running(self, name: str) -> Container | None:
        """The container of this name, if it runs."""
        found = self.containers.get(name)
        return found if found is not None and found.ends > self.now else None

    def _field(self, name: str) -> str:
        inits = self.spec.get("initContainers") or ()
        where = "initContainers" if any(each["name"] == name for each in inits) else "containers"
        return f"spec.{where}{{{name}}}"


def begun(machine: Machine, pod: Mapping[str, Any], now: float, registry: Registry, box: Sandbox) -> Turn:
    """A turn that has changed nothing yet."""
    mind = box.mind
    return Turn(
        machine, pod, pod["spec"], now, registry, box, box.containers, mind.seen, mind.crashes, mind.pull_backoffs,
        mind.fetches, mind.waiting, mind.probes, mind.failure, mind.stopping, machine.addresses, box.address,
    )  # fmt: skip


def ended(turn: Turn, status: Mapping[str, Any], over: bool) -> Machine:
    """The machine after the turn; nothing of a pod that is over will run."""
    mind = Mind(
        turn.spec, status, turn.seen, turn.crashes, turn.pull_backoffs, turn.fetches, turn.waiting, turn.probes,
        turn.failure, turn.stopping,
    )  # fmt: skip
    box = turn.box
    box = Sandbox(
        box.uid, box.namespace, box.name, box.since, turn.address, box.grace, box.request, turn.containers, mind, over
    )
    return turn.machine.with_sandbox(box, turn.due, turn.addresses)


def without(mapping: Mapping[Any, Any], key: Any) -> Mapping[Any, Any]:
    """The mapping but for one key."""
    return {name: value for name, value in mapping.items() if name != key} if key in mapping else mapping
