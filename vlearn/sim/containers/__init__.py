"""A kernel of teaching size: processes, the eight namespaces, mounts, credentials. Containers stand on it.

    host = Host.boot()                                  # a small machine: init (pid 1), a root file system, /proc, /sys
    child = host.clone(1, "CLONE_NEWPID", "CLONE_NEWUTS")          # the child's pid as the host counts
    host.kernel.processes[child].numbers                # its pid in each pid namespace, the innermost first
    host.set_hostname(child, "box1")                    # a refused call raises SystemCallFailed, an OSError
    host.read_file(child, "/proc/self/status")          # bytes, as this process sees them
    host.call(Kill(child, 1, "SIGTERM"))                # -> Answer(kind, text, touches, value, errno); never raises
    host.trace()                                        # everything that happened, as a Trace[Kernel]

    run(operate, boot(), [Fork(1), Unshare(2, ("CLONE_NEWUSER",))])     # the same without a host

`Kernel` (kernel) is the frozen state. A system call (calls) is a frozen action whose field `pid` is the calling process
as the host counts; numbers that it passes or gets (a pid, a uid) are those of the caller's namespaces, as in life.
`operate(kernel, call)` yields the events; the last one is an `Answer`: `value`, or `errno` such as "EPERM" and its
reason in `text`. `Host` holds the newest kernel, and has a method for each call.

Where to read on: namespaces, creation, joining (the eight kinds); lifecycle, ending, signalling (processes); id_maps,
authority, credential_calls (who may do what); walk, mounting, propagation, roots (the tree of files); proc and
system_views (what tools read); references (what lives as long as what). What is behind a network or cgroup namespace is
in the packages network and cgroups.

Processes of this kernel do not run programs: whoever drives it decides what each one calls next, so no call waits.
Left out: threads, process groups and sessions, blocked and queued signals, terminals, seccomp, security modules, file
capabilities, block devices, the rule that a new proc or sysfs must not reveal more than the one that is mounted, and a
remount of the root in place of its unmount. The order of checks is Linux 6.18's (kernel/, fs/namespace.c, fs/pnode.c).
"""

from vlearn.sim.containers.answers import Answer
from vlearn.sim.containers.boot import boot
from vlearn.sim.containers.calls import Call
from vlearn.sim.containers.errnos import ERRNOS, SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.operate import operate

__all__ = ["ERRNOS", "Answer", "Call", "Host", "Kernel", "SystemCallFailed", "boot", "operate"]
