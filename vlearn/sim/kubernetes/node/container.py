"""One run of a container on a machine. Its end is settled when it starts; a signal or a kill settles it anew.

So a machine goes on by itself: what a container is at some moment follows from the moment. Moments are seconds since
1970. Source of codes and reasons: containerd's CRI plug-in; 128 and the signal's number for an end by a signal.
"""

from dataclasses import dataclass, replace
from hashlib import blake2b
from math import inf

from vlearn.sim.kubernetes.node.images.program import FOREVER, Program

KILLED = 137
LEAST_GRACE = 2.0
"""Seconds that a program is given after SIGTERM even where its preStop hook has used up the grace."""


@dataclass(frozen=True, slots=True)
class Container:
    """`attempt` counts restarts from 0; `previous` is the run before, whose own previous has been forgotten."""

    id: str
    name: str
    image: str
    attempt: int
    started: float
    program: Program = FOREVER
    ends: float = inf
    code: int = 0
    reason: str = ""
    message: str = ""
    signalled: float | None = None
    restart: bool = False
    """The kubelet ends it in order to start it again."""
    previous: "Container | None" = None

    def runs(self, now: float) -> bool:
        """Whether its process is there."""
        return now < self.ends

    def memory(self, now: float) -> int:
        """The bytes it uses."""
        if not self.runs(now):
            return 0
        peak, age = self.program.peak, now - self.started
        return self.program.memory if age >= peak else int(self.program.memory * age / peak)


def begin(
    uid: str, name: str, image: str, program: Program, now: float, limit: int | None, previous: Container | None
) -> Container:
    """A container that starts now; `limit` of memory in bytes."""
    attempt = 0 if previous is None else previous.attempt + 1
    id = blake2b(f"{uid}/{name}/{attempt}/{now}".encode(), digest_size=32).hexdigest()
    if previous is not None and previous.previous is not None:
        previous = replace(previous, previous=None)
    ends = inf if program.exits is None else now + program.exits
    code, reason = program.code, "Error" if program.code else "Completed"
    if program.refused:
        reason = "StartError"
    elif limit is not None and program.memory > limit and now + program.peak < ends:
        ends, code, reason = now + program.peak, KILLED, "OOMKilled"
    return Container(id, name, image, attempt, now, program, ends, code, reason, program.refused, previous=previous)


def stopped(container: Container, now: float, grace: float, hook: float = 0.0, restart: bool = False) -> Container:
    """After SIGTERM, which comes `hook` seconds from now, and SIGKILL when the grace is over. A second stop can only
    be the shorter one.
    """
    if not container.runs(now):
        return container
    signalled = now + min(hook, grace)
    deadline = max(now + grace, signalled + LEAST_GRACE) if hook and grace else now + grace
    takes = container.program.stops
    by_itself = inf if takes is None else signalled + takes
    if by_itself <= deadline:
        ends, code = by_itself, container.program.stop_code
    else:
        ends, code = deadline, KILLED
    if ends >= container.ends:
        return replace(container, restart=container.restart or restart)
    reason = "Error" if code else "Completed"
    return replace(
        container, ends=ends, code=code, reason=reason, signalled=signalled, restart=container.restart or restart
    )


def killed(container: Container, now: float, reason: str = "Error", code: int = KILLED) -> Container:
    """After SIGKILL from outside: by the kernel, or by somebody on the machine."""
    return replace(container, ends=now, code=code, reason=reason) if container.runs(now) else container
