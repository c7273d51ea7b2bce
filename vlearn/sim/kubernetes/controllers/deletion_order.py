"""Which pods go first when there are too many of them.

In this order: not on a node, Pending before Unknown before Running, not ready, lower deletion cost, more replicas on
the same node, ready for a shorter time, more restarts, younger. Since 1.22 ages are compared by their power of two, so
that old nodes do not keep all the old pods; within one power the uid decides. This is upstream's comparison as it
stands: because the uid decides only where times differ, three pods can beat each other in a circle. Source:
ActivePodsWithRanks in pkg/controller/controller_utils.go.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import Pod, is_active, is_ready, phase, ready_since, restartable

COST = "controller.kubernetes.io/pod-deletion-cost"

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_INTEGER = re.compile("0|-?[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class DeletionRule:
    """Whether the deletion cost counts, and whether ages are compared by their power of two."""

    cost: bool = True
    powers_of_two: bool = True


TODAY = DeletionRule()
V1_20 = DeletionRule(cost=False, powers_of_two=False)
"""The rule until 1.21."""
JOBS = V1_20
"""Jobs have kept it to this day; they do not rank pods by node either."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pod with its rank: how many related pods are active on its node."""

    pod: Pod
    rank: int = 0


def compare(one: Candidate, other: Candidate, now: float, rule: DeletionRule = TODAY) -> int:
    """Below 0 where `one` is deleted before `other`, above 0 the other way round, 0 where nothing tells them apart."""
    first, second = _stage(one, rule), _stage(other, rule)
    if first != second:
        return -1 if first < second else 1
    pods = one.pod, other.pod
    if is_ready(one.pod):
        age = _by_age(pods, (ready_since(one.pod), ready_since(other.pod)), now, rule)
        if age:
            return age
    restarts = [_restarts(pod) for pod in pods]
    if restarts[0] != restarts[1]:
        return -1 if restarts[0] > restarts[1] else 1
    created, created_other = (moment(pod["metadata"].get("creationTimestamp")) for pod in pods)
    return _by_age(pods, (created, created_other), now, rule)


def pods_to_delete(
    pods: Sequence[Pod], related: Sequence[Pod], count: int, now: float, rule: DeletionRule = TODAY
) -> tuple[Pod, ...]:
    """So many of these pods. `related` are the pods of all replica sets of the same owner, these among them."""
    if count >= len(pods):
        return tuple(pods[:count])
    on_node = Counter(_node(pod) for pod in related if is_active(pod))
    ranked = [Candidate(pod, on_node[_node(pod)]) for pod in pods]
    ranked.sort(key=cmp_to_key(lambda one, other: compare(one, other, now, rule)))
    return tuple(each.pod for each in ranked[:count])


def deletion_cost(pod: Pod) -> int:
    """The number in the annotation; 0 where there is none or it is malformed."""
    written = (pod["metadata"].get("annotations") or {}).get(COST, "")
    return int(written) if _INTEGER.fullmatch(written) else 0


def _stage(candidate: Candidate, rule: DeletionRule) -> tuple[bool, int, bool, int, int]:
    pod = candidate.pod
    cost = deletion_cost(pod) if rule.cost else 0
    return bool(_node(pod)), _PHASES.get(phase(pod), 0), is_ready(pod), cost, -candidate.rank


def _node(pod: Pod) -> str:
    return str((pod.get("spec") or {}).get("nodeName") or "")


def _restarts(pod: Pod) -> tuple[int, int]:
    status = pod.get("status") or {}
    sidecars = {each["name"] for each in (pod.get("spec") or {}).get("initContainers") or () if restartable(each)}
    ordinary = [each.get("restartCount", 0) for each in status.get("containerStatuses") or ()]
    beside = [
        each.get("restartCount", 0) for each in status.get("initContainerStatuses") or () if each["name"] in sidecars
    ]
    return max(ordinary, default=0), max(beside, default=0)


def _by_age(pods: tuple[Pod, Pod], times: tuple[float | None, float | None], now: float, rule: DeletionRule) -> int:
    """Younger first, and what has no time before everything."""
    since, since_other = times
    if since == since_other:
        return 0
    if since is None or since_other is None:
        return -1 if since is None else 1
    if not rule.powers_of_two:
        return -1 if since > since_other else 1
    difference = _power_of_two(now - since) - _power_of_two(now - since_other)
    if difference:
        return difference
    uids = [str(pod["metadata"].get("uid", "")) for pod in pods]
    # Upstream asks only whether the first is less: of two equal uids neither is.
    return (uids[0] > uids[1]) - (uids[0] < uids[1])


def _power_of_two(seconds: float) -> int:
    return int(math.log2(seconds * 1e9)) if seconds > 0 else -1
