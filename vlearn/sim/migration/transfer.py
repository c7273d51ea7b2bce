"""A whole migration over bitmaps: the same report as the step model's, for machines of real size.

A machine of 800 MB takes a fraction of a second; one of 1 TiB some seconds and three bytes a page. Cost grows with the
number of pages that are visited, and in post-copy with the number of faults. No failures here: what they do depends on
where pages are, not on how many.
"""

from dataclasses import replace

from vlearn.sim.migration.bitmaps import Bitmaps
from vlearn.sim.migration.bitmaps_fetch import Fetching
from vlearn.sim.migration.decisions import final_rate
from vlearn.sim.migration.machine import Link, VirtualMachine
from vlearn.sim.migration.policy import Policy
from vlearn.sim.migration.report import Ending, Report
from vlearn.sim.migration.strategies import Cold, Hybrid, PostCopy, PreCopy, Strategy, Suspend

ARRIVED: Ending = "at the destination"


def transfer(machine: VirtualMachine, link: Link, strategy: Strategy) -> Report:
    """Move the machine. Sizes are bytes, times seconds."""
    run = Bitmaps(machine, link, time=link.round_trip)
    match strategy:
        case Cold():
            end = link.round_trip + machine.boot
            return Report(
                strategy.name, ARRIVED, (), "the guest has shut down", end, end - link.round_trip, pages=0, sent=0
            )
        case Suspend():
            return _copied(run, strategy, None, "all of it is copied at once")
        case PreCopy(policy):
            decision = run.live_rounds(policy)
            if decision.verdict == "pause":
                return _copied(run, strategy, policy, decision.why)
            sums = run.pages_sent, run.bytes
            return Report(
                strategy.name, "at the source", run.rounds, decision.why, run.time, 0.0, *sums, identical=False
            )
        case PostCopy():
            return _followed(run, strategy, None, "only processors and devices move first")
        case Hybrid(policy):
            why = run.live_rounds(replace(policy, stuck="pause")).why
            return _followed(run, strategy, policy, why)


def _copied(run: Bitmaps, strategy: Suspend | PreCopy, policy: Policy | None, why: str) -> Report:
    """The rest comes while the machine is paused; then it resumes."""
    paused = run.time
    run.last_round(policy)
    resumed = _resumed(run, policy)
    sums = run.pages_sent, run.bytes + run.machine.state
    identical = not run.stale.any()
    return Report(strategy.name, ARRIVED, run.rounds, why, resumed, resumed - paused, *sums, identical=identical)


def _followed(run: Bitmaps, strategy: PostCopy | Hybrid, policy: Policy | None, why: str) -> Report:
    """The machine resumes first; what is to be sent follows it, as it was at the pause."""
    paused, resumed = run.time, _resumed(run, policy)
    current_elsewhere = not (run.stale & ~run.to_send).any()
    fetching = Fetching(run.machine, run.link, strategy, run.to_send, run.guest_time)
    followed = fetching.left
    fetching.run()
    return Report(
        strategy.name,
        ARRIVED,
        run.rounds,
        why,
        resumed + fetching.last if followed else resumed,
        resumed - paused,
        run.pages_sent + followed,
        run.bytes + run.machine.state + followed * run.link.page_bytes,
        fetching.last if followed else 0.0,
        fetching.faults,
        fetching.waited,
        identical=bool(current_elsewhere and not fetching.missing.any()),
    )


def _resumed(run: Bitmaps, policy: Policy | None) -> float:
    """When the machine runs at the destination, once all pages that it waits for have come."""
    return run.time + run.machine.state / final_rate(policy, run.link) + run.link.round_trip + run.machine.resume
