"""Migrations to ask about: round numbers drawn at random, as arithmetic and as a small run in which both agree.

In a replay a page stands for `unit` MiB, so that a machine of some GiB is a run of some dozen pages. `state` is what
processors and devices hold, in units, and `resume` the seconds to start at the destination.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from vlearn.questions.generators.forms import figure
from vlearn.questions.replay import Replay
from vlearn.sim.migration import (
    PAGE,
    Estimate,
    Link,
    Migrate,
    Migration,
    PreCopy,
    Sequential,
    VirtualMachine,
    before,
    estimate,
    migrate,
    plain,
)
from vlearn.views.migration import draw_migration


@dataclass(frozen=True, slots=True)
class Scene:
    """Memory, working set and threshold in units; link and writes in units a second; MiB of a unit.

    The machine is paused once no more than `threshold` is left, or after `most` rounds.
    """

    memory: int
    working_set: int
    link: int
    writes: Fraction
    threshold: int
    unit: int
    most: int = 30
    state: int = 0
    resume: float = 0.0

    @property
    def estimate(self) -> Estimate:
        """The rounds by the arithmetic of rates, in units and seconds."""
        limit = self.threshold / self.link
        return estimate(
            self.memory,
            float(self.writes),
            self.link,
            downtime_limit=limit,
            working_set=self.working_set,
            rounds=self.most,
        )

    @property
    def replay(self) -> Replay[Migration, Migrate]:
        """The same page by page."""
        policy = replace(plain(left=self.threshold * PAGE, rounds=self.most), batch=self.memory)
        writer = Sequential(self.working_set * PAGE, float(self.writes) * PAGE)
        machine = VirtualMachine(self.memory * PAGE, (writer,), state=self.state * PAGE, resume=self.resume)
        start = before(machine, Link(self.link * PAGE, 0, 0))
        return Replay(migrate, start, (Migrate(PreCopy(policy)),), draw_migration)

    @property
    def agrees(self) -> bool:
        """Whether the run has the rounds of the arithmetic, to the page; what follows those leaves the same again."""
        sent, found = [one.sent for one in self.replay.trace().final.report.rounds], self.estimate
        count = len(found.rounds)
        return sent[:count] == list(found.rounds) and set(sent[count:]) == {found.left}

    def mib(self, units: float | Fraction) -> str:
        """So many units in MiB, as a prompt prints it."""
        return figure(units * self.unit)


def converging(rng: Random) -> Scene:
    """A guest that writes more slowly than the link sends, never twice to a page within a round; two to four rounds."""
    while True:
        divisor = rng.choice((2, 2, 4, 5, 8))
        memory = divisor ** rng.choice((2, 3)) * rng.choice((1, 2, 3, 5, 6, 7))
        link = divisor * rng.choice((1, 2, 4))
        threshold = rng.choice((1, 2, 3, 4, 6, 8))
        scene = Scene(memory, memory, link, Fraction(link, divisor), threshold, rng.choice((8, 10, 16, 20, 32, 50, 64)))
        if 24 <= memory <= 128 and 2 <= len(scene.estimate.rounds) <= 4 and scene.estimate.left >= 1 and scene.agrees:
            return scene
