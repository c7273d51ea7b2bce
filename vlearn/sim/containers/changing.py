"""Changing a file system through a mount: refused where that is read-only; the superblock takes the new value."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_superblock
from vlearn.sim.files.errno import ERRNO, Failure
from vlearn.sim.files.filesystem import Filesystem

R = TypeVar("R")


def check_writable(kernel: Kernel, mount: int) -> None:
    """EROFS where the mount or the file system takes no changes."""
    superblock = kernel.superblocks[kernel.mounts[mount].superblock]
    if "ro" in kernel.mounts[mount].options:
        raise Refusal("EROFS", f"mount {mount} is read-only")
    if "ro" in superblock.options or (superblock.files is not None and superblock.files.read_only):
        raise Refusal("EROFS", f"the file system of mount {mount} is read-only")


def change(kernel: Kernel, mount: int, operation: Callable[[Filesystem], Filesystem]) -> Kernel:
    """The kernel after a change of the file system that a mount shows."""
    return change_with(kernel, mount, lambda files: (operation(files), None))[0]


def change_with(
    kernel: Kernel, mount: int, operation: Callable[[Filesystem], tuple[Filesystem, R]], *, reading: bool = False
) -> tuple[Kernel, R]:
    """The same, for a change that has a result too. `reading` spares the question whether the mount is writable."""
    if not reading:
        check_writable(kernel, mount)
    superblock = kernel.superblocks[kernel.mounts[mount].superblock]
    if superblock.files is None:
        raise Refusal("EPERM", f"{superblock.type} shows the kernel's own state: nobody makes or removes its files")
    try:
        files, result = operation(superblock.files)
    except Failure as failure:
        raise refusal(kernel, mount, failure) from failure
    if files is superblock.files:
        return kernel, result
    return put_superblock(kernel, replace(superblock, files=files)), result


def refusal(kernel: Kernel, mount: int, failure: Failure) -> Refusal:
    """What a file system refuses, with what even the failed operation has changed in it."""
    superblock = kernel.superblocks[kernel.mounts[mount].superblock]
    left: Any = failure.filesystem
    after = None
    if left is not None and left is not superblock.files:
        after = put_superblock(kernel, replace(superblock, files=left))
    return Refusal(failure.errno, ERRNO[failure.errno].when, after)


def owner_of_new(process: Process) -> tuple[int, int]:
    """Owner and group of a file that a process makes, as the host counts."""
    return process.credentials.euid, process.credentials.egid
