"""Stopping a pod: preStop hooks, SIGTERM, the grace, SIGKILL; sidecars after the other containers, the last one first.

Source: pkg/kubelet/kuberuntime/kuberuntime_container.go, killContainersWithSyncResult; KEP-753 for sidecars.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.pods import restartable
from vlearn.sim.kubernetes.node.container import LEAST_GRACE, stopped
from vlearn.sim.kubernetes.node.images.commands import KNOWN
from vlearn.sim.kubernetes.node.images.shell import interpret
from vlearn.sim.kubernetes.node.turn import Turn

Spec = Mapping[str, Any]


def grace_of(spec: Spec) -> float:
    """The seconds between SIGTERM and SIGKILL that a pod asks for."""
    given = spec.get("terminationGracePeriodSeconds")
    return 30.0 if given is None else float(given)


def hook_seconds(spec: Spec) -> float:
    """How long a container's preStop hook takes. Requests over HTTP and unknown commands are answered at once."""
    hook = (spec.get("lifecycle") or {}).get("preStop") or {}
    if "sleep" in hook:
        return float(hook["sleep"].get("seconds") or 0)
    command = (hook.get("exec") or {}).get("command") or ()
    if command and command[0].rpartition("/")[2] in KNOWN:
        return interpret(tuple(command)).exits or 0.0
    return 0.0


def stop_pod_containers(turn: Turn, grace: float) -> None:
    """Stop what runs; the same again changes nothing, a shorter grace shortens what is left of it."""
    first = turn.stopping is None
    since = turn.now if turn.stopping is None else turn.stopping
    turn.stopping = since
    left = max(since + grace - turn.now, 0.0)
    specs = turn.spec.get("containers") or ()
    others = [each for each in turn.spec.get("initContainers") or () if not restartable(each)]
    for each in (*others, *specs):
        _stop(turn, each, left, first)
    stop_sidecars(turn, left if not first else grace)
    for container in turn.containers.values():
        if container.ends > turn.now:
            turn.wake(container.ends)


def stop_sidecars(turn: Turn, grace: float) -> None:
    """Stop the last sidecar that runs, once nothing else does."""
    sidecars = [each for each in turn.spec.get("initContainers") or () if restartable(each)]
    names = {each["name"] for each in sidecars}
    if any(each.ends > turn.now for each in turn.containers.values() if each.name not in names):
        return
    for each in reversed(sidecars):
        container = turn.running(each["name"])
        if container is not None:
            _stop(turn, each, max(grace, LEAST_GRACE), container.signalled is None)
            turn.wake(turn.containers[each["name"]].ends)
            if turn.running(each["name"]) is not None:
                return


def _stop(turn: Turn, spec: Spec, grace: float, tells: bool) -> None:
    container = turn.running(spec["name"])
    if container is None:
        return
    if tells:
        turn.tell("Killing", f"Stopping container {container.name}", container.name)
    turn.set(stopped(container, turn.now, grace, hook_seconds(spec) if container.signalled is None else 0.0))
