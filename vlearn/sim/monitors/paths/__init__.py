"""Paths: the privilege level at each step of a system call, a page fault and an interrupt, under every arrangement.

    path("bare metal", "system call")         # Path(arrangement, kind, stages, source)
    path(name).monitor_entries, .crossings
    ARRANGEMENTS, DOCUMENTED                  # those with a run, and 64-bit paravirtualization, which has none
    hypervisor("Type 2, hosted"), HYPERVISORS # the layers of software that a read from a disk goes through
    run(follow, Followed(path), range(9))     # in `following`: hand-over by hand-over
    system_call(name, ["cli", "sti"])         # in `handlers`: with a handler of your own; visits(...) by instruction

Each path but the documented ones is read off a run of the model.
"""

from vlearn.sim.monitors.paths.arrangements import ARRANGEMENTS, Arrangement, path
from vlearn.sim.monitors.paths.documented import DOCUMENTED
from vlearn.sim.monitors.paths.hypervisors import HYPERVISORS, LAYERS, Layers, Visit, hypervisor
from vlearn.sim.monitors.paths.path import KINDS, LEVELS, Kind, Level, Path, Stage, Who, excursions

__all__ = [
    "ARRANGEMENTS",
    "DOCUMENTED",
    "HYPERVISORS",
    "KINDS",
    "LAYERS",
    "LEVELS",
    "Arrangement",
    "Kind",
    "Layers",
    "Level",
    "Path",
    "Stage",
    "Visit",
    "Who",
    "excursions",
    "hypervisor",
    "path",
]
