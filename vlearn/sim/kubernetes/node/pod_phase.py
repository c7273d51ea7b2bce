"""The phase of a pod, from the states of its containers and its restart policy.

Source: getPhase of pkg/kubelet/kubelet_pods.go, for a pod whose restart policy holds for all its containers. Leaves out
the pods of the kubelet's own manifests, and the rules for single containers that came in 1.34.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import restartable

Status = Mapping[str, Any]


def pod_phase(spec: Mapping[str, Any], statuses: Sequence[Status]) -> str:
    """Pending, Running, Succeeded or Failed. The statuses are those of init containers and containers together."""
    by_name = {each["name"]: each for each in statuses}
    policy = spec.get("restartPolicy", "Always")
    containers = spec.get("containers") or ()
    states = [_state(by_name.get(each["name"])) for each in containers]
    begun = any(state != "waiting" for state in states)
    inits = [(each, _state(by_name.get(each["name"]))) for each in spec.get("initContainers") or ()]
    if policy == "Never" and any(state == "failed" for each, state in inits if not restartable(each)):
        return "Failed"
    for each, state in inits:
        if restartable(each):
            if not begun and not by_name.get(each["name"], {}).get("started"):
                return "Pending"
        elif state != "succeeded" and not begun:
            return "Pending"
    if "waiting" in states:
        return "Pending"
    if "running" in states or not states:
        return "Running" if states else "Pending"
    if policy == "Always":
        return "Running"  # all have ended, all are about to be started again
    if "failed" not in states:
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


def _state(status: Status | None) -> str:
    state = (status or {}).get("state") or {}
    # A container that waits for its next start counts as what it was before; one that never ran is waiting.
    ended = state.get("terminated") or (((status or {}).get("lastState") or {}).get("terminated"))
    if "running" in state:
        return "running"
    if ended is None:
        return "waiting"
    return "succeeded" if ended.get("exitCode", 0) == 0 else "failed"
