"""A new cluster: what is in the store before anybody has asked for anything."""

from vlearn.sim.kubernetes.api.kinds import BY_KIND, NAMESPACES
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.writing import created
from vlearn.sim.kubernetes.store import Store

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


def new_cluster(now: float = 0.0, seed: int = 0) -> Store:
    """A store with the system's namespaces, and with the service by which pods find the API."""
    store = Store(now=now, seed=seed)
    for name in SYSTEM_NAMESPACES:
        namespace = {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}}
        store, _ = created(store, Target(NAMESPACES), namespace)
    service = {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": {"name": "kubernetes", "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"clusterIP": "10.96.0.1", "ports": [{"name": "https", "port": 443, "targetPort": 6443}]},
    }
    return created(store, Target(BY_KIND["v1", "Service"], "default"), service)[0]
