"""`kubectl rollout status`: how far a rollout is, line by line, as the object changes; time passes meanwhile.

Source: k8s.io/kubectl, cmd/rollout/rollout_status.go and polymorphichelpers/rollout_status.go.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.kubectl.client import Object
from vlearn.sim.kubernetes.kubectl.command import Call
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info
from vlearn.sim.kubernetes.kubectl.owned import revision_of
from vlearn.sim.kubernetes.kubectl.rolling import of_kinds
from vlearn.sim.kubernetes.store import Key


def status(call: Call) -> None:
    """`kubectl rollout status`."""
    infos = of_kinds(call, "status viewer")
    limit = call.seconds("timeout", None)
    for info in infos:
        _followed(call, info, limit or None)


def _followed(call: Call, info: Info, limit: float | None) -> None:
    key = Key(info.resource.qualified, info.namespace, info.name)
    told = STATUSES[info.resource.kind]
    wanted = call.given["revision"] or 0
    if wanted and info.resource.kind == "Deployment" and revision_of(info.object) != wanted:
        raise Fault(f"desired revision ({wanted}) is different from the running revision ({revision_of(info.object)})")
    seen = call.client.cluster.store.revision
    text, done = told(info.object)
    call.client.to.raw(text)
    if done or call.given.options.get("watch") is False:
        return

    def looked() -> bool:
        nonlocal seen, done
        store = call.client.cluster.store
        if store.revision > seen:
            changes = [change for change in store.changes(seen) if change.key == key]
            seen = store.revision
            for change in changes:
                if change.kind == "DELETED":
                    raise Fault("object has been deleted")
                text, done = told(change.after)
                call.client.to.raw(text)
                if done:
                    return True
        return done

    if not call.client.until(limit, looked):
        raise Fault("timed out waiting for the condition")


def _deployment(found: Object) -> tuple[str, bool]:
    spec, state, name = found["spec"], found.get("status") or {}, found["metadata"]["name"]
    if found["metadata"].get("generation", 0) > state.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...\n", False
    progressing = condition(found, "Progressing")
    if progressing is not None and progressing.get("reason") == "ProgressDeadlineExceeded":
        raise Fault(f'deployment "{name}" exceeded its progress deadline')
    start = f'Waiting for deployment "{name}" rollout to finish: '
    wanted, total = spec.get("replicas", 1), state.get("replicas", 0)
    updated, available = state.get("updatedReplicas", 0), state.get("availableReplicas", 0)
    if updated < wanted:
        return f"{start}{updated} out of {wanted} new replicas have been updated...\n", False
    if total > updated:
        return f"{start}{total - updated} old replicas are pending termination...\n", False
    if available < updated:
        return f"{start}{available} of {updated} updated replicas are available...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


def _daemon_set(found: Object) -> tuple[str, bool]:
    _check_rolling(found)
    state, name = found.get("status") or {}, found["metadata"]["name"]
    if found["metadata"].get("generation", 0) > state.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...\n", False
    start = f'Waiting for daemon set "{name}" rollout to finish: '
    wanted, updated = state.get("desiredNumberScheduled", 0), state.get("updatedNumberScheduled", 0)
    available = state.get("numberAvailable", 0)
    if updated < wanted:
        return f"{start}{updated} out of {wanted} new pods have been updated...\n", False
    if available < wanted:
        return f"{start}{available} of {wanted} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def _stateful_set(found: Object) -> tuple[str, bool]:
    rolling = _check_rolling(found)
    spec, state = found["spec"], found.get("status") or {}
    observed = state.get("observedGeneration", 0)
    if not observed or found["metadata"].get("generation", 0) > observed:
        return "Waiting for statefulset spec update to be observed...\n", False
    wanted, ready, updated = spec.get("replicas", 1), state.get("readyReplicas", 0), state.get("updatedReplicas", 0)
    if ready < wanted:
        return f"Waiting for {wanted - ready} pods to be ready...\n", False
    if rolling:
        part = rolling.get("partition") or 0
        if updated < wanted - part:
            words = f"{updated} out of {wanted - part} new pods have been updated...\n"
            return f"Waiting for partitioned roll out to finish: {words}", False
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
    if state.get("updateRevision") != state.get("currentRevision"):
        words = f"{updated} pods at revision {state.get('updateRevision')}...\n"
        return f"waiting for statefulset rolling update to complete {words}", False
    words = f"{state.get('currentReplicas', 0)} pods at revision {state.get('currentRevision')}...\n"
    return f"statefulset rolling update complete {words}", True


def _check_rolling(found: Object) -> Mapping[str, Any]:
    strategy = found["spec"].get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate":
        raise Fault("rollout status is only available for RollingUpdate strategy type")
    rolling: Mapping[str, Any] = strategy.get("rollingUpdate") or {}
    return rolling


STATUSES: Mapping[str, Callable[[Object], tuple[str, bool]]] = {
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "StatefulSet": _stateful_set,
}
