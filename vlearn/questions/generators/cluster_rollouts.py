"""A rollout as questions tell it: the controller acts as far as it may, new pods become available, and it acts again.

Pods of an old set that is made smaller are taken as gone at once. The steps are those of the controller's own rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from vlearn.blocks import Block, Table
from vlearn.questions.generators.cluster_scenes import Object, ago
from vlearn.sim.kubernetes.controllers.rolling import reconcile_new, reconcile_old
from vlearn.trace import Event, Step

Amount = int | str
"""A number of pods, or a percentage of spec.replicas."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is asked for, the pods of the old and of the new set, and how many of the new ones are available."""

    replicas: int
    surge: Amount
    unavailable: Amount
    old: int
    new: int = 0
    available: int = 0
    strategy: str = "RollingUpdate"

    @property
    def asked(self) -> str:
        """The strategy in words."""
        limits = f" with `maxSurge: {self.surge}` and `maxUnavailable: {self.unavailable}`"
        return self.strategy + (limits if self.strategy == "RollingUpdate" else "")

    @property
    def deployment(self) -> Object:
        """The deployment."""
        limits = {"maxSurge": self.surge, "maxUnavailable": self.unavailable}
        rolling = {"rollingUpdate": limits} if self.strategy == "RollingUpdate" else {}
        spec = {"replicas": self.replicas, "progressDeadlineSeconds": 600}
        return {"metadata": {"name": "web"}, "spec": {**spec, "strategy": {"type": self.strategy, **rolling}}}

    @property
    def sets(self) -> tuple[Object, Object]:
        """The old replica set, all of whose pods are available, and the new one."""
        return replica_set("old", self.old, self.old, 7200), replica_set("new", self.new, self.available, 60)


def replica_set(name: str, replicas: int, available: int, age: int, **annotations: str) -> Object:
    """A replica set of so many pods, so many of which are available."""
    counters: dict[str, Any] = dict.fromkeys(("readyReplicas", "availableReplicas"), available)
    return {
        "metadata": {"name": name, "creationTimestamp": ago(age), "annotations": annotations},
        "spec": {"replicas": replicas},
        "status": {"replicas": replicas, **counters},
    }


def act(now: Rollout) -> Rollout | None:
    """One step of the controller: the new set grows, or else the old one shrinks; None where neither may."""
    old, new = now.sets
    if now.strategy == "Recreate":
        if now.old:
            return replace(now, old=0)  # it waits for the last of them before it goes on
        return replace(now, new=now.replicas) if now.new < now.replicas else None
    sizes = reconcile_new(now.deployment, (old, new), new) or reconcile_old(now.deployment, (old,), new)
    return replace(now, old=sizes.get("old", now.old), new=sizes.get("new", now.new)) if sizes else None


def roll(now: Rollout, ready: int) -> Iterator[Step[Rollout]]:
    """So many new pods become available, and the controller acts until it may not."""
    now = replace(now, available=now.available + ready)
    if ready:
        yield Step(Event("available", f"{ready} of the new pods become available"), now)
    while (after := act(now)) is not None:
        kind = "grown" if after.new > now.new else "shrunk"
        told = f"the new set goes from {now.new} to {after.new}" if kind == "grown" else f"the old set to {after.old}"
        now = after
        yield Step(Event(kind, told, (kind,)), now)


def settled(now: Rollout, ready: int = 0) -> Rollout:
    """The rollout when the controller has done what it may."""
    for step in roll(now, ready):
        now = step.state
    return now


def draw_rollout(now: Rollout, event: Event | None = None) -> tuple[Block, ...]:
    """The two sets, and how many pods there are in all."""
    rows = (
        ("old", str(now.old), str(now.old)),
        ("new", str(now.new), str(now.available)),
        ("both", str(now.old + now.new), str(now.old + now.available)),
    )
    return (Table(("Replica set", "Pods", "Available"), rows, event.text if event else ""),)
