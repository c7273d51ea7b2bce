"""A cluster that runs: components that reconcile, machines that run containers, and time.

cluster = started(3).create(deployment)     # a value; nothing has happened yet
cluster = run(cluster, 60)                  # the same cluster a minute later
trace = play(cluster, 60)                   # every step of that minute: event and cluster, for a player
cluster.get("deployments.apps", "web"), cluster.objects("pods", "default")
cluster, response = cluster.ask(Request("DELETE", "/api/v1/namespaces/default/pods/web-1"))
run(power_off(cluster, "node-1"), 400)      # chaos: each fault and its mending is a function on the value
"""

from vlearn.sim.kubernetes.cluster.chaos import healed, start, stop, with_demand, with_image
from vlearn.sim.kubernetes.cluster.cluster import API_SERVER, START, Cluster, Item, started
from vlearn.sim.kubernetes.cluster.loop import play, run, steps
from vlearn.sim.kubernetes.cluster.node_chaos import (
    clear_disk,
    crash_container,
    cut_off,
    full_disk,
    power_off,
    power_on,
    reconnect,
    start_kubelet,
    stop_kubelet,
    with_node,
)
from vlearn.sim.kubernetes.cluster.scheduling import next_cycle

__all__ = [
    "API_SERVER",
    "START",
    "Cluster",
    "Item",
    "clear_disk",
    "crash_container",
    "cut_off",
    "full_disk",
    "healed",
    "next_cycle",
    "play",
    "power_off",
    "power_on",
    "reconnect",
    "run",
    "start",
    "start_kubelet",
    "started",
    "steps",
    "stop",
    "stop_kubelet",
    "with_demand",
    "with_image",
    "with_node",
]
