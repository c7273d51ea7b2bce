"""Objects that a command line names, read from the API: by file, by type and name, by selector."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import Object, path_of
from vlearn.sim.kubernetes.kubectl.command import Call
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several
from vlearn.sim.kubernetes.kubectl.manifests import manifests
from vlearn.sim.kubernetes.kubectl.naming import asked_for, titled


@dataclass(frozen=True, slots=True)
class Info:
    """One object as it was read, and where."""

    resource: Resource
    namespace: str
    name: str
    object: Object
    source: str = ""

    @property
    def path(self) -> str:
        """Where it is."""
        return path_of(self.resource, self.namespace, self.name)

    @property
    def title(self) -> str:
        """As results name it."""
        return titled(self.resource, self.name)


def objects(call: Call, words: tuple[str, ...] | None = None, *, everything: bool = False) -> list[Info]:
    """The objects that the line means; with errors where some cannot be read, all of them in one. Raises Fault.

    `everything` allows a type without a name or a selector.
    """
    infos, errors = gathered(call, words, everything=everything)
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)
    return infos


def visited(call: Call, words: tuple[str, ...] | None = None) -> Iterator[Info]:
    """The objects that the line means, one after the other; why others could not be read is raised behind the last."""
    infos, errors = gathered(call, words)
    yield from infos
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def gathered(
    call: Call, words: tuple[str, ...] | None = None, *, everything: bool = False
) -> tuple[list[Info], list[Exception]]:
    """The objects that the line means, and why others could not be read. Raises Fault."""
    words = call.words if words is None else words
    if call.given.texts("filename"):
        return _from_files(call)
    selected = call.given.text("selector") or call.given.text("field-selector")
    whole = everything or call.given.has("all") or call.given.has("all-namespaces")
    if not words:
        raise Fault("You must provide one or more resources by argument or filename." + _EXAMPLES)
    asked, single = asked_for(words)
    if selected and (single or any(each.names for each in asked)):
        raise Fault("name cannot be provided when a selector is specified")
    if not single and not selected and not whole and not any(each.names for each in asked):
        raise Fault("resource(s) were provided, but no name was specified")
    infos: list[Info] = []
    errors: list[Exception] = []
    for each in asked:
        try:
            infos += _read(call, each.resource, each.names, errors)
        except StatusError as refused:
            errors.append(refused)
    return infos, errors


_EXAMPLES = """
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


def _read(call: Call, resource: Resource, names: tuple[str, ...], errors: list[Exception]) -> Iterator[Info]:
    space = call.namespace if resource.namespaced else ""
    if not names:
        whole = "" if call.given.has("all-namespaces") else space
        try:
            listed = call.client.ask("GET", path_of(resource, whole), query=selection(call))
        except StatusError as refused:
            raise unlisted(refused, resource, call) from None
        for each in listed["items"]:
            metadata = each["metadata"]
            object = {"kind": resource.kind, "apiVersion": resource.api_version, **each}
            yield Info(resource, metadata.get("namespace", ""), metadata["name"], object)
    for name in names:
        try:
            object = call.client.ask("GET", path_of(resource, space, name))
        except StatusError as refused:
            errors.append(refused)
        else:
            yield Info(resource, space, name, object)


def _from_files(call: Call) -> tuple[list[Info], list[Exception]]:
    infos: list[Info] = []
    errors: list[Exception] = []
    for each in manifests(call):
        try:
            object = call.client.ask("GET", path_of(each.resource, each.namespace, each.name))
        except StatusError as refused:
            errors.append(refused)
        else:
            infos.append(Info(each.resource, each.namespace, each.name, object, each.source))
    return infos, errors


def unlisted(refused: StatusError, resource: Resource, call: Call) -> StatusError:
    """The same refusal of a list, with what was to be found in its message."""
    if refused.code not in (400, 404) or not selection(call):
        return refused
    group = f"{resource.group}/{resource.version}, Resource={resource.name}"
    labels, fields = call.given.text("selector"), call.given.text("field-selector")
    words = f'Unable to find "{group}" that match label selector "{labels}", field selector "{fields}": '
    return StatusError(refused.code, refused.reason, words + refused.message, refused.details)


def selection(call: Call) -> dict[str, str]:
    """The query of a list."""
    wanted: Mapping[str, Any] = {
        "labelSelector": call.given.text("selector"),
        "fieldSelector": call.given.text("field-selector"),
    }
    return {name: value for name, value in wanted.items() if value}
