"""A question whose key is the energy that a day takes before or after consolidation, by the linear model of power."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.datacenter_scenes import CORE, day_of, host, names, spread
from vlearn.questions.generators.forms import figure, listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.sim.datacenter.consolidation import Packing, Server, Workload, energy, moves, pack, problem, watts

BEFORE, AFTER, SAVED = "before", "after", "saved"
ASKED = {
    BEFORE: "How much energy do the servers take in a day **before** the move?",
    AFTER: "How much energy do the servers take in a day **after** the move?",
    SAVED: "How much energy does the move save in a day?",
}


def energy_of_a_day(rng: Random) -> Posed:
    """How many kilowatt-hours do the servers take in a day, before or after, or how many are saved?"""
    asked = rng.choice((BEFORE, AFTER, AFTER, SAVED))
    while True:
        cores, idle, each = rng.choice((10, 16, 20, 25)), rng.randrange(60, 181, 10), rng.choice((4, 5, 6, 8, 10))
        server = host(cores, idle=idle, busy=idle + each * cores)
        workloads = tuple(
            spread(name, (rng.randrange(1, cores // 3 + 1), rng.randrange(1, cores // 2 + 1)))
            for name in names(rng, rng.choice((4, 5, 6)))
        )
        given = problem(workloads, server, Fraction(0), "hour")
        packing = pack(given, "best")
        if 1 < packing.hosts <= len(workloads) - 2:
            break
    alone = Packing(tuple(range(len(workloads))))
    kwh = {
        BEFORE: _exact(energy(workloads, alone, server)),
        AFTER: _exact(energy(workloads, packing, server)),
    }
    kwh[SAVED] = kwh[BEFORE] - kwh[AFTER]
    groups = [listed([workloads[n].name for n in guests]) for guests in packing.guests()]
    places = "; ".join(f"{group} on {name}" for group, name in zip(groups, ("one", "another", "a third"), strict=False))
    prompt = Text(
        f"{len(workloads)} servers of one model have {cores} cores each and run one workload each. A server draws"
        f" {idle} W when idle and {server.busy:g} W when all its cores are busy, and in between the power grows in"
        " proportion to the busy cores. The table shows how many cores each workload keeps busy in each half of a day;"
        f" within a half this does not change. Then the workloads move together: {places}. The other servers are"
        f" switched off and draw nothing, and the work stays the same. {ASKED[asked]}"
    )
    table = Table(("Workload", "00:00 to 12:00", "12:00 to 24:00"), tuple(_row(w) for w in workloads))
    value = kwh[asked]
    return Posed((prompt, table), Numeric(value, value / 200, "kWh"),
                 _solution(workloads, server, packing, kwh, asked),
                 day_of(server, workloads, moves(given, packing)))  # fmt: skip


def _exact(kwh: float) -> Fraction:
    return Fraction(round(kwh, 6)).limit_denominator(10_000)


def _row(workload: Workload) -> tuple[str, str, str]:
    return workload.name, str(workload.load[0] // CORE), str(workload.load[12] // CORE)


def _solution(
    workloads: tuple[Workload, ...], server: Server, packing: Packing, kwh: dict[str, Fraction], asked: str
) -> tuple[Text, ...]:
    early, late = (sum(w.load[hour] for w in workloads) for hour in (0, 12))
    core = watts(server, CORE) - server.idle
    hours = Fraction((early + late) * 12, CORE)
    off = len(workloads) - packing.hosts
    return (
        Text(
            f"A busy core draws ({server.busy:g} − {server.idle:g}) / {server.cores // CORE} = {core:g} W more. All"
            f" workloads together keep {early // CORE} cores busy for 12 hours and {late // CORE} for the other 12:"
            f" {figure(hours)} core hours, which take {figure(hours * Fraction(core) / 1000)} kWh wherever they run."
        ),
        Text(
            f"Being switched on takes {server.idle:g} W × 24 h = {figure(Fraction(server.idle) * 24 / 1000)} kWh for"
            f" each server. With {len(workloads)} servers that makes {figure(kwh[BEFORE])} kWh, with {packing.hosts}"
            f" {figure(kwh[AFTER])} kWh. What is saved, {figure(kwh[SAVED])} kWh, is the idle power of the {off}"
            f" that are off, and nothing else. Asked for: **{figure(kwh[asked])} kWh**."
        ),
    )
