"""The queue of pods that wait for a node: the important first, those that failed after a pause.

Three places: active (to be tried, by priority and then by age), backing off (failed, and something has happened since;
tried again when the pause is over) and unschedulable (failed, and nothing has happened). A pause is one second and
doubles with every attempt, up to ten. After five minutes even an unschedulable pod is tried. Left out: scheduling
gates, and hints that tell which event could help which pod: every event moves all pods. Source: the package
scheduler/backend/queue. Times are seconds.
"""

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from vlearn.sim.kubernetes.scheduler.infos import PodInfo

FIRST_PAUSE, LONGEST_PAUSE, LONGEST_STAY = 1.0, 10.0, 300.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pod in the queue: since when it waits at all, how often it was tried, and when it failed last."""

    pod: PodInfo
    since: float
    attempts: int = 0
    failed: float = 0.0

    @property
    def order(self) -> tuple[int, float, str]:
        """Sorts the next pod to be tried first; a pod that failed queues up again behind its equals."""
        return -self.pod.priority, max(self.since, self.failed), self.pod.key

    @property
    def ready(self) -> float:
        """When its pause is over."""
        return self.failed + (pause(self.attempts) if self.attempts else 0.0)


def pause(attempts: int) -> float:
    """Seconds between the end of that many attempts and the next one."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 10))


@dataclass(frozen=True, slots=True)
class Queue:
    """The three places; `active` is sorted, the next pod first."""

    active: tuple[Waiting, ...] = ()
    backing_off: tuple[Waiting, ...] = ()
    unschedulable: tuple[Waiting, ...] = ()

    def add(self, pods: Iterable[PodInfo], now: float) -> "Queue":
        """New pods are active at once."""
        return self._with_active(Waiting(pod, now) for pod in pods)

    def next(self) -> tuple[Waiting | None, "Queue"]:
        """The pod to try, its attempt counted, and the queue without it."""
        if not self.active:
            return None, self
        first = self.active[0]
        return replace(first, attempts=first.attempts + 1), replace(self, active=self.active[1:])

    def failed(self, waiting: Waiting, now: float) -> "Queue":
        """The pod found no node."""
        return replace(self, unschedulable=(*self.unschedulable, replace(waiting, failed=now)))

    def something_happened(self, now: float) -> "Queue":
        """A node came, a pod went: whoever failed may try again, after the pause."""
        return self._released(lambda waiting: True, now)

    def at(self, now: float) -> "Queue":
        """The queue when it is `now`: pauses that are over, and pods that have stayed for five minutes."""
        released = self._released(lambda waiting: now - waiting.failed >= LONGEST_STAY, now)
        ready = [waiting for waiting in released.backing_off if waiting.ready <= now]
        rest = tuple(waiting for waiting in released.backing_off if waiting.ready > now)
        return replace(released, backing_off=rest)._with_active(ready)

    def _released(self, which: Callable[[Waiting], bool], now: float) -> "Queue":
        out = [waiting for waiting in self.unschedulable if which(waiting)]
        stay = tuple(waiting for waiting in self.unschedulable if not which(waiting))
        paused = tuple(waiting for waiting in out if waiting.ready > now)
        return replace(self, backing_off=(*self.backing_off, *paused), unschedulable=stay)._with_active(
            waiting for waiting in out if waiting.ready <= now
        )

    def _with_active(self, waiting: Iterable[Waiting]) -> "Queue":
        active = list(self.active)
        for each in waiting:
            insort(active, each, key=lambda one: one.order)
        return replace(self, active=tuple(active)) if len(active) > len(self.active) else self
