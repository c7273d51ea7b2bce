"""Disks that groups share: io.max, which makes requests wait until the group's rate allows them (blk-throttle).

    run(use_disks, Disks(cgroups), [Transfer(20, "8:0", "write", 4 << 20)])

A request is sent when, since the group's last one, so much time has gone by as it costs at the group's rate, and at
that of every group above. Times are microseconds. Left out: how fast the disk itself is, merging of requests, weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.processes import counted
from vlearn.sim.containers.cgroups.state import Cgroups, DiskLimit, Hierarchy, Path, ancestors, shown
from vlearn.trace import Event, Step

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Transfer:
    """A process reads or writes so many bytes of a disk (major:minor) in one request, past the page cache."""

    pid: int
    disk: str
    direction: Literal["read", "write"]
    size: int


@dataclass(frozen=True, slots=True)
class Disks:
    """The clock, and until when each group's rate on each disk is used up in each direction."""

    cgroups: Cgroups
    now: int = 0
    busy: Map[tuple[Path, str, str], int] = field(default_factory=Map)


def use_disks(state: Disks, action: Transfer) -> Iterator[Step[Disks]]:
    """The model: the request waits if it must, is sent, and is accounted to the group of the process."""
    machine = state.cgroups.machine
    if action.disk not in machine.disks or action.size < 1:
        raise ModelError(f"a transfer is 1 byte or more of one of the disks {machine.disks}, not {action}")
    controller = "io" if state.cgroups.hierarchy("io") else "blkio"
    tree, path = state.cgroups.group_of(action.pid, controller)
    sent, waits_for = state.now, None
    for above in ancestors(path):
        cost = _cost(tree.groups[above].limits.disks.get(action.disk, DiskLimit()), action)
        free = max(state.now, state.busy.get((above, action.disk, action.direction), 0)) + cost
        if cost and free > sent:
            sent, waits_for = free, above
    if waits_for is not None:
        text = f"process {action.pid} waits {sent - state.now} µs for the rate of {shown(waits_for)}"
        yield Step(Event("throttle", text, (shown(waits_for),)), replace(state, now=sent))
    busy = state.busy
    for above in ancestors(path):
        if _cost(tree.groups[above].limits.disks.get(action.disk, DiskLimit()), action):
            busy = busy.set((above, action.disk, action.direction), sent)
    state = Disks(state.cgroups.put(_accounted(tree, path, action)), sent, busy)
    text = f"{sent} µs: process {action.pid} {action.direction}s {action.size} bytes of {action.disk}"
    yield Step(Event("transfer", text, (shown(path),)), state)


def _cost(limit: DiskLimit, action: Transfer) -> int:
    """Microseconds that the request takes up of a group's rates, rounded up; 0 without a limit."""
    letter = action.direction[0]
    rate: int | None = getattr(limit, f"{letter}bps")
    operations: int | None = getattr(limit, f"{letter}iops")
    return max(-(-action.size * SECOND // rate) if rate else 0, -(-SECOND // operations) if operations else 0)


def _accounted(tree: Hierarchy, path: Path, action: Transfer) -> Hierarchy:
    letter = action.direction[0]
    tree = counted(tree, path, f"{action.disk} {letter}bytes", action.size)
    return counted(tree, path, f"{action.disk} {letter}ios")
