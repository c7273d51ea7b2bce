"""The files of the controller cpu in version 2, and the checks of a bandwidth that both versions make."""

import re

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.control import At, File, stored
from vlearn.sim.containers.cgroups.numbers import U64, integer, nearest_quotient, or_max, unsigned
from vlearn.sim.containers.cgroups.state import Cgroups, Hierarchy, Path

SHORTEST, LONGEST = 1_000, 1_000_000
"""Microseconds that a quota and a period have at least, and a period at most."""

NICE = (
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501,
    1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
)  # fmt: skip
"""The weights of nice -20 to 19 (sched_prio_to_weight in kernel/sched/core.c)."""


def bandwidth(at: At, quota: int | None, period: int, burst: int) -> Cgroups:
    """A group's processor time in each period; EINVAL under 1 ms, over 1 s, or for a burst above the quota."""
    if (quota is not None and quota < SHORTEST) or not SHORTEST <= period <= LONGEST:
        raise Refusal("EINVAL", f"a quota is {SHORTEST} microseconds or more, a period {SHORTEST} to {LONGEST}")
    if quota is not None and (burst > quota or quota + burst >= 1 << 44):
        raise Refusal("EINVAL", f"a burst is at most the quota, and {quota} + {burst} microseconds are too many")
    return at.set(quota=quota, period=period, burst=burst)


def cpu_usage(tree: Hierarchy, path: Path) -> int:
    """Microseconds of processor time that the group and all below it have used."""
    return sum(tree.groups[one].usage.cpu for one in tree.below(path))


def _max(at: At, text: str) -> Cgroups:
    words = text.split() or [""]
    number = re.match(r"\d+", words[0])
    if number is None and words[0] != "max":
        raise Refusal("EINVAL", "cpu.max takes a quota in microseconds or max, and perhaps a period")
    period = re.match(r"\d+", words[1]) if len(words) > 1 else None
    quota = int(number[0]) if number else None
    return bandwidth(at, quota, int(period[0]) if period else at.limits.period, at.limits.burst)


def _burst(at: At, text: str) -> Cgroups:
    return bandwidth(at, at.limits.quota, at.limits.period, unsigned(text, 0, U64 - 1))


def _weight(text: str) -> int:
    return nearest_quotient(unsigned(text, 1, 10_000) * 1024, 100)


def _nice(at: At) -> str:
    return f"{min(range(40), key=lambda n: abs(NICE[n] - at.limits.shares)) - 20}\n"


def _stat(at: At) -> str:
    """All time counts as user time; the lines about throttling are there with the controller alone."""
    used = cpu_usage(at.tree, at.path)
    lines = [f"usage_usec {used}", f"user_usec {used}", "system_usec 0"]
    if at.path and "cpu" in at.tree.available(at.path):
        names = ("nr_periods", "nr_throttled", "throttled_usec", "nr_bursts", "burst_usec")
        lines += [f"{name} {at.event(name)}" for name in names]
    return "".join(f"{line}\n" for line in lines)


CPU = (
    File("cpu.max", "cpu", lambda at: f"{or_max(at.limits.quota)} {at.limits.period}\n", _max),
    File("cpu.max.burst", "cpu", lambda at: f"{at.limits.burst}\n", _burst),
    File("cpu.stat", "", _stat, None, True),
    File(
        "cpu.weight", "cpu", lambda at: f"{nearest_quotient(at.limits.shares * 100, 1024)}\n", stored("shares", _weight)
    ),
    File("cpu.weight.nice", "cpu", _nice, stored("shares", lambda text: NICE[integer(text, -20, 19) + 20])),
)
