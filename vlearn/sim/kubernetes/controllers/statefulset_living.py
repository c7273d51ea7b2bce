"""The pods that a stateful set is to have, from the lowest ordinal up: created after their claims, and put right.

Source: pkg/controller/statefulset/stateful_set_control.go, processReplica.
"""

from collections.abc import Sequence

from vlearn.sim.kubernetes.api.pods import Pod, is_terminal, is_terminating, phase
from vlearn.sim.kubernetes.controllers.statefulset_claims import is_stale, with_owners
from vlearn.sim.kubernetes.controllers.statefulset_identity import (
    StatefulSet,
    has_identity,
    new_claims,
    ordinal_of,
    with_identity,
)
from vlearn.sim.kubernetes.controllers.statefulset_steps import (
    Claims,
    Decisions,
    OwnClaim,
    exists,
    is_ordered,
    is_unavailable,
)


def living(stateful_set: StatefulSet, replicas: Sequence[Pod], now: float, claims: Claims) -> Decisions:
    """Go up the ordinals: delete what has ended, create what is missing, wait for what is on its way."""
    ordered = is_ordered(stateful_set)
    for pod in replicas:
        if is_terminal(pod):
            if not is_terminating(pod):
                yield "delete", pod
            waits = True
        elif not exists(pod):
            yield from _creating(stateful_set, pod, claims)
            waits = True
        else:
            if phase(pod) == "Pending":
                yield from _claiming(stateful_set, pod, claims)
            waits = is_unavailable(stateful_set, pod, now)
            if not (ordered and waits):
                yield from owning(stateful_set, pod, claims)
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
    if exists(pod):
        yield from owning(stateful_set, pod, claims)
    return False


def owning(stateful_set: StatefulSet, pod: Pod, claims: Claims) -> Decisions:
    """The pod's claims get the owners that the set's policy wants."""
    for template in new_claims(stateful_set, ordinal_of(pod)):
        claim = claims.get(template["metadata"]["name"])
        changed = with_owners(stateful_set, pod, claim) if claim is not None else None
        if changed is not None:
            yield "own", changed
    return False
