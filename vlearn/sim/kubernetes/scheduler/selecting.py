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
    for service in snapshot.services:
        labels = (service.get("spec") or {}).get("selector") or {}
        same_place = (service.get("metadata") or {}).get("namespace", "") == pod.namespace
        if labels and same_place and labels.items() <= pod.labels.items():
            found |= {key: Requirement(key, "in", (value,)) for key, value in labels.items()}
    requirements = (*found.values(), *_controller(pod, snapshot))
    return Selector(requirements) if requirements else None


def _controller(pod: PodInfo, snapshot: Snapshot) -> tuple[Requirement, ...]:
    references = (pod.pod.get("metadata") or {}).get("ownerReferences") or ()
    reference = next((each for each in references if each.get("controller")), None)
    if reference is None or reference.get("kind") not in CONTROLLERS:
        return ()
    for owner in snapshot.owners:
        if _is(owner, reference, pod.namespace):
            selector = (owner.get("spec") or {}).get("selector") or {}
            if reference["kind"] == "ReplicationController":
                selector = {"matchLabels": selector}
            compiled = selector_of(selector)
            return compiled.requirements if compiled else ()
    return ()


def _is(owner: Mapping[str, Any], reference: Mapping[str, Any], namespace: str) -> bool:
    metadata = owner.get("metadata") or {}
    return (
        owner.get("kind") == reference.get("kind")
        and metadata.get("name") == reference.get("name")
        and metadata.get("namespace", "") == namespace
    )
