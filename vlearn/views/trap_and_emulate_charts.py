"""What chapter 4 measures: updates that a guest loses, signs that a probe finds, events for each pass or page."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from vlearn.blocks import Chart, Series, Table
from vlearn.sim.cpu import assemble
from vlearn.sim.cpu.paging import read_physical
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import GUESTS, guest, source
from vlearn.sim.monitors.translation import BINARY_TRANSLATION
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.vm import Monitor, run_guest

MONITORS: dict[str, Monitor[Any]] = {"trap-and-emulate": TRAP_AND_EMULATE, "binary translation": BINARY_TRANSLATION}
_ORIGIN = 0x4000


@cache
def _labels() -> dict[str, int]:
    return dict(assemble(source("flags"), _ORIGIN, GUESTS["flags"].parameters).labels)


def lost_by(monitor: Monitor[Any], interval: int, rounds: int) -> int:
    """How many updates of its counter the guest `flags` loses: rounds and ticks, less what the counter says."""
    memory = run_guest(monitor, monitor.start(guest("flags", INTERVAL=interval, ROUNDS=rounds))).vm.guest.memory
    ticks, counter = (read_physical(memory, _labels()[name], 4) for name in ("ticks", "counter"))
    return rounds + ticks - counter


def lost_updates(intervals: Sequence[int], rounds: int = 20) -> Chart:
    """Lost updates against the timer's interval, on bare metal and under two monitors."""
    monitors: dict[str, Monitor[Any]] = {"bare metal": BARE, **MONITORS}
    series = (
        Series(name, tuple(map(float, intervals)), tuple(float(lost_by(one, n, rounds)) for n in intervals))
        for name, one in monitors.items()
    )
    title = f"A critical section made with POPF, {rounds} rounds"
    return Chart(title, "timer interval (instructions)", "lost updates", tuple(series))


def probe_table(compression: str, umip: bool) -> Table:
    """What the guest `probe` reads on bare metal and under a monitor, and whether it notices."""
    monitor = trap_and_emulate(compression, umip)
    bare = run_guest(BARE, BARE.start(guest("probe"))).vm.guest.console.splitlines()[:-1]
    seen = run_guest(monitor, monitor.start(guest("probe"))).vm.guest.console.splitlines()[:-1]
    rows = []
    for alone, other in zip(bare, seen, strict=True):
        (name, expected), (_, found) = alone.split(), other.split()
        rows.append((name, expected, found.rstrip("!"), "a sign" if found.endswith("!") else ""))
    head = ("Asked with", "On bare metal", "Under the monitor", "The guest notices")
    return Table(head, tuple(rows), f"Signs: {sum(bool(row[3]) for row in rows)} of {len(rows)}")


def cache_counts(rounds: Sequence[int]) -> Chart:
    """Translations, look-ups and chained jumps of the guest `hot_loop`, against its rounds."""
    runs = [run_guest(BINARY_TRANSLATION, BINARY_TRANSLATION.start(guest("hot_loop", ROUNDS=n))).vm for n in rounds]
    kinds = ("translation", "look-up", "chained")
    series = (Series(kind, tuple(map(float, rounds)), tuple(float(vm.counts[kind]) for vm in runs)) for kind in kinds)
    return Chart("A loop under binary translation", "rounds of the loop", "times", tuple(series))


def traps_of_mapping(pages: Sequence[int]) -> Chart:
    """Traps of the guest `page_tables` against the pages that it maps."""
    series = []
    for name, monitor in MONITORS.items():
        traps = (run_guest(monitor, monitor.start(guest("page_tables", PAGES=n))).vm.counts["trap"] for n in pages)
        series.append(Series(name, tuple(map(float, pages)), tuple(map(float, traps))))
    return Chart("Writing page-table entries", "pages mapped", "traps", tuple(series))
