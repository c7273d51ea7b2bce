"""Checks of chapter 15 about what services run on: limits that a Compose file sets, and which platform a demand needs.

All demands and sizes are made up. The limits act on the model's control groups, as they would on the kernel's.
"""

from dataclasses import dataclass
from typing import Any

from vlearn.blocks import Table
from vlearn.lab.exercise import Hint
from vlearn.sim.containers.cgroups.access import make_group, write
from vlearn.sim.containers.cgroups.memory import Allocate, use_memory
from vlearn.sim.containers.cgroups.processes import fork
from vlearn.sim.containers.cgroups.state import Cgroups, Machine
from vlearn.sim.engine.compose.load import load
from vlearn.trace import run

MIB = 1 << 20
MEMORY, PROCESSES = 8192, 300
"""MiB and processes that the host has for its containers."""
NEEDS = {"orders": (1024, 50), "search": (2048, 40)}
"""MiB and processes of each service on a good day."""

UNLIMITED = """\
services:
  orders:
    image: registry.example/orders:3
  search:
    image: registry.example/search:5
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """MiB and processes that a container may have; None for any number."""

    memory: int | None
    processes: int | None


def taken(limits: Limits, memory: int, processes: int) -> tuple[int, int, bool]:
    """MiB and processes that a container holds at most if it asks for these, and whether it got them all."""
    group, first = "/service", 2
    cgroups = write(Cgroups.unified(Machine()), "/cgroup.subtree_control", "+memory +pids")
    cgroups = make_group(cgroups, group)
    for name, limit, unit in (("memory.max", limits.memory, MIB), ("pids.max", limits.processes, 1)):
        if limit is not None:
            cgroups = write(cgroups, f"{group}/{name}", str(limit * unit))
    cgroups, _ = fork(cgroups, 1, first)
    cgroups = write(cgroups, f"{group}/cgroup.procs", str(first))
    forked, refused = 1, ""
    while forked < processes and not refused:
        cgroups, refused = fork(cgroups, first, first + forked)
        forked += not refused
    killed = run(use_memory, cgroups, [Allocate(first, memory * MIB)]).final.killed
    held = min(memory, limits.memory) if limits.memory is not None else memory
    return held, forked, not killed and not refused


def limits(answer: Any) -> Hint | None:
    """A service that leaks memory and forks without end leaves its neighbour enough, and works on a good day."""
    if not isinstance(answer, str):
        return Hint('Give the text of the whole Compose file, as in `answer = """services: ..."""`.')
    services = load(answer, "shop").services
    if missing := [name for name in NEEDS if name not in services]:
        return Hint(f"The service `{missing[0]}` is gone from the file.")
    if several := [name for name in NEEDS if services[name].scale != 1]:
        return Hint(f"Leave `{several[0]}` at one container: a limit is one container's.")
    set_for = {
        name: Limits(services[name].settings.memory // MIB or None, services[name].settings.pids_limit or None)
        for name in NEEDS
    }
    for name, needs in NEEDS.items():
        if not taken(set_for[name], *needs)[2]:
            return Hint(
                f"Now `{name}` cannot work on a good day: it needs {needs[0]} MiB and {needs[1]} processes, and its"
                f" limits are {_said(set_for[name])}."
            )
    memory, processes, _ = taken(set_for["search"], MEMORY, PROCESSES)
    others = " A limit for `orders` does not stop it." if set_for["orders"] != Limits(None, None) else ""
    if MEMORY - memory < NEEDS["orders"][0]:
        return Hint(
            f"`search` leaks until it has {memory} MiB of the host's {MEMORY}: too little is left for `orders`.{others}"
        )
    if PROCESSES - processes < NEEDS["orders"][1]:
        return Hint(
            f"`search` starts {processes} of the {PROCESSES} processes that the host can have: too few are left for"
            f" `orders`.{others} A limit for memory counts bytes."
        )
    return None


def _said(limits: Limits) -> str:
    memory = "any memory" if limits.memory is None else f"{limits.memory} MiB"
    return f"{memory} and {'any number of' if limits.processes is None else limits.processes} processes"


@dataclass(frozen=True, slots=True)
class Demand:
    """What an application asks: GiB at its peak, minutes that it may rest if its host is lost, and who adds copies."""

    words: str
    memory: int
    rest: int
    by_load: bool


HOST, BY_HAND = 64, 60
"""GiB of the only host, and minutes until somebody has started everything on another one."""
DEMANDS = {
    "laptop": Demand("a developer tries out twelve services", 20, 1440, False),
    "payments": Demand("payments of a bank, all day and night", 8, 1, False),
    "archive": Demand("a film archive, open by day", 150, 1440, False),
    "news": Demand("a news site; nobody knows when the rush comes", 40, 120, True),
    "builds": Demand("tests that crash daily and are to be started again", 30, 480, False),
    "club": Demand("a club's tickets; its two rushes are in the calendar", 60, 90, False),
}


def demand_table() -> Table:
    """The applications, by name."""
    rows = tuple(
        (name, one.words, f"{one.memory} GiB", f"{one.rest} min", "by the load, at once" if one.by_load else "by hand")
        for name, one in DEMANDS.items()
    )
    header = ("Name", "What", "Memory at its peak", "May rest if its host is lost", "Copies are added")
    return Table(
        header, rows, f"A host has {HOST} GiB. To set up another one by hand takes {BY_HAND} min. Figures made up."
    )


def beyond_compose(demand: Demand) -> str:
    """What Compose on one host cannot do of it, in a question; empty if it can do all."""
    if demand.memory > HOST:
        return "On how many hosts does it run?"
    if demand.rest < BY_HAND:
        return "The host burns down. Who starts it elsewhere, and how soon?"
    return "Who adds copies while everybody sleeps?" if demand.by_load else ""


def platforms(answer: Any) -> Hint | None:
    """Those that need an orchestrator, and no others."""
    if not isinstance(answer, (set, frozenset, list, tuple)) or not all(isinstance(name, str) for name in answer):
        return Hint('Give a set of names, such as `{"laptop", "club"}`.')
    if strange := sorted(set(answer) - DEMANDS.keys()):
        return Hint(f"No application is called {strange[0]!r}; there are {', '.join(DEMANDS)}.")
    for name, demand in DEMANDS.items():
        reason = beyond_compose(demand)
        if reason and name not in answer:
            return Hint(f"Compose is not enough for `{name}`. {reason}")
        if not reason and name in answer:
            return Hint(
                f"`{name}` would get by without one: it fits on a host, may rest until another one is set up, and"
                " somebody adds its copies. A restart policy does the rest."
            )
    return None
