"""NamespaceLifecycle: nothing new in a namespace that is missing or ending, and no end to the system's own.

Source: k8s.io/apiserver, plugin namespace/lifecycle.
"""

from vlearn.sim.kubernetes.api.kinds import NAMESPACES, Resource
from vlearn.sim.kubernetes.api.status import forbidden, not_found
from vlearn.sim.kubernetes.store import Key, Store

NAMESPACE_TERMINATING = "NamespaceTerminating"
"""The cause by which a client knows that no other try will do better."""
IMMORTAL = ("default", "kube-system", "kube-public")


def check_namespace(store: Store, resource: Resource, namespace: str, name: str) -> None:
    """Raises StatusError where no object may be created in the namespace."""
    found = store.get(Key("namespaces", "", namespace))
    if found is None:
        raise not_found(NAMESPACES, namespace)
    if found["metadata"].get("deletionTimestamp") is not None:
        message = f"namespace {namespace} is being terminated"
        cause = {"reason": NAMESPACE_TERMINATING, "message": message, "field": "metadata.namespace"}
        words = f"unable to create new content in namespace {namespace} because it is being terminated"
        raise forbidden(resource, name, words, [cause])


def check_mortal(name: str) -> None:
    """Raises StatusError for a namespace that may not be deleted."""
    if name in IMMORTAL:
        raise forbidden(NAMESPACES, name, "this namespace may not be deleted")
