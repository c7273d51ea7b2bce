"""The machine room, the guests, the spy and the monitors of chapter 1's notebook, and the wrong model of its bug hunt.

All workloads and servers are made up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vlearn.sim.datacenter.consolidation import (
    SERVER,
    Hour,
    Move,
    Room,
    Server,
    Workload,
    compare,
    furnish,
    live,
    moves,
    problem,
    workload,
)
from vlearn.sim.datacenter.consolidation.packing import Sizing
from vlearn.sim.datacenter.isolation import Attack, Cache, Prime, Probe, Work, attack
from vlearn.sim.datacenter.sharing import Balloon, Free, Memory, Share, Touch, overcommit
from vlearn.sim.datacenter.sharing.actions import Overcommitted
from vlearn.sim.datacenter.sharing.memory import Address
from vlearn.sim.virtualizability import EXTRA, FAITHFUL
from vlearn.sim.virtualizability.monitored import Monitored, guest, operate
from vlearn.sim.virtualizability.paper_sets import start_io
from vlearn.trace import Trace, run

SMALL_SERVER = Server(16_000, 64 * 1024)
"""16 cores and 64 GiB."""
TWELVE: tuple[Workload, ...] = tuple(
    workload(name, shape, cores * 1000, gib * 1024)
    for name, shape, cores, gib in (
        ("payroll", "office", 6, 8),
        ("mail", "office", 4, 16),
        ("shop", "shop", 8, 12),
        ("backup", "batch", 8, 4),
        ("dns", "steady", 1, 2),
        ("wiki", "office", 2, 4),
        ("desk", "office", 8, 8),
        ("search", "shop", 4, 24),
        ("games", "shop", 6, 8),
        ("reports", "batch", 6, 16),
        ("builds", "batch", 4, 8),
        ("monitor", "steady", 2, 12),
    )
)


def day(sizing: Sizing = "peak") -> Trace[Room]:
    """The twelve are consolidated, and live through a day."""
    given = problem(TWELVE, SMALL_SERVER, sizing=sizing)
    packing = compare(TWELVE, SMALL_SERVER, sizing=sizing).packing
    changes: list[Move | Hour] = [*moves(given, packing), *map(Hour, range(24))]
    return run(live, furnish(TWELVE, SMALL_SERVER), changes)


def squeezed(written: int = 8) -> Trace[Memory]:
    """Two guests of five pages each on six frames; guest 1 writes this to its page 0 once that is shared."""
    first = [Touch(0, page, content) for page, content in enumerate((7, 1, 2))]
    second = [Touch(1, page, content) for page, content in enumerate((7, 3, 4))]
    rest: list[Overcommitted] = [Share(), Touch(1, 0, written), Free(0, 2), Touch(0, 3, 5), Balloon(0, 2)]
    return run(overcommit, Memory.of(6, (5, 5)), [*first, *second, *rest, Touch(1, 3, 6), Touch(0, 0)])


_TOUCHED = ((0, 0, 7), (0, 1, 1), (0, 2, 2), (0, 3, 5), (1, 0, 7), (1, 1, 3))
_FILLED: list[Overcommitted] = [*(Touch(*given) for given in _TOUCHED), Free(0, 2)]
FULL: Memory = run(overcommit, Memory.of(6, (5, 5)), _FILLED).final
"""All six frames are in use, two of them for pages that are equal, one for a page that guest 0 has freed."""
COMING: tuple[Overcommitted, ...] = (Touch(1, 2, 4), Touch(1, 3, 6))
"""What guest 1 will touch next."""


def careless(actions: Iterable[Overcommitted]) -> dict[Address, tuple[int, int]]:
    """A wrong model, to be found out: pages are shared by a checksum. Which hold something else than was written?

    The value is what a page holds, and what its guest wrote. Two guests of 16 pages each, and 32 frames.
    """
    return _carelessly(actions)[0]


def shared_by_checksum(actions: Iterable[Overcommitted]) -> int:
    """How many pages `careless` has mapped to another's frame in the end."""
    return _carelessly(actions)[1].saved


def _carelessly(actions: Iterable[Overcommitted]) -> tuple[dict[Address, tuple[int, int]], Memory]:
    memory, written = Memory.of(32, (16, 16)), dict[Address, int]()
    for action in actions:
        if isinstance(action, Share):
            memory = _share(memory)
            continue
        memory = run(overcommit, memory, [action]).final
        if isinstance(action, Touch) and action.content is not None:
            written[action.guest, action.page] = action.content
        elif isinstance(action, Free):
            written.pop((action.guest, action.page), None)
    held = {address: (memory.page(address).content, content) for address, content in written.items()}
    return {address: pair for address, pair in held.items() if pair[0] != pair[1]}, memory


def _share(memory: Memory) -> Memory:
    first: dict[int, Address] = {}
    for address in memory.mapped:
        page = memory.page(address)
        other = memory.page(first.setdefault(page.content * 7 % 16, address))
        memory = memory.put(address, replace(page, frame=other.frame, content=other.content))
    return memory


def spied(secret: tuple[int, ...] = (1, 0, 0, 1)) -> Trace[Attack]:
    """Prime, work and probe for each bit; for the second, the victim also loads line 3, which no bit decides on."""
    rounds = [(Prime(), Work((3,) if n == 1 else ()), Probe()) for n in range(len(secret))]
    return run(attack, Attack(Cache.of(8, 4), secret), [move for moves in rounds for move in moves])


INNOCUOUS = ("ADD",)


def monitors() -> Mapping[str, Trace[Monitored]]:
    """A small kernel under four monitors, three of which break a requirement."""
    words, code = {2: 3, 3: 4, 5: 7}, ["ADD 2", "SIO 5", "ADD 3", "HLT 0"]
    peeking = ["ADD 2", "GMODE 7", "ADD 3", "HLT 0"]
    table = {**FAITHFUL, **EXTRA}
    guests = {
        "traps what is sensitive": guest(code, table, words),
        "lets the mode be read": guest(peeking, table, words),
        "interprets everything": guest(code, table, words, hybrid=True),
        "lets input and output through": guest(code, {**table, "SIO": start_io}, words),
    }
    return {name: run(operate, one, range(len(code))) for name, one in guests.items()}


BIG_SERVER = replace(SERVER, memory=64 * 1024, idle=100.0, busy=300.0)
"""32 cores, 64 GiB, 100 W idle and 300 W with all cores busy: the server of the exercise about energy."""
TEN = tuple(Workload(f"w{n}", (4000,) * 24, 16 * 1024) for n in range(10))
"""4 cores all day and 16 GiB each."""
