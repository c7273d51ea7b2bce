"""What questions about a data centre have in common: names, machines by cores and GiB, and loads that last for hours.

All workloads, servers and watts of these questions are made up.
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.consolidation import Hour, Move, Room, Server, Workload, furnish, live
from vlearn.sim.datacenter.consolidation.load import HOURS
from vlearn.views.datacenter_room import draw_room

NAMES = ("archive", "billing", "chat", "forum", "ledger", "mail", "maps", "search", "shop", "wiki")
CORE, GIB = 1000, 1024
"""A core in millicores, a GiB in MiB: the units of the model."""


def names(rng: Random, count: int) -> list[str]:
    """So many workloads by name, in alphabetical order."""
    return sorted(rng.sample(NAMES, count))


def machine(name: str, cores: int, memory: int) -> Workload:
    """A virtual machine that needs so many cores all day, and so many GiB."""
    return spread(name, (cores,), memory)


def spread(name: str, cores: Sequence[int], memory: int = 0) -> Workload:
    """A workload that needs so many cores in each of the equal parts of a day, and so many GiB."""
    hours = HOURS // len(cores)
    return Workload(name, tuple(part * CORE for part in cores for _ in range(hours)), memory * GIB)


def host(cores: int, memory: int = 1024, idle: int = 100, busy: int = 300) -> Server:
    """A server with so many cores and GiB, and the watts that it draws when idle and when busy."""
    return Server(cores * CORE, memory * GIB, idle, busy)


def periods(count: int) -> tuple[str, ...]:
    """The equal parts of a day, such as `06:00 to 12:00`."""
    hours = HOURS // count
    return tuple(f"{n * hours:02}:00 to {(n + 1) * hours:02}:00" for n in range(count))


def day_of(server: Server, workloads: Sequence[Workload], moves: Sequence[Move]) -> Replay[Room, Move | Hour]:
    """The workloads move together, and then a day passes by the hour."""
    return lived(server, workloads, [*moves, *(Hour(hour) for hour in range(HOURS))])


def lived(server: Server, workloads: Sequence[Workload], actions: Sequence[Move | Hour]) -> Replay[Room, Move | Hour]:
    """What happens in a room with a server for each workload."""
    return Replay(live, furnish(workloads, server), tuple(actions), draw_room)


def share(part: Fraction) -> str:
    """A share in per cent."""
    return f"{float(part):.0%}"
