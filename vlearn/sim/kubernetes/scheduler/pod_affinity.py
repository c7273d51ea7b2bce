"""Whether a pod may stand near the pods that are there, and they near it.

Three rules, in this order: every required affinity term finds a pod in the node's topology; no required anti-affinity
term does; and no pod that is there has an anti-affinity term that speaks of this one (symmetry). The first pod of a
group that wants to be together is let in although nobody is there yet. Source: the plug-in InterPodAffinity.
"""

from collections import Counter
from collections.abc import Sequence

from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST, Check, PrepareScores, Rate
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.terms import Term
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

NAME = "InterPodAffinity"
Topology = tuple[str, str]

_TOGETHER = Verdict(NAME, UNRESOLVABLE, ("node(s) didn't match pod affinity rules",))
_APART = Verdict(NAME, UNSCHEDULABLE, ("node(s) didn't match pod anti-affinity rules",))
_EXISTING = Verdict(NAME, UNSCHEDULABLE, ("node(s) didn't satisfy existing pods anti-affinity rules",))


def pods_together(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """The filter."""
    wanted, unwanted = pod.affinity.required, pod.affinity.required_anti
    refusing = _refusing(pod, snapshot)
    if not (wanted or unwanted or refusing):
        return None
    matched, forbidden = _counted(wanted, unwanted, snapshot)
    first = not matched and all(_speaks_of(term, pod, snapshot) for term in wanted)

    def check(node: NodeInfo) -> Verdict | None:
        if wanted:
            topologies = [(term.topology_key, node.labels.get(term.topology_key)) for term in wanted]
            if any(value is None for _, value in topologies):
                return _TOGETHER
            if not first and any(topology not in matched for topology in topologies):
                return _TOGETHER
        if any((term.topology_key, node.labels.get(term.topology_key)) in forbidden for term in unwanted):
            return _APART
        if refusing and any(topology in refusing for topology in node.labels.items()):
            return _EXISTING
        return None

    return check


def _counted(
    wanted: Sequence[Term], unwanted: Sequence[Term], snapshot: Snapshot
) -> tuple[set[Topology], set[Topology]]:
    """The topologies with a pod that meets all wanted terms, and those with one that meets an unwanted term."""
    matched: set[Topology] = set()
    forbidden: set[Topology] = set()
    if not (wanted or unwanted):
        return matched, forbidden
    for node in snapshot.nodes:
        for other in node.pods:
            if wanted and all(_speaks_of(term, other, snapshot) for term in wanted):
                matched |= {
                    (t.topology_key, node.labels[t.topology_key]) for t in wanted if t.topology_key in node.labels
                }
            for term in unwanted:
                if term.topology_key in node.labels and _speaks_of(term, other, snapshot):
                    forbidden.add((term.topology_key, node.labels[term.topology_key]))
    return matched, forbidden


def _refusing(pod: PodInfo, snapshot: Snapshot) -> set[Topology]:
    """The topologies in which a pod stands whose anti-affinity speaks of this pod."""
    return {
        (term.topology_key, node.labels[term.topology_key])
        for node in snapshot.nodes_with_affinity
        for other in node.with_affinity
        for term in other.affinity.required_anti
        if term.topology_key in node.labels and _speaks_of(term, pod, snapshot)
    }


def pod_affinity_score(hard_weight: int = 1) -> PrepareScores:
    """The score: preferred terms of the pod and, by symmetry, of those there; their required ones by `hard_weight`."""

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate | None:
        own = [(term, term.weight) for term in pod.affinity.preferred]
        own += [(term, -term.weight) for term in pod.affinity.preferred_anti]
        weights: Counter[Topology] = Counter()
        for node in snapshot.nodes if own else snapshot.nodes_with_affinity:
            for other in node.pods if own else node.with_affinity:
                said = [term_weight for term_weight in own if _speaks_of(term_weight[0], other, snapshot)]
                said += [each for each in _in_return(other, hard_weight) if _speaks_of(each[0], pod, snapshot)]
                for term, weight in said:
                    if term.topology_key in node.labels:
                        weights[term.topology_key, node.labels[term.topology_key]] += weight
        if not weights:
            return None
        return lambda node: sum(weights[topology] for topology in node.labels.items() if topology in weights)

    return prepare


def _in_return(other: PodInfo, hard_weight: int) -> list[tuple[Term, int]]:
    affinity = other.affinity
    if not affinity:
        return []
    required = [(term, hard_weight) for term in affinity.required] if hard_weight else []
    preferred = [(term, term.weight) for term in affinity.preferred]
    return [*required, *preferred, *((term, -term.weight) for term in affinity.preferred_anti)]


def between_extremes(scores: Sequence[int]) -> list[int]:
    """The smallest becomes 0 and the largest 100; all become 0 where they are equal."""
    low, high = min(scores, default=0), max(scores, default=0)
    return [int(HIGHEST * ((score - low) / (high - low))) if high > low else 0 for score in scores]


def between_zero_and_extremes_1_20(scores: Sequence[int]) -> list[int]:
    """The rule of 1.20: zero is always on the scale, so that equal scores keep their worth and differences shrink."""
    return between_extremes([*scores, 0])[:-1]


def _speaks_of(term: Term, pod: PodInfo, snapshot: Snapshot) -> bool:
    return term.matches(pod.namespace, pod.labels, snapshot.namespaces)
