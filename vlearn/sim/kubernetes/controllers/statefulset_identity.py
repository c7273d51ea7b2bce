"""Who a pod of a stateful set is: its ordinal, its name and labels, and the claims that are its own.

Source: pkg/controller/statefulset/stateful_set_utils.go.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.history import REVISION_LABEL, Revision, name, template_of
from vlearn.sim.kubernetes.controllers.owners import controller_reference

StatefulSet = Mapping[str, Any]
Claim = Mapping[str, Any]

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"

_NAME = re.compile(r"(.*)-([0-9]+)", re.DOTALL)


def start_of(stateful_set: StatefulSet) -> int:
    """The lowest ordinal."""
    return int((stateful_set["spec"].get("ordinals") or {}).get("start") or 0)


def ordinals(stateful_set: StatefulSet) -> range:
    """The ordinals that are to be there."""
    return range(start_of(stateful_set), start_of(stateful_set) + wanted(stateful_set))


def pod_name(stateful_set: StatefulSet, ordinal: int) -> str:
    """The same for every pod that ever has this ordinal."""
    return f"{stateful_set['metadata']['name']}-{ordinal}"


def claim_name(template: Claim, stateful_set: StatefulSet, ordinal: int) -> str:
    """The claim that each pod of this ordinal finds again."""
    return f"{template['metadata']['name']}-{pod_name(stateful_set, ordinal)}"


def parent_and_ordinal(pod_name: str) -> tuple[str, int]:
    """The set and the ordinal that a pod's name says; none and -1 for a name of another form."""
    found = _NAME.fullmatch(pod_name)
    if found is None:
        return "", -1
    ordinal = int(found[2]) if len(found[2]) < 12 else 2**31
    return found[1], ordinal if ordinal < 2**31 else -1


def ordinal_of(pod: Pod) -> int:
    """The ordinal in the pod's name, or -1."""
    return parent_and_ordinal(pod["metadata"]["name"])[1]


def is_member(stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether the pod's name makes it one of the set's; only such pods are adopted."""
    return bool(parent_and_ordinal(pod["metadata"]["name"])[0] == stateful_set["metadata"]["name"])


def revision_of(pod: Pod) -> str:
    """The name of the revision that the pod was made from."""
    return str((pod["metadata"].get("labels") or {}).get(REVISION_LABEL, ""))


def has_identity(pod: Pod) -> bool:
    """Whether the pod's labels say who it is."""
    return _identity(pod["metadata"]["name"]).items() <= (pod["metadata"].get("labels") or {}).items()


def with_identity(pod: Pod) -> dict[str, Any]:
    """The pod with the labels that say who it is."""
    metadata = pod["metadata"]
    return {
        **pod,
        "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), **_identity(metadata["name"])}},
    }


def new_pod(stateful_set: StatefulSet, revision: Revision, ordinal: int) -> dict[str, Any]:
    """The pod of this ordinal as this revision describes it, with its own claims as volumes."""
    template, own = template_of(revision), pod_name(stateful_set, ordinal)
    given = template.get("metadata") or {}
    metadata = {
        **{field: given[field] for field in ("annotations", "finalizers") if given.get(field)},
        "name": own,
        "generateName": f"{stateful_set['metadata']['name']}-",
        "namespace": stateful_set["metadata"].get("namespace", ""),
        "labels": {**(given.get("labels") or {}), REVISION_LABEL: name(revision), **_identity(own)},
        "ownerReferences": [controller_reference(stateful_set)],
    }
    spec = {**template.get("spec", {}), "hostname": own}
    if stateful_set["spec"].get("serviceName"):
        spec["subdomain"] = stateful_set["spec"]["serviceName"]
    templates = claim_templates(stateful_set)
    if templates:
        names = {each["metadata"]["name"]: claim_name(each, stateful_set, ordinal) for each in templates}
        claimed = [{"name": each, "persistentVolumeClaim": {"claimName": own}} for each, own in names.items()]
        spec["volumes"] = [*claimed, *(each for each in spec.get("volumes") or () if each["name"] not in names)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def claim_templates(stateful_set: StatefulSet) -> tuple[Claim, ...]:
    """What each pod claims for itself."""
    return tuple(stateful_set["spec"].get("volumeClaimTemplates") or ())


def new_claims(stateful_set: StatefulSet, ordinal: int) -> Iterable[dict[str, Any]]:
    """The claims of the pod of this ordinal, to be created before it."""
    selected = (stateful_set["spec"].get("selector") or {}).get("matchLabels") or {}
    for template in claim_templates(stateful_set):
        metadata = {
            **template["metadata"],
            "name": claim_name(template, stateful_set, ordinal),
            "namespace": stateful_set["metadata"].get("namespace", ""),
            "labels": {**(template["metadata"].get("labels") or {}), **selected},
        }
        yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": template["spec"]}


def _identity(pod_name: str) -> dict[str, str]:
    return {POD_NAME: pod_name, POD_INDEX: str(parent_and_ordinal(pod_name)[1])}
