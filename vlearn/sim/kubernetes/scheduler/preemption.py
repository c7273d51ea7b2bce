"""Which pods must leave so that a more important one fits: on each node as few as it takes, then the best of the nodes.

On a node, all pods of lower priority leave, and return one after another, those whose disruption budget they would
violate first and then the most important, as long as the pod still fits. Among nodes, the smaller wins: budgets
violated, the highest priority of a victim, the sum of priorities, the number of victims; at last the node whose most
important victims started latest. Left out: graceful ends of victims, and pods nominated to nodes by earlier
preemptions. Source: scheduler/framework/preemption and the plug-in DefaultPreemption.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vlearn.sim.kubernetes.api import selector_of
from vlearn.sim.kubernetes.scheduler.filters import FILTERS, checks, verdict
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, Object, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import Filter
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict, counted

NEVER = "not eligible due to preemptionPolicy=Never."
WAITING = "not eligible due to a terminating pod on the nominated node."
_HOPELESS = Verdict("DefaultPreemption", UNRESOLVABLE, ("Preemption is not helpful for scheduling",))
_NO_VICTIM = Verdict("DefaultPreemption", UNRESOLVABLE, ("No preemption victims found for incoming pod",))
_NOW = "9999"
"""When a pod started that has not started: later than any time of the API, which compares as text."""
_SHIFT = 1 << 31
"""Makes every priority positive, so that two victims never weigh less than one."""


@dataclass(frozen=True, slots=True)
class Victims:
    """The pods that would leave a node, the most important first, and how many budgets that would violate."""

    node: str
    pods: tuple[PodInfo, ...]
    violations: int


@dataclass(frozen=True, slots=True)
class Preemption:
    """What came of it: the node that the pod is nominated to and its victims, or none; every candidate; in words."""

    message: str
    node: str | None = None
    victims: tuple[PodInfo, ...] = ()
    candidates: tuple[Victims, ...] = ()


def preempt(
    pod: PodInfo, snapshot: Snapshot, verdicts: Mapping[str, Verdict], filters: Sequence[Filter] = FILTERS
) -> Preemption:
    """Find the victims for a pod that fits nowhere; `verdicts` says why, by node."""
    refusal = _ineligible(pod, snapshot)
    if refusal:
        return Preemption(refusal)
    candidates, why = [], dict.fromkeys(verdicts, _HOPELESS)
    for node in snapshot.nodes:
        found = verdicts.get(node.name)
        if found is not None and found.code == UNSCHEDULABLE:
            tried = victims_on(node, pod, snapshot, filters)
            if isinstance(tried, Victims):
                candidates.append(tried)
            else:
                why[node.name] = tried
    if not candidates:
        return Preemption(counted(len(snapshot.nodes), why.values()))
    best = best_of(candidates)
    names = ", ".join(f"{victim.key} (priority {victim.priority})" for victim in best.pods)
    return Preemption(f"{best.node} is nominated; its victims: {names}", best.node, best.pods, tuple(candidates))


def victims_on(
    node: NodeInfo, pod: PodInfo, snapshot: Snapshot, filters: Sequence[Filter] = FILTERS
) -> Victims | Verdict:
    """The pods that must leave this node, or why it helps nothing that they leave."""
    lower = sorted((other for other in node.pods if other.priority < pod.priority), key=importance)
    if not lower:
        return _NO_VICTIM

    def refused_without(leaving: Iterable[PodInfo]) -> Verdict | None:
        rest = node.without_pods(leaving)
        return verdict(rest, checks(pod, snapshot.with_node(rest), filters))

    refused = refused_without(lower)
    if refused is not None:
        return refused
    violating = _violating(lower, snapshot.budgets)
    leaving = list(lower)
    for other in sorted(lower, key=lambda each: id(each) not in violating):
        stays = [each for each in leaving if each is not other]
        if refused_without(stays) is None:
            leaving = stays
    return Victims(node.name, tuple(leaving), sum(id(each) in violating for each in leaving))


def best_of(candidates: Sequence[Victims]) -> Victims:
    """The candidate that costs least; of equals the first."""
    costs = [_cost(each) for each in candidates]
    least = min(costs)
    return max((each for each, cost in zip(candidates, costs, strict=True) if cost == least), key=_started)


def importance(pod: PodInfo) -> tuple[int, str]:
    """Sorts the most important pod first: the highest priority, then the longest run."""
    return -pod.priority, (pod.pod.get("status") or {}).get("startTime") or _NOW


def _cost(victims: Victims) -> tuple[int, int, int, int]:
    priorities = [pod.priority for pod in victims.pods]
    total = sum(priority + _SHIFT for priority in priorities)
    return victims.violations, max(priorities, default=-_SHIFT), total, len(priorities)


def _started(victims: Victims) -> str:
    """When the first of the most important victims started."""
    return min(importance(pod) for pod in victims.pods)[1] if victims.pods else ""


def _ineligible(pod: PodInfo, snapshot: Snapshot) -> str:
    if pod.spec.get("preemptionPolicy") == "Never":
        return NEVER
    nominated = (pod.pod.get("status") or {}).get("nominatedNodeName")
    place = snapshot.place.get(nominated) if nominated else None
    if place is not None and any(
        other.leaving and other.priority < pod.priority for other in snapshot.nodes[place].pods
    ):
        return WAITING
    return ""


def _violating(pods: Sequence[PodInfo], budgets: Sequence[Object]) -> set[int]:
    """The pods, by id, whose leaving exceeds what a budget still allows; the most important use it up first."""
    left = [(budget.get("status") or {}).get("disruptionsAllowed", 0) for budget in budgets]
    found = set()
    for pod in pods:
        for n, budget in enumerate(budgets):
            if _covers(budget, pod):
                left[n] -= 1
                if left[n] < 0:
                    found.add(id(pod))
    return found


def _covers(budget: Object, pod: PodInfo) -> bool:
    metadata, status = budget.get("metadata") or {}, budget.get("status") or {}
    if metadata.get("namespace", "") != pod.namespace or pod.name in (status.get("disruptedPods") or {}):
        return False
    selector = selector_of((budget.get("spec") or {}).get("selector"))
    return bool(pod.labels and selector and selector.requirements and selector.matches(pod.labels))
