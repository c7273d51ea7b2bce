"""System V message queues: found by a key, known by an identifier, both within one ipc namespace.

Left out: what waits (a full queue, an empty one) fails as with IPC_NOWAIT; semaphores and shared memory.
"""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import capable
from vlearn.sim.containers.calls import Msgget, Msgrcv, Msgsnd, RemoveQueue
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import IpcNamespace, Queue
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_namespace

MOST_BYTES = 16_384
"""What a queue holds: msgmnb."""


def msgget(kernel: Kernel, caller: Process, call: Msgget) -> Done:
    """msgget(2)."""
    space = _space(kernel, caller)
    if call.key:
        for number, queue in space.queues.items():
            if queue.key == call.key:
                if call.create and call.exclusive:
                    raise Refusal("EEXIST", f"there is a queue with key {call.key:#x} in {space}")
                return Done(kernel, f"key {call.key:#x} is queue {number} in {space}", number)
        if not call.create:
            raise Refusal("ENOENT", f"there is no queue with key {call.key:#x} in {space}")
    number = space.next_queue
    queue = Queue(call.key, caller.credentials.euid, call.mode)
    after = put_namespace(kernel, replace(space, queues=space.queues.set(number, queue), next_queue=number + 1))
    return Done(after, f"queue {number} is made in {space}", number, (f"namespace[{space.number}]",))


def msgsnd(kernel: Kernel, caller: Process, call: Msgsnd) -> Done:
    """msgsnd(2) with IPC_NOWAIT."""
    space, queue = _queue(kernel, caller, call.queue, 0o222)
    if call.type < 1:
        raise Refusal("EINVAL", "the type of a message is positive")
    if sum(len(content) for _, content in queue.messages) + len(call.content) > MOST_BYTES:
        raise Refusal("EAGAIN", f"queue {call.queue} holds {MOST_BYTES} bytes")
    full = replace(queue, messages=(*queue.messages, (call.type, call.content)))
    after = put_namespace(kernel, replace(space, queues=space.queues.set(call.queue, full)))
    return Done(after, f"a message of {len(call.content)} bytes is put into queue {call.queue}")


def msgrcv(kernel: Kernel, caller: Process, call: Msgrcv) -> Done:
    """msgrcv(2) with IPC_NOWAIT."""
    space, queue = _queue(kernel, caller, call.queue, 0o444)
    for place, message in enumerate(queue.messages):
        if call.type in (0, message[0]):
            left = replace(queue, messages=queue.messages[:place] + queue.messages[place + 1 :])
            after = put_namespace(kernel, replace(space, queues=space.queues.set(call.queue, left)))
            return Done(after, f"a message of {len(message[1])} bytes is taken from queue {call.queue}", message)
    raise Refusal("ENOMSG", f"queue {call.queue} has no such message")


def remove_queue(kernel: Kernel, caller: Process, call: RemoveQueue) -> Done:
    """msgctl(2), IPC_RMID: for the owner and for CAP_SYS_ADMIN."""
    space, queue = _queue(kernel, caller, call.queue, 0)
    if caller.credentials.euid != queue.owner and not capable(kernel, caller, space.owner, "CAP_SYS_ADMIN"):
        raise Refusal("EPERM", f"queue {call.queue} belongs to uid {queue.owner}")
    after = put_namespace(kernel, replace(space, queues=space.queues.delete(call.queue)))
    return Done(after, f"queue {call.queue} is removed from {space}")


def _space(kernel: Kernel, caller: Process) -> IpcNamespace:
    return kernel.namespace(caller.namespaces.ipc, IpcNamespace)


def _queue(kernel: Kernel, caller: Process, number: int, wanted: int) -> tuple[IpcNamespace, Queue]:
    space = _space(kernel, caller)
    if number not in space.queues:
        raise Refusal("EINVAL", f"there is no queue {number} in {space}")
    queue = space.queues[number]
    granted = queue.mode & (0o600 if caller.credentials.euid == queue.owner else 0o006)
    if wanted and not granted & wanted and not capable(kernel, caller, space.owner, "CAP_IPC_OWNER"):
        raise Refusal("EACCES", f"queue {number} belongs to uid {queue.owner}, with mode {queue.mode:o}")
    return space, queue
