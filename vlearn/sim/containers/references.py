"""Counting references: what enters the state, what leaves it, and what goes with it.

All that refers to a namespace (a process, an open file of /proc/PID/ns, a mount of one, another namespace) or to a
mount (a process that stands there, an open file) enters and leaves the state by the functions here. A namespace that
nothing refers to is gone; its mounts go with it, and what it alone referred to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from immutables import Map

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount, Superblock
from vlearn.sim.containers.namespaces import IpcNamespace, MountNamespace, Namespace, NetNamespace, UserNamespace
from vlearn.sim.containers.peer_groups import join, leave
from vlearn.sim.containers.processes import OpenFile, Place, Process
from vlearn.sim.containers.union_layers import graft
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.files.plain import Plain


def put_process(kernel: Kernel, process: Process) -> Kernel:
    """With this process, new or changed."""
    before = kernel.processes.get(process.pid)
    after = replace(kernel, processes=kernel.processes.set(process.pid, process))
    if before is None:
        after = _share(_stand(after, (), process.places), (), process.descriptors.values())
        return recount(after, (), process.refers_to)
    if before.descriptors is not process.descriptors:
        after = _share(after, before.descriptors.values(), process.descriptors.values())
    after = _stand(after, before.places, process.places)
    return recount(after, before.refers_to, process.refers_to)


def drop_process(kernel: Kernel, pid: int) -> Kernel:
    """Without this process."""
    gone = kernel.processes[pid]
    after = replace(kernel, processes=kernel.processes.delete(pid))
    after = _share(_stand(after, gone.places, ()), gone.descriptors.values(), ())
    return recount(after, gone.refers_to, ())


def put_namespace(kernel: Kernel, namespace: Namespace) -> Kernel:
    """With this namespace changed, or new: then something must come to refer to it before the call ends."""
    is_new = namespace.number not in kernel.namespaces
    after = replace(kernel, namespaces=kernel.namespaces.set(namespace.number, namespace))
    return recount(_charge(after, namespace, 1), (), namespace.refers_to) if is_new else after


def put_open_file(kernel: Kernel, opened: OpenFile) -> Kernel:
    """With this open file, new or changed. A new one is of use as soon as a process has a descriptor of it."""
    is_new = opened.number not in kernel.open_files
    after = replace(kernel, open_files=kernel.open_files.set(opened.number, opened))
    return recount(_stand(after, (), (opened.place,)), (), _names(opened)) if is_new else after


def put_superblock(kernel: Kernel, superblock: Superblock) -> Kernel:
    """With this file system, new or changed; an overlay's upper directory shows what was written."""
    before = kernel.superblocks.get(superblock.number)
    kernel = replace(kernel, superblocks=kernel.superblocks.set(superblock.number, superblock))
    if superblock.writes_to and before is not None and isinstance(superblock.files, Overlay):
        number, path = superblock.writes_to
        holder = kernel.superblocks.get(number)
        layer = superblock.files.upper
        was = before.files.upper if isinstance(before.files, Overlay) else None
        if holder and isinstance(holder.files, Plain) and layer is not None and layer is not was:
            return put_superblock(kernel, replace(holder, files=graft(holder.files, path, layer)))
    return kernel


def put_mount(kernel: Kernel, mount: Mount) -> Kernel:
    """With this mount, new or changed. Its tree is the caller's affair, its peer groups are brought in line."""
    before = kernel.mounts.get(mount.number)
    after = replace(kernel, mounts=kernel.mounts.set(mount.number, mount))
    if before is None:
        superblock = kernel.superblocks[mount.superblock]
        after = put_superblock(after, replace(superblock, mounts=superblock.mounts + 1))
        return join(recount(after, (), _named_by(superblock, mount)), mount)
    if (before.shared, before.master) != (mount.shared, mount.master):
        after = join(leave(after, before), mount)
    return after


def drop_mount(kernel: Kernel, number: int) -> Kernel:
    """Off its parent and out of its peer group. What still uses it keeps it, detached, until it no longer does."""
    mount = kernel.mounts[number]
    kernel = leave(kernel, mount)
    if (parent := kernel.mounts.get(mount.parent)) and parent.above.get(mount.point) == number:
        lower = replace(parent, above=parent.above.delete(mount.point))
        kernel = replace(kernel, mounts=kernel.mounts.set(parent.number, lower))
    left = replace(mount, namespace=0, parent=0, point=(), shared=0, master=0, above=Map())
    kernel = replace(kernel, mounts=kernel.mounts.set(number, left))
    return kernel if mount.users else _forget(kernel, left)


def drop_tree(kernel: Kernel, number: int) -> Kernel:
    """Without a mount and all that lies on it."""
    for child in tuple(kernel.mounts[number].above.values()):
        kernel = drop_tree(kernel, child)
    return drop_mount(kernel, number)


