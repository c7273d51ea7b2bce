"""Small machines for the tests: groups with processes in them."""

from vlearn.sim.containers.cgroups.access import make_group, write
from vlearn.sim.containers.cgroups.processes import fork
from vlearn.sim.containers.cgroups.state import Cgroups, Machine

EVERY = "+cpuset +cpu +io +memory +pids"


def machine(groups: dict[str, tuple[int, ...]], cpus: int = 1, **files: str) -> Cgroups:
    """Version 2 with these groups and pids in them; all controllers are handed down to every group that has groups."""
    cgroups = Cgroups.unified(Machine(cpus=cpus, disks=("8:0", "8:16")))
    for path in groups:
        above = path.rpartition("/")[0]
        cgroups = write(cgroups, f"{above}/cgroup.subtree_control", EVERY)
        cgroups = make_group(cgroups, path)
    for path, pids in groups.items():
        for pid in pids:
            cgroups, _ = fork(cgroups, 1, pid)
            cgroups = write(cgroups, f"{path}/cgroup.procs", str(pid))
    for name, text in files.items():
        cgroups = write(cgroups, name, text)
    return cgroups
