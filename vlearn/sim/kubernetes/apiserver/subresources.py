"""What lies below an object: its scale, and of a pod its binding to a node, its eviction, and its log.

Source: pkg/registry/apps/*/storage, pkg/registry/core/pod/storage. The log is a container's own output, which no model
of the API has: the caller gives it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vlearn.sim.kubernetes.api.conditions import with_condition
from vlearn.sim.kubernetes.api.kinds import PODS, SCALE
from vlearn.sim.kubernetes.api.pods import is_ready, is_terminal
from vlearn.sim.kubernetes.api.requirement import Requirement
from vlearn.sim.kubernetes.api.selector import Selector, selector_of
from vlearn.sim.kubernetes.api.status import conflict, invalid, modified, not_found, too_many_requests
from vlearn.sim.kubernetes.api.validation.cluster import scale_errors
from vlearn.sim.kubernetes.apiserver.deletion import delete_one
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.writing import updated
from vlearn.sim.kubernetes.store import Key, Object, Store, collection

_BUDGETS = "poddisruptionbudgets.policy"


def scale_of(object: Object) -> dict[str, Any]:
    """The Scale of a deployment, replica set or stateful set."""
    metadata, status = object["metadata"], object.get("status") or {}
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    # Labels of matchLabels are equalities here, though a selector asks for them as sets of one.
    found = selector_of(object["spec"].get("selector")) or Selector()
    selector = Selector(tuple(replace(each, operator="=") if _is_single(each) else each for each in found.requirements))
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in kept if name in metadata},
        "spec": {"replicas": object["spec"].get("replicas", 0)},
        "status": {"replicas": status.get("replicas", 0), "selector": str(selector)},
    }


def rescaled(store: Store, target: Target, scale: Mapping[str, Any]) -> tuple[Store, Object]:
    """The store with an object of the scale's replicas, and the new Scale. Raises StatusError."""
    if errors := scale_errors(scale):
        raise invalid(SCALE, target.name, errors)
    old = store.get(target.key)
    if old is None:
        raise not_found(target.resource, target.name)
    version = (scale.get("metadata") or {}).get("resourceVersion")
    if version and version != old["metadata"]["resourceVersion"]:
        raise modified(target.resource, target.name)
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    plain = Target(target.resource, target.namespace, target.name)
    store, object = updated(store, plain, {**old, "spec": {**old["spec"], "replicas": replicas}})
    return store, scale_of(object)


def bound(store: Store, target: Target, binding: Mapping[str, Any]) -> Store:
    """The store with the pod on the binding's node. Raises StatusError where it is on one already, or is going."""
    pod = store.get(target.key)
    if pod is None:
        raise not_found(PODS, target.name)
    node = (binding.get("target") or {}).get("name", "")
    if pod["metadata"].get("deletionTimestamp") is not None:
        raise conflict(PODS, target.name, f"pod {target.name} is being deleted, cannot be assigned to a host")
    if pod["spec"].get("nodeName"):
        words = f'pod {target.name} is already assigned to node "{pod["spec"]["nodeName"]}"'
        raise conflict(PODS, target.name, words)
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    status = pod.get("status") or {}
    conditions = list(with_condition(status.get("conditions") or (), scheduled, store.now))
    after = {**pod, "spec": {**pod["spec"], "nodeName": node}, "status": {**status, "conditions": conditions}}
    return store.put(target.key, after)


def evicted(store: Store, target: Target, options: Mapping[str, Any]) -> Store:
    """The store after the pod's eviction, as far as disruption budgets allow it. Raises StatusError (429)."""
    pod = store.get(target.key)
    if pod is None:
        raise not_found(PODS, target.name)
    if not is_terminal(pod):
        budgets = [each for each in collection(store.objects, _BUDGETS, target.namespace) if _covers(each[1], pod)]
        if len(budgets) > 1:
            words = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
            raise too_many_requests(words, 0)
        for key, budget in budgets:
            store = _disrupted(store, key, budget, pod)
    return delete_one(store, Target(PODS, target.namespace, target.name), options)[0]


def _covers(budget: Object, pod: Object) -> bool:
    selector = selector_of((budget.get("spec") or {}).get("selector"))
    return selector is not None and selector.matches(pod["metadata"].get("labels") or {})


def _disrupted(store: Store, key: Key, budget: Object, pod: Object) -> Store:
    status = budget.get("status") or {}
    allowed = status.get("disruptionsAllowed") or 0
    unready = (budget.get("spec") or {}).get("unhealthyPodEvictionPolicy") == "AlwaysAllow" and not is_ready(pod)
    if unready:
        return store
    if allowed <= 0:
        healthy, wanted = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        told = f"The disruption budget {key.name} needs {wanted} healthy pods and has {healthy} currently"
        words = "Cannot evict pod as it would violate the pod's disruption budget."
        raise too_many_requests(words, 0, [{"reason": "DisruptionBudget", "message": told}])
    return store.put(key, {**budget, "status": {**status, "disruptionsAllowed": allowed - 1}})


def _is_single(required: Requirement) -> bool:
    return required.operator == "in" and len(required.values) == 1
