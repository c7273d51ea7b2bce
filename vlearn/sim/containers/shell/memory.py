"""Memory of programs: a task takes some, and the kernel charges its control group, reclaims, or kills somebody."""

from collections.abc import Generator
from dataclasses import replace

from vlearn.sim.containers.answers import Answer
from vlearn.sim.containers.cgroups.memory import Allocate, use_memory
from vlearn.sim.containers.ending import end
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.shell.waits import TURN, Wait
from vlearn.sim.containers.signals import Ended


def allocate_for(host: Host, pid: int, size: int) -> Answer:
    """Let a process write to so many new bytes. Whoever the OOM killer chooses is dead when this returns."""
    last: Answer | None = None
    for step in use_memory(host.kernel.cgroups, Allocate(pid, size)):
        last = step.event if isinstance(step.event, Answer) else last
        victims = step.state.killed
        after = replace(host.kernel, cgroups=replace(step.state, killed=()))
        host.apply(after, step.event.kind, step.event.text, step.event.touches)
        for victim in victims:
            process = host.kernel.processes.get(victim)
            if process is not None and not process.is_zombie:
                for one in end(host.kernel, victim, Ended(signal="SIGKILL")):
                    host.apply(one.state, one.event.kind, one.event.text, one.event.touches)
    assert last is not None
    return last


def allocate(task: Task, size: int) -> Generator[Wait, None, None]:
    """Take memory. A process that is killed for it does not come back; ENOMEM where nobody may be killed.

    With the OOM killer switched off (version 1) it waits, for ever where nobody gives memory back.
    """
    answer = allocate_for(task.host, task.pid, size)
    if answer.kind == "under-oom":
        yield Wait(what="memory")
    yield TURN
    if answer.errno == "ENOMEM":
        raise SystemCallFailed("ENOMEM", answer.text)
