"""Runs of a failing application as replays: a plan, and every event of it as the model of cascades has it."""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.questions.replay import Replay
from vlearn.sim.services.application import Application
from vlearn.sim.services.cascade import Wall, cascade
from vlearn.sim.services.load import Fault, Load
from vlearn.trace import Step
from vlearn.views.services_map import wall_of


@dataclass(frozen=True, slots=True)
class Outage:
    """An application, who calls it, what is wrong with it, and how many seconds are looked at."""

    application: Application
    load: Load
    faults: tuple[Fault, ...]
    seconds: float

    @property
    def replay(self) -> Replay[Wall, "Outage"]:
        """The run, from a wall on which nothing has happened."""
        calm = cascade(self.application, Load(self.load.calls, self.load.rate, 0), until=1.0).start
        return Replay(suffer, calm, (self,), wall_of(self.application))


def suffer(wall: Wall, outage: Outage) -> Iterator[Step[Wall]]:
    """The whole outage, event by event."""
    yield from cascade(outage.application, outage.load, faults=outage.faults, until=outage.seconds).steps
