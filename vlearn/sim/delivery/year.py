"""Months of deliveries by a team: changes wait for a batch and for a lane, red batches are halved, bad ones go live.

What DORA's four measures come to follows from the controls in `team`; nothing is put in of what they should come to.
Red batches are halved as in a merge queue, and a single change that is red is run once more before it is sent back.
Left out: nights, holidays, and developers who behave otherwise because they wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush, heapreplace
from math import ceil, log
from random import Random
from typing import Any

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.measures import Deployment, Measures, measures
from vlearn.sim.delivery.team import WORKDAY, Team

PATIENCE = 20.0
"""Days' worth of changes that may wait before the simulation stops and says that the queue grows."""


@dataclass(frozen=True, slots=True)
class Year:
    """The log of deployments, what stands at the end, and DORA's measures of it, in minutes and days of work.

    `wrongly` counts right changes that were sent back, `busy` is the share of time that the lanes ran, and `stopped`
    says at what minute and why, if the queue grew beyond all patience.
    """

    team: Team
    log: tuple[Deployment, ...]
    runs: int
    sent_back: int
    wrongly: int
    waiting: int
    busy: float
    minutes: float
    stopped: str = ""

    @property
    def measures(self) -> Measures:
        """DORA's four, of the time until it stopped."""
        return measures(self.log, self.minutes / WORKDAY, day=WORKDAY)


@dataclass(slots=True)
class _Tally:
    """What is counted while a year goes by; local to one call of `simulate`."""

    runs: int = 0
    sent_back: int = 0
    wrongly: int = 0
    busy: float = 0.0


Commit = tuple[float, int, float, bool]
"""When it can be delivered, a number, when it was first committed, and whether it has a fault."""
Passed = tuple[float, list[Commit]]
"""Changes that were green together, and when."""


def simulate(team: Team, rng: Random) -> Year:
    """A team's days of work, change by change. The same seed gives the same year on every machine."""
    horizon, tally = team.days * WORKDAY, _Tally()
    ready = list(_commits(team, rng, horizon))
    heapify(ready)
    lanes = [0.0] * team.lanes
    passed: list[Passed] = []
    now, stopped = 0.0, ""
    while len(ready) >= team.batch:
        batch = [heappop(ready) for _ in range(team.batch)]
        now = max(lanes[0], batch[-1][0])
        if now >= horizon:
            ready.extend(batch)
            break
        # Arrivals are even, so the age of the oldest change says how many wait, without counting them each time.
        if now - batch[-1][0] > PATIENCE * WORKDAY:
            stopped = (
                f"stopped at day {now / WORKDAY:.0f}: the load is {team.load:.2g} before any run is repeated, and more "
                f"than {PATIENCE:g} days' changes wait; a queue that grows has no lead time"
            )
            ready.extend(batch)
            break
        end, green, back = _worked(team, rng, batch, now, tally)
        heapreplace(lanes, end)
        passed.extend(green)
        for moment, (_, number, first, _) in back:
            heappush(ready, (moment + team.repair, number, first, False))
    end = now if stopped else horizon
    log_ = tuple(one for one in _deployments(team, rng, passed) if one.at < end)
    waiting = sum(commit[2] < end for commit in ready)
    busy = min(1.0, tally.busy / (end * team.lanes))
    return Year(team, log_, tally.runs, tally.sent_back, tally.wrongly, waiting, busy, end, stopped)


def _commits(team: Team, rng: Random, horizon: float) -> Iterable[Commit]:
    moment, number, rate = 0.0, 0, team.arrivals
    while (moment := moment - log(1.0 - rng.random()) / rate) < horizon:
        yield moment, number, moment, rng.random() < team.fault_rate
        number += 1


def _worked(
    team: Team, rng: Random, batch: list[Commit], now: float, tally: _Tally
) -> tuple[float, list[Passed], list[tuple[float, Commit]]]:
    """Run a batch and its halves: when the lane is free, what was green when (with faults that escaped), what not."""
    caught = [(commit, commit[3] and rng.random() < team.caught) for commit in batch]
    todo, green, back, began = [(caught, 1)], [], [], now
    while todo:
        part, attempt = todo.pop()
        tally.runs += 1
        now += team.run_minutes
        if not any(found for _, found in part) and rng.random() >= team.false_alarm:
            green.append((now, [commit for commit, _ in part]))
        elif len(part) > 1:
            half = len(part) // 2
            todo += [(part[half:], 1), (part[:half], 1)]
        elif attempt == 1:
            todo.append((part, 2))
        else:
            tally.sent_back += 1
            tally.wrongly += not part[0][1]
            back.append((now, part[0][0]))
    tally.busy += now - began
    return now, green, back


def _deployments(team: Team, rng: Random, passed: list[Passed]) -> list[Deployment]:
    """What went live and when: each green part by itself, or all of them that are ready for a release."""
    every, releases = team.release_every, dict[float, list[Commit]]()
    for green, part in passed:
        approved = green + (rng.expovariate(1 / team.approval) if team.approval else 0.0)
        releases.setdefault(ceil(approved / every) * every if every else approved, []).extend(part)
    return [_deployed(team, rng, part, moment + team.deploy) for moment, part in sorted(releases.items())]


def _deployed(team: Team, rng: Random, part: list[Commit], at: float) -> Deployment:
    committed = tuple(commit[2] for commit in part)
    if not any(faulty for *_, faulty in part):
        return Deployment(at, committed)
    noticed = at + (rng.expovariate(1 / team.notice) if team.notice else 0.0)
    forward = team.hunt * len(part) + team.run_minutes
    return Deployment(at, committed, True, noticed + team.deploy + (0.0 if team.rollback else forward))


def sweep(team: Team, control: str, values: Iterable[Any], seed: int) -> tuple[Year, ...]:
    """A year for each value of one control, all with the same seed. Raises ModelError for a control there is not."""
    known = Team.__dataclass_fields__
    if control not in known:
        raise ModelError(
            f"a team has no control {control!r}; there are {', '.join(known)}{did_you_mean(control, known)}"
        )
    return tuple(simulate(replace(team, **{control: value}), Random(seed)) for value in values)
