"""Getting a container's image: from the disk or from its registry, and waiting after a failed pull.

Source: pkg/kubelet/images/image_manager.go. One pull at a time, as the kubelet's default is; pods that want the same
image share one. Leaves out credentials. The real kubelet turns ErrImagePull into ImagePullBackOff at its next look, 10
to 15 s later; here the look comes after `SHOWN` seconds.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.kubernetes.api.defaulting.pod import pull_policy
from vlearn.sim.kubernetes.node.backoff import Backoff, duration, following
from vlearn.sim.kubernetes.node.images.registry import identity, refusal
from vlearn.sim.kubernetes.node.machine import Pull, disk_used
from vlearn.sim.kubernetes.node.mind import Fetch
from vlearn.sim.kubernetes.node.turn import Turn, without

SHOWN = 2.0
ASKING = 0.5
"""Seconds until a registry has said that the image on the disk is the newest, or that there is no such image."""
TIMEOUT = 5.0
RETRY = 60.0


def has_image(turn: Turn, container: Mapping[str, Any]) -> bool:
    """Whether the image is there, so that the container can be created; else the turn has done what can be done."""
    name, image = container["name"], container["image"]
    fetch = turn.fetches.get(name)
    if fetch is not None:
        return _followed(turn, container, fetch)
    try:
        whole = identity(image)[0]
    except InvalidReference:
        return _invalid(turn, name, image)
    policy = container.get("imagePullPolicy") or pull_policy(image)
    present = whole in turn.machine.images
    if present and policy != "Always":
        turn.tell("Pulled", f'Container image "{image}" already present on machine', name)
        return True
    if policy == "Never":
        message = f'Container image "{image}" is not present with pull policy of Never'
        if turn.wait(name, "ErrImageNeverPull", message):
            turn.tell("ErrImageNeverPull", message, name, "Warning")
            turn.tell("Failed", "Error: ErrImageNeverPull", name, "Warning")
        turn.wake(turn.now + RETRY)
        return False
    backoff = turn.pull_backoffs.get(name)
    if backoff is not None and turn.now < backoff.at + backoff.wait:
        _back_off(turn, name, image, backoff)
        return False
    _ask(turn, name, image, whole)
    return False


def _followed(turn: Turn, container: Mapping[str, Any], fetch: Fetch) -> bool:
    name, image = container["name"], container["image"]
    if fetch.ends > turn.now:
        turn.wake(fetch.ends)
        return False
    turn.fetches = without(turn.fetches, name)
    if not fetch.failure:
        took, waited = duration(fetch.ends - fetch.begins), duration(fetch.ends - fetch.asked)
        size = f"Image size: {fetch.size} bytes."
        turn.tell("Pulled", f'Successfully pulled image "{image}" in {took} ({waited} including waiting). {size}', name)
        turn.pull_backoffs = without(turn.pull_backoffs, name)
        return True
    turn.tell("Failed", f'Failed to pull image "{image}": {fetch.failure}', name, "Warning")
    turn.tell("Failed", "Error: ErrImagePull", name, "Warning")
    before = turn.pull_backoffs.get(name)
    turn.pull_backoffs = {**turn.pull_backoffs, name: following(before, turn.now, turn.now)}
    turn.wait(name, "ErrImagePull", fetch.failure)
    turn.wake(turn.now + SHOWN)
    return False


def _back_off(turn: Turn, name: str, image: str, backoff: Backoff) -> None:
    before = turn.waiting.get(name)
    if before is not None and before.reason == "ErrImagePull":
        turn.tell("BackOff", f'Back-off pulling image "{image}"', name)
        turn.tell("Failed", "Error: ImagePullBackOff", name, "Warning")
        turn.wait(name, "ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {before.message}')
    turn.wake(backoff.at + backoff.wait)


def _ask(turn: Turn, name: str, image: str, whole: str) -> None:
    machine, now = turn.machine, turn.now
    turn.tell("Pulling", f'Pulling image "{image}"', name)
    pull = machine.pulls.get(whole)
    if pull is None:
        begins = max((each.ends for each in machine.pulls.values()), default=now)
        found = turn.registry.image(image)
        failure = refusal(image, turn.registry)
        takes = found.pull
        if failure:
            takes = TIMEOUT if "timeout" in failure else ASKING
        elif whole in machine.images:
            takes = ASKING
        elif disk_used(machine) + found.size > machine.disk:
            failure = (
                f'rpc error: code = Unknown desc = failed to pull and unpack image "{whole}": no space left on device'
            )
        pull = Pull(whole, now, begins, begins + takes, found.size, failure)
        turn.machine = machine.with_pull(pull)
    turn.fetches = {**turn.fetches, name: Fetch(now, pull.begins, pull.ends, pull.size, pull.failure)}
    turn.wake(pull.ends)


def _invalid(turn: Turn, name: str, image: str) -> bool:
    why = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format'
    if turn.wait(name, "InvalidImageName", why):
        turn.tell("InspectFailed", why, name, "Warning")
        turn.tell("Failed", "Error: InvalidImageName", name, "Warning")
    return False
