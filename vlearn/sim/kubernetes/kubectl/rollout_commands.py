"""`kubectl rollout`: history, undo, restart, pause and resume.

Source: k8s.io/kubectl, cmd/rollout and package `polymorphichelpers`.
"""

from typing import Any

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.cluster.deployment_revision import NOT_COPIED
from vlearn.sim.kubernetes.kubectl.client import JSON_PATCH, STRATEGIC, Object
from vlearn.sim.kubernetes.kubectl.columns import aligned
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.describing.containers import template as template_lines
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info
from vlearn.sim.kubernetes.kubectl.owned import plain_template
from vlearn.sim.kubernetes.kubectl.results import report
from vlearn.sim.kubernetes.kubectl.rolling import of_kinds, revisions
from vlearn.sim.kubernetes.kubectl.rollout_status import status

CAUSE = "kubernetes.io/change-cause"
RESTARTED = "kubectl.kubernetes.io/restartedAt"


def history(call: Call) -> None:
    """`kubectl rollout history`."""
    for info in of_kinds(call, "history viewer"):
        found = {number: (object, made) for number, object, made in revisions(call, info)}
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


def undo(call: Call) -> None:
    """`kubectl rollout undo`."""
    wanted = call.given["to-revision"] or 0
    for info in of_kinds(call, "rollbacker"):
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
    found = sorted(revisions(call, info), key=lambda each: each[0])
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
    annotations = {name: own[name] for name in NOT_COPIED if name in own}
    older = kept["metadata"].get("annotations") or {}
    annotations |= {name: text for name, text in older.items() if name not in NOT_COPIED}
    plain = plain_template(template)
    return [
        {"op": "replace", "path": "/spec/template", "value": plain},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]


def restart(call: Call) -> None:
    """`kubectl rollout restart`."""
    for info in of_kinds(call, "restarter"):
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
    for info in of_kinds(call, "pauser"):
        if info.resource.kind != "Deployment":
            raise Fault(f'{info.resource.name}.{info.resource.group} "{info.name}" {verb} is not supported')
        if bool(info.object["spec"].get("paused")) == bool(value):
            state = "already paused" if value else "not paused"
            raise Fault(f'{info.resource.qualified} "{info.name}" is {state}')
        query = call.query(fieldManager="kubectl-rollout")
        object = call.client.ask("PATCH", info.path, {"spec": {"paused": value}}, query, STRATEGIC)
        report(call, info.resource, object, "paused" if value else "resumed")


_SENT = (*FILES, *OUTPUT, *SELECTOR, *DRY)
COMMANDS: tuple[Command, ...] = (
    command("rollout status", status, *FILES, *SELECTOR, "--timeout string", "-w, --watch", "--revision int"),
    command("rollout history", history, *FILES, *SELECTOR, *OUTPUT, "--revision int"),
    command("rollout undo", undo, *_SENT, "--to-revision int"),
    command("rollout restart", restart, *_SENT),
    command("rollout pause", pause, *_SENT),
    command("rollout resume", resume, *_SENT),
)
