"""What runs on a node: the machine, which goes on by itself, and the kubelet, which turns it to what the API wants.

machine = Machine("worker-1", pod_cidr=pod_cidr(0), now=now).with_images("nginx:1.29")
node = node_object("worker-1", now, "4", "8Gi", pod_cidr=pod_cidr(0))           # what its kubelet registers
done = sync_pod(machine, pod, now, registry, node)    # one turn for one pod bound to the node; may ask again later:
done.machine, done.status, done.told, done.due        # status is None where the pod's own says it already
done.removed                                          # nothing is left of it: delete the object with grace 0
due(machine), due_pods(machine, now)                  # when the kubelet looks again by itself, and at which pods
stop_pod(machine, uid, now)                           # one turn for a pod that the API server no longer has
sync(machine, pods, node, now, registry)              # all of the above for all pods, as after the kubelet's restart
sync_node(machine, pods, node, now)                   # the node's conditions, and whom pressure evicts
logs(machine, uid, "app", previous=True)

Kubelet down: call none but `run_until(machine, now)`; containers end and pulls go on. When it is back: `restarted`,
then `sync`; what runs is found running. To break things: `kill_container`, `make_unwell`, `reboot`, `fill_disk`, and a
`Registry` with other images.
"""

from vlearn.sim.kubernetes.node.eviction import NodeSynced, ranked, starved, sync_node
from vlearn.sim.kubernetes.node.faults import fill_disk, kill_container, make_unwell, reboot
from vlearn.sim.kubernetes.node.images import Image, Program, Registry
from vlearn.sim.kubernetes.node.kubelet import PodSynced, sync_pod
from vlearn.sim.kubernetes.node.logs import logs
from vlearn.sim.kubernetes.node.machine import Machine, due, due_pods, restarted, run_until, stop_pod
from vlearn.sim.kubernetes.node.registration import node_address, node_conditions, node_object, pod_cidr
from vlearn.sim.kubernetes.node.rounds import Said, Synced, sync
from vlearn.sim.kubernetes.node.turn import Told

__all__ = [
    "Image",
    "Machine",
    "NodeSynced",
    "PodSynced",
    "Program",
    "Registry",
    "Said",
    "Synced",
    "Told",
    "due",
    "due_pods",
    "fill_disk",
    "kill_container",
    "logs",
    "make_unwell",
    "node_address",
    "node_conditions",
    "node_object",
    "pod_cidr",
    "ranked",
    "reboot",
    "restarted",
    "run_until",
    "starved",
    "stop_pod",
    "sync",
    "sync_node",
    "sync_pod",
]
