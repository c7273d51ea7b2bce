"""Questions whose key is when a host is overloaded, and which workload has to leave so that it no longer is."""

from collections.abc import Sequence
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.datacenter_scenes import CORE, day_of, host, names, periods, spread
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import chosen
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.consolidation import Hour, Move, Packing, Room, Server, Workload, overloaded
from vlearn.sim.datacenter.consolidation.load import HOURS

PARTS = 6
HOURS_EACH = HOURS // PARTS


def overloaded_periods(rng: Random) -> Posed:
    """In which parts of the day do the workloads of a host want more cores than it has?"""
    while True:
        server, workloads = _drawn(rng, rng.choice((4, 5)))
        sums = [sum(row) for row in zip(*map(_cores, workloads), strict=True)]
        cores = server.cores // CORE
        over = _over(workloads, server)
        # A part that is nearly full and one that is exactly full, where there is one, are what readers get wrong.
        if 1 <= len(over) <= 4 and any(0.9 * cores <= total <= cores for total in sums):
            break
    answer = chosen(
        (part, n in over, f"{_sum(workloads, n, cores)}{_edge(sums[n], cores)}")
        for n, part in enumerate(periods(PARTS))
    )
    prompt = Text(
        f"{_setting(workloads, server)} In which parts of the day is the host overloaded, that is, do its workloads"
        " want more cores than it has? Choose all that apply."
    )
    told = "\n".join(f"- {part}: {_sum(workloads, n, cores)}" for n, part in enumerate(periods(PARTS)))
    moral = (
        "Only what is wanted at the same time adds up. A host that is exactly full is not overloaded, though it has"
        " nothing in reserve."
    )
    return Posed((prompt, _table(workloads)), answer, (Text(f"{told}\n\n{moral}"),),
                 _together(server, workloads))  # fmt: skip


def which_to_move(rng: Random) -> Posed:
    """Which one workload has to leave so that the host is never overloaded?"""
    spiky = rng.random() < 0.6
    while True:
        server, workloads = _drawn(rng, 4, spiky)
        rest = {w.name: tuple(other for other in workloads if other is not w) for w in workloads}
        after = {name: _over(others, server) for name, others in rest.items()}
        enough = [name for name, over in after.items() if not over]
        largest = max(workloads, key=lambda w: w.peak), max(workloads, key=lambda w: w.mean)
        if _over(workloads, server) and len(enough) == 1 and any(w.name != enough[0] for w in largest):
            break
    options, correct = distractors(
        rng, enough[0], ((name, _still(workloads, name, server)) for name in after if after[name]), 3
    )
    prompt = Text(
        f"{_setting(workloads, server)} At times the host is overloaded: its workloads want more cores than it has. One"
        " workload, with all its load, is to move to another host, so that what remains never overloads this one. Which"
        " one?"
    )
    over = _over(workloads, server)
    cores = server.cores // CORE
    told = "\n".join(f"- {periods(PARTS)[n]}: {_sum(workloads, n, cores)}" for n in over)
    words = (
        f"The host is overloaded here:\n\n{told}\n\nWithout {enough[0]} no part of the day wants more than {cores}"
        " cores; without any other workload one still does. What counts is a workload's share of the overload, not its"
        " own peak or its mean."
    )
    return Posed((prompt, _table(workloads)), SingleChoice(options, correct), (Text(words),),
                 _together(server, rest[enough[0]]))  # fmt: skip


def _drawn(rng: Random, count: int, spiky: bool = False) -> tuple[Server, tuple[Workload, ...]]:
    """Loads up to half of the host; with a spike, one has a larger peak where the others want least."""
    server = host(rng.choice((12, 16, 20, 24, 32)))
    most = server.cores // CORE // 2
    loads = [[rng.randrange(1, most) for _ in range(PARTS)] for _ in range(count)]
    if spiky:
        quiet = min(range(PARTS), key=lambda part: sum(row[part] for row in loads))
        rng.choice(loads)[quiet] = most + 1
    return server, tuple(spread(name, row) for name, row in zip(names(rng, count), loads, strict=True))


def _cores(workload: Workload) -> tuple[int, ...]:
    return tuple(load // CORE for load in workload.load[::HOURS_EACH])


def _over(workloads: Sequence[Workload], server: Server) -> list[int]:
    """The parts of the day in which all of these on one host want too much."""
    found = overloaded(workloads, Packing((0,) * len(workloads)), server)
    return sorted({hour // HOURS_EACH for _, hour in found})


def _sum(workloads: Sequence[Workload], part: int, cores: int) -> str:
    wanted = [_cores(w)[part] for w in workloads]
    return f"{' + '.join(map(str, wanted))} = {sum(wanted)} of {cores} cores."


def _edge(total: int, cores: int) -> str:
    """What tempts where a host is full, or nearly so."""
    if total == cores:
        return " It is full, and nobody waits."
    return " That is much, and there is still room." if cores > total >= 0.9 * cores else ""


def _still(workloads: Sequence[Workload], name: str, server: Server) -> str:
    """What remains when this workload goes, and why it may have been chosen."""
    rest = [workload for workload in workloads if workload.name != name]
    part = _over(rest, server)[0]
    leaving = next(workload for workload in workloads if workload.name == name)
    tempting = (
        ("No other has a larger peak, but from ", leaving.peak == max(w.peak for w in workloads)),
        ("No other wants more over the day, but from ", leaving.mean == max(w.mean for w in workloads)),
    )
    why = next((words for words, is_so in tempting if is_so), "From ")
    return f"{why}{periods(PARTS)[part]} the others still want {_sum(rest, part, server.cores // CORE)}"


def _together(server: Server, workloads: Sequence[Workload]) -> Replay[Room, Move | Hour]:
    return day_of(server, workloads, [Move(n, 0) for n in range(len(workloads))])


def _setting(workloads: Sequence[Workload], server: Server) -> str:
    return (
        f"{len(workloads)} workloads run on a host with {server.cores // CORE} cores. The table shows how many cores"
        " each of them wants; within a part of the day this does not change."
    )


def _table(workloads: Sequence[Workload]) -> Table:
    rows = zip(periods(PARTS), *map(_cores, workloads), strict=True)
    return Table(
        ("Part of the day", *(w.name for w in workloads)), tuple((part, *map(str, row)) for part, *row in rows)
    )
