"""How a process ends: orphans find a new parent, a zombie waits to be reaped, pid 1 takes its namespace with it."""

from collections.abc import Iterator
from dataclasses import replace

from immutables import Map

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.calls import Exit, Wait
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import PidNamespace
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import drop_process, put_namespace, put_process
from vlearn.sim.containers.signals import Ended
from vlearn.sim.containers.subsystems import depart, forget
from vlearn.trace import Event, Step

Steps = tuple[Step[Kernel], ...]


def leave_kernel(kernel: Kernel, caller: Process, call: Exit) -> Done:
    """exit(2)."""
    steps = end(kernel, caller.pid, Ended(call.code & 0xFF))
    after = steps[-1].state
    return Done(after, steps[-1].event.text, None, (f"process[{caller.pid}]",), steps[:-1])


def wait(kernel: Kernel, caller: Process, call: Wait) -> Done:
    """waitpid(2) with WNOHANG."""
    mine = [kernel.processes[pid] for pid in sorted(caller.children)]
    if call.target > 0:
        wanted = kernel.found(caller, call.target)
        mine = [child for child in mine if child.pid == wanted]
    if not mine:
        raise Refusal("ECHILD", f"process {caller.pid} has no such child")
    for child in mine:
        if child.ended is not None:
            number = kernel.number_in(child.pid, caller.namespaces.pid)
            text = f"process {caller.pid} reaps process {child.pid}: {child.ended}"
            return Done(reap(kernel, child.pid), text, (number, child.ended), (f"process[{child.pid}]",))
    return Done(kernel, f"no child of process {caller.pid} has ended yet")


def end(kernel: Kernel, pid: int, how: Ended) -> Steps:
    """The end of a process and what follows from it; the last step's state is the kernel after all of it."""
    process = kernel.processes[pid]
    touches = (f"process[{pid}]",)
    if pid == 1:
        text = f"process 1 has ended ({how}): kernel panic, Attempted to kill init!"
        return (Step(Event("panic", text, touches), replace(kernel, processes=Map())),)
    steps = list[Step[Kernel]]()
    if process.is_init:
        steps += _close(kernel, process)
        kernel = steps[-1].state
    for child, heir in _orphans(kernel, kernel.processes[pid]):
        kernel = _adopt(kernel, child, heir)
        text = f"process {heir} becomes the parent of orphan {child}"
        steps.append(Step(Event("adopted", text, (f"process[{child}]", f"process[{heir}]")), kernel))
        if kernel.processes[child].is_zombie and "SIGCHLD" in kernel.processes[heir].ignored:
            kernel = reap(kernel, child)
            steps.append(Step(Event("reaped", f"nobody wants to know how orphan {child} ended"), kernel))
    process = kernel.processes[pid]
    parent = kernel.processes[process.parent]
    dead = replace(process, ended=how, children=frozenset(), descriptors=Map(), stopped=False)
    kernel = put_process(depart(kernel, pid), dead)
    text = f"process {pid} ({process.command}) ends: {how}"
    if "SIGCHLD" in parent.ignored:
        return (*steps, Step(Event("ended", f"{text}; its parent ignores SIGCHLD", touches), reap(kernel, pid)))
    return (*steps, Step(Event("zombie", f"{text}; a zombie until process {parent.pid} waits", touches), kernel))


def reap(kernel: Kernel, pid: int) -> Kernel:
    """The last of a process: its numbers are free again."""
    process = kernel.processes[pid]
    inner = process.namespaces.pid
    for number in process.numbers:
        space = kernel.namespace(inner, PidNamespace)
        kernel = put_namespace(kernel, replace(space, processes=space.processes.delete(number)))
        inner = space.parent
    if parent := kernel.processes.get(process.parent):
        kernel = put_process(kernel, replace(parent, children=parent.children - {pid}))
    return drop_process(forget(kernel, pid), pid)


def _close(kernel: Kernel, first: Process) -> Steps:
    """pid 1 has ended: no more processes here, and SIGKILL for those there are.

    Those whose parent is in the namespace are reaped at once; who came in by setns stays a zombie for its parent.
    """
    space = kernel.namespace(first.namespaces.pid, PidNamespace)
    kernel = put_namespace(kernel, replace(space, closed=True))
    steps = [Step(Event("closed", f"pid 1 of {space} ends: the namespace takes no more processes"), kernel)]
    inside = set(space.processes.values()) - {first.pid}
    for pid in sorted(inside):
        process = kernel.processes[pid]
        if process.is_init:
            nested = kernel.namespace(process.namespaces.pid, PidNamespace)
            kernel = put_namespace(kernel, replace(nested, closed=True))
        how = process.ended or Ended(signal="SIGKILL")
        dead = replace(process, ended=how, descriptors=Map(), stopped=False)
        kernel = put_process(depart(kernel, pid), dead)
        text = f"process {pid} ({process.command}) is killed with its namespace"
        steps.append(Step(Event("killed", text, (f"process[{pid}]",)), kernel))
    for pid in sorted(inside):
        parent = kernel.processes[pid].parent
        if parent in {*inside, first.pid} or "SIGCHLD" in kernel.processes[parent].ignored:
            kernel = reap(kernel, pid)
    return (*steps, Step(Event("emptied", f"nobody is left in {space}"), kernel))


def _orphans(kernel: Kernel, process: Process) -> Iterator[tuple[int, int]]:
    if process.children:
        heir = _heir(kernel, process)
        for child in sorted(process.children):
            yield child, heir


def _heir(kernel: Kernel, process: Process) -> int:
    """The nearest subreaper among the ancestors in the same pid namespace, or else the namespace's pid 1."""
    space = kernel.namespace(process.namespaces.pid, PidNamespace)
    above = kernel.processes[process.parent]
    while above.namespaces.pid == space.number and not above.is_init:
        if above.subreaper and not above.is_zombie:
            return above.pid
        above = kernel.processes[above.parent]
    return space.processes[1]


def _adopt(kernel: Kernel, child: int, heir: int) -> Kernel:
    orphan = kernel.processes[child]
    old = kernel.processes[orphan.parent]
    kernel = put_process(kernel, replace(old, children=old.children - {child}))
    new = kernel.processes[heir]
    kernel = put_process(kernel, replace(new, children=new.children | {child}))
    return put_process(kernel, replace(orphan, parent=heir))