def holders(kernel: Kernel, number: int) -> Iterator[str]:
    """What refers to a namespace, in words: the count's own explanation, found by looking at everything."""
    for process in kernel.processes.values():
        yield from (f"process {process.pid} ({process.command})",) * process.refers_to.count(number)
    for opened in kernel.open_files.values():
        yield from (f"open file {opened.number}",) * _names(opened).count(number)
    for mount in kernel.mounts.values():
        yield from (f"mount {mount.number}",) * _named_by(kernel.superblocks[mount.superblock], mount).count(number)
    for namespace in kernel.namespaces.values():
        yield from (f"namespace {namespace}",) * namespace.refers_to.count(number)


def limited_by(kernel: Kernel, owner: int, creator: int) -> Iterator[tuple[UserNamespace, int]]:
    """Each user namespace whose limit a new namespace counts against, and the uid it counts for there."""
    while owner:
        user = kernel.namespace(owner, UserNamespace)
        yield user, creator
        owner, creator = user.owner, user.creator


def recount(kernel: Kernel, before: Iterable[int], after: Iterable[int]) -> Kernel:
    """Replace some references to namespaces by others; what is left without any is gone."""
    if before == after:
        return kernel
    namespaces, unused = kernel.namespaces, list[int]()
    for number, difference in _change(before, after):
        namespace = namespaces[number]
        namespaces = namespaces.set(number, replace(namespace, references=namespace.references + difference))
        if not namespaces[number].references:
            unused.append(number)
    kernel = replace(kernel, namespaces=namespaces)
    for number in unused:
        kernel = _free(kernel, number)
    return kernel


def _change(before: Iterable[int], after: Iterable[int]) -> tuple[tuple[int, int], ...]:
    change = Counter(after)
    change.subtract(Counter(before))
    return tuple((number, difference) for number, difference in change.items() if difference)


def _stand(kernel: Kernel, before: Iterable[Place], after: Iterable[Place]) -> Kernel:
    if before == after:
        return kernel
    for number, difference in _change((place.mount for place in before), (place.mount for place in after)):
        mount = kernel.mounts[number]
        mount = replace(mount, users=mount.users + difference)
        kernel = replace(kernel, mounts=kernel.mounts.set(number, mount))
        if not mount.users and not mount.namespace:
            kernel = _forget(kernel, mount)
    return kernel


def _share(kernel: Kernel, before: Iterable[int], after: Iterable[int]) -> Kernel:
    for number, difference in _change(before, after):
        opened = kernel.open_files[number]
        opened = replace(opened, users=opened.users + difference)
        kernel = replace(kernel, open_files=kernel.open_files.set(number, opened))
        if not opened.users:
            kernel = _close(kernel, opened)
    return kernel


def _close(kernel: Kernel, opened: OpenFile) -> Kernel:
    superblock = kernel.superblocks[kernel.mounts[opened.place.mount].superblock]
    if opened.handle is not None and superblock.files is not None:
        kernel = put_superblock(kernel, replace(superblock, files=superblock.files.close(opened.handle)))
    kernel = replace(kernel, open_files=kernel.open_files.delete(opened.number))
    return recount(_stand(kernel, (opened.place,), ()), _names(opened), ())


def _forget(kernel: Kernel, mount: Mount) -> Kernel:
    superblock = kernel.superblocks[mount.superblock]
    kernel = replace(kernel, mounts=kernel.mounts.delete(mount.number))
    if superblock.mounts > 1 or superblock.kept:
        kernel = put_superblock(kernel, replace(superblock, mounts=superblock.mounts - 1))
    else:
        kernel = replace(kernel, superblocks=kernel.superblocks.delete(superblock.number))
    return recount(kernel, _named_by(superblock, mount), ())


def _free(kernel: Kernel, number: int) -> Kernel:
    namespace = kernel.namespaces[number]
    kernel = replace(kernel, namespaces=kernel.namespaces.delete(number))
    kernel = _charge(kernel, namespace, -1)
    match namespace:
        case MountNamespace():
            kernel = drop_tree(kernel, namespace.root)
        case NetNamespace():
            kernel = replace(kernel, networks=kernel.networks.remove(number))
        case IpcNamespace() if namespace.mqueue:
            queues = kernel.superblocks[namespace.mqueue]
            kernel = put_superblock(kernel, replace(queues, kept=False))
            if not queues.mounts:
                kernel = replace(kernel, superblocks=kernel.superblocks.delete(queues.number))
    return recount(kernel, namespace.refers_to, ())


def _charge(kernel: Kernel, namespace: Namespace, by: int) -> Kernel:
    made = kernel.made
    for user, uid in limited_by(kernel, namespace.owner, namespace.creator):
        key = (user.number, uid, namespace.kind)
        count = made.get(key, 0) + by
        made = made.set(key, count) if count else made.delete(key)
    return replace(kernel, made=made)


def _named_by(superblock: Superblock, mount: Mount) -> tuple[int, ...]:
    """The namespace that a mount of one of nsfs's files keeps alive: `ip netns add` lives on it."""
    return (int(mount.root[0]),) if superblock.type == "nsfs" and mount.root else ()


def _names(opened: OpenFile) -> tuple[int, ...]:
    return (opened.namespace,) if opened.namespace else ()
