"""Spreading pods over topologies: zones, nodes, whatever a label of the nodes names.

The skew of a topology is its number of matching pods, this one with them, over the smallest number of any topology. A
constraint that must hold filters; one that should hold scores. Pods that are being deleted do not count. Source: the
plug-in PodTopologySpread.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from math import floor, log

from vlearn.sim.kubernetes.api import Selector, untolerated
from vlearn.sim.kubernetes.api.node_selection import NodeMatch, required_nodes
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST, IGNORED, Check, PrepareScores, Rate
from vlearn.sim.kubernetes.scheduler.selecting import default_selector
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.terms import HOSTNAME, ZONE, Constraint
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

NAME = "PodTopologySpread"
DEFAULTS = ((HOSTNAME, 3), (ZONE, 5))
"""Keys and skews of what Kubernetes itself asks for the pods of a service or a controller, as a preference."""

_SKEW = Verdict(NAME, UNSCHEDULABLE, ("node(s) didn't match pod topology spread constraints",))
_LABEL = Verdict(NAME, UNRESOLVABLE, ("node(s) didn't match pod topology spread constraints (missing required label)",))


def spread(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """The filter."""
    constraints = [each for each in pod.constraints if each.must]
    if not constraints:
        return None
    counts = [_counts(each, constraints, pod, snapshot.nodes) for each in constraints]
    limits = [
        each.max_skew
        - each.selector.matches(pod.labels)
        + (0 if len(count) < each.min_domains else min(count.values(), default=0))
        for each, count in zip(constraints, counts, strict=True)
    ]

    def check(node: NodeInfo) -> Verdict | None:
        for constraint, count, limit in zip(constraints, counts, limits, strict=True):
            value = node.labels.get(constraint.topology_key)
            if value is None:
                return _LABEL
            if count.get(value, 0) > limit:
                return _SKEW
        return None

    return check


def _counts(
    constraint: Constraint, all_of: Sequence[Constraint], pod: PodInfo, nodes: Sequence[NodeInfo]
) -> dict[str, int]:
    """Matching pods by topology, over the nodes that have every key and that the constraint's policies let count."""
    counts: dict[str, int] = {}
    wanted = required_nodes(pod.spec)
    for node in nodes:
        if _has_keys(node, all_of) and _counts_here(constraint, node, pod, wanted):
            value = node.labels[constraint.topology_key]
            counts[value] = counts.get(value, 0) + matching(node, constraint.selector, pod.namespace)
    return counts


def nearest(value: float) -> int:
    """The nearest whole number of a positive one, halves upwards."""
    return floor(value + 0.5)


def spread_score(defaults: bool = True, to_integer: Callable[[float], int] = nearest) -> PrepareScores:
    """The score, raw: fewer is better. `defaults` applies Kubernetes' own preference to pods that state none.

    1.20 made a whole number of it with `int`, which cuts off.
    """

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate | None:
        constraints = [each for each in pod.constraints if not each.must]
        own = bool(pod.constraints)
        if not own and defaults:
            constraints = _defaults(pod, snapshot)
        if not constraints:
            return None
        rated = [node for node in nodes if not own or _has_keys(node, constraints)]
        parts = [_part(each, constraints if own else (), pod, snapshot, rated) for each in constraints]
        ignored = {node.name for node in nodes} - {node.name for node in rated}

        def rate(node: NodeInfo) -> int:
            if node.name in ignored:
                return IGNORED
            return to_integer(sum(each(node) for each in parts))

        return rate

    return prepare


def _part(
    constraint: Constraint,
    all_of: Sequence[Constraint],
    pod: PodInfo,
    snapshot: Snapshot,
    rated: Sequence[NodeInfo],
) -> Callable[[NodeInfo], float]:
    """What one constraint adds to a node's score; a topology weighs more, the more of them there are."""
    key = constraint.topology_key
    if key == HOSTNAME:
        weight = log(len(rated) + 2)
        counted: Counter[str] = Counter()
    else:
        values = {node.labels.get(key, "") for node in rated}
        weight = log(len(values) + 2)
        counted, wanted = Counter(), required_nodes(pod.spec)
        for node in snapshot.nodes:
            value = node.labels.get(key, "")
            if value in values and _has_keys(node, all_of) and _counts_here(constraint, node, pod, wanted):
                counted[value] += matching(node, constraint.selector, pod.namespace)

    def part(node: NodeInfo) -> float:
        if key not in node.labels:
            return 0
        count = matching(node, constraint.selector, pod.namespace) if key == HOSTNAME else counted[node.labels[key]]
        return count * weight + constraint.max_skew - 1

    return part


def fewest_first(scores: Sequence[int]) -> list[int]:
    """The reverse of the raw scores, on the scale from 0 to 100."""
    rated = [score for score in scores if score != IGNORED]
    low, high = min(rated, default=0), max(rated, default=0)
    return [
        0 if score == IGNORED else HIGHEST if not high else HIGHEST * (high + low - score) // high for score in scores
    ]


def matching(node: NodeInfo, selector: Selector, namespace: str) -> int:
    """How many pods of the node a constraint counts."""
    return sum(pod.namespace == namespace and not pod.leaving and selector.matches(pod.labels) for pod in node.pods)


def _defaults(pod: PodInfo, snapshot: Snapshot) -> list[Constraint]:
    selector = default_selector(pod, snapshot)
    return [Constraint(key, skew, selector, must=False) for key, skew in DEFAULTS] if selector else []


def _has_keys(node: NodeInfo, constraints: Sequence[Constraint]) -> bool:
    return all(each.topology_key in node.labels for each in constraints)


def _counts_here(constraint: Constraint, node: NodeInfo, pod: PodInfo, wanted: NodeMatch | None) -> bool:
    if constraint.honours_affinity and wanted is not None and not wanted(node.name, node.labels):
        return False
    return not (constraint.honours_taints and untolerated(node.taints, pod.spec.get("tolerations") or ()))
