"""The statuses of a pod's containers, as their kubelet writes them.

Source: convertToAPIContainerStatuses of pkg/kubelet/kubelet_pods.go. Leaves out resources in place, users and mounts.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.kubernetes.api import moments
from vlearn.sim.kubernetes.api.pods import restartable
from vlearn.sim.kubernetes.node.container import Container
from vlearn.sim.kubernetes.node.images.registry import identity
from vlearn.sim.kubernetes.node.probing import has_started, is_ready
from vlearn.sim.kubernetes.node.turn import Turn

Spec = Mapping[str, Any]
Status = dict[str, Any]

_NOTHING: Status = {}


def container_statuses(turn: Turn, specs: Sequence[Spec], init: bool, default: str) -> list[Status]:
    """The statuses of containers; `default` is why one waits that has not been tried yet."""
    return [_container_status(turn, each, init and not restartable(each), default) for each in specs]


def _container_status(turn: Turn, spec: Spec, once: bool, default: str) -> Status:
    name, image = spec["name"], spec["image"]
    container = turn.containers.get(name)
    if container is None:
        reason, message = turn.waiting.get(name) or (default, "")
        state = {"waiting": {"reason": reason, "message": message} if message else {"reason": reason}}
        return {
            "name": name, "state": state, "lastState": _NOTHING, "ready": False, "restartCount": 0, "image": image,
            "imageID": "", "started": False,
        }  # fmt: skip
    started = ready = False
    last = container.previous
    if container.ends > turn.now:
        state = _running(int(container.started))
        started = has_started(turn, spec, container)
        ready = started and not once and is_ready(turn, spec, container)
    else:
        state = {"terminated": _terminated(container)}
        ready = once and container.code == 0
        waiting = turn.waiting.get(name)
        if waiting is not None:
            state = {"waiting": {"reason": waiting.reason, "message": waiting.message}}
            last = container
    whole, id = _identity(container.image)
    return {
        "name": name,
        "state": state,
        "lastState": _NOTHING if last is None else {"terminated": _terminated(last)},
        "ready": ready,
        "restartCount": container.attempt,
        "image": whole,
        "imageID": id,
        "containerID": f"containerd://{container.id}",
        "started": started,
    }


def _terminated(container: Container) -> Status:
    return {
        "exitCode": container.code,
        "reason": container.reason,
        **({"message": container.message} if container.message else {}),
        "startedAt": timestamp(int(container.started)),
        "finishedAt": timestamp(int(container.ends)),
        "containerID": f"containerd://{container.id}",
    }


@lru_cache(maxsize=1024)
def _running(started: int) -> Status:
    return {"running": {"startedAt": timestamp(started)}}


def _identity(image: str) -> tuple[str, str]:
    try:
        return identity(image)
    except InvalidReference:
        return image, ""


@lru_cache(maxsize=4096)
def timestamp(moment: int) -> str:
    """The moment as the API writes it."""
    return moments.timestamp(moment)
