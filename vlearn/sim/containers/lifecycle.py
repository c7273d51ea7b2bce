"""How a process begins, becomes another program, and is given its numbers."""

from dataclasses import replace

from immutables import Map

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import from_host, to_host
from vlearn.sim.containers.calls import Clone, Exec, Fork, SetSubreaper
from vlearn.sim.containers.creation import renewed
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import PidNamespace, TimeNamespace
from vlearn.sim.containers.permissions import check
from vlearn.sim.containers.processes import Credentials, Process
from vlearn.sim.containers.references import put_namespace, put_process
from vlearn.sim.containers.subsystems import admit
from vlearn.sim.containers.walk import status_at, walk

RESERVED = 300
"""After the largest pid comes this one: the lowest are left to the daemons that started with the machine."""


def fork(kernel: Kernel, caller: Process, call: Fork) -> Done:
    """fork(2)."""
    return _begin(kernel, caller, "fork")


def clone(kernel: Kernel, caller: Process, call: Clone) -> Done:
    """clone(2), for namespaces and CLONE_PARENT."""
    flags = tuple(flag for flag in call.flags if flag != "CLONE_PARENT")
    as_sibling = "CLONE_PARENT" in call.flags
    if as_sibling and caller.is_init:
        raise Refusal("EINVAL", "a pid 1 cannot have a sibling in its pid namespace")
    parent = kernel.processes[caller.parent] if as_sibling else caller
    return _begin(kernel, caller, "clone", flags, parent)


def _begin(
    kernel: Kernel, caller: Process, word: str, flags: tuple[str, ...] = (), parent: Process | None = None
) -> Done:
    parent = parent or caller
    after, child = renewed(kernel, caller, flags)
    spaces = child.namespaces
    after, numbers = _numbers(after, spaces.pid_for_children)
    pid = numbers[-1]
    child = replace(
        child,
        pid=pid,
        parent=parent.pid,
        numbers=numbers,
        children=frozenset(),
        namespaces=spaces.put(pid=spaces.pid_for_children, time=spaces.time_for_children),
        subreaper=False,
        stopped=False,
        pending=(),
        started=kernel.now,
    )
    after = admit(after, caller.pid, pid)
    after = put_process(after, child)
    after = enter_time(after, child)
    after = put_process(after, replace(parent, children=parent.children | {pid}))
    inside = f", which is pid {child.number} in its pid namespace" if len(numbers) > 1 else ""
    text = f"process {caller.pid} ({caller.command}) makes process {pid}{inside}"
    return Done(after, text, after.number_in(pid, caller.namespaces.pid), (f"process[{pid}]",))


def _numbers(kernel: Kernel, number: int) -> tuple[Kernel, tuple[int, ...]]:
    """A number in a pid namespace and in each one around it, the innermost first."""
    taken: list[tuple[PidNamespace, int]] = []
    while number:
        space = kernel.namespace(number, PidNamespace)
        if space.closed:
            raise Refusal("ENOMEM", f"pid 1 of {space} has ended: there will be no more processes in it")
        taken.append((space, _free_number(kernel, space)))
        number = space.parent
    host = taken[-1][1]
    for space, found in taken:
        kernel = put_namespace(kernel, replace(space, last=found, processes=space.processes.set(found, host)))
    return kernel, tuple(found for _, found in taken)


def _free_number(kernel: Kernel, space: PidNamespace) -> int:
    """The next one after the last, from 300 on after the largest."""
    number = space.last + 1
    for _ in range(2):
        while number in space.processes:
            number += 1
        if number < kernel.pid_max:
            return number
        number = RESERVED
    raise Refusal("EAGAIN", f"all {kernel.pid_max} pids of {space} are taken")


def enter_time(kernel: Kernel, process: Process) -> Kernel:
    """From the first process on, the offsets of a time namespace stand."""
    space = kernel.namespace(process.namespaces.time, TimeNamespace)
    return kernel if space.entered else put_namespace(kernel, replace(space, entered=True))


def execute(kernel: Kernel, caller: Process, call: Exec) -> Done:
    """execve(2): handlers are forgotten, marked descriptors closed, capabilities worked out anew."""
    if not call.arguments:
        raise Refusal("EINVAL", "a program needs at least the argument that names it")
    path = call.path or call.arguments[0]
    place = walk(kernel, caller, path)
    status = status_at(kernel, caller, place)
    if status.kind != "file" or "noexec" in kernel.mounts[place.mount].options:
        raise Refusal("EACCES", f"{path} is a {status.kind}" if status.kind != "file" else f"{path} is mounted noexec")
    check(kernel, caller, status, "x", path)
    kept = {n: opened for n, opened in caller.descriptors.items() if n not in caller.close_on_exec}
    spaces = caller.namespaces
    after = replace(
        caller,
        arguments=call.arguments,
        executable=path,
        handled=frozenset(),
        pending=(),
        descriptors=Map(kept),
        close_on_exec=frozenset(),
        credentials=_on_exec(kernel, caller, status.mode, status.uid, status.gid, place.mount),
        namespaces=spaces.put(time=spaces.time_for_children),
    )
    kernel = put_process(kernel, after)
    kernel = enter_time(kernel, after)
    return Done(kernel, f"process {caller.pid} becomes {' '.join(call.arguments)}", None, (f"process[{caller.pid}]",))


def _on_exec(kernel: Kernel, caller: Process, mode: int, owner: int, group: int, mount: int) -> Credentials:
    """Root gets what its bounding set allows, others what is ambient; set-uid files change the effective uid."""
    own, user = caller.credentials, kernel.user(caller)
    may_change = not own.no_new_privileges and "nosuid" not in kernel.mounts[mount].options
    if may_change and mode & 0o4000 and from_host(user.uid_map, owner) is not None:
        own = replace(own, euid=owner)
    if may_change and mode & 0o2000 and from_host(user.gid_map, group) is not None:
        own = replace(own, egid=group)
    own = replace(own, suid=own.euid, sgid=own.egid)
    root = to_host(user.uid_map, 0)
    if root is not None and root in (own.uid, own.euid):
        permitted = own.inheritable | own.bounding
        return replace(own, permitted=permitted, effective=permitted if own.euid == root else own.ambient)
    changed = own.euid != caller.credentials.euid
    ambient = 0 if changed else own.ambient
    return replace(own, permitted=ambient, effective=ambient, ambient=ambient)


def set_subreaper(kernel: Kernel, caller: Process, call: SetSubreaper) -> Done:
    """prctl(PR_SET_CHILD_SUBREAPER)."""
    word = "adopts" if call.on else "no longer adopts"
    after = put_process(kernel, replace(caller, subreaper=call.on))
    return Done(after, f"process {caller.pid} {word} orphans among its descendants", None, (f"process[{caller.pid}]",))
