"""A kubectl of our own, for who has no real one: the same requests, the same output, the same exit codes.

done = kubectl(cluster, "get pods -o wide")               # done.said.out, done.said.code
done = kubectl(done.cluster, "apply -f web.yaml", {"web.yaml": text})
done.cluster                                              # the cluster after it: waiting lets its time pass
"""

from vlearn.sim.kubernetes.kubectl.program import Done, kubectl

__all__ = ["Done", "kubectl"]
