"""What a client learns of the API before it uses it: the version, the groups, and the resources of each group.

The OpenAPI document is empty, as a binary type that kubectl takes for a reason not to validate on its side.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import RESOURCES, REVIEWS, Resource
from vlearn.sim.kubernetes.apiserver.request import Response

VERSION: Mapping[str, str] = {"major": "1", "minor": "32", "gitVersion": "v1.32.0", "platform": "linux/amd64"}
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_SERVED = (*RESOURCES, *REVIEWS)
_BELOW: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "scale": ("autoscaling/v1", "Scale", ("get", "patch", "update")),
    "binding": ("v1", "Binding", ("create",)),
    "eviction": ("policy/v1", "Eviction", ("create",)),
    "log": ("v1", "Pod", ("get",)),
    "status": ("", "", ("get", "patch", "update")),
    "finalize": ("", "", ("update",)),
}


def discovered(path: str) -> Response | None:
    """The answer to a question about the API itself, or None where the path is none."""
    match [part for part in path.split("/") if part]:
        case ["version"]:
            return Response(200, VERSION)
        case ["healthz" | "livez" | "readyz", *_]:
            return Response(200, "ok", content_type="text/plain")
        case ["openapi", "v2"]:
            return Response(200, "", content_type="application/octet-stream")
        case ["api"]:
            return Response(200, {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
        case ["apis"]:
            groups = sorted({each.group for each in _SERVED} - {""})
            return Response(
                200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(each) for each in groups]}
            )
        case ["apis", group] if any(each.group == group for each in _SERVED):
            return Response(200, {"kind": "APIGroup", "apiVersion": "v1", **_group(group)})
        case ["api", version]:
            return _resources("", version)
        case ["apis", group, version]:
            return _resources(group, version)
    return None


def _group(name: str) -> dict[str, Any]:
    versions = sorted({each.version for each in _SERVED if each.group == name}, reverse=True)
    written = [{"groupVersion": f"{name}/{each}", "version": each} for each in versions]
    return {"name": name, "versions": written, "preferredVersion": written[0]}


def _resources(group: str, version: str) -> Response | None:
    found = [each for each in _SERVED if (each.group, each.version) == (group, version)]
    if not found:
        return None
    listed = [entry for each in found for entry in _entries(each)]
    api_version = found[0].api_version
    return Response(
        200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": listed}
    )


def _entries(resource: Resource) -> list[dict[str, Any]]:
    own: dict[str, Any] = {
        "name": resource.name,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": ["create"] if resource in REVIEWS else list(_VERBS),
    }
    if resource.short:
        own["shortNames"] = list(resource.short)
    if resource.categories:
        own["categories"] = list(resource.categories)
    return [own, *(_below(resource, each) for each in resource.subresources)]


def _below(resource: Resource, name: str) -> dict[str, Any]:
    api_version, kind, verbs = _BELOW[name]
    group, _, version = api_version.rpartition("/")
    return {
        "name": f"{resource.name}/{name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        **({"group": group} if group else {}),
        **({"version": version} if version else {}),
        "kind": kind or resource.kind,
        "verbs": list(verbs),
    }
