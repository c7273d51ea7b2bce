"""The control files of version 1: other names for the same limits, and where its rules are its own.

Its rules: a child's quota must not be a larger share than its parent's (EINVAL); cpu.shares is clamped to 2..262144;
a limit of memory that its pages do not fit into is EBUSY; the OOM killer can be turned off; a cpuset must lie within
its parent's (EACCES), cover its children's (EBUSY), and be set before a process may enter (ENOSPC). Version 1 has
kernel memory, swap and tasks apart, too; they are left out, as are cpu.rt_*, blkio's other files and net_cls.
"""

import re
from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups import tree as rules
from vlearn.sim.containers.cgroups.charges import charged
from vlearn.sim.containers.cgroups.control import At, File, Write, processes_in
from vlearn.sim.containers.cgroups.files_core import PIDS, chosen, effective_cpus, effective_mems, move
from vlearn.sim.containers.cgroups.files_cpu import bandwidth, cpu_usage
from vlearn.sim.containers.cgroups.files_memory import disk_limit, kept, with_disk
from vlearn.sim.containers.cgroups.numbers import U64, UNLIMITED, integer, numbers, pages, unsigned
from vlearn.sim.containers.cgroups.processes import living
from vlearn.sim.containers.cgroups.state import PAGE, Cgroups, Hierarchy, Path

FEWEST, MOST = 2, 1 << 18
"""What cpu.shares is clamped to, MIN_SHARES and MAX_SHARES."""


def _not_root(at: At, what: str) -> None:
    if not at.path:
        raise Refusal("EINVAL", f"{what} of the root cannot be set")


def _shares(at: At, text: str) -> Cgroups:
    value = unsigned(text, 0, U64 - 1)
    _not_root(at, "cpu.shares")
    return at.set(shares=min(max(value, FEWEST), MOST))


def _quota(at: At, text: str) -> Cgroups:
    value = integer(text, -(2**63), 2**63 - 1)
    return _within_parents(at, None if value < 0 else value, at.limits.period, at.limits.burst)


def _period(at: At, text: str) -> Cgroups:
    return _within_parents(at, at.limits.quota, unsigned(text, 0, U64 - 1), at.limits.burst)


def _burst(at: At, text: str) -> Cgroups:
    return _within_parents(at, at.limits.quota, at.limits.period, unsigned(text, 0, U64 - 1))


def _within_parents(at: At, quota: int | None, period: int, burst: int) -> Cgroups:
    _not_root(at, "a quota")
    after = bandwidth(at, quota, period, burst)
    _check_shares(after.hierarchies[at.tree.name], (), None)
    return after


def _check_shares(tree: Hierarchy, path: Path, above: int | None) -> None:
    """The share of a processor may only shrink on the way down, as tg_cfs_schedulable_down has it."""
    limits = tree.groups[path].limits
    share = None if limits.quota is None else (limits.quota << 20) // limits.period
    if share is not None and above is not None and share > above:
        raise Refusal("EINVAL", f"{'/'.join(path)} would have a larger share of time than its parent")
    for child in tree.children(path):
        _check_shares(tree, child, above if share is None else share)


def _limit(at: At, text: str) -> Cgroups:
    count = pages(text, "-1")
    _not_root(at, "memory.limit_in_bytes")
    return at.set(memory_max=count)


def _oom_control(at: At) -> str:
    limit, off = at.limits.memory_max, at.limits.oom_kill_disable
    under = bool(at.event("memory.under_oom")) and off and limit is not None and charged(at.tree, at.path) >= limit
    return f"oom_kill_disable {off:d}\nunder_oom {under:d}\noom_kill {at.event('memory.oom_kill')}\n"


def _set_oom_control(at: At, text: str) -> Cgroups:
    value = unsigned(text, 0, U64 - 1)
    _not_root(at, "memory.oom_control")
    if value > 1:
        raise Refusal("EINVAL", f"memory.oom_control takes 0 or 1, not {value}")
    return at.set(oom_kill_disable=bool(value))


def _memory_stat(at: At) -> str:
    anonymous, cache = kept(at)
    return f"cache {cache}\nrss {anonymous}\n"


def _limit_shown(at: At) -> str:
    return f"{(UNLIMITED if at.limits.memory_max is None else at.limits.memory_max) * PAGE}\n"


FREEZER = {True: "FROZEN", False: "THAWED"}


def _freeze(at: At, text: str) -> Cgroups:
    for value, word in FREEZER.items():
        if text.strip() == word:
            return at.set(freeze=value)
    raise Refusal("EINVAL", "freezer.state takes FROZEN or THAWED")


def _parent_freezes(at: At) -> bool:
    return bool(at.path) and rules.frozen(at.tree, at.path[:-1])


