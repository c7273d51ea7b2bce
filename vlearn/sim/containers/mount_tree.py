"""The tree of mounts of a namespace: through which mount a place is seen, copies of trees, and their listing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from immutables import Map

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount
from vlearn.sim.containers.namespaces import MountNamespace
from vlearn.sim.containers.processes import Path, Place, Process
from vlearn.sim.containers.references import put_mount

LOCKABLE = frozenset({"ro", "nosuid", "nodev", "noexec"})
"""Options that a less privileged mount namespace may not take off again."""


def topmost(kernel: Kernel, place: Place) -> Place:
    """What is seen at a place: the root of the last mount on it, if there is one."""
    while (above := kernel.mounts[place.mount].above.get(place.path)) is not None:
        place = kernel.mounts[above].place
    return place


def root_of(kernel: Kernel, namespace: MountNamespace) -> Place:
    """The root directory of a mount namespace."""
    return topmost(kernel, kernel.mounts[namespace.root].place)


def tree(kernel: Kernel, number: int) -> Iterator[Mount]:
    """A mount and all that lies on it, parents first, in the order in which they were mounted."""
    mount = kernel.mounts[number]
    yield mount
    for child in sorted(mount.above.values()):
        yield from tree(kernel, child)


def attach(kernel: Kernel, number: int, at: Place) -> Kernel:
    """Lay a mount on a place; the place has no mount on it."""
    parent, mount = kernel.mounts[at.mount], kernel.mounts[number]
    kernel = put_mount(kernel, replace(parent, above=parent.above.set(at.path, number)))
    return put_mount(kernel, replace(mount, parent=at.mount, point=at.path))


def new_mount(kernel: Kernel, like: Mount) -> tuple[Kernel, Mount]:
    """A mount like this one, under the next number and with nothing on it."""
    mount = replace(like, number=kernel.next_mount, above=Map(), users=0)
    return put_mount(replace(kernel, next_mount=kernel.next_mount + 1), mount), mount


def copy_tree(kernel: Kernel, old: MountNamespace, number: int, owner: int) -> tuple[Kernel, int, Mapping[int, int]]:
    """The mounts of a namespace for a new one: the kernel, the new root, and which mount became which.

    Copies are peers of their originals. For a less privileged owner they are slaves, and locked, so that nothing that
    a mount covers or forbids comes to light; the root too, as on machines where it lies on rootfs.
    """
    humbler = owner != old.owner
    became: dict[int, int] = {}
    for mount in tuple(tree(kernel, old.root)):
        like = replace(mount, namespace=number, parent=became.get(mount.parent, 0))
        if humbler:
            locked = mount.locked_options | mount.options & LOCKABLE
            like = replace(like, locked=True, locked_options=locked)
            if mount.shared:
                like = replace(like, shared=0, master=mount.shared)
        kernel, copy = new_mount(kernel, like)
        if copy.parent:
            kernel = attach(kernel, copy.number, Place(copy.parent, copy.point))
        became[mount.number] = copy.number
    return kernel, became[old.root], became


def moved_places(process: Process, became: Mapping[int, int]) -> Process:
    """A process that stands in the copies instead of in the originals."""
    root, directory = (
        replace(place, mount=became.get(place.mount, place.mount)) for place in (process.root, process.directory)
    )
    return replace(process, root=root, directory=directory)


def is_below(path: Path, root: Path) -> bool:
    """Whether a path of a file system is the root of a mount of it, or below."""
    return path[: len(root)] == root


def place_name(kernel: Kernel, place: Place, root: Place) -> str | None:
    """The path of a place as a process with this root directory would write it; None if it cannot get there."""
    parts: list[str] = []
    while place != root:
        mount = kernel.mounts[place.mount]
        if len(place.path) > len(mount.root):
            parts.append(place.path[-1])
            place = Place(place.mount, place.path[:-1])
        elif mount.parent:
            place = Place(mount.parent, mount.point)
        else:
            return None
    return "/" + "/".join(reversed(parts))
