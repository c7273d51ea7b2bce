"""Questions whose key is the processor time of control groups under weights and quotas.

Keys are the scheduler's own figures. Scenes are drawn until they agree, within a slice, with the arithmetic that a
student does: time is poured into the groups by weight, and what one of them cannot use goes to the others.
"""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.containers.cgroups.layout import grouped
from vlearn.sim.containers.cgroups.processors import Compute, Pass, ProcessorAction, Processors
from vlearn.sim.containers.cgroups.schedule import use_processors
from vlearn.views.containers_cpu import draw_processors

SECOND, PERIOD, SLICE = 1_000_000, 100_000, 10_000
WEIGHTS = (50, 100, 100, 200, 300, 400)
QUOTAS = (10_000, 20_000, 25_000, 50_000, 75_000, 120_000)
NAMES = ("web", "db", "batch", "logs", "search", "mail")


@dataclass(frozen=True, slots=True)
class Share:
    """A group: its weight, its quota in microseconds of each 100 ms, and how many of its processes compute."""

    name: str
    weight: int
    quota: int | None
    busy: int

    def most(self, cpus: int) -> Fraction:
        """Processors it can use at once, on average."""
        limit = Fraction(cpus) if self.quota is None else Fraction(self.quota, PERIOD)
        return min(limit, Fraction(self.busy))


def poured(shares: tuple[Share, ...], cpus: int) -> dict[str, Fraction]:
    """Processors for each group: shared by weight, and again what those that are full leave over."""
    given, left, open_ = dict.fromkeys((one.name for one in shares), Fraction(0)), Fraction(cpus), list(shares)
    while open_ and left:
        total = sum(one.weight for one in open_)
        full = [one for one in open_ if one.most(cpus) <= left * one.weight / total]
        for one in full or open_:
            given[one.name] = one.most(cpus) if full else left * one.weight / total
        left = Fraction(cpus) - sum(given.values()) if full else Fraction(0)
        open_ = [one for one in open_ if one not in full]
    return given


