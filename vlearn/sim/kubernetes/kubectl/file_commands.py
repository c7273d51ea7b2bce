"""`kubectl apply`, `create -f`, `replace` and `diff`'s absence: objects from files.

`apply` keeps what it applied in an annotation, and so can tell what was taken out of the file since. Source:
k8s.io/kubectl, cmd/apply, cmd/create, cmd/replace. Leaves out server-side apply and pruning.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import STRATEGIC, Object, path_of
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several, Unmodelled, sourced
from vlearn.sim.kubernetes.kubectl.manifests import Manifest, manifests
from vlearn.sim.kubernetes.kubectl.results import report
from vlearn.sim.kubernetes.kubectl.three_way import three_way
from vlearn.sim.kubernetes.kubectl.written import as_json

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def apply(call: Call) -> None:
    """`kubectl apply -f FILE`."""
    if call.given.has("server-side") or call.given.has("prune"):
        raise Unmodelled("--server-side" if call.given.has("server-side") else "--prune")
    if not call.given.texts("filename"):
        raise Fault("must specify one of -f and -k")
    _each(manifests(call), lambda manifest: _applied(call, manifest))


def create_files(call: Call) -> None:
    """`kubectl create -f FILE`."""

    def created(each: Manifest) -> None:
        object = with_applied(each.object) if call.given.has("save-config") else each.object
        made = object if call.dry == "client" else _posted(call, each, object, "creating")
        report(call, each.resource, made, "created")

    _each(manifests(call), created)


def replace(call: Call) -> None:
    """`kubectl replace -f FILE`."""
    if call.given.has("force"):
        raise Unmodelled("--force (delete, then create)")
    if not call.given.texts("filename"):
        raise Fault("must specify --filename to replace")

    def replaced(each: Manifest) -> None:
        path = path_of(each.resource, each.namespace, each.name)
        object = each.object
        try:
            if call.dry != "client":
                there = call.client.ask("GET", path)
                if APPLIED in (there["metadata"].get("annotations") or {}) and call.given.has("save-config"):
                    object = with_applied(object)
                metadata = {"resourceVersion": there["metadata"]["resourceVersion"], **object["metadata"]}
                sent = {**object, "metadata": metadata}
                object = call.client.ask("PUT", path, sent, call.query(fieldValidation=_strictness(call)))
        except StatusError as refused:
            raise sourced(refused, "replacing", each.source) from None
        report(call, each.resource, object, "replaced")

    _each(manifests(call), replaced)


def with_applied(object: Object) -> dict[str, Any]:
    """The object with the annotation that holds it."""
    metadata = object["metadata"]
    annotations = {name: text for name, text in (metadata.get("annotations") or {}).items() if name != APPLIED}
    bare = {**object, "metadata": {**metadata, "annotations": annotations}}
    return {**bare, "metadata": {**metadata, "annotations": {**annotations, APPLIED: as_json(bare, None) + "\n"}}}


def _applied(call: Call, manifest: Manifest) -> None:
    modified = with_applied(manifest.object)
    path = path_of(manifest.resource, manifest.namespace, manifest.name)
    try:
        current = call.client.ask("GET", path)
    except StatusError as refused:
        if refused.code != 404:
            raise Fault(f"error when retrieving current configuration of:\n{refused.message}") from None
        made = modified if call.dry == "client" else _posted(call, manifest, modified, "creating")
        return report(call, manifest.resource, made, "created")
    written = (current["metadata"].get("annotations") or {}).get(APPLIED)
    if written is None and call.dry != "client":
        call.err(_missing(manifest))
    patch = three_way(json.loads(written or "{}"), modified, current, manifest.resource.structure)
    if not patch:
        return report(call, manifest.resource, current, "unchanged")
    if call.dry != "client":
        query = call.query(fieldManager="kubectl-client-side-apply", fieldValidation=_strictness(call))
        try:
            current = call.client.ask("PATCH", path, patch, query, STRATEGIC)
        except StatusError as refused:
            about = (
                f'error when applying patch:\n{as_json(patch, None)}\nto:\nResource: "{_kind(manifest)}", '
                f'GroupVersionKind: "{_version(manifest)}, Kind={manifest.resource.kind}"\nName: '
                f'"{manifest.name}", Namespace: "{manifest.namespace}"\nfor: "{manifest.source}": error when '
                f'patching "{manifest.source}": {refused.message}'
            )
            raise StatusError(refused.code, refused.reason, about, refused.details) from None
    return report(call, manifest.resource, current, "configured")


def _version(manifest: Manifest) -> str:
    return f"{manifest.resource.group}/{manifest.resource.version}"


def _kind(manifest: Manifest) -> str:
    return f"{_version(manifest)}, Resource={manifest.resource.name}"


def _missing(manifest: Manifest) -> str:
    return (
        f"Warning: resource {manifest.resource.name}/{manifest.name} is missing the {APPLIED} annotation which is "
        "required by kubectl apply. kubectl apply should only be used on resources created declaratively by either "
        "kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."
    )


def _posted(call: Call, manifest: Manifest, object: Object, doing: str) -> Object:
    query = call.query(fieldValidation=_strictness(call))
    try:
        made: Object = call.client.ask("POST", path_of(manifest.resource, manifest.namespace), object, query)
    except StatusError as refused:
        raise sourced(refused, doing, manifest.source) from None
    return made


def _strictness(call: Call) -> str:
    value = call.given.text("validate", "true")
    known = {"true": "Strict", "strict": "Strict", "warn": "Warn", "false": "Ignore", "ignore": "Ignore"}
    if value not in known:
        raise Fault(f"invalid - validate option {value!r}; must be one of: strict (or true), warn, ignore (or false)")
    return known[value]


def _each(items: Iterable[Manifest], do: Callable[[Manifest], None]) -> None:
    """Do something to each object, and tell at the end what could not be done."""
    errors: list[Exception] = []
    for each in items:
        try:
            do(each)
        except (StatusError, Fault) as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


COMMANDS: tuple[Command, ...] = (
    command(
        "apply", apply, *FILES, *OUTPUT, *SELECTOR, *DRY, "--validate string", "--server-side", "--prune",
        "--force", "--overwrite", "--wait", "--force-conflicts",
    ),
    command(
        "replace", replace, *FILES, *OUTPUT, *DRY, "--validate string", "--save-config", "--force", "--cascade string",
        "--grace-period int",
    ),
)  # fmt: skip
