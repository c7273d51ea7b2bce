"""Objects that stand in files: `-f web.yaml`, with several of them separated by `---`.

Source: k8s.io/cli-runtime, package `resource`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.kubernetes.api.kinds import BY_KIND, Resource
from vlearn.sim.kubernetes.api.yaml_text import read_manifest
from vlearn.sim.kubernetes.kubectl.command import Call
from vlearn.sim.kubernetes.kubectl.errors import Fault, Unmodelled
from vlearn.sim.kubernetes.kubectl.written import as_json

_SEPARATOR = re.compile(r"^---.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """An object as a file has it, and where it is to go."""

    resource: Resource
    namespace: str
    name: str
    object: Mapping[str, Any]
    source: str


def manifests(call: Call) -> list[Manifest]:
    """The objects of all files that the line names. Raises Fault."""
    found = [each for name in call.given.texts("filename") for file in name.split(",") for each in _of(call, file)]
    if not found:
        raise Fault("no objects passed to " + call.name.split()[0])
    return found


def _of(call: Call, file: str) -> Iterator[Manifest]:
    if file == "-" or "://" in file:
        raise Unmodelled("-f -" if file == "-" else "a manifest from the network")
    if file not in call.client.files:
        within = [name for name in sorted(call.client.files) if name.startswith(f"{file.rstrip('/')}/")]
        if file in (".", "./"):
            within = sorted(name for name in call.client.files if "/" not in name)
        if not within:
            raise Fault(f'the path "{file}" does not exist')
        for name in within:
            yield from _of(call, name)
        return
    for object in _documents(call.client.files[file], file):
        yield from _placed(call, object, file)


def _documents(text: str, file: str) -> Iterator[Any]:
    for part in _SEPARATOR.split(text):
        try:
            document = read_manifest(part)
        except ComposeError as error:
            raise Fault(f"error parsing {file}: error converting YAML to JSON: {error}") from None
        if document is not None:
            yield document


def _placed(call: Call, object: Any, file: str) -> Iterator[Manifest]:
    if not isinstance(object, Mapping):
        raise Fault(
            f"error parsing {file}: json: cannot unmarshal {_form(object)} into Go value of type map[string]any"
        )
    for needed in ("kind", "apiVersion"):
        if not object.get(needed):
            raise Fault(_without(call, object, file, needed))
    if str(object["kind"]).endswith("List") and "items" in object:
        for each in object["items"] or ():
            yield from _placed(call, each, file)
        return
    resource = BY_KIND.get((str(object["apiVersion"]), str(object["kind"])))
    metadata = object.get("metadata") or {}
    for field in ("name", "namespace"):
        if metadata.get(field) is not None and not isinstance(metadata[field], str):
            words = f"cannot unmarshal {_form(metadata[field])} into Go struct field ObjectMeta.metadata.{field}"
            raise Fault(f'unable to decode "{file}": json: {words} of type string')
    name, own = str(metadata.get("name") or ""), str(metadata.get("namespace") or "")
    if resource is None:
        raise Fault(
            f'resource mapping not found for name: "{name}" namespace: "{own}" from "{file}": no matches for kind '
            f'"{object["kind"]}" in version "{object["apiVersion"]}"\nensure CRDs are installed first'
        )
    asked = call.given.text("namespace")
    if resource.namespaced and own and asked and own != asked:
        raise Fault(
            f'the namespace from the provided object "{own}" does not match the namespace "{asked}". You must pass '
            f"'--namespace={own}' to perform this operation."
        )
    namespace = (own or call.namespace) if resource.namespaced else ""
    placed = {**metadata, "namespace": namespace} if namespace else metadata
    yield Manifest(resource, namespace, name, {**object, "metadata": placed}, file)


def _without(call: Call, object: Mapping[str, Any], file: str, needed: str) -> str:
    if call.name in ("create", "apply", "replace"):
        names = {"kind": "kind not set", "apiVersion": "apiVersion not set"}
        missing = [words for name, words in sorted(names.items()) if not object.get(name)]
        words = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
        told = f'error validating "{file}": error validating data: {words}; if you choose to ignore these errors, turn '
        return told + "validation off with --validate=false"
    shown = as_json(object, None)
    title = "Kind" if needed == "kind" else "apiVersion"
    return f"unable to decode \"{file}\": Object '{title}' is missing in '{shown}'"


def _form(value: Any) -> str:
    if isinstance(value, list):
        return "array"
    if isinstance(value, str):
        return "string"
    return "bool" if isinstance(value, bool) else "number"
