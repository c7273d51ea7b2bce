"""Filesystems as values: the plain one, the overlay, the walk of a path."""

from vlearn.sim.files.entries import Entry, entries_of, filesystem_of
from vlearn.sim.files.errno import ERRNO, Errno, Failure
from vlearn.sim.files.filesystem import Filesystem, Kind, Path, Stat
from vlearn.sim.files.overlay.options import Options
from vlearn.sim.files.overlay.overlay import Overlay, mount
from vlearn.sim.files.plain import Plain
from vlearn.sim.files.walk import resolve

__all__ = [
    "ERRNO",
    "Entry",
    "Errno",
    "Failure",
    "Filesystem",
    "Kind",
    "Options",
    "Overlay",
    "Path",
    "Plain",
    "Stat",
    "entries_of",
    "filesystem_of",
    "mount",
    "resolve",
]
