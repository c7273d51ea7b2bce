"""A question whose key is what each way of sizing workloads costs in hosts: by peaks, by the hour, by the mean."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.datacenter_scenes import CORE, host, names, periods, spread
from vlearn.questions.generators.forms import asked_below, figure, listed
from vlearn.questions.generators.posed import Posed
from vlearn.sim.datacenter.consolidation import Packing, Server, Workload, lower_bound, overloaded, pack, problem
from vlearn.sim.datacenter.consolidation.packing import SIZINGS, Sizing

PARTS = 4
RULES: dict[Sizing, str] = {
    "peak": "at no host do the peaks of its workloads add up to more than its cores",
    "hour": "at no host do its workloads need more than its cores at the same time",
    "mean": "at no host do the means of its workloads add up to more than its cores",
}
"""What each way of sizing demands, by its name in the model."""


def sizing_rules(rng: Random) -> Posed:
    """Fill in the fewest hosts under each of the three rules."""
    while True:
        server = host(rng.choice((16, 20, 24, 32)))
        workloads = _drawn(rng, server.cores // CORE)
        found = {sizing: packing for sizing in SIZINGS if (packing := _fewest(workloads, server, sizing))}
        hosts = [packing.hosts for packing in found.values()]
        if len(hosts) == len(SIZINGS) and hosts[0] > hosts[1] >= hosts[2]:
            break
    rows = tuple((rule.capitalize(), str(count)) for rule, count in zip(RULES.values(), hosts, strict=True))
    cores = server.cores // CORE
    prompt = Text(
        f"The table shows how many cores each workload needs in each quarter of a day; within a quarter the need does"
        f" not change. A workload runs on one host all day, hosts have {cores} cores, memory is plentiful, and no cores"
        " are kept in reserve. How few hosts can do under each of the three rules, if the workloads are placed as well"
        " as can be?"
    )
    parts = tuple(zip(*_cores(workloads), strict=True))
    table = Table(
        ("Workload", *periods(PARTS)),
        tuple((w.name, *map(str, row)) for w, row in zip(workloads, _cores(workloads), strict=True)),
    )
    header = ("Rule", "Hosts")
    return Posed((prompt, table), asked_below(header, rows, "Hosts"),
                 (_placed(workloads, server, found), _solution(workloads, server, parts)))  # fmt: skip


def _drawn(rng: Random, cores: int) -> tuple[Workload, ...]:
    """Workloads with a peak in one quarter and little to do in others; means are whole cores or halves."""
    drawn = []
    for name in names(rng, rng.choice((4, 5))):
        while True:
            peak = rng.randrange(cores // 4, 3 * cores // 4 + 1)
            loads = [rng.randrange(1, max(2, peak // 2)) for _ in range(PARTS)]
            loads[rng.randrange(PARTS)] = peak
            if sum(loads) % 2 == 0:
                break
        drawn.append(spread(name, loads))
    return tuple(drawn)


def _cores(workloads: tuple[Workload, ...]) -> list[tuple[int, ...]]:
    return [tuple(load // CORE for load in workload.load[:: 24 // PARTS]) for workload in workloads]


def _fewest(workloads: tuple[Workload, ...], server: Server, sizing: Sizing) -> Packing | None:
    """The best packing, where a bound proves it at once."""
    given = problem(workloads, server, Fraction(0), sizing)
    packing = pack(given, "best")
    return packing if packing.hosts == lower_bound(given) else None


def _placed(workloads: tuple[Workload, ...], server: Server, found: dict[Sizing, Packing]) -> Table:
    """For each rule a way to place the workloads, and how often it overloads a host."""
    rows = []
    for packing in found.values():
        groups = [listed([workloads[n].name for n in guests]) for guests in packing.guests()]
        hours = len(overloaded(workloads, packing, server))
        rows.append((str(packing.hosts), "; ".join(groups), f"{hours} hours" if hours else "never"))
    return Table(("Hosts", "One way to place them", "A host is overloaded"), tuple(rows))


def _solution(
    workloads: tuple[Workload, ...],
    server: Server,
    parts: tuple[tuple[int, ...], ...],
) -> Text:
    peaks = sum(w.peak for w in workloads) // CORE
    means = Fraction(sum(w.mean for w in workloads), CORE)
    return Text(
        f"The peaks add up to {peaks} cores, the busiest quarter to {max(map(sum, parts))}, the means to"
        f" {figure(means)}; a host has {server.cores // CORE}, and a workload cannot be divided. Peaks at"
        " different times make the first rule too careful. The third promises room that may not be there when it is"
        " needed: where a quarter wants more than all cores of a host, work waits."
    )
