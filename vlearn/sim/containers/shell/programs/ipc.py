"""System V message queues: ipcmk -Q, ipcs -q, ipcrm -q. Shared memory and semaphores are not in the model."""

from collections.abc import Mapping

from vlearn.sim.containers.authority import shown
from vlearn.sim.containers.calls import Msgget, RemoveQueue
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.namespaces import IpcNamespace
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.names import user_name
from vlearn.sim.containers.shell.programs.options import plain, read_options
from vlearn.sim.containers.shell.task import Body, Task


def _ipcmk(task: Task) -> int:
    options = read_options(task.arguments[1:], "Q", "p", {"queue": "Q", "mode=": "p"})
    if "Q" not in options:
        raise NotModelled("anything but -Q")
    space = task.host.kernel.namespace(task.process.namespaces.ipc, IpcNamespace)
    # The real one takes a random key; here it is the next one that is free.
    key = 0x5EED0000 + space.next_queue
    queue = task.host.ask(Msgget(task.pid, key, mode=int(options.get("p", "644"), 8)))
    task.say(f"Message queue id: {queue}")
    return 0


def _ipcs(task: Task) -> int:
    options = read_options(task.arguments[1:], "q", long={"queues": "q"})
    if "q" not in options:
        raise NotModelled("anything but -q")
    process = task.process
    space = task.host.kernel.namespace(process.namespaces.ipc, IpcNamespace)
    task.say("", "------ Message Queues --------")
    task.say(f"{'key':<10} {'msqid':<10} {'owner':<10} {'perms':<10} {'used-bytes':<12} {'messages':<12}")
    for number, queue in sorted(space.queues.items()):
        uid = shown(task.host.kernel.user(process).uid_map, queue.owner)
        used = sum(len(content) for _, content in queue.messages)
        name = user_name(task, uid) or str(uid)
        task.say(f"0x{queue.key:08x} {number:<10} {name:<10} {queue.mode:<10o} {used:<12} {len(queue.messages):<12}")
    task.say("")
    return 0


def _ipcrm(task: Task) -> int:
    options = read_options(task.arguments[1:], "", "q", {"queue-id=": "q"})
    status = 0
    for name, value in options.every:
        if name == "q":
            try:
                task.host.ask(RemoveQueue(task.pid, int(value)))
            except SystemCallFailed as failed:
                reason = "permission denied for" if failed.name in ("EPERM", "EACCES") else "invalid"
                status = task.complain(f"{reason} id ({value})")
    return status


PROGRAMS: Mapping[str, Body] = {"ipcmk": plain(_ipcmk), "ipcrm": plain(_ipcrm), "ipcs": plain(_ipcs)}
