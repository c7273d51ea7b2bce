"""Upstream's invariants of stateful sets, stated in words: each is searched for a counter-example in random runs."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.k8s_statefulset_runs import Look, world
from vlearn.sim.kubernetes.controllers.history import name
from vlearn.sim.kubernetes.controllers.statefulset_identity import ordinal_of, parent_and_ordinal, revision_of

SEEDS = range(20)
TROUBLE = {"failing": 0.05, "unready": 0.1, "deleting": 0.03, "refusing": 0.2}

Check = Callable[[int], Iterator[str | None]]


def _searched(check: Check) -> Callable[[], str | None]:
    """The first seed's sentence, or None where no seed has one."""

    def run() -> str | None:
        found = ((seed, each) for seed in SEEDS for each in check(seed) if each is not None)
        return next((f"in run {seed} {each}" for seed, each in found), None)

    return run


def _waits_for_lower(look: Look, first: int) -> str | None:
    for ordinal in look.created:
        late = [each for each in range(first, ordinal) if not look.serves(each)]
        if late:
            return f"pod {ordinal} is created while the pods {late} are not Running and Ready"
    return None


def _ordered_creation(seed: int) -> Iterator[str | None]:
    run = world(seed)
    run.play({**TROUBLE, "scaling": 0.1, "changing": 0.05})
    yield run.settle()
    for look in run.looks:
        yield _waits_for_lower(look, run.ordinals().start)


def _partition(seed: int) -> Iterator[str | None]:
    run = world(seed)
    yield run.settle()
    old = name(run.looks[-1].history.current)
    size = len(run.ordinals())
    partition = run.rng.randrange(1, size + 2)
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    run.stateful_set = {**run.stateful_set, "spec": {**run.stateful_set["spec"], "updateStrategy": rolling}}
    run.change("b")
    run.play(TROUBLE)
    yield run.settle()
    # Like upstream, the partition counts from the first ordinal.
    border = run.ordinals().start + partition
    new = name(run.looks[-1].history.update)
    expected = {each: new if each >= border else old for each in run.ordinals()}
    found = run.revisions_of_pods()
    yield None if found == expected and old != new else f"with partition {partition} the revisions are {found}"


def _order_of_replacing(looks: list[Look], end: int) -> Iterator[str | None]:
    for look in looks:
        update = name(look.history.update)
        if len(look.step.replace) > 1:
            yield f"{len(look.step.replace)} pods are replaced at once"
        for pod in look.step.replace:
            above = range(ordinal_of(pod) + 1, end)
            late = [each for each in above if not look.serves(each) or revision_of(look.of(each) or {}) != update]
            if late:
                yield f"pod {ordinal_of(pod)} is replaced before the pods {late} are updated, Running and Ready"


def _replaced(looks: list[Look]) -> list[int]:
    return [ordinal_of(pod) for look in looks for pod in look.step.replace]


def _rolling(seed: int) -> Iterator[str | None]:
    run = world(seed)
    yield run.settle()
    run.change("b")
    start = len(run.looks)
    # First undisturbed: then every pod is replaced once.
    yield run.settle()
    expected = list(reversed(run.ordinals()))
    found = _replaced(run.looks[start:])
    yield None if found == expected else f"the pods are replaced in the order {found} instead of {expected}"
    start = len(run.looks)
    run.play({**TROUBLE, "changing": 0.1})
    yield run.settle()
    yield from _order_of_replacing(run.looks[start:], run.ordinals().stop)


def _rolling_back(seed: int) -> Iterator[str | None]:
    run = world(seed)
    yield run.settle()
    original = run.revisions_of_pods()
    run.change("b")
    run.play({}, run.rng.randrange(30))
    changed = [each for each, revision in run.revisions_of_pods().items() if revision != original[each]]
    lost = [each for each in run.ordinals() if each not in run.revisions_of_pods()]
    run.change("a")
    start = len(run.looks)
    yield run.settle()
    yield from _order_of_replacing(run.looks[start:], run.ordinals().stop)
    expected, found = sorted(changed, reverse=True), _replaced(run.looks[start:])
    # A pod that was on its way out when the template came back is created at the old revision anyway.
    yield None if [each for each in expected if each not in lost] == found else f"{found} go back, not {expected}"
    back = run.revisions_of_pods()
    yield None if back == original else f"after rolling back the revisions are {back} instead of {original}"


