"""Seconds to migrate machines of real size over bitmaps, beside the limits set for them, and how the cost grows."""

from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.sim.migration import (
    GIB,
    MIB,
    Link,
    Migrate,
    PostCopy,
    PreCopy,
    VirtualMachine,
    before,
    hot_set,
    migrate,
    qemu,
    transfer,
)
from vlearn.sim.migration.published import reproduce
from vlearn.trace import run

SMALL_LIMIT, LARGE_LIMIT = 0.2, 20.0
STEP_PAGES = 256


def _machine(memory: int, rate: float) -> VirtualMachine:
    return VirtualMachine(memory, (hot_set(memory, memory // 256, rate),))


def measure() -> Iterator[Measurement]:
    """Lower is better; the last row is a ratio of costs a page, about 1 where cost grows linearly."""
    small, link = _machine(800 * MIB, 40e6), Link(125e6)
    strategy = PreCopy(qemu())
    seconds = best_of(lambda: transfer(small, link, strategy))
    yield Measurement("pre-copy of 800 MiB", seconds, "s", "0.2 s", seconds / SMALL_LIMIT)
    seconds = best_of(lambda: reproduce("SPECweb99"))
    yield Measurement("SPECweb99, 800 MB in 8 rounds", seconds, "s", "0.2 s", seconds / SMALL_LIMIT)
    seconds = best_of(lambda: transfer(small, link, PostCopy()), 2)
    faults = transfer(small, link, PostCopy()).faults
    yield Measurement(f"post-copy of 800 MiB, {faults:,} faults", seconds, "s")
    fast, wide = Link(12.5e9), PreCopy(qemu(max_bandwidth=12.5e9))
    times = {
        memory: best_of(lambda memory=memory: transfer(_machine(memory, 1e9), fast, wide), 1)
        for memory in (256 * GIB, 1024 * GIB)
    }
    for memory, seconds in times.items():
        yield Measurement(f"pre-copy of {memory // GIB} GiB", seconds, "s", "20 s", seconds / LARGE_LIMIT)
    yield Measurement("1024 GiB beside four times 256 GiB", times[1024 * GIB] / (4 * times[256 * GIB]), "times")
    tiny = before(_machine(STEP_PAGES * 4096, 1e6), Link(4e6))
    seconds = best_of(lambda: run(migrate, tiny, [Migrate(strategy)]), 3)
    yield Measurement(f"step model, {STEP_PAGES} pages", seconds, "s")
