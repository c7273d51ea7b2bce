"""What can be rolled out: the objects that the rollout commands know, and what they have been before."""

from vlearn.sim.kubernetes.kubectl.client import Object
from vlearn.sim.kubernetes.kubectl.command import Call
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, objects
from vlearn.sim.kubernetes.kubectl.owned import controlled, new_and_old, revision_of

_KINDS = ("Deployment", "DaemonSet", "StatefulSet")
_NEEDED = "required resource not specified"
_VERBS = {"restarter": "restarting", "pauser": "pausing"}


def of_kinds(call: Call, needed: str) -> list[Info]:
    """The objects that the line means, all of them of kinds that are rolled out. Raises Fault."""
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


def revisions(call: Call, info: Info) -> list[tuple[int, Object, Object]]:
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
