"""A stateful set: which pod to create, to delete, or to replace next, one ordinal after the other.

OrderedReady goes up only past pods that are available, and down from the highest; Parallel does not wait, but for a
rolling update, which under either policy replaces one pod at a time from the highest ordinal to the partition. A pod
that has ended goes and comes back under its name. Two things wait for ever under OrderedReady, here as upstream: a pod
that never becomes ready, even after its template has been put right, and several ended pods beyond the last ordinal;
somebody has to delete them. Source: pkg/controller/statefulset/stateful_set_control.go. Leaves
out maxUnavailable (off by default in 1.32), and mending the volumes of a pod, which the API refuses anyway.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from vlearn.sim.kubernetes.api.pods import Pod, is_available, is_terminal, is_terminating, phase
from vlearn.sim.kubernetes.controllers.history import History, name
from vlearn.sim.kubernetes.controllers.statefulset_claims import is_stale, with_owners
from vlearn.sim.kubernetes.controllers.statefulset_identity import (
    Claim,
    StatefulSet,
    has_identity,
    new_claims,
    new_pod,
    ordinal_of,
    ordinals,
    revision_of,
    start_of,
    with_identity,
)

Claims = Mapping[str, Claim]
_NONE: Claims = {}


class OwnClaim(NamedTuple):
    """A claim to create, and the pod that it is for."""

    pod: Pod
    claim: Claim


@dataclass(frozen=True, slots=True)
class StatefulSetStep:
    """What one step does. Claims are created before the pods.

    `delete` are pods that have ended, and those beyond the last ordinal; `replace` is deleted for its old revision;
    `mend` are pods with the labels that they have lost; `own` are claims with other owners than before.
    """

    claims: tuple[OwnClaim, ...] = ()
    create: tuple[Pod, ...] = ()
    delete: tuple[Pod, ...] = ()
    replace: tuple[Pod, ...] = ()
    mend: tuple[Pod, ...] = ()
    own: tuple[Claim, ...] = ()


Verb = Literal["claims", "create", "delete", "replace", "mend", "own"]
Decisions = Generator[tuple[Verb, Any], None, bool]
"""What to do, in order; the result is whether to go no further in this step."""


def stateful_set_step(
    stateful_set: StatefulSet, pods: Sequence[Pod], now: float, history: History, claims: Claims = _NONE
) -> StatefulSetStep:
    """The step towards spec. `pods` are the set's own; `claims` those of its namespace, by name."""
    step: dict[Verb, list[Any]] = {}
    for verb, object in _decisions(stateful_set, pods, now, history, claims):
        step.setdefault(verb, []).append(object)
    return StatefulSetStep(**{verb: tuple(objects) for verb, objects in step.items()})


def is_ordered(stateful_set: StatefulSet) -> bool:
    """Whether each pod waits for those before it."""
    return bool(stateful_set["spec"].get("podManagementPolicy") != "Parallel")


def partition(stateful_set: StatefulSet) -> int | None:
    """The lowest ordinal that an update reaches, or None where pods change only when they are deleted by hand."""
    strategy = stateful_set["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return None
    return start_of(stateful_set) + int((strategy.get("rollingUpdate") or {}).get("partition") or 0)


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
    if (yield from _living(stateful_set, replicas, now, claims)):
        return True
    for pod in condemned:
        yield from _owning(stateful_set, pod, claims)
    if (yield from _condemned(stateful_set, replicas, condemned, now)):
        return True
    return (yield from _updated(stateful_set, replicas, now, history))


def _new(stateful_set: StatefulSet, history: History, ordinal: int) -> Pod:
    """A pod that is missing: below the partition at the current revision, else at the new one."""
    border = partition(stateful_set)
    keeps = border is not None and ordinal < border
    return new_pod(stateful_set, history.current if keeps else history.update, ordinal)


def _living(stateful_set: StatefulSet, replicas: Sequence[Pod], now: float, claims: Claims) -> Decisions:
    """Go up the ordinals: delete what has ended, create what is missing, wait for what is on its way."""
    ordered = is_ordered(stateful_set)
    for pod in replicas:
        if is_terminal(pod):
            if not is_terminating(pod):
                yield "delete", pod
            waits = True
        elif not _exists(pod):
            yield from _creating(stateful_set, pod, claims)
            waits = True
        else:
            if phase(pod) == "Pending":
                yield from _claiming(stateful_set, pod, claims)
            waits = _is_unavailable(stateful_set, pod, now)
            if not (ordered and waits):
                yield from _owning(stateful_set, pod, claims)
                if not has_identity(pod):
                    yield "mend", with_identity(pod)
        if ordered and waits:
            return True
    return False


def _creating(stateful_set: StatefulSet, pod: Pod, claims: Claims) -> Decisions:
    named = [claims.get(each["metadata"]["name"]) for each in new_claims(stateful_set, ordinal_of(pod))]
    if any(each is not None and is_stale(stateful_set, pod, each) for each in named):
        return True
    yield from _claiming(stateful_set, pod, claims)
    yield "create", pod
    return False


def _claiming(stateful_set: StatefulSet, pod: Pod, claims: Claims) -> Decisions:
    for claim in new_claims(stateful_set, ordinal_of(pod)):
        if claim["metadata"]["name"] not in claims:
            yield "claims", OwnClaim(pod, claim)
    if _exists(pod):
        yield from _owning(stateful_set, pod, claims)
    return False


def _owning(stateful_set: StatefulSet, pod: Pod, claims: Claims) -> Decisions:
    for template in new_claims(stateful_set, ordinal_of(pod)):
        claim = claims.get(template["metadata"]["name"])
        changed = with_owners(stateful_set, pod, claim) if claim is not None else None
        if changed is not None:
            yield "own", changed
    return False


def _condemned(stateful_set: StatefulSet, replicas: Sequence[Pod], condemned: Sequence[Pod], now: float) -> Decisions:
    """Go down from the highest ordinal: one at a time, or all of them."""
    ordered = is_ordered(stateful_set)
    ailing = (pod for pod in (*replicas, *reversed(condemned)) if _is_unavailable(stateful_set, pod, now))
    first = next(ailing, None)
    for pod in condemned:
        leaves = is_terminating(pod)
        # Of several ailing pods the lowest has to recover before any other may go.
        waits = leaves or (_is_unavailable(stateful_set, pod, now) and pod is not first)
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
        if _is_unavailable(stateful_set, pod, now):
            return True
    return False


def _exists(pod: Pod) -> bool:
    return bool(phase(pod))


def _is_unavailable(stateful_set: StatefulSet, pod: Pod, now: float) -> bool:
    """Whether the pod does not serve, or not for minReadySeconds yet, or not for much longer."""
    least = stateful_set["spec"].get("minReadySeconds") or 0
    return phase(pod) != "Running" or not is_available(pod, least, now) or is_terminating(pod)
