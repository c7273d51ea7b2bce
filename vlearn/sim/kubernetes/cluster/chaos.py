"""What can go wrong in the control plane, and its mending; what comes from outside; and how everything is mended.

Components are named as in `control_plane`, and kube-apiserver; a component that is started again has forgotten
everything but what the API server keeps, and looks at every object anew.
"""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.cluster.cluster import API_SERVER, Cluster, Item
from vlearn.sim.kubernetes.cluster.control_plane import control_plane
from vlearn.sim.kubernetes.cluster.kubelets import kubelet, power
from vlearn.sim.kubernetes.cluster.node_chaos import power_on, reconnect, start_kubelet, with_pods_of
from vlearn.sim.kubernetes.cluster.requeued import forgetting, queued
from vlearn.sim.kubernetes.node import Image
from vlearn.sim.kubernetes.store import Change, collection


def stop(cluster: Cluster, component: str) -> Cluster:
    """A component of the control plane, or the API server, stops. Raises ModelError for a name that none has."""
    _check_component(cluster, component)
    memory = cluster.memory
    for item in [item for item in memory if item.component == component]:
        memory = memory.delete(item)
    return replace(forgetting(cluster, component), down=cluster.down | {component}, memory=memory)


def start(cluster: Cluster, component: str) -> Cluster:
    """It starts again. Raises ModelError for one that is not down."""
    _check_component(cluster, component)
    if component not in cluster.down:
        raise ModelError(f"{component} runs; only what is down can be started")
    up = replace(cluster, down=cluster.down - {component})
    if component == API_SERVER:
        return with_pods_of(up, up.machines)
    found = next(each for each in control_plane(up, lambda node: up.now, lambda uid: None) if each.name == component)
    items: dict[Item, None] = {}
    for resource in found.resources:
        for key, object in collection(up.store.objects, resource):
            added = Change("ADDED", key, None, object)
            items |= dict.fromkeys(Item(component, each) for each in found.concerns(added, up.store))
    return queued(up, items)


def with_image(cluster: Cluster, name: str, image: Image) -> Cluster:
    """The registry has another image under this name from now on: slow, missing, or one that crashes."""
    return replace(cluster, registry=cluster.registry.with_image(name, image))


def with_demand(cluster: Cluster, selector: str, cores: float, namespace: str = "default") -> Cluster:
    """Clients bring so much work, in cores, to the pods that a label selector selects. Raises ModelError below 0."""
    if cores < 0:
        raise ModelError(f"{cores} cores of work are not possible; 0 is none")
    return replace(cluster, demand=cluster.demand.set((namespace, selector), cores))


def healed(cluster: Cluster) -> Cluster:
    """Everything that is down, off or cut off is back; images and disks stay as they are."""
    for node in sorted(cluster.machines):
        if power(node) in cluster.down:
            cluster = power_on(cluster, node)
        if kubelet(node) in cluster.down:
            cluster = start_kubelet(cluster, node)
        if node in cluster.cut:
            cluster = reconnect(cluster, node)
    for component in sorted(cluster.down, key=lambda name: name != API_SERVER):
        cluster = start(cluster, component)
    return cluster


def _check_component(cluster: Cluster, name: str) -> None:
    names = [API_SERVER, *(each.name for each in control_plane(cluster, lambda node: 0.0, lambda uid: None))]
    if name not in names:
        raise ModelError(f"no component is called {name!r}: there are {', '.join(names)}")
