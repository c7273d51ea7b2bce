"""One scheduling cycle: which nodes a pod fits, what each of these is worth, and where it goes.

`schedule` gives the table of verdicts and scores as a value; `scheduling` gives the same as a trace, in which every
verdict and every column of scores is an event. Left out: extenders, reservation, permission and binding, and the choice
of only some of the nodes of a large cluster (percentageOfNodesToScore): every node is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from vlearn.sim.kubernetes.scheduler.filters import FILTERS, checks, verdict
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import Filter, Score
from vlearn.sim.kubernetes.scheduler.preemption import Preemption, preempt
from vlearn.sim.kubernetes.scheduler.scores import SCORES, Column, column
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.verdict import Verdict, counted
from vlearn.trace import Event, Step, Trace


@dataclass(frozen=True)
class Cycle:
    """The table: a verdict for each node that is out, a column of scores over those that are in, and what follows.

    `node` is where the pod goes; without one, `message` is what the pod's condition and event say.
    """

    pod: str
    nodes: tuple[str, ...]
    looked_at: int = 0
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    totals: tuple[int, ...] = ()
    node: str | None = None
    message: str = ""
    preemption: Preemption | None = None

    @property
    def feasible(self) -> tuple[str, ...]:
        """The nodes that have been looked at and are in, in their order."""
        return tuple(name for name in self.nodes[: self.looked_at] if name not in self.verdicts)


def schedule(
    pod: PodInfo,
    snapshot: Snapshot,
    filters: Sequence[Filter] = FILTERS,
    scores: Sequence[Score] = SCORES,
    rng: Random | None = None,
) -> Cycle:
    """The finished table. Of equally good nodes `rng` chooses, as Kubernetes does; without one the first wins."""
    names = tuple(node.name for node in snapshot.nodes)
    passing = checks(pod, snapshot, filters)
    verdicts = {}
    feasible = []
    for node in snapshot.nodes:
        found = verdict(node, passing)
        if found is None:
            feasible.append(node)
        else:
            verdicts[node.name] = found
    cycle = Cycle(pod.key, names, len(names), verdicts)
    if not feasible:
        return _without_node(cycle, pod, snapshot, filters)
    # A single node needs no scores: upstream does not ask its plug-ins for any.
    asked = scores if len(feasible) > 1 else ()
    columns = tuple(each for each in (column(score, pod, snapshot, feasible) for score in asked) if each is not None)
    totals = tuple(sum(each.weight * each.scores[n] for each in columns) for n in range(len(feasible)))
    most = max(totals)
    best = [node.name for node, total in zip(feasible, totals, strict=True) if total == most]
    return replace(cycle, columns=columns, totals=totals, node=rng.choice(best) if rng else best[0])


def _without_node(cycle: Cycle, pod: PodInfo, snapshot: Snapshot, filters: Sequence[Filter]) -> Cycle:
    message = counted(len(cycle.nodes), cycle.verdicts.values())
    if pod.refused:
        message = f"0/{len(cycle.nodes)} nodes are available: {pod.refused}."
    found = preempt(pod, snapshot, cycle.verdicts, filters)
    if found.node is None and cycle.nodes:
        message = f"{message} preemption: {found.message}"
    return replace(cycle, message=message, preemption=found)


def scheduling(
    pod: PodInfo,
    snapshot: Snapshot,
    filters: Sequence[Filter] = FILTERS,
    scores: Sequence[Score] = SCORES,
    rng: Random | None = None,
) -> Trace[Cycle]:
    """The cycle as a run that a student reads step by step; its final state is what `schedule` gives."""
    done = schedule(pod, snapshot, filters, scores, rng)
    return Trace(Cycle(done.pod, done.nodes), tuple(_steps(done)))


def _steps(done: Cycle) -> Iterator[Step[Cycle]]:
    state = Cycle(done.pod, done.nodes)
    for n, name in enumerate(done.nodes, 1):
        found = done.verdicts.get(name)
        verdicts = {**state.verdicts, name: found} if found else state.verdicts
        state = replace(state, looked_at=n, verdicts=verdicts)
        said = f"{found.plugin}: {found.message} ({found.code})" if found else "every filter passes"
        yield Step(Event("filtered" if found else "feasible", f"{name}: {said}", (name,)), state)
    for each in done.columns:
        state = replace(state, columns=(*state.columns, each))
        said = ", ".join(
            f"{name} {score}" if score == raw else f"{name} {score} (from {raw})"
            for name, raw, score in zip(done.feasible, each.raw, each.scores, strict=True)
        )
        yield Step(Event("scored", f"{each.plugin}, weight {each.weight}: {said}", (each.plugin,)), state)
    if done.node is None:
        yield Step(Event("unschedulable", done.message, done.nodes), replace(done, preemption=None))
        if done.preemption is not None and done.preemption.node is not None:
            yield Step(Event("preempting", done.preemption.message, (done.preemption.node,)), done)
        return
    if done.columns:
        said = ", ".join(f"{name} {total}" for name, total in zip(done.feasible, done.totals, strict=True))
        yield Step(Event("totalled", f"Weights times scores: {said}", done.feasible), replace(done, node=None))
    yield Step(Event("assigned", f"Successfully assigned {done.pod} to {done.node}", (done.node,)), done)
