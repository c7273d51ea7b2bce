"""The stop rules by name, each with its source and how sure we are of it.

Marks: [V] read in the source, [M] recalled from the paper and therefore shown "as commonly quoted".

Clark et al. are quoted as stopping once the rate computed for the next round is above the maximum. Here a round at the
maximum must have been tried first: the published rounds of MMuncher have one (the third of four), and with it one rule
gives all three published workloads. What Xen released compares the pages of two rounds at the maximum instead.
"""

from dataclasses import replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.migration.machine import MIB, refuse_limit
from vlearn.sim.migration.patterns import PAGE
from vlearn.sim.migration.policy import (
    Pace,
    Policy,
    Throttle,
    at_most_left,
    fewer_left,
    grew_at,
    rounds_done,
    sent_in_all,
    short_round,
    too_fast_for,
    within,
)

XEN_MEGABIT = (1 << 20) / 8
"""Bytes a second: the rate limiter of xc_linux_save.c takes a Mbit for 2**20 bits."""

XEN_PACE = Pace(100 * XEN_MEGABIT, 50 * XEN_MEGABIT, 500 * XEN_MEGABIT)

CLARK_2005 = Policy(
    "Clark et al. 2005",
    (too_fast_for(XEN_PACE.ceiling), fewer_left(256 << 10), rounds_done(29)),
    XEN_PACE,
    skips=True,
    scattered=True,
    final=XEN_PACE.ceiling,
    source="Clark et al., NSDI 2005, as commonly quoted [M]; the bound of 29 rounds is Xen's [V]",
)
XEN_2005 = Policy(
    "Xen 2005",
    (grew_at(XEN_PACE.ceiling), rounds_done(29), short_round(50), sent_in_all(3)),
    replace(XEN_PACE, only_rises=True),
    skips=True,
    scattered=True,
    final=XEN_PACE.ceiling,
    source="Xen 3, tools/libxc/xc_linux_save.c with ADAPTIVE_SAVE [V]",
)
XEN_TODAY = Policy(
    "Xen today",
    (fewer_left(50 * PAGE), rounds_done(5)),
    source="Xen, tools/libs/guest/xg_sr_save.c: SPP_TARGET_DIRTY_COUNT 50, SPP_MAX_ITERATIONS 5 [V]",
)


def qemu(
    downtime_limit: float = 0.3,
    max_bandwidth: float = 128 * MIB,
    auto_converge: bool = False,
    max_rounds: int | None = None,
) -> Policy:
    """QEMU with its defaults: 300 ms, 128 MiB/s, no auto-converge and no bound on rounds.

    The machine is paused once what is left takes no longer than the limit: 38.4 MiB at the defaults.
    """
    refuse_limit(downtime_limit)
    if not max_bandwidth > 0:
        raise ModelError(f"max_bandwidth is in bytes a second and more than 0, not {max_bandwidth}")
    bound = () if max_rounds is None else (rounds_done(max_rounds),)
    return Policy(
        "QEMU with auto-converge" if auto_converge else "QEMU",
        (within(downtime_limit), *bound),
        Pace(max_bandwidth, 0.0, max_bandwidth),
        throttle=Throttle() if auto_converge else None,
        stuck="cancel",
        source="QEMU 9, migration/options.c, migration.c and ram.c [V]",
    )


def plain(left: int | None = None, rounds: int | None = None) -> Policy:
    """A policy for arithmetic: full bandwidth, no skipping; stop at so many bytes left or after so many rounds."""
    if left is not None and left < 0:
        raise ModelError(f"left is in bytes and cannot be {left}")
    if rounds is not None and rounds < 0:
        raise ModelError(f"there cannot be {rounds} rounds")
    small = () if left is None else (at_most_left(left),)
    bound = () if rounds is None else (rounds_done(rounds),)
    return Policy("plain rounds", (*small, *bound), batch=64)


POLICIES = {policy.name: policy for policy in (CLARK_2005, XEN_2005, XEN_TODAY, qemu(), qemu(auto_converge=True))}


def policy(name: str) -> Policy:
    """The policy of that name. Raises ModelError for another, with the nearest."""
    if name not in POLICIES:
        raise ModelError(
            f"no stop rule is called {name!r}; there are {', '.join(POLICIES)}{did_you_mean(name, POLICIES)}"
        )
    return POLICIES[name]
