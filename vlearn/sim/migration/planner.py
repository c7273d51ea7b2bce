"""Which way to move a machine: what each would cost, whether pre-copy converges, and what to change where it does not.

Everything comes from `estimate`, so it holds for a guest that writes at a steady rate over its whole working set.
Post-copy is taken to last as long as one copy of the memory; how much its faults slow the guest depends on which pages
it touches, which a planner is not told.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vlearn.sim.migration.estimate import Estimate, estimate
from vlearn.sim.migration.machine import refuse_limit


@dataclass(frozen=True, slots=True)
class Plan:
    """The advice in words, and the figures behind it. Bytes, seconds, bytes a second.

    `bandwidth_needed` and `limit_needed` are what would let pre-copy meet the limit, all else being equal;
    `throttle_needed` is the share of time that would have to be taken from the guest. Each is None if pre-copy
    converges as things are.
    """

    strategy: str
    converges: bool
    precopy: Estimate
    suspended: float
    postcopy_total: float
    bandwidth_needed: float | None
    limit_needed: float | None
    throttle_needed: float | None
    advice: tuple[str, ...]


def plan(
    memory: float,
    write_rate: float,
    bandwidth: float,
    downtime_limit: float,
    *,
    working_set: float | None = None,
    may_lose: bool = False,
) -> Plan:
    """Advise. `may_lose` says whether the loss of the running machine, if a host crashes meanwhile, can be borne."""
    refuse_limit(downtime_limit)

    def tried(rate: float = write_rate, link: float = bandwidth) -> Estimate:
        return estimate(memory, rate, link, downtime_limit=downtime_limit, working_set=working_set)

    found, whole = tried(), memory / bandwidth
    advice: tuple[str, ...]
    if whole <= downtime_limit:
        advice = (f"Suspend, copy, resume: all of it takes {whole:.3g} s, no longer than the limit.",)
        return Plan("suspend, copy, resume", found.converges, found, whole, whole, None, None, None, advice)
    if found.converges:
        advice = (
            f"Pre-copy converges: {len(found.rounds)} rounds in {found.live:.3g} s,"
            f" then a pause of {found.downtime:.3g} s for {_megabytes(found.left)}.",
        )
        return Plan("pre-copy", True, found, whole, whole, None, None, None, advice)
    needed = _least(lambda link: tried(link=link).converges, bandwidth)
    share = _least_share(lambda share: tried(rate=write_rate * (1 - share)).converges)
    advice = (
        f"Pre-copy does not converge: round after round leaves {_megabytes(found.left)}, a pause of"
        f" {found.downtime:.3g} s instead of {downtime_limit:g} s. More rounds would not help.",
        f"With {_megabytes(needed)}/s of bandwidth it would, or with a downtime limit of {found.downtime:.3g} s.",
        f"Slowing the guest by {share:.0%} would do it too, at the expense of its service."
        if share is not None
        else "Slowing the guest does not help: the link cannot meet this limit.",
        f"Post-copy takes about {whole:.3g} s whatever the guest writes; until its last page has come, a crash of"
        " either host loses the running machine.",
    )
    chosen = "post-copy" if may_lose else "pre-copy with a throttled guest" if share is not None else "post-copy"
    return Plan(chosen, False, found, whole, whole, needed, found.downtime, share, advice)


def _megabytes(size: float) -> str:
    """Of 10^6 bytes: in whole ones, or if it is small, with two digits that count."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e7 else f"{size / 1e6:.2g} MB"


def _least(enough: Callable[[float], bool], low: float) -> float:
    """The least value above `low` that is enough, to a tenth of a per cent; some value is."""
    high = 2 * low
    while not enough(high):
        low, high = high, 2 * high
    while high > 1.001 * low:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _least_share(enough: Callable[[float], bool]) -> float | None:
    """The least whole percentage that is enough, up to QEMU's 99; None if not even that is."""
    return next((percent / 100 for percent in range(1, 100) if enough(percent / 100)), None)
