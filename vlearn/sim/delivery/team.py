"""The controls of a simulated team: who commits how much, how changes are batched, tested, approved and repaired."""

from dataclasses import dataclass, fields

from vlearn.errors import ModelError

WORKDAY = 480.0
"""Minutes of work in a day: nothing happens in between, and all times count work only."""
PROBABILITIES = ("fault_rate", "caught", "false_alarm")
COUNTS = ("developers", "batch", "lanes", "days")


@dataclass(frozen=True, slots=True)
class Team:
    """Changes come by chance at an even rate; a delivery begins when `batch` of them are there.

    `fault_rate` is the share of changes with a fault, `caught` the share of faults that tests find, `false_alarm` the
    probability that a run is red by chance (of `Suite`). `lanes` runs go on at once. A person approves after
    `approval` minutes on average, 0 being nobody; then, what is green goes live, or waits for the next of the releases
    that are `release_every` so many minutes, 0 being at once. An author takes `repair` minutes for a change that was
    sent back. A failure is noticed after `notice` minutes on average; then production rolls back, or, without
    `rollback`, the fault is hunted for `hunt` minutes for each change of the deployment, and repaired in another run.
    """

    developers: int = 50
    changes: float = 1.0
    batch: int = 5
    build: float = 5.0
    test: float = 15.0
    false_alarm: float = 0.02
    fault_rate: float = 0.05
    caught: float = 0.8
    lanes: int = 2
    approval: float = 0.0
    release_every: float = 0.0
    deploy: float = 5.0
    repair: float = 120.0
    notice: float = 20.0
    hunt: float = 30.0
    rollback: bool = True
    days: int = 250

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value < float("inf"):
                raise ModelError(f"{field.name} of a team is 0 or more, not {value:g}")
            if field.name in PROBABILITIES and value > 1:
                raise ModelError(f"{field.name} of a team is a share from 0 to 1, not {value:g}")
            if field.name in COUNTS and (value != int(value) or value < 1):
                raise ModelError(f"{field.name} of a team is a whole number of 1 or more, not {value:g}")
        if not self.changes > 0 or not self.run_minutes > 0:
            raise ModelError("a team makes changes at a rate of more than 0, and a run takes more than 0 minutes")
        if self.false_alarm == 1:
            raise ModelError("with a false alarm in every run no change would ever be green; choose less than 1")

    @property
    def run_minutes(self) -> float:
        """Minutes that one run of build and tests takes its lane."""
        return self.build + self.test

    @property
    def arrivals(self) -> float:
        """Changes a minute, of all developers."""
        return self.developers * self.changes / WORKDAY

    @property
    def load(self) -> float:
        """The share of the lanes' time that is needed if every first run is green: with 1 or more, a queue grows."""
        return self.arrivals / self.batch * self.run_minutes / self.lanes
