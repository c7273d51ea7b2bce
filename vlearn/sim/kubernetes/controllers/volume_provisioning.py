"""Dynamic provisioning: a storage class makes a volume for a claim that finds none.

Source: pkg/controller/volume/persistentvolume, sigs.k8s.io/sig-storage-lib-external-provisioner. Every provisioner is
taken to run and to have room, but for kubernetes.io/no-provisioner, which makes nothing. Leaves out topology.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.controllers.volume_matching import CLASS, Claim, Node, Volume, class_of
from vlearn.sim.kubernetes.controllers.volume_steps import BindStep, Notice, annotated, pending

StorageClass = Mapping[str, Any]

PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
PROVISIONER = "volume.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NONE = "kubernetes.io/no-provisioner"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_WAITS = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)


def default_class(classes: Iterable[StorageClass]) -> StorageClass | None:
    """The class of claims that name none: of those marked so the newest, then the first by name."""
    marked = [each for each in classes if _is_default(each)]
    return min(marked, key=lambda each: (-created(each), each["metadata"]["name"]), default=None)


def names_class(claim: Claim) -> bool:
    """Whether the claim says which class it wants; an empty name says none."""
    return CLASS in (claim["metadata"].get("annotations") or {}) or claim["spec"].get("storageClassName") is not None


def waits_for_consumer(storage_class: StorageClass | None) -> bool:
    """Whether the class binds a claim only once a pod that uses it has a node."""
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def provisioned(
    claim: Claim, storage_class: StorageClass | None, volumes: Mapping[str, Volume], node: Node | None
) -> BindStep:
    """The step that has a volume made for a claim; the next one binds it."""
    if storage_class is None:
        words = f'storageclass.storage.k8s.io "{class_of(claim)}" not found'
        return pending(claim, Notice("ProvisioningFailed", words, "Warning"))
    provisioner = str(storage_class["provisioner"])
    if provisioner == NONE:
        words = f"no volume plugin matched name: {NONE}"
        return pending(claim, Notice("ProvisioningFailed", words, "Warning"))
    if volume_name(claim) in volumes or claim["metadata"].get("deletionTimestamp") is not None:
        return pending(claim)
    chosen = {SELECTED_NODE: node["metadata"]["name"]} if waits_for_consumer(storage_class) and node is not None else {}
    place = f"{claim['metadata'].get('namespace', '')}/{claim['metadata']['name']}"
    notices = (
        Notice("ExternalProvisioning", _WAITS.format(provisioner)),
        Notice(
            "Provisioning", f'External provisioner is provisioning volume for claim "{place}"', "Normal", provisioner
        ),
        Notice("ProvisioningSucceeded", f"Successfully provisioned volume {volume_name(claim)}", "Normal", provisioner),
    )
    asked = annotated(claim, {PROVISIONER: provisioner, **chosen})
    return BindStep(create=provisioned_volume(claim, storage_class), claim=asked, notices=notices)


def provisioned_volume(claim: Claim, storage_class: StorageClass) -> dict[str, Any]:
    """The volume that the class's provisioner makes for a claim: as large as asked for, and kept for it."""
    spec, name = claim["spec"], volume_name(claim)
    provisioner = storage_class["provisioner"]
    made = {
        "capacity": {"storage": spec["resources"]["requests"]["storage"]},
        "csi": {"driver": provisioner, "volumeHandle": name},
        "accessModes": list(spec.get("accessModes") or ()),
        "claimRef": reference_to(claim),
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy") or "Delete",
        "storageClassName": storage_class["metadata"]["name"],
        "volumeMode": spec.get("volumeMode") or "Filesystem",
    }
    if storage_class.get("mountOptions"):
        made["mountOptions"] = storage_class["mountOptions"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: provisioner}},
        "spec": made,
    }


def volume_name(claim: Claim) -> str:
    """How a volume made for this claim is called."""
    return f"pvc-{claim['metadata']['uid']}"


def reference_to(claim: Claim) -> dict[str, Any]:
    """A volume's claimRef."""
    metadata = claim["metadata"]
    return {
        "kind": "PersistentVolumeClaim",
        "apiVersion": "v1",
        "namespace": metadata.get("namespace", ""),
        "name": metadata["name"],
        "uid": metadata.get("uid", ""),
        "resourceVersion": metadata.get("resourceVersion", ""),
    }


def _is_default(storage_class: StorageClass) -> bool:
    annotations = storage_class["metadata"].get("annotations") or {}
    return any(annotations.get(each) == "true" for each in _DEFAULT)
