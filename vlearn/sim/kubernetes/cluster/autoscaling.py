"""The controller of horizontal pod autoscalers: every 15 s it compares what pods use with what they should.

Source: pkg/controller/podautoscaler. What pods use comes from the metrics server, here from a callable.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.selector import Selector, selector_of
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, SetStatus, Tell, Update
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.controllers.autoscaling import PERIOD, autoscaled
from vlearn.sim.kubernetes.controllers.autoscaling_behavior import Recollection
from vlearn.sim.kubernetes.controllers.autoscaling_samples import Usage
from vlearn.sim.kubernetes.controllers.autoscaling_status import unreachable_status
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"


@dataclass(frozen=True, slots=True)
class _Memory:
    """When the next look is due, in seconds since 1970, and what the autoscaler remembers."""

    due: float
    recollection: Recollection


class HorizontalPodAutoscalerController:
    """Scales deployments, replica sets and stateful sets. `usage` says what a pod takes now, in cores, by its uid."""

    name = "horizontal-pod-autoscaler"
    resources = (AUTOSCALERS,)

    def __init__(self, usage: Usage) -> None:
        self.usage = usage

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """A new autoscaler. A change to one waits for its next look: the period is one of the clock alone."""
        return (change.key,)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One look, when it is due. A new autoscaler is looked at after one period, not at once."""
        autoscaler = store.get(key)
        if autoscaler is None:
            return NOTHING
        if memory is None:
            return Work((), PERIOD, _Memory(store.now + PERIOD, Recollection()))
        if store.now < memory.due:
            return Work((), memory.due - store.now, memory)
        following = replace(memory, due=store.now + PERIOD)
        target, problem = _target(store, autoscaler)
        if target is None:
            status = unreachable_status(autoscaler, "FailedGetScale", problem, store.now)
            event = Tell(autoscaler, "FailedGetScale", problem, self.name, "Warning")
            return Work((event, SetStatus(key, status)), PERIOD, following)
        current = target["spec"].get("replicas", 1)
        pods = _selected(store, target)
        found = autoscaled(autoscaler, current, pods, self.usage, store.now, memory.recollection)
        actions: list[Action] = []
        if found.replicas is not None:
            actions.append(Update({**target, "spec": {**target["spec"], "replicas": found.replicas}}))
        for type, reason, message in found.events:
            actions.append(Tell(autoscaler, reason, message, self.name, "Warning" if type == "Warning" else "Normal"))
        actions.append(SetStatus(key, found.status))
        return Work(tuple(actions), PERIOD, replace(following, recollection=found.memory))

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """A target that could not be scaled is reported; the next look tries again."""
        autoscaler = store.get(key)
        if autoscaler is None or not isinstance(action, Update):
            return None
        words = f"New size: {action.object['spec']['replicas']}; error: {error.message}"
        status = unreachable_status(autoscaler, "FailedUpdateScale", error.message, store.now)
        return Work((Tell(autoscaler, "FailedRescale", words, self.name, "Warning"), SetStatus(key, status)), PERIOD)


def _target(store: Store, autoscaler: Object) -> tuple[Object | None, str]:
    """What is to be scaled, or None and what is wrong."""
    reference, namespace = autoscaler["spec"]["scaleTargetRef"], autoscaler["metadata"]["namespace"]
    version, kind, name = reference.get("apiVersion") or "v1", reference["kind"], reference["name"]
    resource = BY_KIND.get((version, kind))
    if resource is None:
        return None, f'no matches for kind "{kind}" in group "{version.rpartition("/")[0]}"'
    if "scale" not in resource.subresources:
        return None, "the server could not find the requested resource"
    target = store.get(Key(resource.qualified, namespace, name))
    return target, f'{resource.name}/scale.{resource.group} "{name}" not found'


def _selected(store: Store, target: Object) -> list[Object]:
    selector = selector_of(target["spec"].get("selector")) or Selector()
    pods = collection(store.objects, "pods", target["metadata"]["namespace"])
    return [pod for _, pod in pods if selector.matches(pod["metadata"].get("labels") or {})]