def _scaling_down(seed: int) -> Iterator[str | None]:
    run = world(seed)
    yield run.settle()
    run.play({"unready": 0.1, "refusing": 0.2, "scaling": 0.1})
    run.scale(run.rng.randrange(2))
    yield run.settle()
    yield None if any(look.step.delete for look in run.looks) else "nothing is ever deleted"
    for look in run.looks:
        there = [ordinal_of(pod) for pod in look.before]
        gone = [ordinal_of(pod) for pod in look.step.delete]
        leaving = [ordinal_of(pod) for pod in look.before if pod["metadata"].get("deletionTimestamp")]
        if gone and (gone != [max(there)] or leaving):
            yield f"of the pods {there} the pods {gone} are deleted while {leaving} are on their way out"


def _failed_creation(seed: int) -> Iterator[str | None]:
    run = world(seed)
    run.look(refusals=1.0)
    yield None if run.looks[0].refused == (run.ordinals().start,) else "the first ordinal is not tried first"
    run.play({"refusing": 0.6, "unready": 0.1})
    yield run.settle()
    for look, following in zip(run.looks, run.looks[1:], strict=False):
        tried = (*following.created, *following.refused)
        lower = all(following.serves(each) for each in range(run.ordinals().start, min(look.refused, default=0)))
        if look.refused and lower and tried != look.refused:
            yield f"after the creation of pod {look.refused[0]} failed, {tried} are tried next"
        if look.refused and look.created:
            yield f"with pod {look.refused[0]} the pods {look.created} are created in one step"
        yield _waits_for_lower(look, run.ordinals().start)


def _on_delete(seed: int) -> Iterator[str | None]:
    run = world(seed, updateStrategy={"type": "OnDelete"})
    yield run.settle()
    old = run.revisions_of_pods()
    run.change("b")
    run.by_hand.clear()
    run.play({"deleting": 0.01, "unready": 0.1})
    yield run.settle()
    new = name(run.looks[-1].history.update)
    by_hand = {parent_and_ordinal(each)[1] for each in run.by_hand}
    expected = {each: new if each in by_hand else revision for each, revision in old.items()}
    found = run.revisions_of_pods()
    yield None if found == expected else f"after {by_hand} were deleted by hand the revisions are {found}"


def _names(seed: int) -> Iterator[str | None]:
    run = world(seed, podManagementPolicy="Parallel")
    yield run.settle()
    own = run.stateful_set["metadata"]["name"]
    pods = {f"{own}-{each}" for each in run.ordinals()}
    claims = {f"{claim}-{pod}" for claim in ("www", "log") for pod in pods}
    yield None if set(run.pods) == pods else f"the pods are {sorted(run.pods)}"
    yield None if set(run.claims) == claims else f"the claims are {sorted(run.claims)}"
    used = {each["persistentVolumeClaim"]["claimName"] for pod in run.pods.values() for each in pod["spec"]["volumes"]}
    yield None if used == claims else f"the pods use the claims {sorted(used)}"
    read = [parent_and_ordinal(each) for each in sorted(pods)]
    yield None if all(f"{set}-{ordinal}" in pods and set == own for set, ordinal in read) else f"names read as {read}"


PROPERTIES: dict[str, Callable[[], str | None]] = {
    "OrderedReady: pod i is created only when all pods < i are Running and Ready": _searched(_ordered_creation),
    "only pods with ordinal >= partition get the update revision; others keep the current revision": _searched(
        _partition
    ),
    "rolling back uses the same highest-to-lowest order": _searched(_rolling_back),
    "OrderedReady: scale-down removes the highest ordinal first, one at a time": _searched(_scaling_down),
    "a failed create is retried at the same ordinal; later ordinals wait": _searched(_failed_creation),
    "rolling update goes from the highest ordinal to 0, waiting for Ready each time": _searched(_rolling),
    "OnDelete: pods change revision only when deleted by hand": _searched(_on_delete),
    "pod name = <set>-<ordinal>; PVC = <claim>-<set>-<ordinal>": _searched(_names),
}
"""What checks a property, by its words: a property in other words cannot be run."""


def stated(data: Any) -> str | None:
    """The words of a row that states a property, or None for a row of a table."""
    words = data.get("property") if isinstance(data, dict) else None
    return words if isinstance(words, str) else None
