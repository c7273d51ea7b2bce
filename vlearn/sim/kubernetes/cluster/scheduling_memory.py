"""What the scheduler keeps in mind: which pods it has failed to place, how often, and when each may be tried again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from vlearn.sim.kubernetes.cluster.cluster_snapshot import is_helpful
from vlearn.sim.kubernetes.scheduler.queue import LONGEST_STAY, pause
from vlearn.sim.kubernetes.store import Compacted, Object, Store


@dataclass(frozen=True, slots=True)
class Attempt:
    """A pod's failures so far: how many, when the last one was, and whether something has changed since."""

    count: int
    failed: float
    moved: bool = False

    @property
    def ready(self) -> float:
        """When the pod may be tried again."""
        return self.failed + (pause(self.count) if self.moved else LONGEST_STAY)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the scheduler keeps in mind: the attempts by uid of the pod, and up to which revision it has looked."""

    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    seen: int = 0


def attempt_of(pod: Object, attempts: Mapping[str, Attempt]) -> Attempt:
    """A pod's attempts; one that was never tried is ready."""
    return attempts.get(pod["metadata"]["uid"], Attempt(0, float("-inf"), True))


def moved(remembered: Remembered, store: Store) -> Remembered:
    """Something that helps wakes all pods that failed."""
    if not remembered.attempts:
        return replace(remembered, seen=store.revision)
    try:
        helped = any(is_helpful(change) for change in store.changes(remembered.seen))
    except Compacted:
        helped = True
    attempts = remembered.attempts
    if helped:
        attempts = {uid: replace(each, moved=True) for uid, each in attempts.items()}
    return Remembered(attempts, store.revision)


def failed(remembered: Remembered, pods: Iterable[Object], now: float) -> Remembered:
    """These pods were tried now, and none fits anywhere."""
    attempts = remembered.attempts
    counts = {pod["metadata"]["uid"]: attempt_of(pod, attempts).count for pod in pods}
    return replace(remembered, attempts={**attempts, **{uid: Attempt(n + 1, now) for uid, n in counts.items()}})
