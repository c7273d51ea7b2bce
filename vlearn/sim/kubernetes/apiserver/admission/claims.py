"""What admission adds to a new claim: the default storage class, where it names none.

Source: plugin/pkg/admission/storage/storageclass/setdefault.
"""

from vlearn.sim.kubernetes.controllers.volume_provisioning import default_class, names_class
from vlearn.sim.kubernetes.store import Object, Store, collection

_CLASSES = "storageclasses.storage.k8s.io"


def with_storage_class(store: Store, claim: Object) -> Object:
    """The claim with the class that is marked as the default, if there is one. An empty name asks for none."""
    if names_class(claim):
        return claim
    found = default_class(each for _, each in collection(store.objects, _CLASSES))
    if found is None:
        return claim
    return {**claim, "spec": {**claim["spec"], "storageClassName": found["metadata"]["name"]}}
