"""Where processes meet cgroups and networks: what a new process is given there, and what an ended one gives back."""

from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups import processes as groups
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.network.sockets import close_all


def admit(kernel: Kernel, parent: int, child: int) -> Kernel:
    """The child in its parent's cgroups. EAGAIN, and one more `max` in pids.events, where the limit is reached."""
    cgroups, errno = groups.fork(kernel.cgroups, parent, child)
    if errno:
        counted = replace(kernel, cgroups=cgroups)
        raise Refusal(errno, f"a pids.max above process {parent} is reached", counted)
    return replace(kernel, cgroups=cgroups)


def depart(kernel: Kernel, pid: int) -> Kernel:
    """A process has ended: its memory and its ports are free. It counts in its cgroup until it is reaped."""
    return replace(kernel, cgroups=groups.exit(kernel.cgroups, pid), networks=close_all(kernel.networks, pid))


def forget(kernel: Kernel, pid: int) -> Kernel:
    """A process is reaped: it is in no cgroup any more."""
    return replace(kernel, cgroups=groups.reap(kernel.cgroups, pid))
