"""What can happen to a node, and its mending: each function gives the cluster as it is the moment after."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.cluster.cluster import Cluster, Item
from vlearn.sim.kubernetes.cluster.kubelets import home, item_of, kubelet, node_item, power
from vlearn.sim.kubernetes.cluster.requeued import forgetting, queued
from vlearn.sim.kubernetes.node import (
    Machine,
    fill_disk,
    kill_container,
    node_address,
    node_conditions,
    node_object,
    pod_cidr,
    reboot,
    restarted,
    run_until,
)
from vlearn.sim.kubernetes.store import Key, Object
from vlearn.sim.kubernetes.store.tags import on_node


def stop_kubelet(cluster: Cluster, node: str) -> Cluster:
    """The kubelet of a node stops; the containers run on, and nobody hears of the node. Raises ModelError."""
    return _down(cluster, node, kubelet(node))


def start_kubelet(cluster: Cluster, node: str) -> Cluster:
    """It starts again, and finds its containers as they are. Raises ModelError where it runs."""
    return _up(cluster, node, kubelet(node), restarted, f"the kubelet of {node} runs; only what is down can be started")


def power_off(cluster: Cluster, node: str) -> Cluster:
    """A node loses its power, and every container on it ends. Raises ModelError for a name that none has."""
    return _down(cluster, node, power(node))


def power_on(cluster: Cluster, node: str) -> Cluster:
    """It comes back, its pods still on the disk but none of their containers running. Raises ModelError."""
    return _up(cluster, node, power(node), reboot, f"{node} is on; only what is off can be switched on")


def cut_off(cluster: Cluster, node: str) -> Cluster:
    """The network between a node and the API server breaks: both go on with what they know. Raises ModelError."""
    _check_node(cluster, node)
    if node in cluster.cut:
        raise ModelError(f"{node} is cut off already")
    return replace(cluster, cut=cluster.cut.set(node, cluster.store), silent=_silent(cluster, node))


def reconnect(cluster: Cluster, node: str) -> Cluster:
    """The network is mended. Raises ModelError where it is whole."""
    _check_node(cluster, node)
    if node not in cluster.cut:
        raise ModelError(f"{node} reaches the API server; there is nothing to mend")
    return _back(replace(cluster, cut=cluster.cut.delete(node)), node, cluster.machines[node])


def crash_container(cluster: Cluster, pod: str, container: str = "", namespace: str = "default") -> Cluster:
    """A container's process is killed, without a word to the kubelet. Raises ModelError where it does not run."""
    found = _pod(cluster, pod, namespace)
    node = found["spec"].get("nodeName") or ""
    _check_node(cluster, node)
    name = container or found["spec"]["containers"][0]["name"]
    machine = kill_container(run_until(cluster.machines[node], cluster.now), found["metadata"]["uid"], name)
    changed = replace(cluster, machines=cluster.machines.set(node, machine))
    return queued(changed, [item_of(node, Key("pods", namespace, pod))])


def with_node(cluster: Cluster, name: str, **settings: Any) -> Cluster:
    """A new node joins; `settings` are those of `node_object`. Raises ModelError for a name that is taken."""
    if name in cluster.machines:
        raise ModelError(f"there is a node called {name!r} already")
    number = len(cluster.machines)
    placed = {"address": node_address(number), "pod_cidr": pod_cidr(number), **settings}
    machine = Machine(name, placed["address"], placed["pod_cidr"], cluster.now)
    grown = cluster.create(node_object(name, cluster.now, **placed))
    return replace(grown, machines=cluster.machines.set(name, machine))


def full_disk(cluster: Cluster, node: str) -> Cluster:
    """Something else fills a node's disk. Raises ModelError for a name that none has."""
    _check_node(cluster, node)
    return _with_machine(cluster, node, fill_disk(run_until(cluster.machines[node], cluster.now), free=0))


def clear_disk(cluster: Cluster, node: str) -> Cluster:
    """It is gone from the disk again. Raises ModelError for a name that none has."""
    _check_node(cluster, node)
    machine = run_until(cluster.machines[node], cluster.now)
    return _with_machine(cluster, node, replace(machine, filled=Machine(node).filled))


def _down(cluster: Cluster, node: str, what: str) -> Cluster:
    """Without the kubelet of a node or its machine; what either had still to do is forgotten."""
    _check_node(cluster, node)
    return replace(forgetting(cluster, kubelet(node)), down=cluster.down | {what}, silent=_silent(cluster, node))


def _up(cluster: Cluster, node: str, what: str, change: Callable[[Machine], Machine], otherwise: str) -> Cluster:
    """With it again, and the machine as it then is; `otherwise` says what is wrong where it is not down."""
    _check_node(cluster, node)
    if what not in cluster.down:
        raise ModelError(otherwise)
    machine = change(run_until(cluster.machines[node], cluster.now))
    return _back(replace(cluster, down=cluster.down - {what}), node, machine)


def _back(cluster: Cluster, node: str, machine: Machine) -> Cluster:
    """A node is heard of again: it posts its status, and its kubelet looks at all its pods."""
    is_on = power(node) not in cluster.down and kubelet(node) not in cluster.down and node not in cluster.cut
    cluster = replace(cluster, machines=cluster.machines.set(node, machine))
    if not is_on:
        return cluster
    cluster = replace(cluster, silent=cluster.silent.delete(node) if node in cluster.silent else cluster.silent)
    found = cluster.store.get(home(node))
    if found is not None:
        status = found.get("status") or {}
        posted = {**status, "conditions": node_conditions(list(status.get("conditions") or ()), cluster.now)}
        cluster = replace(cluster, store=cluster.store.put(home(node), {**found, "status": posted}))
    return with_pods_of(cluster, [node])


def with_pods_of(cluster: Cluster, nodes: Iterable[str]) -> Cluster:
    """The kubelets of these nodes look at all pods that they should run, and at all that they do run."""
    items: dict[Item, None] = {}
    for node in nodes:
        items |= dict.fromkeys(item_of(node, key) for key, _ in cluster.store.under(on_node(node)))
        boxes = cluster.machines[node].sandboxes.values()
        items |= dict.fromkeys(item_of(node, Key("pods", box.namespace, box.name)) for box in boxes)
    return queued(cluster, items)


def _with_machine(cluster: Cluster, node: str, machine: Machine) -> Cluster:
    changed = replace(cluster, machines=cluster.machines.set(node, machine))
    return queued(changed, [node_item(Item(kubelet(node), home(node)))])


def _silent(cluster: Cluster, node: str) -> Map[str, float]:
    return cluster.silent if node in cluster.silent else cluster.silent.set(node, cluster.now)


def _check_node(cluster: Cluster, name: str) -> None:
    if name not in cluster.machines:
        raise ModelError(f"no node is called {name!r}: there are {', '.join(sorted(cluster.machines))}")


def _pod(cluster: Cluster, name: str, namespace: str) -> Object:
    found = cluster.get("pods", name, namespace)
    if found is None:
        raise ModelError(f"there is no pod {name!r} in namespace {namespace!r}")
    return found
