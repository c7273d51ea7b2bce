"""How mounts spread: whom a mount tells, and what each of them gets. Documentation/filesystems/sharedsubtree.rst.

A mount on a shared mount appears on every peer of it, and on every slave of its peer group, and from a slave that is
shared itself on that one's peers and slaves. What a peer gets is a peer of the new mount, what a slave gets a slave.
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount
from vlearn.sim.containers.mount_tree import LOCKABLE, attach, is_below, new_mount, tree
from vlearn.sim.containers.peer_groups import new_group
from vlearn.sim.containers.processes import Path, Place
from vlearn.sim.containers.references import drop_mount, drop_tree, put_mount
from vlearn.trace import Event, Step


def receivers(kernel: Kernel, mount: Mount, path: Path) -> Iterator[Mount]:
    """The other mounts that hear of what happens at a path of a mount, each once."""
    seen = {mount.number}
    groups = [mount.shared] if mount.shared else []
    while groups:
        group = kernel.groups[groups.pop(0)]
        for number in (*sorted(group.members), *sorted(group.slaves)):
            one = kernel.mounts[number]
            if number in seen:
                continue
            seen.add(number)
            if number in group.slaves and one.shared:
                groups.append(one.shared)
            if is_below(path, one.root):
                yield one


def share_tree(kernel: Kernel, number: int) -> Kernel:
    """Every mount of a tree in a peer group: on a shared mount nothing stays private."""
    for mount in tuple(tree(kernel, number)):
        if not mount.shared:
            group, kernel = new_group(kernel)
            kernel = put_mount(kernel, replace(mount, shared=group, unbindable=False))
    return kernel


def lay(kernel: Kernel, number: int, at: Place) -> tuple[Kernel, tuple[Step[Kernel], ...]]:
    """Lay a tree of mounts on a place, and on every place that hears of it."""
    target = kernel.mounts[at.mount]
    if target.shared:
        kernel = share_tree(kernel, number)
    kernel = attach(kernel, number, at)
    for mount in tuple(tree(kernel, number)):
        kernel = put_mount(kernel, replace(mount, namespace=target.namespace))
    if not target.shared:
        return kernel, ()
    steps: list[Step[Kernel]] = []
    kernel = _spread(kernel, number, target.shared, at, steps)
    return kernel, tuple(steps)


def _spread(kernel: Kernel, model: int, group: int, at: Place, steps: list[Step[Kernel]]) -> Kernel:
    """Copies of the tree `model`, which lies at `at`: peers for the group's other members, slaves for its slaves."""
    for number in sorted(kernel.groups[group].members - {at.mount}):
        kernel, _ = _copy_onto(kernel, model, Place(number, at.path), "peer", steps)
    done: set[int] = set()
    for number in sorted(kernel.groups[group].slaves):
        slave = kernel.mounts[number]
        if number in done:
            continue
        if not slave.shared:
            kernel, _ = _copy_onto(kernel, model, Place(number, at.path), "slave", steps)
            continue
        # A slave that is shared gets a copy that is both, and that copy is the model for its own group.
        peers = sorted(kernel.groups[slave.shared].members)
        done |= set(peers)
        hears = next((peer for peer in peers if is_below(at.path, kernel.mounts[peer].root)), None)
        if hears is None:
            kernel = _spread(kernel, model, slave.shared, Place(0, at.path), steps)
            continue
        kernel, made = _copy_onto(kernel, model, Place(hears, at.path), "both", steps)
        kernel = _spread(kernel, made, slave.shared, Place(hears, at.path), steps)
    return kernel


def _copy_onto(kernel: Kernel, model: int, at: Place, how: str, steps: list[Step[Kernel]]) -> tuple[Kernel, int]:
    """A copy of a tree of mounts on a place: the kernel and the copy's root, 0 where the place is not shown there."""
    target = kernel.mounts[at.mount]
    if not is_below(at.path, target.root):
        return kernel, 0
    humbler = kernel.namespaces[target.namespace].owner != kernel.namespaces[kernel.mounts[model].namespace].owner
    became: dict[int, int] = {}
    for mount in tuple(tree(kernel, model)):
        like = replace(mount, namespace=target.namespace, parent=0, point=())
        if humbler:
            locked = mount.locked_options | mount.options & LOCKABLE
            like = replace(like, locked=mount.number != model, locked_options=locked)
        if how != "peer":
            like = replace(like, shared=0, master=mount.shared)
        if how == "both":
            number, kernel = new_group(kernel)
            like = replace(like, shared=number)
        kernel, copy = new_mount(kernel, like)
        became[mount.number] = copy.number
        if mount.number == model:
            kernel = _tuck(kernel, copy.number, at)
        else:
            kernel = attach(kernel, copy.number, Place(became[mount.parent], mount.point))
    word = f"mount {model} spreads to mount {at.mount}: mount {became[model]}, a {'peer' if how == 'peer' else 'slave'}"
    steps.append(Step(Event("propagated", word, (f"mount[{became[model]}]",)), kernel))
    return kernel, became[model]


def _tuck(kernel: Kernel, number: int, at: Place) -> Kernel:
    """Lay a mount on a place, under what lies there already: what others mount must not cover what is mine."""
    parent = kernel.mounts[at.mount]
    covering = parent.above.get(at.path)
    if covering is not None:
        kernel = put_mount(kernel, replace(parent, above=parent.above.delete(at.path)))
    kernel = attach(kernel, number, at)
    return kernel if covering is None else attach(kernel, covering, kernel.mounts[number].place)


def copies_of(kernel: Kernel, mount: Mount) -> Iterator[Mount]:
    """The mounts that go when this one goes: those at its place on all that hear of it."""
    if parent := kernel.mounts.get(mount.parent):
        for one in receivers(kernel, parent, mount.point):
            if (number := one.above.get(mount.point)) is not None:
                yield kernel.mounts[number]


def take_off(kernel: Kernel, mount: Mount) -> tuple[Kernel, tuple[Step[Kernel], ...]]:
    """Without a mount and without its copies elsewhere; a copy that something else is mounted on stays."""
    steps: list[Step[Kernel]] = []
    for number in [copy.number for copy in copies_of(kernel, mount)]:
        copy = kernel.mounts.get(number)
        if copy is None or not copy.namespace:
            continue
        covering = copy.above.get(copy.root)
        if copy.locked or len(copy.above) > (covering is not None):
            continue
        place = Place(copy.parent, copy.point)
        if covering is not None:
            kernel = put_mount(kernel, replace(copy, above=copy.above.delete(copy.root)))
        kernel = drop_mount(kernel, copy.number)
        if covering is not None:
            kernel = attach(kernel, covering, place)
        text = f"the unmount spreads: mount {copy.number} is taken off too"
        steps.append(Step(Event("propagated", text, (f"mount[{copy.number}]",)), kernel))
    return drop_tree(kernel, mount.number), tuple(steps)
