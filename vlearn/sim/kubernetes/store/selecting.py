"""Which objects a list or a watch is about: a resource, perhaps a namespace, labels, and fields.

Each kind knows only a few fields, as in the API. Source: the registries' SelectableFields in kubernetes/kubernetes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.selector import Selector
from vlearn.sim.kubernetes.store.store import Object

SELECTABLE: Mapping[str, tuple[str, ...]] = {
    "pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
    "jobs.batch": ("status.successful",),
    "replicasets.apps": ("status.replicas",),
    "events": (
        *(f"involvedObject.{name}" for name in ("kind", "namespace", "name", "uid", "apiVersion", "fieldPath")),
        "involvedObject.resourceVersion",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
}
_EVERYTHING = Selector()
_ALWAYS = ("metadata.name", "metadata.namespace")
_NAMED = {"jobs.batch": "Job", "replicasets.apps": "appsv1.ReplicaSet"}
_TERM = re.compile(r"(.*?)(==|!=|=)(.*)", re.DOTALL)
_SPLIT = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """One field, and the value that it must or must not have."""

    field: str
    equal: bool
    value: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is listed or watched. No namespace: all of them."""

    resource: str
    namespace: str | None = None
    labels: Selector = _EVERYTHING
    fields: tuple[FieldTerm, ...] = ()

    def holds(self, object: Object) -> bool:
        """Whether an object of the resource and namespace meets the selectors."""
        if self.labels.requirements and not self.labels.matches(object["metadata"].get("labels") or {}):
            return False
        return all((field_of(object, term.field) == term.value) == term.equal for term in self.fields)


def parse_fields(text: str, resource: str) -> tuple[FieldTerm, ...]:
    """The terms of a field selector, such as status.phase!=Running. Raises Refused with the API's words."""
    terms = []
    known = (*_ALWAYS, *SELECTABLE.get(resource, ()))
    for part in _SPLIT.split(text):
        if not part:
            continue
        term = _TERM.fullmatch(part)
        if term is None:
            raise Refused(f"invalid selector: '{text}'; can't understand '{part}'")
        if term[1] not in known:
            raise Refused(_unknown(term[1], resource))
        value = re.sub(r"\\([\\,=])", r"\1", term[3])
        terms.append(FieldTerm(term[1], term[2] != "!=", value))
    return tuple(terms)


def _unknown(field: str, resource: str) -> str:
    if resource in _NAMED:
        return f'field label "{field}" not supported for {_NAMED[resource]}'
    if resource in SELECTABLE:
        return f"field label not supported: {field}"
    return f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def field_of(object: Object, path: str) -> str:
    """A field as a selector compares it: absent is empty, and a flag is in lower case."""
    value: Any = object
    if path == "status.successful":
        path = "status.succeeded"
    if path == "source":
        path = "source.component"
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        counted = path in ("status.succeeded", "status.replicas")
        return "0" if counted else "false" if path in ("spec.unschedulable", "spec.hostNetwork") else ""
    return str(value).lower() if isinstance(value, bool) else str(value)
