"""The loop: every component looks at what has changed and does what it does; when nobody has any, time passes.

`step` is one component's one look that had an effect. The order is first come, first served, unless `choose` picks
another: what the cluster comes to does not depend on it, and the tests let chance choose.
"""

from collections.abc import Callable, Iterator

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.cluster.cluster import Cluster
from vlearn.sim.kubernetes.cluster.queue import Choose, first
from vlearn.sim.kubernetes.cluster.running import Running
from vlearn.sim.kubernetes.store import Store
from vlearn.trace import Step, Trace

AT_A_TIME = 2_000
"""Looks between two reports of progress."""


def steps(cluster: Cluster, until: float | None = None, choose: Choose = first) -> Iterator[Step[Cluster]]:
    """What happens until a moment (seconds since 1970), one effect at a time; without one, until nothing is left to do
    at the present moment. Time passes only as far as it must. Raises ModelError where components stay busy for ever.
    """
    running = Running(cluster)
    while True:
        event = running.look(choose)
        if event is None:
            if until is None or not running.wait(until):
                return
            continue
        yield Step(event, running.frozen())


def play(cluster: Cluster, seconds: float, choose: Choose = first) -> Trace[Cluster]:
    """So many seconds of a cluster's life, as a run that a player shows. Raises ModelError as `run` does."""
    return Trace(cluster, tuple(steps(cluster, _end(cluster, seconds), choose)))


def run(
    cluster: Cluster, seconds: float = 0.0, choose: Choose = first, progress: Callable[[Store], None] | None = None
) -> Cluster:
    """The cluster so many seconds later, when it has nothing to do at that moment. `progress` is told of the store now
    and then. Raises ModelError for seconds below 0, and where components undo each other's work for ever.
    """
    running = Running(cluster)
    end = _end(cluster, seconds)
    while True:
        done = running.exhaust(choose, AT_A_TIME)
        if progress is not None:
            progress(running.store)
        if done < AT_A_TIME and not running.wait(end):
            return running.frozen()


def _end(cluster: Cluster, seconds: float) -> float:
    if seconds < 0:
        raise ModelError(
            f"time runs forward: {seconds} seconds are not possible; an earlier moment is an earlier value"
        )
    return cluster.now + seconds
