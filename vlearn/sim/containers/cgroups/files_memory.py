"""The files of the controllers memory and io in version 2."""

import re
from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.charges import charged
from vlearn.sim.containers.cgroups.control import At, File, stored
from vlearn.sim.containers.cgroups.numbers import integer, or_max, pages
from vlearn.sim.containers.cgroups.state import PAGE, Cgroups, DiskLimit

EVENTS = ("low", "high", "max", "oom", "oom_kill", "oom_group_kill")
RATES = ("rbps", "wbps", "riops", "wiops")
COUNTS = ("rbytes", "wbytes", "rios", "wios")


def kept(at: At) -> tuple[int, int]:
    """Bytes of anonymous memory and of page cache, in the group and below."""
    usages = [at.tree.groups[one].usage for one in at.tree.below(at.path)]
    anonymous = sum(sum(usage.anonymous.values()) for usage in usages)
    return anonymous * PAGE, sum(sum(usage.cache.values()) for usage in usages) * PAGE


def _stat(at: At) -> str:
    anonymous, cache = kept(at)
    return f"anon {anonymous}\nfile {cache}\n"


def _bytes(count: int | None) -> str:
    return f"{or_max(None if count is None else count * PAGE)}\n"


def _amount(text: str) -> int | None:
    return pages(text, "max")


def _group_flag(text: str) -> bool:
    return bool(integer(text, 0, 1, "EINVAL"))


def _io_max(at: At) -> str:
    rows = sorted(at.limits.disks.items())
    return "".join(f"{disk} {' '.join(f'{key}={or_max(getattr(row, key))}' for key in RATES)}\n" for disk, row in rows)


def _set_io_max(at: At, text: str) -> Cgroups:
    disk, *words = text.split() or [""]
    row = disk_limit(at, disk)
    for word in words:
        key, _, value = word.partition("=")
        if key not in RATES or not re.fullmatch(r"\d+|max", value):
            raise Refusal("EINVAL", f"{word!r} is not one of {', '.join(RATES)} with = and a number or max")
        if value != "max" and not int(value):
            raise Refusal("ERANGE", f"{key} cannot be 0")
        row = replace(row, **{key: None if value == "max" else int(value)})
    return with_disk(at, disk, row)


def disk_limit(at: At, disk: str) -> DiskLimit:
    """What is set for a disk: EINVAL if it is not written as major:minor, ENODEV if the machine does not have it."""
    if not re.fullmatch(r"\d+:\d+", disk):
        raise Refusal("EINVAL", f"{disk!r} is not major:minor of a disk")
    if disk not in at.cgroups.machine.disks:
        raise Refusal("ENODEV", f"there is no disk {disk}; there are {', '.join(at.cgroups.machine.disks)}")
    return at.limits.disks.get(disk, DiskLimit())


def with_disk(at: At, disk: str, row: DiskLimit) -> Cgroups:
    """The state with the limits of a disk, none of which means no line."""
    disks = at.limits.disks
    if row == DiskLimit():
        return at.set(disks=disks.delete(disk) if disk in disks else disks)
    return at.set(disks=disks.set(disk, row))


def _io_stat(at: At) -> str:
    usages = [at.tree.groups[one].usage.events for one in at.tree.below(at.path)]
    lines = []
    for disk in at.cgroups.machine.disks:
        sums = {key: sum(events.get(f"{disk} {key}", 0) for events in usages) for key in COUNTS}
        if any(sums.values()):
            lines.append(f"{disk} {' '.join(f'{key}={value}' for key, value in sums.items())} dbytes=0 dios=0\n")
    return "".join(lines)


MEMORY = (
    File("memory.current", "memory", lambda at: _bytes(charged(at.tree, at.path))),
    File("memory.events", "memory", lambda at: "".join(f"{name} {at.event(f'memory.{name}')}\n" for name in EVENTS)),
    File("memory.high", "memory", lambda at: _bytes(at.limits.memory_high), stored("memory_high", _amount)),
    File("memory.max", "memory", lambda at: _bytes(at.limits.memory_max), stored("memory_max", _amount)),
    File("memory.oom.group", "memory", lambda at: f"{at.limits.oom_group:d}\n", stored("oom_group", _group_flag)),
    File("memory.peak", "memory", lambda at: _bytes(at.group.usage.memory_peak)),
    File("memory.stat", "memory", _stat, None, True),
    File("io.max", "io", _io_max, _set_io_max),
    File("io.stat", "io", _io_stat, None, True),
)
