"""Whose log a request is for, and which part of it: the container, and what the options leave of its output.

Source: pkg/registry/core/pod, strategy.go; pkg/kubelet, validateContainerLogStatus. The output itself is no part of the
API's model: who runs the containers gives it. `sinceTime` and `timestamps` are for them, since they know the moments.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.status import bad_request, not_found
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.store import Object, Store

_INIT = "initContainers"


def log_container(store: Store, place: Target, query: Mapping[str, str]) -> str:
    """The container whose log a request wants. Raises StatusError where it names none of the pod's, or none at all."""
    pod = store.get(place.key)
    if pod is None:
        raise not_found(place.resource, place.name)
    main = _names(pod, "containers")
    known = [*_names(pod, _INIT), *main, *_names(pod, "ephemeralContainers")]
    asked = query.get("container", "")
    if not asked and len(known) > 1:
        init = f" or one of the init containers: [{' '.join(_names(pod, _INIT))}]" if _names(pod, _INIT) else ""
        words = f"a container name must be specified for pod {place.name}, choose one of: [{' '.join(main)}]{init}"
        raise bad_request(words)
    name = asked or main[0]
    if name not in known:
        raise bad_request(f"container {name} is not valid for pod {place.name}")
    _check_started(pod, place.name, name, query.get("previous") in ("true", "1"))
    return name


def shown_part(text: str, query: Mapping[str, str]) -> str:
    """The last `tailLines` of an output, and of those the first `limitBytes`. Raises StatusError for what is no number.

    A character that the limit cuts is left out.
    """
    tail, limit = _count(query, "tailLines"), _count(query, "limitBytes")
    if tail is not None:
        text = "".join(text.splitlines(keepends=True)[-tail:]) if tail else ""
    return text if limit is None else text.encode()[:limit].decode(errors="ignore")


def _check_started(pod: Object, pod_name: str, name: str, previous: bool) -> None:
    status = pod.get("status") or {}
    statuses = [
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
        *(status.get("ephemeralContainerStatuses") or ()),
    ]
    found: Mapping[str, Any] = next((each for each in statuses if each["name"] == name), {})
    last = (found.get("lastState") or {}).get("terminated")
    if previous and last is None:
        raise bad_request(f'previous terminated container "{name}" in pod "{pod_name}" not found')
    waiting = (found.get("state") or {}).get("waiting")
    if waiting is not None and last is None:
        words = f'container "{name}" in pod "{pod_name}" is waiting to start: {waiting.get("reason", "")}'
        raise bad_request(_pulling(name, pod_name, waiting) or words)


def _pulling(name: str, pod_name: str, waiting: Mapping[str, Any]) -> str:
    words = {
        "ErrImagePull": "image can't be pulled",
        "ImagePullBackOff": "trying and failing to pull image",
    }.get(waiting.get("reason", ""))
    return f'container "{name}" in pod "{pod_name}" is waiting to start: {words}' if words else ""


def _count(query: Mapping[str, str], name: str) -> int | None:
    written = query.get(name)
    if not written:
        return None
    if not written.isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{written}": invalid syntax')
    return int(written)


def _names(pod: Object, field: str) -> list[str]:
    return [each["name"] for each in pod["spec"].get(field) or ()]