def processor_time(rng: Random, groups: int = 3) -> Posed:
    """How many milliseconds of processor time does one of the groups get in a second?"""
    while True:
        cpus, shares = rng.choice((1, 1, 2, 2, 4)), _drawn(rng, groups)
        if sum(bool(one.busy) for one in shares) < 2:
            continue
        asked = rng.choice([one for one in shares if one.busy])
        value = poured(shares, cpus)[asked.name] * 1000
        if value.denominator > 1:
            continue
        replay = _replay(shares, cpus)
        end = replay.trace().final
        if abs(Fraction(end.used((asked.name,)), 1000) - value) <= SLICE // 1000:
            break
    head = ("Group", "cpu.weight", "cpu.max", "Processes that compute all the time")
    table = Table(
        head,
        tuple((one.name, str(one.weight), _limit(one.quota), str(one.busy) if one.busy else "none") for one in shares),
    )
    many = f"{cpus} processors" if cpus > 1 else "one processor"
    prompt = Text(
        f"On a machine with {many}, these groups are the only children of the root that have processes. How many"
        f" milliseconds of processor time does `{asked.name}` get in one second, if time is shared out exactly?"
    )
    answer = Numeric(value, Fraction(max(SLICE // 1000, round(value / 50))), "ms")
    return Posed((prompt, table), answer, (_told(shares, cpus, asked, value), _measured(end, shares)), replay)


def done_under_quota(rng: Random) -> Posed:
    """When is a request done whose processes need more time than the quota of a period has?"""
    while True:
        quota, period = rng.choice((10, 20, 25, 30, 40, 50, 60)), rng.choice((50, 100, 100, 200))
        threads, work = rng.choice((1, 1, 2, 4)), rng.randrange(20, 200, 5)
        if quota < period * threads and quota % threads == 0 and quota < threads * work < 4 * quota + 20:
            break
    name, pids = rng.choice(NAMES), tuple(range(20, 20 + threads))
    cgroups = grouped({f"/{name}": pids}, {f"/{name}/cpu.max": f"{quota * 1000} {period * 1000}"}, cpus=threads)
    begin: tuple[ProcessorAction, ...] = tuple(Compute(pid, work * 1000) for pid in pids)
    actions = (*begin, Pass(12 * period * 1000))
    replay = Replay(use_processors, Processors(cgroups), actions, draw_processors)
    ends = [step.state.now for step in replay.trace().steps if step.event.kind == "finish"]
    value = Fraction(max(ends), 1000)
    whom = "one process" if threads == 1 else f"{threads} processes, each on a processor of its own,"
    prompt = Text(
        f"The file `cpu.max` of the group `{name}` says `{quota * 1000} {period * 1000}`. At the beginning of a period,"
        f" {whom} of this group {'begins' if threads == 1 else 'begin'} to work on a request, and"
        f" {'needs' if threads == 1 else 'each needs'} {work} ms of processor time for it. Nothing else wants to run."
        " After how many milliseconds is the request done? (What a real scheduler hands out in slices is left out.)"
    )
    whole = -(-threads * work // quota) - 1
    rest = Fraction(threads * work - whole * quota, threads)
    used_up = "one alone uses" if threads == 1 else f"{threads} at once use"
    told = Text(
        f"A period gives {quota} ms to all processes of the group together; {used_up} them up in"
        f" {quota // threads} ms, and then the group waits for the next period. {threads} × {work} ms ="
        f" {threads * work} ms are {whole} whole quota{'s' if whole > 1 else ''} and"
        f" {threads * work - whole * quota} ms:"
        f" {whole} × {period} ms + {float(rest):g} ms = **{float(value):g} ms**."
    )
    return Posed((prompt,), Numeric(value, Fraction(1, 2), "ms"), (told,), replay)


def _drawn(rng: Random, groups: int) -> tuple[Share, ...]:
    limited = rng.randrange(groups + 1)  # the last number means none
    return tuple(
        Share(name, rng.choice(WEIGHTS), rng.choice(QUOTAS) if n == limited else None, rng.choice((0, 1, 1, 2, 3, 4)))
        for n, name in enumerate(rng.sample(NAMES, groups))
    )


def _replay(shares: tuple[Share, ...], cpus: int) -> Replay[Processors, ProcessorAction]:
    groups, files, first = {}, {}, 20
    for one in shares:
        groups[f"/{one.name}"] = tuple(range(first, first + one.busy))
        files[f"/{one.name}/cpu.weight"] = str(one.weight)
        if one.quota is not None:
            files[f"/{one.name}/cpu.max"] = _limit(one.quota)
        first += 10
    cgroups = grouped(groups, files, cpus)
    work: tuple[ProcessorAction, ...] = tuple(Compute(pid) for pids in groups.values() for pid in pids)
    return Replay(use_processors, Processors(cgroups, slice=SLICE), (*work, Pass(SECOND)), draw_processors)


def _limit(quota: int | None) -> str:
    return f"{'max' if quota is None else quota} {PERIOD}"


def _told(shares: tuple[Share, ...], cpus: int, asked: Share, value: Fraction) -> Text:
    total = sum(one.weight for one in shares if one.busy)
    by_weight = Fraction(1000 * cpus * asked.weight, total)
    words = (
        f"Groups in which nobody computes take no part. By weight alone, `{asked.name}` would get {asked.weight} of"
        f" {total} parts of {1000 * cpus} ms: {float(by_weight):.4g} ms. No group gets more than its quota, nor more"
        " processors than it has processes that compute; what it cannot use, the others share by weight. The number of"
        f" its processes does not count otherwise. So: **{float(value):.4g} ms**."
    )
    return Text(words)


def _measured(end: Processors, shares: tuple[Share, ...]) -> Table:
    rows = tuple((one.name, f"{end.used((one.name,)) / 1000:g}") for one in shares)
    return Table(("Group", "Used in 1000 ms"), rows, "What the scheduler of the model gives, in slices of 10 ms")
