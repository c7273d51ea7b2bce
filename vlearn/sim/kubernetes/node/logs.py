"""What a container has written: `kubectl logs`."""

from itertools import islice

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.node.container import Container
from vlearn.sim.kubernetes.node.machine import Machine

MOST = 10_000


def logs(
    machine: Machine, uid: str, container: str, previous: bool = False, tail: int | None = None, stamped: bool = False
) -> str:
    """The log of a container of the pod with this uid, or of its run before; the last `tail` lines, with their moments.

    At most 10,000 lines. Raises ModelError, in the kubelet's words, where there is no such run.
    """
    box = machine.sandboxes.get(uid)
    if box is None:
        raise ModelError(f"no pod with uid {uid!r} is on {machine.node}")
    found = box.containers.get(container)
    if found is not None and previous:
        found = found.previous
        if found is None:
            raise ModelError(f'previous terminated container "{container}" in pod "{box.name}" not found')
    if found is None:
        waiting = box.mind.waiting.get(container)
        why = waiting.reason if waiting is not None else "ContainerCreating"
        raise ModelError(f'container "{container}" in pod "{box.name}" is waiting to start: {why}')
    lines = _lines(found, machine.now, stamped)
    if tail is not None:
        lines = lines[-tail:] if tail > 0 else []
    return "".join(f"{line}\n" for line in lines)


def _lines(container: Container, now: float, stamped: bool) -> list[str]:
    age = min(now, container.ends) - container.started
    written = islice(container.program.lines(age), MOST)
    return [f"{timestamp(container.started + at)} {text}" if stamped else text for at, text in written]
