"""rename(2), and what keeps to a directory that is renamed: mounts, mount points, who stands in it."""

from dataclasses import replace

from vlearn.sim.containers import calls
from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.changing import change
from vlearn.sim.containers.file_calls import may_remove
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_mount, put_process
from vlearn.sim.containers.walk import locate


def rename(kernel: Kernel, caller: Process, call: calls.Rename) -> Done:
    """rename(2): both names on one mount, or EXDEV; a mount point is EBUSY. Mounts and processes below move along."""
    old, new = (locate(kernel, caller, path, follow=False) for path in (call.source, call.target))
    if old.place is None:
        raise Refusal("ENOENT", f"there is no {call.source}")
    if old.directory.mount != new.directory.mount:
        raise Refusal("EXDEV", f"{call.source} and {call.target} are on different mounts")
    for one, path in ((old, call.source), (new, call.target)):
        may_remove(kernel, caller, one, path)
    mount = old.directory.mount
    source, target = (*old.directory.path, old.name), (*new.directory.path, new.name)
    after = change(kernel, mount, lambda files: files.rename(source, target))
    return Done(
        _follow_rename(after, kernel.mounts[mount].superblock, source, target), f"{call.source} is now {call.target}"
    )


def _follow_rename(kernel: Kernel, superblock: int, old: tuple[str, ...], new: tuple[str, ...]) -> Kernel:
    """Mounts, mount points and working directories below a renamed directory keep to it."""

    def moved(path: tuple[str, ...]) -> tuple[str, ...]:
        return (*new, *path[len(old) :]) if path[: len(old)] == old else path

    if _kind(kernel, superblock, new) != "dir":
        return kernel
    for mount in tuple(kernel.mounts.values()):
        if mount.superblock == superblock:
            above = type(mount.above)({moved(point): child for point, child in mount.above.items()})
            kernel = put_mount(kernel, replace(mount, root=moved(mount.root), above=above))
            for point, child in above.items():
                kernel = put_mount(kernel, replace(kernel.mounts[child], point=point))
    for process in tuple(kernel.processes.values()):
        places = [
            replace(place, path=moved(place.path)) if kernel.mounts[place.mount].superblock == superblock else place
            for place in (process.root, process.directory)
            if not process.is_zombie
        ]
        if places and tuple(places) != (process.root, process.directory):
            kernel = put_process(kernel, replace(process, root=places[0], directory=places[1]))
    return kernel


def _kind(kernel: Kernel, superblock: int, path: tuple[str, ...]) -> str | None:
    """The kind of file at a path of a superblock that has files of its own."""
    files = kernel.superblocks[superblock].files
    return files.kind(path) if files is not None else None
