"""What the API fills in where a pod, or a template of pods, says nothing.

Source: pkg/apis/core/v1/defaults.go. Given objects are never written to; a changed part is a new one.
"""

from collections.abc import Mapping
from typing import Any

Spec = Mapping[str, Any]

_POD = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_MODES = {"secret": 0o644, "configMap": 0o644, "downwardAPI": 0o644, "projected": 0o644}


def pod(object: Mapping[str, Any]) -> dict[str, Any]:
    """A pod: what its template would get, requests from limits, and links to services."""
    spec = pod_spec(object.get("spec") or {})
    # Only pods themselves get these: a template stays as short as it was written.
    for where in ("containers", "initContainers"):
        if spec.get(where):
            spec[where] = [_requested(container) for container in spec[where]]
    spec.setdefault("enableServiceLinks", True)
    return {**object, "spec": spec}


def template(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A template of pods in another object's spec."""
    return {**(given or {}), "spec": pod_spec((given or {}).get("spec") or {})}


def pod_spec(given: Spec) -> dict[str, Any]:
    """The spec of a pod or of a template."""
    spec = {**_POD, **given}
    host = bool(spec.get("hostNetwork"))
    for where in ("containers", "initContainers"):
        if where in spec:
            spec[where] = [_container(each, host) for each in spec[where]]
    if "volumes" in spec:
        spec["volumes"] = [_volume(each) for each in spec["volumes"]]
    # The old name of the field is kept equal to the new one.
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    return spec


def pull_policy(image: str) -> str:
    """Always for the tag latest, written or not; an image with another tag or a digest is taken where it is present."""
    name = image.rpartition("/")[2]
    if "@" in name:
        return "IfNotPresent"
    _, colon, tag = name.partition(":")
    return "Always" if not colon or tag == "latest" else "IfNotPresent"


def _container(given: Spec, host: bool) -> dict[str, Any]:
    container = {
        **given,
        "resources": given.get("resources") or {},
        "terminationMessagePath": given.get("terminationMessagePath") or "/dev/termination-log",
        "terminationMessagePolicy": given.get("terminationMessagePolicy") or "File",
        "imagePullPolicy": given.get("imagePullPolicy") or pull_policy(given.get("image") or ""),
    }
    if "ports" in given:
        container["ports"] = [_port(each, host) for each in given["ports"]]
    if "env" in given:
        container["env"] = [_variable(each) for each in given["env"]]
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in given:
            container[name] = _handler({**_PROBE, **given[name]})
    if "lifecycle" in given:
        container["lifecycle"] = {
            moment: _handler(each) if isinstance(each, Mapping) else each for moment, each in given["lifecycle"].items()
        }
    return container


def _port(given: Spec, host: bool) -> dict[str, Any]:
    port = {**given, "protocol": given.get("protocol") or "TCP"}
    if host and not given.get("hostPort") and "containerPort" in given:
        port["hostPort"] = given["containerPort"]
    return port


def _variable(given: Spec) -> Spec:
    reference = (given.get("valueFrom") or {}).get("fieldRef")
    if reference is None or reference.get("apiVersion"):
        return given
    return {**given, "valueFrom": {**given["valueFrom"], "fieldRef": {"apiVersion": "v1", **reference}}}


def _handler(given: Spec) -> dict[str, Any]:
    if "httpGet" not in given:
        return dict(given)
    get = given["httpGet"]
    return {**given, "httpGet": {**get, "path": get.get("path") or "/", "scheme": get.get("scheme") or "HTTP"}}


def _volume(given: Spec) -> dict[str, Any]:
    volume = dict(given)
    for kind, mode in _MODES.items():
        if isinstance(volume.get(kind), Mapping):
            volume[kind] = {"defaultMode": mode, **volume[kind]}
    if isinstance(volume.get("hostPath"), Mapping):
        volume["hostPath"] = {"type": "", **volume["hostPath"]}
    return volume if set(volume) - {"name"} else {**volume, "emptyDir": {}}


def _requested(container: Spec) -> Spec:
    resources = container.get("resources") or {}
    limits = resources.get("limits") or {}
    missing = {name: amount for name, amount in limits.items() if name not in (resources.get("requests") or {})}
    if not missing:
        return container
    return {**container, "resources": {**resources, "requests": {**(resources.get("requests") or {}), **missing}}}
