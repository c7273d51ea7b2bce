"""Migrations that were measured and published, as runs of the model beside their figures.

Memory, figures and pace are the papers'; what the papers do not give (which pages the guest writes to, and how fast) is
chosen so that the run comes near, and listed as chosen. Nothing of a result is stored: `reproduce` runs the model.

Marks: [V] verified in the paper's abstract or in source code, [A] recalled, but the arithmetic agrees, [M] recalled
only. What is not [V] is shown "as commonly quoted".

Rounds are sent in the scattered order of Xen and without headers; a MB is 2**20 bytes and a Mbit 2**20 bits, as in
Xen's rate limiter.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.migration.combined import Together
from vlearn.sim.migration.machine import MIB, Link, VirtualMachine
from vlearn.sim.migration.patterns import Pattern, Sequential, Uniform
from vlearn.sim.migration.policies import CLARK_2005, XEN_MEGABIT
from vlearn.sim.migration.policy import Policy
from vlearn.sim.migration.report import Report
from vlearn.sim.migration.strategies import PreCopy
from vlearn.sim.migration.transfer import transfer

Mark: TypeAlias = Literal["V", "A", "M"]


@dataclass(frozen=True, slots=True)
class Published:
    """A figure and how sure we are of it."""

    name: Literal["memory sent", "downtime"]
    value: float
    unit: Literal["MB", "s"]
    mark: Mark

    @property
    def shown(self) -> str:
        """As a reader may see it: without the words "the paper says" unless it was checked."""
        return f"{self.value:g} {self.unit}" + ("" if self.mark == "V" else " (as commonly quoted)")

    def of(self, report: Report) -> float:
        """The same figure of a run."""
        return report.memory_sent / MIB if self.name == "memory sent" else report.downtime


@dataclass(frozen=True, slots=True)
class Chosen:
    """A parameter that the paper does not give, and why it has this value."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """A workload, its machine, its stop rule and what was published of it."""

    name: str
    memory: int
    writes: Pattern
    policy: Policy
    resume: float
    figures: tuple[Published, ...]
    chosen: tuple[Chosen, ...]

    @property
    def machine(self) -> VirtualMachine:
        """The machine; its processor state is left out beside its memory."""
        return VirtualMachine(self.memory, (self.writes,), state=0, resume=self.resume)


LINK = Link(1000 * XEN_MEGABIT, round_trip=0, header=0)
WHY_WRITES = "sizes and rates of the parts fitted to the rounds, as commonly quoted"
WIRE = "final rate"

SPECWEB = Experiment(
    "SPECweb99",
    800 * MIB,
    Together(
        (
            Uniform(26 * MIB, 100 * MIB, 100 * MIB, seed=0),
            Uniform(30 * MIB, 4 * MIB, 200 * MIB, seed=1),
            Uniform(140 * MIB, 4.4 * MIB, 300 * MIB, seed=2),
        )
    ),
    replace(CLARK_2005, final=724 * XEN_MEGABIT),
    0.009,
    (Published("memory sent", 960, "MB", "A"), Published("downtime", 0.210, "s", "V")),
    (
        Chosen("writes", "uniform: 100 MB/s over 26 MB, 4 MB/s over 30 MB, 4.4 MB/s over 140 MB", WHY_WRITES),
        Chosen(WIRE, "724 Mbit/s", "18.2 MB in 201 ms, as commonly quoted, is above the limit of 500"),
        Chosen("resume", "9 ms", "what is left of 210 ms beside the 201 ms of copying"),
    ),
)
QUAKE = Experiment(
    "Quake 3",
    64 * MIB,
    Together((Uniform(6 * MIB, 8 * MIB), Uniform(28 * MIB, 3.4 * MIB, 20 * MIB, seed=1))),
    CLARK_2005,
    0.0565,
    (Published("memory sent", 88, "MB", "A"), Published("downtime", 0.060, "s", "V")),
    (
        Chosen("writes", "uniform: 8 MB/s over 6 MB, 3.4 MB/s over 28 MB", WHY_WRITES),
        Chosen("resume", "56.5 ms", "the 148 KB said to be left take 3 ms of the 60: the rest is starting the machine"),
    ),
)
MMUNCHER = Experiment(
    "MMuncher",
    512 * MIB,
    Sequential(256 * MIB, 112 * MIB, 128 * MIB),
    CLARK_2005,
    0.0,
    (Published("memory sent", 638, "MB", "A"), Published("downtime", 3.5, "s", "A")),
    (Chosen("writes", "256 MB from end to end, over and over, at 112 MB/s", "one rate, fitted to the four rounds"),),
)
EXPERIMENTS = {experiment.name: experiment for experiment in (SPECWEB, QUAKE, MMUNCHER)}


def reproduce(name: str, skips: bool = True) -> Report:
    """Run the experiment of that name; without the skip rule if asked for."""
    if name not in EXPERIMENTS:
        raise ModelError(
            f"no experiment is called {name!r}; there are {', '.join(EXPERIMENTS)}{did_you_mean(name, EXPERIMENTS)}"
        )
    experiment = EXPERIMENTS[name]
    return transfer(experiment.machine, LINK, PreCopy(replace(experiment.policy, skips=skips)))
