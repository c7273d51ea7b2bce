"""Which container of a pod to start now: init containers in order, sidecars among them, then all the others.

Source: computePodActions of pkg/kubelet/kuberuntime/kuberuntime_manager.go, and doBackOff there for CrashLoopBackOff.
Leaves out hooks after the start, and ephemeral containers.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from vlearn.sim.kubernetes.api.pods import restartable
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.node.backoff import duration, following, until
from vlearn.sim.kubernetes.node.container import Container, begin, stopped
from vlearn.sim.kubernetes.node.probing import has_started
from vlearn.sim.kubernetes.node.pulling import has_image
from vlearn.sim.kubernetes.node.stopping import grace_of, hook_seconds, stop_sidecars
from vlearn.sim.kubernetes.node.turn import Turn, without

Spec = Mapping[str, Any]

RELIST = 1.0
"""Seconds between two looks of the kubelet at what the runtime has: an end is shown that long before a restart."""


def notice(turn: Turn) -> None:
    """See which containers have ended since the last turn."""
    gone = [each for each in turn.containers.values() if each.ends <= turn.now]
    for each in gone:
        if each.id not in turn.seen:
            turn.waiting = without(turn.waiting, each.name)
            if not each.restart:
                turn.wake(turn.now + RELIST)
    if gone:
        turn.seen = frozenset(each.id for each in gone)


def start(turn: Turn) -> None:
    """Start what is to be started by now. A container whose end is news is left as it is, for all to see."""
    inits = turn.spec.get("initContainers")
    containers = turn.spec["containers"]
    if inits and _is_done(turn, inits):
        stop_sidecars(turn, grace_of(turn.spec))
        return
    if inits:
        running = any(each["name"] in turn.containers for each in containers)
        for each in inits:
            if restartable(each):
                _keep_up(turn, each)
                container = turn.running(each["name"])
                if not running and (container is None or not has_started(turn, each, container)):
                    return
            elif not running and not _initialized(turn, each):
                return
    for each in containers:
        container = turn.containers.get(each["name"])
        if container is None:
            _create(turn, each, None)
        elif container.ends > turn.now:
            if container.image != each["image"] and container.signalled is None:
                container = _change(turn, each, container)
            turn.wake(container.ends)
        elif wants_restart(turn.spec.get("restartPolicy") or "Always", container):
            _again(turn, each, container)


def wants_restart(policy: str, ended: Container) -> bool:
    """Whether a container that has ended is started again."""
    return ended.restart or policy == "Always" or (policy == "OnFailure" and ended.code != 0)


def _is_done(turn: Turn, inits: Sequence[Spec]) -> bool:
    """Whether nothing but sidecars would run any more."""
    policy = turn.spec.get("restartPolicy") or "Always"
    ended = [each for each in turn.containers.values() if each.ends <= turn.now]
    once = {each["name"] for each in inits if not restartable(each)}
    if policy == "Never" and any(each.code for each in ended if each.name in once):
        return True
    done = {each.name for each in ended if not wants_restart(policy, each)}
    return all(each["name"] in done for each in turn.spec["containers"])


def _initialized(turn: Turn, spec: Spec) -> bool:
    """Whether an init container is through; one that is not is started, or waited for."""
    container = turn.containers.get(spec["name"])
    if container is None:
        _create(turn, spec, None)
    elif container.ends > turn.now:
        turn.wake(container.ends)
    elif container.code == 0:
        turn.wake(container.ends + RELIST if turn.now < container.ends + RELIST else inf)
        return turn.now >= container.ends + RELIST
    elif turn.spec.get("restartPolicy") != "Never":
        _again(turn, spec, container)
    return False


def _keep_up(turn: Turn, spec: Spec) -> None:
    container = turn.containers.get(spec["name"])
    if container is None:
        _create(turn, spec, None)
    elif container.ends > turn.now:
        turn.wake(container.ends)
    else:
        _again(turn, spec, container)


def _change(turn: Turn, spec: Spec, container: Container) -> Container:
    """Stop a container whose image is another one now; it starts again with that whatever the pod's policy says."""
    turn.tell("Killing", f"Container {container.name} definition changed, will be restarted", container.name)
    ending = stopped(container, turn.now, grace_of(turn.spec), hook_seconds(spec), restart=True)
    turn.set(ending)
    return ending


def _again(turn: Turn, spec: Spec, container: Container) -> None:
    name = container.name
    if not container.restart and turn.now < container.ends + RELIST:
        turn.wake(container.ends + RELIST)
        return
    backoff = turn.crashes.get(name)
    event = container.ends
    # When the kubelet itself restarts a container, what counts is how the run before it ended.
    if container.restart and (container.previous is None or until(backoff, container.previous.ends) <= container.ends):
        event = -inf
    until_then = until(backoff, event) if event > 0 else turn.now
    if backoff is not None and turn.now < until_then:
        shown = _named(turn)
        if turn.wait(
            name,
            "CrashLoopBackOff",
            f"back-off {duration(backoff.wait)} restarting failed container={name} pod={shown}",
        ):
            turn.tell("BackOff", f"Back-off restarting failed container {name} in pod {shown}", name, "Warning")
        turn.wake(until_then)
        return
    _create(turn, spec, container)


def _create(turn: Turn, spec: Spec, previous: Container | None) -> None:
    if not has_image(turn, spec):
        return
    name = spec["name"]
    if previous is not None:
        event = previous.ends
        turn.crashes = {**turn.crashes, name: following(turn.crashes.get(name), event, turn.now)}
    limits = (spec.get("resources") or {}).get("limits")
    limit = parse_quantity(str(limits["memory"])).value if limits and "memory" in limits else None
    program = turn.registry.program(spec)
    container = begin(turn.box.uid, name, spec["image"], program, turn.now, limit, previous)
    turn.set(container)
    turn.waiting = without(turn.waiting, name)
    turn.tell("Created", f"Created container: {name}", name)
    if program.refused:
        turn.tell("Failed", f"Error: {program.refused}", name, "Warning")
        turn.wait(name, "RunContainerError", program.refused)
        turn.seen = turn.seen | {container.id}
        turn.wake(turn.now + RELIST)
        return
    turn.tell("Started", f"Started container {name}", name)
    turn.wake(container.ends)


def _named(turn: Turn) -> str:
    metadata = turn.pod["metadata"]
    return f"{metadata['name']}_{metadata.get('namespace', '')}({turn.box.uid})"
