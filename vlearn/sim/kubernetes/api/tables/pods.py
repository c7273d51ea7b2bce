"""A pod's row: how many containers are ready, and what its state is called.

Source: pkg/printers/internalversion/printers.go, printPod.
"""

from collections.abc import Sequence
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import restartable
from vlearn.sim.kubernetes.api.tables.cells import NONE, Object
from vlearn.sim.kubernetes.api.tables.duration import age, human


def pod_cells(pod: Object, now: float) -> list[Any]:
    """Name, Ready, Status, Restarts, Age, and what -o wide adds."""
    spec, status, metadata = pod["spec"], pod.get("status") or {}, pod["metadata"]
    containers = status.get("containerStatuses") or ()
    sidecars = {each.get("name") for each in spec.get("initContainers") or () if restartable(each)}
    starting = status.get("initContainerStatuses") or ()
    waiting = _initializing(starting, sidecars, len(spec.get("initContainers") or ()))
    state = waiting or _state(status, containers)
    counted = [*containers, *(each for each in starting if each.get("name") in sidecars)] if not waiting else starting
    ready = [each for each in counted if each.get("ready") and "running" in (each.get("state") or {})]
    shown = len(ready) if not waiting else 0
    if metadata.get("deletionTimestamp") is not None:
        if status.get("reason") == "NodeLost":
            state = "Unknown"
        elif (status.get("phase") or "") not in ("Succeeded", "Failed"):
            state = "Terminating"
    addresses = status.get("podIPs") or ()
    return [
        metadata["name"],
        f"{shown}/{len(spec.get('containers') or ()) + len(sidecars)}",
        state,
        _restarts(counted, now),
        age(metadata.get("creationTimestamp"), now),
        (addresses[0].get("ip") if addresses else status.get("podIP")) or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _gates(pod),
    ]


def _state(status: Object, containers: Sequence[Object]) -> str:
    state = str(status.get("reason") or status.get("phase") or "")
    scheduled = condition({"status": status}, "PodScheduled")
    if scheduled is not None and scheduled.get("reason") == "SchedulingGated":
        state = "SchedulingGated"
    running = False
    for container in reversed(containers):
        now = container.get("state") or {}
        waiting, ended = now.get("waiting") or {}, now.get("terminated")
        if waiting.get("reason"):
            state = waiting["reason"]
        elif ended is not None:
            state = _ending(ended)
        elif container.get("ready") and "running" in now:
            running = True
    if state == "Completed" and running:
        found = condition({"status": status}, "Ready")
        return "Running" if found is not None and found["status"] == "True" else "NotReady"
    return state


def _initializing(starting: Sequence[Object], sidecars: set[Any], total: int) -> str:
    """What the first init container that is not done is doing; empty where all are."""
    for n, container in enumerate(starting):
        now = container.get("state") or {}
        ended = now.get("terminated")
        if ended is not None and ended.get("exitCode", 0) == 0:
            continue
        if container.get("name") in sidecars and container.get("started"):
            continue
        if ended is not None:
            return f"Init:{_ending(ended)}"
        reason = (now.get("waiting") or {}).get("reason")
        if reason and reason != "PodInitializing":
            return f"Init:{reason}"
        return f"Init:{n}/{total}"
    return ""


def _ending(ended: Object) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    signal = ended.get("signal")
    return f"Signal:{signal}" if signal else f"ExitCode:{ended.get('exitCode', 0)}"


def _restarts(containers: Sequence[Object], now: float) -> str:
    count = sum(each.get("restartCount", 0) for each in containers)
    ends = [((each.get("lastState") or {}).get("terminated") or {}).get("finishedAt") for each in containers]
    last = max((moment(each) or 0.0 for each in ends if each), default=None)
    return str(count) if not count or last is None else f"{count} ({human(now - last)} ago)"


def _gates(pod: Object) -> str:
    gates = pod["spec"].get("readinessGates") or ()
    if not gates:
        return NONE
    found = [condition(pod, gate["conditionType"]) for gate in gates]
    return f"{sum(each is not None and each['status'] == 'True' for each in found)}/{len(gates)}"
