"""A pod's connection to the network: an address of its node's range, as the plugin host-local of CNI gives them.

Source: pkg/kubelet/kuberuntime/kuberuntime_sandbox.go; the words of the refusal are the plugin's.
"""

from vlearn.sim.kubernetes.node.addresses import LAST
from vlearn.sim.kubernetes.node.turn import Turn

RETRY = 10.0
"""Seconds until another try after the network has refused a pod."""


def connect(turn: Turn) -> None:
    """Give the pod an address, unless it has the host's; where none is left, say so and try again later."""
    if turn.failure is not None or turn.spec.get("hostNetwork"):
        return
    turn.addresses, number = turn.addresses.given(turn.box.uid)
    prefix = turn.machine.pod_cidr.rpartition(".")[0]
    if number is not None:
        turn.address = f"{prefix}.{number}"
        return
    full = f"no IP addresses available in range set: {prefix}.1-{prefix}.{LAST}"
    failed = "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox"
    turn.tell("FailedCreatePodSandBox", f"{failed}: failed to allocate for range 0: {full}", type="Warning")
    turn.wake(turn.now + RETRY)
