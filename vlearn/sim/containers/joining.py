"""Leaving namespaces for new ones (unshare) and entering those of others (setns)."""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import require
from vlearn.sim.containers.calls import Setns, Unshare
from vlearn.sim.containers.capabilities import ALL
from vlearn.sim.containers.creation import renewed
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_tree import root_of
from vlearn.sim.containers.namespaces import (
    FLAGS,
    MountNamespace,
    Namespace,
    PidNamespace,
    TimeNamespace,
    UserNamespace,
)
from vlearn.sim.containers.open_files import opened_by
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_namespace, put_process


def unshare(kernel: Kernel, caller: Process, call: Unshare) -> Done:
    """unshare(2)."""
    after, process = renewed(kernel, caller, call.flags)
    after = put_process(after, process)
    new = [after.namespaces[n] for n in range(kernel.next_namespace, after.next_namespace)]
    text = f"process {caller.pid} ({caller.command}) unshares: {', '.join(map(str, new)) or 'nothing'}"
    return Done(after, text, None, (f"process[{caller.pid}]",))


def setns(kernel: Kernel, caller: Process, call: Setns) -> Done:
    """setns(2) with a descriptor of a file of /proc/PID/ns."""
    number = opened_by(kernel, caller, call.descriptor).namespace
    if not number:
        raise Refusal("EINVAL", f"descriptor {call.descriptor} is no file of /proc/PID/ns")
    target = kernel.namespaces[number]
    if call.flag and FLAGS.get(call.flag) != target.kind:
        raise Refusal("EINVAL", f"{target} is not what {call.flag} asks for")
    after, process = _install(kernel, caller, target)
    text = f"process {caller.pid} ({caller.command}) enters {target}"
    return Done(put_process(after, process), text, None, (f"process[{caller.pid}]", f"namespace[{number}]"))


def _install(kernel: Kernel, caller: Process, target: Namespace) -> tuple[Kernel, Process]:
    own = caller.credentials.user
    if isinstance(target, UserNamespace):
        if target.number == own:
            raise Refusal("EINVAL", "a process may not enter its own user namespace anew: it would regain capabilities")
        require(kernel, caller, target.number, "CAP_SYS_ADMIN")
        powers = replace(
            caller.credentials, user=target.number, permitted=ALL, effective=ALL, bounding=ALL, inheritable=0
        )
        return kernel, replace(caller, credentials=powers, namespaces=caller.namespaces.put(user=target.number))
    require(kernel, caller, target.owner, "CAP_SYS_ADMIN")
    require(kernel, caller, own, "CAP_SYS_ADMIN")
    spaces = caller.namespaces
    match target:
        case MountNamespace():
            require(kernel, caller, own, "CAP_SYS_CHROOT")
            root = root_of(kernel, target)
            return kernel, replace(caller, root=root, directory=root, namespaces=spaces.put(mnt=target.number))
        case PidNamespace():
            if not _is_within(kernel, target, spaces.pid):
                raise Refusal("EINVAL", f"{target} is not below the caller's pid namespace: there is no way back up")
            return kernel, replace(caller, namespaces=spaces.put(pid_for_children=target.number))
        case TimeNamespace():
            kernel = put_namespace(kernel, replace(target, entered=True))
            moved = spaces.put(time=target.number, time_for_children=target.number)
            return kernel, replace(caller, namespaces=moved)
    return kernel, replace(caller, namespaces=spaces.put(**{target.kind: target.number}))


def _is_within(kernel: Kernel, space: PidNamespace, around: int) -> bool:
    while space.number != around:
        if not space.parent:
            return False
        space = kernel.namespace(space.parent, PidNamespace)
    return True
