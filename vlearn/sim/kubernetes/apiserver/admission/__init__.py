"""Admission: what the cluster itself adds to a new object, and what it refuses for the sake of others."""

from vlearn.sim.kubernetes.apiserver.admission.claims import with_storage_class
from vlearn.sim.kubernetes.apiserver.admission.limits import check_limits, with_limits
from vlearn.sim.kubernetes.apiserver.admission.namespaces import check_mortal, check_namespace
from vlearn.sim.kubernetes.apiserver.admission.pods import with_priority, with_tolerations
from vlearn.sim.kubernetes.apiserver.admission.quota import charged
from vlearn.sim.kubernetes.store import Object, Store


def mutated(store: Store, object: Object) -> Object:
    """A new object with what admission adds. Raises StatusError."""
    if object["kind"] == "PersistentVolumeClaim":
        return with_storage_class(store, object)
    if object["kind"] != "Pod":
        return object
    return with_tolerations(with_priority(store, with_limits(store, object)))


__all__ = ["charged", "check_limits", "check_mortal", "check_namespace", "mutated"]
