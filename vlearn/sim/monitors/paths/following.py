"""A path followed stage by stage, as a model of vlearn.trace whose actions say nothing.

Each step hands the processor over once. Where the monitor comes in at a level, or leaves it, its event says how.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.sim.monitors.paths.path import Path, Stage
from vlearn.trace import Event, Step, Trace, run


@dataclass(frozen=True, slots=True)
class Followed:
    """A path, and how many of its stages have been reached: at first one, the process."""

    path: Path
    reached: int = 1

    @property
    def stage(self) -> Stage:
        """Where the processor is."""
        return self.path.stages[self.reached - 1]


def follow(state: Followed, action: object = None) -> Iterator[Step[Followed]]:
    """The next hand-over; none at the end of the path."""
    if state.reached < len(state.path.stages):
        before, after = state.stage, replace(state, reached=state.reached + 1)
        yield Step(Event(after.stage.who, hand_over(before, after.stage)), after)


def hand_over(before: Stage, after: Stage) -> str:
    """A sentence: by what, from whom in which level to whom in which."""
    return f"{after.entry}: from the {before.who} in {before.level} to the {after.who} in {after.level}"


def followed(path: Path) -> Trace[Followed]:
    """The whole path."""
    return run(follow, Followed(path), range(len(path.stages) - 1))
