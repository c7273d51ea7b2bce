"""The disruption controller: keeps the status of every disruption budget, by which evictions are allowed.

Source: pkg/controller/disruption.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.selector import selector_of
from vlearn.sim.kubernetes.cluster.actions import SetStatus, Tell
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.ownership import controller_of
from vlearn.sim.kubernetes.cluster.workers import Controller, tell
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.disruption import (
    Reference,
    Scale,
    disrupted_pods,
    disruption_status,
    expectation,
    failed_status,
    recheck,
)
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

BUDGETS, PODS = "poddisruptionbudgets.policy", "pods"
RECORDER = "controllermanager"
"""Who events are from: not the controller by its own name, as elsewhere."""

_SCALED = {"ReplicaSet": "replicasets.apps", "StatefulSet": "statefulsets.apps", "Deployment": "deployments.apps"}
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)


class DisruptionController(Controller):
    """Looks at budgets, whenever one of their pods changes."""

    name = "disruption-controller"
    own = BUDGETS

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The budget itself; of a pod, the budgets that select it or did."""
        if change.key.resource == BUDGETS:
            return (change.key,)
        versions = [each for each in (change.before, change.after) if each is not None]
        budgets = collection(store.objects, BUDGETS, change.key.namespace)
        return tuple(key for key, budget in budgets if any(_selects(budget, pod) for pod in versions))

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """The status, or one that allows nothing where it cannot be computed."""
        budget = store.get(key)
        if budget is None:
            return NOTHING
        pods = [pod for _, pod in collection(store.objects, PODS, key.namespace) if _selects(budget, pod)]
        events = [] if pods else [_say(budget, "NoPods", "No matching pods found")]
        try:
            expected = expectation(budget, pods, lambda reference: _scale(store, key.namespace, reference))
        except Refused as refused:
            words = f"Failed to calculate the number of expected pods: {refused}"
            events.append(_say(budget, "CalculateExpectedPodCountFailed", words, "Warning"))
            return Work((*events, SetStatus(key, failed_status(budget, str(refused), store.now))))
        if expected.unmanaged:
            words = _UNMANAGED.format(_written(budget["spec"].get("selector") or {}))
            events.append(_say(budget, "UnmanagedPods", words, "Warning"))
        status = disruption_status(budget, pods, expected, store.now)
        overdue = _overdue(budget, pods, store.now)
        return Work((*events, *overdue, SetStatus(key, status)), recheck(status.get("disruptedPods") or {}, store.now))


_say = partial(tell, RECORDER)


def _selects(budget: Object, pod: Object) -> bool:
    selector = selector_of((budget.get("spec") or {}).get("selector"))
    return selector is not None and selector.matches(pod["metadata"].get("labels") or {})


def _scale(store: Store, namespace: str, reference: Reference) -> Scale | None:
    """The scale of a pod's controller, or of that one's own: a deployment counts, not its replica sets."""
    resource = _SCALED.get(reference["kind"])
    found = store.get(Key(resource, namespace, reference["name"])) if resource is not None else None
    if found is None or found["metadata"]["uid"] != reference["uid"]:
        return None
    above = controller_of(found, "Deployment")
    if above is not None:
        return _scale(store, namespace, above)
    return Scale(found["metadata"]["uid"], wanted(found))


def _overdue(budget: Object, pods: list[Object], now: float) -> Iterator[Tell]:
    """Pods that were to be evicted and are still there. Upstream prints the budget's namespace twice, so we do."""
    approved: Mapping[str, str] = (budget.get("status") or {}).get("disruptedPods") or {}
    kept, namespace = disrupted_pods(budget, pods, now), budget["metadata"]["namespace"]
    for pod in pods:
        name, stays = pod["metadata"]["name"], pod["metadata"].get("deletionTimestamp") is None
        if stays and name in approved and name not in kept:
            words = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            yield _say(pod, "NotDeleted", words, "Warning")


def _written(selector: Mapping[str, Any]) -> str:
    """A selector as Go prints it."""
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    terms = "".join(map(_requirement, selector.get("matchExpressions") or ()))
    expressions = f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},"
    return f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},{expressions}}}"


def _requirement(given: Mapping[str, Any]) -> str:
    values = " ".join(given.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{given['key']},Operator:{given['operator']},Values:[{values}],}},"
