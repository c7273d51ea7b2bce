"""Who may do what: capabilities along the tree of user namespaces, and ids translated through their maps."""

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.capabilities import BIT
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import Extent, UserNamespace
from vlearn.sim.containers.processes import Credentials, Process

OVERFLOW = 65534
"""The id that stands for one without a name here: nobody."""


def has(kernel: Kernel, credentials: Credentials, user: int, capability: str) -> bool:
    """Whether they carry a capability in a user namespace: held in it or in one around it, or by owning it.

    The walk of cap_capable() in Linux's security/commoncap.c.
    """
    own = kernel.namespace(credentials.user, UserNamespace)
    while True:
        if user == own.number:
            return bool(credentials.effective & BIT[capability])
        target = kernel.namespace(user, UserNamespace)
        if target.level <= own.level:
            return False
        if target.owner == own.number and target.creator == credentials.euid:
            return True
        user = target.owner


def capable(kernel: Kernel, process: Process, user: int, capability: str) -> bool:
    """Whether a process carries a capability in a user namespace."""
    return has(kernel, process.credentials, user, capability)


def require(kernel: Kernel, process: Process, user: int, *capabilities: str) -> None:
    """Refuse with EPERM what these capabilities in this user namespace are needed for."""
    for capability in capabilities:
        if not capable(kernel, process, user, capability):
            where = f"user:[{user}]"
            raise Refusal("EPERM", f"process {process.pid} ({process.command}) has no {capability} in {where}")


def to_host(extents: tuple[Extent, ...], number: int) -> int | None:
    """The id as the host counts of one written in a namespace; None if the map has no line for it."""
    for line in extents:
        if 0 <= number - line.inside < line.count:
            return number - line.inside + line.outside
    return None


def from_host(extents: tuple[Extent, ...], number: int) -> int | None:
    """The way back; None if nobody in the namespace has a name for it."""
    for line in extents:
        if 0 <= number - line.outside < line.count:
            return number - line.outside + line.inside
    return None


def shown(extents: tuple[Extent, ...], number: int) -> int:
    """The id as a process in the namespace sees it, 65534 where there is no name for it."""
    found = from_host(extents, number)
    return OVERFLOW if found is None else found


def host_uid(kernel: Kernel, process: Process, number: int) -> int:
    """A uid that a process passes, as the host counts. EINVAL if its user namespace does not map it."""
    if (found := to_host(kernel.user(process).uid_map, number)) is None:
        raise Refusal("EINVAL", f"uid {number} is not mapped in user:[{process.credentials.user}]")
    return found


def host_gid(kernel: Kernel, process: Process, number: int) -> int:
    """A gid that a process passes, as the host counts. EINVAL if its user namespace does not map it."""
    if (found := to_host(kernel.user(process).gid_map, number)) is None:
        raise Refusal("EINVAL", f"gid {number} is not mapped in user:[{process.credentials.user}]")
    return found
