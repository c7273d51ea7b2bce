"""What really is on one node: images, containers, addresses. It goes on when its kubelet or the API server is down.

Leaves out volumes, and the garbage collection of images.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.node.addresses import FREE, Addresses
from vlearn.sim.kubernetes.node.container import Container, stopped
from vlearn.sim.kubernetes.node.images.registry import identity
from vlearn.sim.kubernetes.node.mind import FRESH, Mind
from vlearn.sim.kubernetes.scheduler.resources import Resources

GIB = 1 << 30
NOTHING = Resources()
_NO_PRESSURE: Mapping[str, float] = {}
_CONTAINERS: Mapping[str, Container] = {}


@dataclass(frozen=True, slots=True)
class Pull:
    """An image on its way; `failure` is what it will end with."""

    image: str
    asked: float
    begins: float
    ends: float
    size: int
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A pod on the machine: its address, its containers' latest runs, and what the kubelet has in mind about it."""

    uid: str
    namespace: str
    name: str
    since: float
    address: str = ""
    grace: float = 30.0
    request: Resources = NOTHING
    containers: Mapping[str, Container] = field(default_factory=lambda: _CONTAINERS)
    mind: Mind = FRESH
    over: bool = False
    """Nothing of it runs or will run."""


@dataclass(frozen=True, slots=True)
class Machine:
    """`disk` is in bytes, `filled` what others than images and containers use of it; `dues` says when the kubelet wants
    to look at a pod again.
    """

    node: str
    address: str = "172.18.0.2"
    pod_cidr: str = "10.244.0.0/24"
    now: float = 0.0
    disk: int = 100 * GIB
    filled: int = 10 * GIB
    images: Map[str, int] = field(default_factory=Map)
    pulls: Map[str, Pull] = field(default_factory=Map)
    sandboxes: Map[str, Sandbox] = field(default_factory=Map)
    dues: Map[str, float] = field(default_factory=Map)
    addresses: Addresses = FREE
    pressed: Mapping[str, float] = field(default_factory=lambda: _NO_PRESSURE)
    """The node's conditions of pressure, and when each was last found to hold."""

    def with_images(self, *names: str) -> "Machine":
        """With these images on the disk already; sizes do not matter then. Raises InvalidReference."""
        return replace(self, images=self.images.update({identity(name)[0]: 0 for name in names}))

    def with_pull(self, pull: Pull) -> "Machine":
        """With one more image on its way."""
        return replace(self, pulls=self.pulls.set(pull.image, pull))

    def with_sandbox(self, sandbox: Sandbox, due: float, addresses: Addresses | None = None) -> "Machine":
        """With a pod as it is now, to be looked at again then (`inf`: not by itself), and these addresses taken."""
        dues = self.dues
        if due < inf:
            dues = dues.set(sandbox.uid, due)
        elif sandbox.uid in dues:
            dues = dues.delete(sandbox.uid)
        # Every turn ends here: `replace` would take twice as long.
        return Machine(
            self.node, self.address, self.pod_cidr, self.now, self.disk, self.filled, self.images, self.pulls,
            self.sandboxes.set(sandbox.uid, sandbox), dues, addresses or self.addresses, self.pressed,
        )  # fmt: skip

    def without_sandbox(self, uid: str) -> "Machine":
        """Without a pod; its address is free again."""
        found = self.sandboxes.get(uid)
        if found is None:
            return self
        dues = self.dues.delete(uid) if uid in self.dues else self.dues
        return replace(
            self, sandboxes=self.sandboxes.delete(uid), dues=dues, addresses=self.addresses.freed(found.address, uid)
        )


def run_until(machine: Machine, now: float) -> Machine:
    """The machine at a later moment, whoever watches: pulls end, and containers end as they will. Raises ModelError."""
    if now < machine.now:
        raise ModelError(f"{machine.node} is at {machine.now} s; it cannot be run back to {now} s")
    if not machine.pulls:
        return replace(machine, now=now) if now > machine.now else machine
    done = [each for each in machine.pulls.values() if each.ends <= now]
    images, pulls = machine.images, machine.pulls
    for each in done:
        pulls = pulls.delete(each.image)
        images = images if each.failure else images.set(each.image, each.size)
    return replace(machine, now=now, images=images, pulls=pulls)


def due(machine: Machine, kubelet: bool = True) -> float | None:
    """When something next happens on a machine, or None. Without its kubelet, containers' ends and pulls are all."""
    if kubelet:
        return min(machine.dues.values()) if machine.dues else None
    ends = [
        each.ends
        for sandbox in machine.sandboxes.values()
        for each in sandbox.containers.values()
        if machine.now < each.ends < inf
    ]
    return min([*ends, *(each.ends for each in machine.pulls.values())], default=None)


def due_pods(machine: Machine, now: float) -> list[str]:
    """The uids of the pods that the kubelet wants to look at by now, the longest due first."""
    return [uid for _, uid in sorted((at, uid) for uid, at in machine.dues.items() if at <= now)]


def restarted(machine: Machine) -> Machine:
    """The kubelet has started again: back-offs and the results of probes are forgotten, containers run on."""
    sandboxes = {uid: replace(each, mind=each.mind.after_restart()) for uid, each in machine.sandboxes.items()}
    dues = dict.fromkeys(machine.sandboxes, machine.now)
    return replace(machine, sandboxes=machine.sandboxes.update(sandboxes), dues=Map(dues))


def stop_pod(machine: Machine, uid: str, now: float) -> Machine:
    """One turn for a pod that the API server no longer has: its containers are stopped, and in the end it is gone."""
    machine = run_until(machine, now)
    sandbox = machine.sandboxes.get(uid)
    if sandbox is None:
        return machine
    ended = {name: stopped(each, now, sandbox.grace) for name, each in sandbox.containers.items()}
    last = max((each.ends for each in ended.values()), default=now)
    if last <= now:
        return machine.without_sandbox(uid)
    return machine.with_sandbox(replace(sandbox, containers=ended), last)


def disk_used(machine: Machine) -> int:
    """The bytes on its disk."""
    return machine.filled + sum(machine.images.values())


def memory_used(machine: Machine, now: float) -> int:
    """The bytes of memory that its containers use."""
    return sum(each.memory(now) for box in machine.sandboxes.values() for each in box.containers.values())
