"""The API on this computer's loopback address, for kubectl and other clients.

with ClusterServer(new_cluster(time.time())) as server:
    server.kubeconfig                      # the text of a kubeconfig file
    server.change(step)                    # a controller's turn: step(store) -> store
    server.store                           # the cluster as it is now
"""

from vlearn.sim.kubernetes.server.server import ClusterServer

__all__ = ["ClusterServer"]
