"""May a process do this to a file? Mode bits for owner, group and others, and the capabilities that override them."""

from collections.abc import Callable

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.authority import capable, from_host
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Process
from vlearn.sim.files.filesystem import Stat

BITS = {"r": 4, "w": 2, "x": 1}


def allowed(kernel: Kernel, process: Process, status: Stat, wanted: str) -> bool:
    """Whether a process may read (r), write (w), and execute or search (x) a file: path_permission of Linux."""
    own = process.credentials
    if own.euid == status.uid:
        granted = status.mode >> 6
    elif status.gid in (own.egid, *own.groups):
        granted = status.mode >> 3
    else:
        granted = status.mode
    missing = [letter for letter in wanted if not granted & BITS[letter]]
    if not missing:
        return True
    if over(kernel, process, status, "CAP_DAC_OVERRIDE"):
        return status.kind == "dir" or "x" not in missing or bool(status.mode & 0o111)
    harmless = {"r", "x"} if status.kind == "dir" else {"r"}
    return set(missing) <= harmless and over(kernel, process, status, "CAP_DAC_READ_SEARCH")


def check(kernel: Kernel, process: Process, status: Stat, wanted: str, path: str) -> None:
    """Refuse with EACCES what the mode does not allow."""
    if not allowed(kernel, process, status, wanted):
        who = f"process {process.pid} with uid {process.credentials.euid}"
        owner = f"uid {status.uid}, gid {status.gid}, mode {status.mode:04o}"
        raise Refusal("EACCES", f"{who} may not {wanted} {path} ({owner}; the host's numbers)")


def owns(kernel: Kernel, process: Process, status: Stat) -> bool:
    """Whether it counts as the owner: who is, or has CAP_FOWNER over the file."""
    return process.credentials.euid == status.uid or over(kernel, process, status, "CAP_FOWNER")


def over(kernel: Kernel, process: Process, status: Stat, capability: str) -> bool:
    """A capability over a file counts only where the user namespace has names for the file's owner and group."""
    user = kernel.user(process)
    named = from_host(user.uid_map, status.uid) is not None and from_host(user.gid_map, status.gid) is not None
    return named and capable(kernel, process, user.number, capability)


def sticky_forbids(kernel: Kernel, process: Process, folder: Stat, status: Callable[[], Stat]) -> bool:
    """In a directory such as /tmp only the owners of the file and of the directory remove a name."""
    if not folder.mode & 0o1000 or process.credentials.euid == folder.uid:
        return False
    return not owns(kernel, process, status())
