"""`kubectl rollout`: status, history, undo, restart, pause and resume.

Source: k8s.io/kubectl, cmd/rollout and package `polymorphichelpers`. `status` lets the cluster's time pass until the
rollout is done, and prints a line whenever the object changes, as the real one does.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.kubectl.client import JSON_PATCH, STRATEGIC, Object
from vlearn.sim.kubernetes.kubectl.columns import aligned
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.describing.containers import template as template_lines
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, objects
from vlearn.sim.kubernetes.kubectl.owned import REVISION, controlled, new_and_old, plain_template, revision_of
from vlearn.sim.kubernetes.kubectl.results import report
from vlearn.sim.kubernetes.store import Key

CAUSE = "kubernetes.io/change-cause"
RESTARTED = "kubectl.kubernetes.io/restartedAt"
OF_THE_DEPLOYMENT = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations that undoing does not take from the older replica set."""
_KINDS = ("Deployment", "DaemonSet", "StatefulSet")
_NEEDED = "required resource not specified"


def status(call: Call) -> None:
    """`kubectl rollout status`."""
    infos = _of_kinds(call, "status viewer")
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


def history(call: Call) -> None:
    """`kubectl rollout history`."""
    for info in _of_kinds(call, "history viewer"):
        found = {number: (object, made) for number, object, made in _revisions(call, info)}
        wanted = call.given["revision"] or 0
        if wanted < 0:
            raise Fault("revision must be a positive integer: " + str(wanted))
        if wanted:
            if wanted not in found:
                raise Fault("unable to find the specified revision")
            call.out(f"{info.title} with revision #{wanted}")
            lines = template_lines(found[wanted][1])
            # kubectl does not set these in columns.
            call.client.to.raw("".join(f"{line}\n" for line in lines) + "\n")
            continue
        rows = [(number, _cause(found[number][0])) for number in sorted(found)]
        text = "REVISION\tCHANGE-CAUSE\n" + "".join(f"{number}\t{cause}\n" for number, cause in rows)
        call.out(f"{info.title} ", aligned(text))


def _cause(object: Object) -> str:
    return (object["metadata"].get("annotations") or {}).get(CAUSE) or "<none>"


def _revisions(call: Call, info: Info) -> list[tuple[int, Object, Object]]:
    """Revisions: their number, the object that keeps them, and the template of then."""
    if info.resource.kind == "Deployment":
        new, old = new_and_old(call.client, info.object)
        sets = [*old, *([new] if new else [])]
        return [(revision_of(each), each, each["spec"]["template"]) for each in sets if revision_of(each)]
    kept = controlled(call.client, info.object, "controllerrevisions")
    return [(each["revision"], each, _of_revision(each)) for each in kept]


def _of_revision(kept: Object) -> Object:
    template: Object = kept["data"]["spec"]["template"]
    return {name: value for name, value in template.items() if name != "$patch"}


def undo(call: Call) -> None:
    """`kubectl rollout undo`."""
    wanted = call.given["to-revision"] or 0
    for info in _of_kinds(call, "rollbacker"):
        deployed = info.resource.kind == "Deployment"
        if deployed and info.object["spec"].get("paused"):
            raise Fault(
                "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
            )
        number, kept, template = _chosen(call, info, wanted)
        if plain_template(template) == plain_template(info.object["spec"]["template"]):
            report(
                call,
                info.resource,
                info.object,
                f"skipped rollback (current template already matches revision {number})",
            )
            continue
        if call.dry != "client":
            if deployed:
                body: Any = _back(info.object, kept, template)
                call.client.ask("PATCH", info.path, body, call.query(), JSON_PATCH)
            else:
                call.client.ask("PATCH", info.path, kept["data"], call.query(), STRATEGIC)
        report(call, info.resource, info.object, "rolled back")


def _chosen(call: Call, info: Info, wanted: int) -> tuple[int, Object, Object]:
    found = sorted(_revisions(call, info), key=lambda each: each[0])
    if wanted:
        fitting = [each for each in found if each[0] == wanted]
        if not fitting:
            raise Fault(f"unable to find specified revision {wanted} in history")
        return fitting[0]
    if len(found) < 2:
        title = f' for deployment "{info.name}"' if info.resource.kind == "Deployment" else ""
        raise Fault(f"no rollout history found{title}" if title else "no last revision to roll back to")
    return found[-2]


def _back(deployment: Object, kept: Object, template: Object) -> list[Any]:
    own = deployment["metadata"].get("annotations") or {}
    annotations = {name: own[name] for name in OF_THE_DEPLOYMENT if name in own}
    older = kept["metadata"].get("annotations") or {}
    annotations |= {name: text for name, text in older.items() if name not in OF_THE_DEPLOYMENT}
    plain = plain_template(template)
    return [
        {"op": "replace", "path": "/spec/template", "value": plain},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]


def restart(call: Call) -> None:
    """`kubectl rollout restart`."""
    for info in _of_kinds(call, "restarter"):
        if info.object["spec"].get("paused"):
            words = "can't restart paused deployment (run rollout resume first)"
            raise Fault(f'{info.resource.qualified} "{info.name}" {words}')
        moment = timestamp(call.client.cluster.now)
        body = {"spec": {"template": {"metadata": {"annotations": {RESTARTED: moment}}}}}
        object = info.object
        if call.dry != "client":
            query = call.query(fieldManager="kubectl-rollout")
            object = call.client.ask("PATCH", info.path, body, query, STRATEGIC)
        report(call, info.resource, object, "restarted")


def pause(call: Call) -> None:
    """`kubectl rollout pause`."""
    _pausing(call, True)


def resume(call: Call) -> None:
    """`kubectl rollout resume`."""
    _pausing(call, None)


def _pausing(call: Call, value: bool | None) -> None:
    verb = "pausing" if value else "resuming"
    for info in _of_kinds(call, "pauser"):
        if info.resource.kind != "Deployment":
            raise Fault(f'{info.resource.name}.{info.resource.group} "{info.name}" {verb} is not supported')
        if bool(info.object["spec"].get("paused")) == bool(value):
            state = "already paused" if value else "not paused"
            raise Fault(f'{info.resource.qualified} "{info.name}" is {state}')
        query = call.query(fieldManager="kubectl-rollout")
        object = call.client.ask("PATCH", info.path, {"spec": {"paused": value}}, query, STRATEGIC)
        report(call, info.resource, object, "paused" if value else "resumed")


def _of_kinds(call: Call, needed: str) -> list[Info]:
    if not call.words and not call.given.texts("filename"):
        raise Fault(_NEEDED)
    infos = objects(call, everything=True)
    for info in infos:
        if info.resource.kind not in _KINDS:
            raise Fault(
                f'no {needed} has been implemented for "{info.resource.kind}"'
                if needed not in ("restarter", "pauser")
                else f'{info.resource.qualified} "{info.name}" {_VERBS[needed]} is not supported'
            )
    return infos


_VERBS = {"restarter": "restarting", "pauser": "pausing"}
_SENT = (*FILES, *OUTPUT, *SELECTOR, *DRY)

COMMANDS: tuple[Command, ...] = (
    command("rollout status", status, *FILES, *SELECTOR, "--timeout string", "-w, --watch", "--revision int"),
    command("rollout history", history, *FILES, *SELECTOR, *OUTPUT, "--revision int"),
    command("rollout undo", undo, *_SENT, "--to-revision int"),
    command("rollout restart", restart, *_SENT),
    command("rollout pause", pause, *_SENT),
    command("rollout resume", resume, *_SENT),
)