def _cpuset(field: str, resource: str) -> Write:
    """Writes cpuset.cpus or cpuset.mems."""

    def write(at: At, text: str) -> Cgroups:
        total: int = getattr(at.cgroups.machine, resource)
        if not at.path:
            raise Refusal("EACCES", f"the root has all {field}")
        wanted = numbers(text, total)
        for child in at.tree.children(at.path):
            if (getattr(at.tree.groups[child].limits, field) or frozenset()) - wanted:
                raise Refusal("EBUSY", f"{child[-1]} below it uses {field} that would be gone")
        if wanted - _have(at.tree, at.path[:-1], field, total):
            raise Refusal("EACCES", f"its parent does not have all of these {field}")
        if not wanted and living(at.cgroups, at.tree, at.path):
            raise Refusal("ENOSPC", f"its processes would have no {field}")
        return at.set(**{field: wanted or None})

    return write


def _have(tree: Hierarchy, path: Path, field: str, total: int) -> frozenset[int]:
    if not path:
        return frozenset(range(total))
    found: frozenset[int] | None = getattr(tree.groups[path].limits, field)
    return found or frozenset()


def _throttle(rate: str) -> Write:
    """Writes blkio.throttle.*: `8:0 1048576`, and 0 for no limit."""

    def write(at: At, text: str) -> Cgroups:
        found = re.fullmatch(r"(\S+)\s+(\d+)", text.strip())
        if found is None:
            raise Refusal("EINVAL", "it takes major:minor of a disk and a number")
        row = replace(disk_limit(at, found[1]), **{rate: int(found[2]) or None})
        return with_disk(at, found[1], row)

    return write


def _throttled(at: At, rate: str) -> str:
    rows = ((disk, getattr(row, rate)) for disk, row in sorted(at.limits.disks.items()))
    return "".join(f"{disk} {value}\n" for disk, value in rows if value is not None)


def _cpu_stat(at: At) -> str:
    periods, throttled, waited = (at.event(name) for name in ("nr_periods", "nr_throttled", "throttled_usec"))
    bursts, burst = at.event("nr_bursts"), at.event("burst_usec")
    return (
        f"nr_periods {periods}\nnr_throttled {throttled}\nthrottled_time {waited * 1000}\n"
        f"nr_bursts {bursts}\nburst_time {burst * 1000}\n"
    )


CPU = (
    File("cpu.cfs_burst_us", "cpu", lambda at: f"{at.limits.burst}\n", _burst, True),
    File("cpu.cfs_period_us", "cpu", lambda at: f"{at.limits.period}\n", _period, True),
    File("cpu.cfs_quota_us", "cpu", lambda at: f"{-1 if at.limits.quota is None else at.limits.quota}\n", _quota, True),
    File("cpu.shares", "cpu", lambda at: f"{at.limits.shares}\n", _shares, True),
    File("cpu.stat", "cpu", _cpu_stat, None, True),
    File("cpuacct.usage", "cpuacct", lambda at: f"{cpu_usage(at.tree, at.path) * 1000}\n", None, True),
)
MEMORY = (
    File("memory.failcnt", "memory", lambda at: f"{at.event('memory.max')}\n", None, True),
    File("memory.limit_in_bytes", "memory", _limit_shown, _limit, True),
    File("memory.max_usage_in_bytes", "memory", lambda at: f"{at.group.usage.memory_peak * PAGE}\n", None, True),
    File("memory.oom_control", "memory", _oom_control, _set_oom_control, True),
    File("memory.stat", "memory", _memory_stat, None, True),
    File("memory.usage_in_bytes", "memory", lambda at: f"{charged(at.tree, at.path) * PAGE}\n", None, True),
)
CPUSET = (
    File("cpuset.cpus", "cpuset", chosen("cpus"), _cpuset("cpus", "cpus"), True),
    File("cpuset.effective_cpus", "cpuset", effective_cpus, None, True),
    File("cpuset.effective_mems", "cpuset", effective_mems, None, True),
    File("cpuset.mems", "cpuset", chosen("mems"), _cpuset("mems", "nodes"), True),
)
FREEZE = (
    File("freezer.parent_freezing", "freezer", lambda at: f"{_parent_freezes(at):d}\n"),
    File("freezer.self_freezing", "freezer", lambda at: f"{at.limits.freeze:d}\n"),
    File("freezer.state", "freezer", lambda at: f"{FREEZER[rules.frozen(at.tree, at.path)]}\n", _freeze),
)
BLKIO = tuple(
    File(name, "blkio", lambda at, rate=rate: _throttled(at, rate), _throttle(rate), True)  # type: ignore[misc]
    for name, rate in (
        ("blkio.throttle.read_bps_device", "rbps"),
        ("blkio.throttle.read_iops_device", "riops"),
        ("blkio.throttle.write_bps_device", "wbps"),
        ("blkio.throttle.write_iops_device", "wiops"),
    )
)
COMMON = (
    File("cgroup.clone_children", "", lambda at: "0\n", None, True),
    File("cgroup.procs", "", processes_in, move, True),
    File("notify_on_release", "", lambda at: "0\n", None, True),
    File("tasks", "", processes_in, move, True),
)
LEGACY = (*COMMON, *CPU, *CPUSET, *MEMORY, *FREEZE, *PIDS, *BLKIO)
