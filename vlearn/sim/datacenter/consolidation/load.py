"""Workloads with a daily load curve, and the servers that carry them.

Processor time is counted in millicores, a thousandth of a core, and memory in MiB, both in whole numbers: so sums are
exact, and the same on every machine. A curve has a value for each hour of the day, the most that the workload needs in
that hour. Left out: weeks, growth, disks and networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from vlearn.errors import ModelError, did_you_mean

HOURS = 24


@dataclass(frozen=True, slots=True)
class Workload:
    """What an application needs: millicores in each hour, and MiB of memory all day."""

    name: str
    load: tuple[int, ...]
    memory: int

    def __post_init__(self) -> None:
        if len(self.load) != HOURS:
            raise ModelError(f"{self.name!r} has a load for {len(self.load)} hours; a day has {HOURS}")
        if min(self.load) < 0 or self.memory < 0:
            raise ModelError(f"{self.name!r} needs less than nothing: loads and memory are 0 or more")

    @property
    def peak(self) -> int:
        """Millicores in its busiest hour."""
        return max(self.load)

    @property
    def mean(self) -> int:
        """Millicores on average over the day, rounded up."""
        return -(-sum(self.load) // HOURS)


@dataclass(frozen=True, slots=True)
class Server:
    """A physical machine: millicores, MiB, and watts when idle and when all its cores are busy."""

    cores: int
    memory: int
    idle: float = 150.0
    busy: float = 350.0

    def __post_init__(self) -> None:
        if self.cores < 1 or self.memory < 1:
            raise ModelError(f"a server has 1 millicore and 1 MiB or more, not {self.cores} and {self.memory}")
        if not 0 <= self.idle <= self.busy:
            raise ModelError(f"a server draws at least as much busy as idle, not {self.busy} W after {self.idle} W")


SERVER = Server(cores=32_000, memory=256 * 1024)
"""32 cores and 256 GiB. Its watts are this course's round figures: an idle server draws a good part of its peak."""


def curve(peak: int, hour: int, width: int, floor: int = 10) -> tuple[int, ...]:
    """A load that rises to `peak` millicores at an hour and is at `floor` per cent of it `width` hours away."""
    if not 0 <= hour < HOURS or width < 1 or not 0 <= floor <= 100:
        raise ModelError(f"hours run from 0 to 23, widths from 1, per cents to 100; not {hour}, {width}, {floor}")
    gaps = (min(abs(hour - now), HOURS - abs(hour - now)) for now in range(HOURS))
    return tuple(peak * (floor * width + (100 - floor) * max(0, width - gap)) // (100 * width) for gap in gaps)


SHAPES = {"office": (11, 6, 5), "shop": (20, 8, 15), "batch": (2, 4, 0), "steady": (12, 24, 80)}
"""By name: the busiest hour, the hours around it, and the per cent that is left at other times. Made up."""


def workload(name: str, shape: str, peak: int, memory: int) -> Workload:
    """A workload of one of the SHAPES."""
    if shape not in SHAPES:
        raise ModelError(f"there is no shape {shape!r}{did_you_mean(shape, SHAPES)}; there are {', '.join(SHAPES)}")
    hour, width, floor = SHAPES[shape]
    return Workload(name, curve(peak, hour, width, floor), memory)


def made_up(count: int, rng: Random, shapes: Sequence[str] = tuple(SHAPES)) -> tuple[Workload, ...]:
    """So many workloads, of half a core to 8 cores and 1 to 64 GiB, most of them small."""
    if count < 0 or not shapes:
        raise ModelError(f"{count} workloads of {len(shapes)} shapes: ask for 0 or more, of 1 shape or more")
    return tuple(
        workload(f"vm{n}", rng.choice(shapes), 500 * 2 ** min(rng.randrange(5), rng.randrange(5)), 1024 << _small(rng))
        for n in range(count)
    )


def _small(rng: Random) -> int:
    return min(rng.randrange(7), rng.randrange(7))
