"""A stateful set: which pod to create, to delete, or to replace next, one ordinal after the other.

OrderedReady goes up only past pods that are available, and down from the highest; Parallel does not wait, but for a
rolling update, which under either policy replaces one pod at a time from the highest ordinal to the partition. A pod
that has ended goes and comes back under its name. Two things wait for ever under OrderedReady, here as upstream: a pod
that never becomes ready, even after its template has been put right, and several ended pods beyond the last ordinal;
somebody has to delete them. Source: pkg/controller/statefulset/stateful_set_control.go. Leaves
out maxUnavailable (off by default in 1.32), and mending the volumes of a pod, which the API refuses anyway.
"""

from collections.abc import Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod, is_terminating
from vlearn.sim.kubernetes.controllers.history import History, name
from vlearn.sim.kubernetes.controllers.statefulset_identity import (
    StatefulSet,
    new_pod,
    ordinal_of,
    ordinals,
    revision_of,
    start_of,
)
from vlearn.sim.kubernetes.controllers.statefulset_living import living, owning
from vlearn.sim.kubernetes.controllers.statefulset_steps import (
    Claims,
    Decisions,
    StatefulSetStep,
    Verb,
    is_ordered,
    is_unavailable,
    partition,
)

_NO_CLAIMS: Claims = {}


def stateful_set_step(
    stateful_set: StatefulSet, pods: Sequence[Pod], now: float, history: History, claims: Claims = _NO_CLAIMS
) -> StatefulSetStep:
    """The step towards spec. `pods` are the set's own; `claims` those of its namespace, by name."""
    step: dict[Verb, list[Any]] = {}
    for verb, object in _decisions(stateful_set, pods, now, history, claims):
        step.setdefault(verb, []).append(object)
    return StatefulSetStep(**{verb: tuple(objects) for verb, objects in step.items()})


def _decisions(
    stateful_set: StatefulSet, pods: Sequence[Pod], now: float, history: History, claims: Claims
) -> Decisions:
    if stateful_set["metadata"].get("deletionTimestamp") is not None:
        return True
    there = {ordinal_of(pod): pod for pod in pods}
    replicas = [there.get(each) or _new(stateful_set, history, each) for each in ordinals(stateful_set)]
    wanted = ordinals(stateful_set)
    surplus = sorted((each for each in there if each >= 0 and each not in wanted), reverse=True)
    condemned = [there[each] for each in surplus]
    if (yield from living(stateful_set, replicas, now, claims)):
        return True
    for pod in condemned:
        yield from owning(stateful_set, pod, claims)
    if (yield from _condemned(stateful_set, replicas, condemned, now)):
        return True
    return (yield from _updated(stateful_set, replicas, now, history))


def _new(stateful_set: StatefulSet, history: History, ordinal: int) -> Pod:
    """A pod that is missing: below the partition at the current revision, else at the new one."""
    border = partition(stateful_set)
    keeps = border is not None and ordinal < border
    return new_pod(stateful_set, history.current if keeps else history.update, ordinal)


def _condemned(stateful_set: StatefulSet, replicas: Sequence[Pod], condemned: Sequence[Pod], now: float) -> Decisions:
    """Go down from the highest ordinal: one at a time, or all of them."""
    ordered = is_ordered(stateful_set)
    ailing = (pod for pod in (*replicas, *reversed(condemned)) if is_unavailable(stateful_set, pod, now))
    first = next(ailing, None)
    for pod in condemned:
        leaves = is_terminating(pod)
        # Of several ailing pods the lowest has to recover before any other may go.
        waits = leaves or (is_unavailable(stateful_set, pod, now) and pod is not first)
        if not (leaves or (ordered and waits)):
            yield "delete", pod
        if ordered:
            return True
    return False


def _updated(stateful_set: StatefulSet, replicas: Sequence[Pod], now: float, history: History) -> Decisions:
    """Replace the highest pod of an old revision, once all above it are available again."""
    border = partition(stateful_set)
    if border is None:
        return True
    for pod in reversed(replicas[max(0, border - start_of(stateful_set)) :]):
        if revision_of(pod) != name(history.update) and not is_terminating(pod):
            yield "replace", pod
            return True
        if is_unavailable(stateful_set, pod, now):
            return True
    return False
