"""The selector of the service and the controller that a pod belongs to, by which its siblings are recognised.

Source: scheduler/framework/plugins/helper/spread.go.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api import Requirement, Selector, selector_of
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot

CONTROLLERS = ("ReplicationController", "ReplicaSet", "StatefulSet")


def default_selector(pod: PodInfo, snapshot: Snapshot) -> Selector | None:
    """What its services and its controller select, all at once; None for a pod of neither."""
    found: dict[str, Requirement] = {}
    for service in snapshot.services_of.get(pod.namespace, ()):
        labels = (service.get("spec") or {}).get("selector") or {}
        if labels and labels.items() <= pod.labels.items():
            found |= {key: Requirement(key, "in", (value,)) for key, value in labels.items()}
    requirements = (*found.values(), *_controller(pod, snapshot))
    return Selector(requirements) if requirements else None


def controller_of(pod: PodInfo) -> Mapping[str, Any] | None:
    """The reference to the controller of a pod, if it is of a kind that keeps replicas."""
    references = (pod.pod.get("metadata") or {}).get("ownerReferences") or ()
    reference = next((each for each in references if each.get("controller")), None)
    return reference if reference is not None and reference.get("kind") in CONTROLLERS else None


def _controller(pod: PodInfo, snapshot: Snapshot) -> tuple[Requirement, ...]:
    reference = controller_of(pod)
    if reference is None:
        return ()
    owner = snapshot.owner_of.get((reference["kind"], pod.namespace, reference.get("name", "")))
    if owner is None:
        return ()
    selector = (owner.get("spec") or {}).get("selector") or {}
    compiled = selector_of({"matchLabels": selector} if reference["kind"] == "ReplicationController" else selector)
    return compiled.requirements if compiled else ()
