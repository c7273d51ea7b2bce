"""Questions whose key is a packing of virtual machines: where first fit puts each, and how few hosts can do.

The machines are few, and the fewest hosts are drawn so that a bound which can be seen by eye proves them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.datacenter_scenes import CORE, GIB, host, lived, machine, names, share
from vlearn.questions.generators.forms import asked_below, listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.sim.datacenter.consolidation import Move, Packing, Problem, Server, Workload, moves, pack, problem

UNITS = ("cores", "GiB")
HEADER = ("Machine", "Cores", "GiB", "Host")
HEADROOMS = (Fraction(0), Fraction(1, 10), Fraction(1, 5), Fraction(1, 4))


@dataclass(frozen=True, slots=True)
class Scene:
    """Machines in the order in which they are shown, and hosts of which a share stays free."""

    machines: tuple[Workload, ...]
    server: Server
    headroom: Fraction

    @property
    def problem(self) -> Problem:
        """The packing."""
        return problem(self.machines, self.server, self.headroom)


def first_fit_run(rng: Random) -> Posed:
    """Fill in the host of each machine, by first fit in the order of the table."""
    while True:
        scene = _drawn(rng, rng.choice((7, 8)))
        given = scene.problem
        packing = pack(given, "first", decreasing=False)
        returns = sum(b < a for a, b in zip(packing.servers, packing.servers[1:], strict=False))
        if packing.hosts in (3, 4) and returns >= 2:
            break
    rows = [(*row, str(server + 1)) for row, server in zip(_rows(given), packing.servers, strict=True)]
    prompt = Text(
        f"{_setting(given, scene.headroom)} The machines are placed in the order of the table by first fit: each goes"
        " to the first host, counted from 1, that has room left for its cores and for its memory, and to a new one only"
        " if none of them has. Machines that have been placed stay where they are. Fill in the number of each machine's"
        " host."
    )
    replay = lived(scene.server, scene.machines, [Move(n, server) for n, server in enumerate(packing.servers)])
    solution = (*_filled(given, packing, HEADER[3]), _why_first())
    return Posed((prompt,), asked_below(HEADER, rows, "Host"), solution, replay)


def fewest_hosts(rng: Random) -> Posed:
    """How few hosts can do, where first fit in the order of the table takes more?"""
    while True:
        scene = _drawn(rng, rng.choice((6, 7, 8)))
        given = scene.problem
        least, reason = _bound(given)
        if pack(given, "best").hosts == least < pack(given, "first", decreasing=False).hosts:
            break
    packing = pack(given, "best")  # as few as the bound: an optimum
    prompt = Text(
        f"{_setting(given, scene.headroom)} You may place the machines in any way and any order. What is the smallest"
        " number of hosts that can carry all of them?"
    )
    table = Table(HEADER[:3], _rows(given))
    taken = pack(given, "first", decreasing=False).hosts
    told = Text(
        f"**{packing.hosts} hosts** do, as the table shows, and fewer cannot: {reason}. First fit in the order of the"
        f" question would take {taken}: small machines that come early take the room that large ones need later."
    )
    answer = Numeric(Fraction(packing.hosts), unit="hosts")
    return Posed((prompt, table), answer, (*_filled(given, packing, "One way"), told),
                 lived(scene.server, scene.machines, moves(given, packing)))  # fmt: skip


def _drawn(rng: Random, count: int) -> Scene:
    """Machines of some tenths of a host; their cores and their memory have little to do with each other."""
    headroom = rng.choice(HEADROOMS)
    server = host(rng.choice((20, 40)), rng.choice((80, 120, 160, 240)))
    cores, memory = (int(there * (1 - headroom)) for there in (server.cores // CORE, server.memory // GIB))
    step = memory // 15
    machines = tuple(
        machine(name, max(1, rng.randrange(2, 13) * cores // 20), rng.randrange(2, 11) * step)
        for name in names(rng, count)
    )
    return Scene(tuple(rng.sample(machines, count)), server, headroom)


def _setting(given: Problem, headroom: Fraction) -> str:
    cores, memory = (round(full / (1 - headroom)) for full in _whole(given.capacity))
    keeps = (
        "all of them may be given away"
        if not headroom
        else f"{share(headroom)} of its cores and of its memory stay free in any case"
    )
    return (
        f"Virtual machines are to be placed on hosts that are all alike: a host has {cores} cores and {memory} GiB, and"
        f" {keeps}. A machine needs its cores and its memory all day, on one host. Nothing is over-committed."
    )


def _whole(demand: Sequence[int]) -> tuple[int, int]:
    return demand[0] // CORE, demand[1] // GIB


def _rows(given: Problem) -> tuple[tuple[str, str, str], ...]:
    pairs = zip(given.names, map(_whole, given.demands), strict=True)
    return tuple((name, str(cores), str(memory)) for name, (cores, memory) in pairs)


def _bound(given: Problem) -> tuple[int, str]:
    """Hosts that cannot be spared, by a sum or by the machines that are larger than half a host, and why."""
    found = []
    sizes = zip(*map(_whole, given.demands), strict=True)
    for unit, full, wanted in zip(UNITS, _whole(given.capacity), sizes, strict=True):
        total, large = sum(wanted), [n for n, size in zip(given.names, wanted, strict=True) if 2 * size > full]
        least = -(-total // full)
        found.append((least, f"together they need {total} {unit}, and {_may_give(least - 1, full)}"))
        if large:
            why = f"{listed(large)} need more than half of a host's {full} {unit} each, so no two of them fit together"
            found.append((len(large), why))
    return max(found, key=lambda pair: pair[0])


def _may_give(hosts: int, full: int) -> str:
    return f"{hosts} hosts may give {hosts * full}" if hosts > 1 else f"a single host may give {full}"


def _filled(given: Problem, packing: Packing, caption: str) -> tuple[Table, Text]:
    """What each host carries, and what it may carry."""
    rows = []
    for number, guests in enumerate(packing.guests(), 1):
        cores, memory = (sum(part) for part in zip(*(_whole(given.demands[n]) for n in guests), strict=True))
        rows.append((str(number), listed([given.names[n] for n in guests]), str(cores), str(memory)))
    cores, memory = _whole(given.capacity)
    return (
        Table((caption, "Machines", "Cores", "GiB"), tuple(rows)),
        Text(f"A host may give {cores} cores and {memory} GiB."),
    )


def _why_first() -> Text:
    return Text(
        "Both resources count: a host with cores to spare has no room for a machine whose memory does not fit. An"
        " earlier host stays open, so a small machine can go back to it."
    )
