"""A machine with groups and processes in one go, for a question, a view or a lesson that begins there."""

from collections.abc import Mapping

from vlearn.sim.containers.cgroups.access import make_group, write
from vlearn.sim.containers.cgroups.processes import fork
from vlearn.sim.containers.cgroups.state import Cgroups, Machine

MIB = 1 << 20


def grouped(groups: Mapping[str, tuple[int, ...]], files: Mapping[str, str], cpus: int = 1) -> Cgroups:
    """Version 2 with these groups, their processes by pid, and these texts written into files by path.

    A group that has groups below it has no processes; the controllers cpu and memory are handed down to all.
    """
    cgroups = Cgroups.unified(Machine(cpus=cpus))
    for path in groups:
        cgroups = write(cgroups, f"{path.rpartition('/')[0]}/cgroup.subtree_control", "+cpu +memory")
        cgroups = make_group(cgroups, path)
    for path, pids in groups.items():
        for pid in pids:
            cgroups, _ = fork(cgroups, 1, pid)
            cgroups = write(cgroups, f"{path}/cgroup.procs", str(pid))
    for path, text in files.items():
        cgroups = write(cgroups, path, text)
    return cgroups
