"""Sending an object that a few words describe, and what the commands that do so have in common."""

from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import path_of
from vlearn.sim.kubernetes.kubectl.command import DRY, OUTPUT, Call
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.file_commands import with_applied
from vlearn.sim.kubernetes.kubectl.made import Made
from vlearn.sim.kubernetes.kubectl.results import report

SENT = (*OUTPUT, *DRY, "--save-config", "--validate string", "--field-manager string")


def send(call: Call, object: Made, done: str = "created", manager: str = "kubectl-create") -> None:
    """Create the object in the namespace of the line, or only show it; and say so."""
    resource = BY_KIND[object["apiVersion"], object["kind"]]
    if resource.namespaced and call.given.text("namespace"):
        object = {**object, "metadata": {**object["metadata"], "namespace": call.namespace}}
    if call.given.has("save-config"):
        object = with_applied(object)
    if call.dry != "client":
        space = call.namespace if resource.namespaced else ""
        query = call.query(fieldManager=manager, fieldValidation="Strict")
        try:
            object = call.client.ask("POST", path_of(resource, space), object, query)
        except StatusError as refused:
            if object["kind"] == "Namespace" or manager != "kubectl-create":
                raise
            raise _failed(object, refused.message) from None
    report(call, resource, object, done)


_TITLES = {"ResourceQuota": "quota", "PodDisruptionBudget": "poddisruptionbudgets"}


def _title(object: Made) -> str:
    kind: str = object["kind"]
    return f"{object['spec']['type']} service" if kind == "Service" else _TITLES.get(kind, kind.lower())


def _failed(object: Made, why: str) -> Fault:
    colon = "" if object["kind"] == "Secret" else ":"
    return Fault(f"failed to create {_title(object)}{colon} {why}")


def name_of(call: Call) -> str:
    """The one name that the line gives. Raises Fault."""
    if len(call.words) != 1:
        raise Fault(
            f"exactly one NAME is required, got {len(call.words)}\nSee 'kubectl {call.name} -h' for help and examples"
        )
    if not call.words[0]:
        raise Fault("resource name may not be empty")
    return call.words[0]


def required(call: Call, *names: str) -> None:
    """Refuse a line without these options. Raises Fault."""
    missing = [name for name in names if name not in call.given.options]
    if missing:
        listed = ", ".join(f'"{name}"' for name in missing)
        raise Fault(f"required flag(s) {listed} not set")


def whole(kind: str, meta: Made, version: str = "v1", /, **parts: Any) -> Made:
    """An object from its parts."""
    return {"apiVersion": version, "kind": kind, "metadata": meta, **parts}


def port_number(written: str) -> int:
    """A port from its text. Raises Fault."""
    if not written.isdecimal():
        raise Fault(f'strconv.ParseInt: parsing "{written}": invalid syntax')
    return int(written)
