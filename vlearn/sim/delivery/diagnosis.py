"""Why a gate stopped a commit: found by experiments on the build server, as a developer would do them.

Run the same commit again: green says that a test is flaky. Run the mainline without it: red says that it was broken
before. Run it alone upon nothing else that is new: red says that it is the commit's own fault, green that it clashes.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.sim.delivery.changes import faults
from vlearn.sim.delivery.commit import Stop
from vlearn.sim.delivery.stages import STAGES

Cause: TypeAlias = Literal["a flaky test", "its own fault", "a clash with another change", "an earlier change"]


@dataclass(frozen=True, slots=True)
class Experiment:
    """What was run, and whether it was green."""

    words: str
    green: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The cause, the experiments that show it in order, and the other changes that have part in it."""

    stage: str
    cause: Cause
    experiments: tuple[Experiment, ...]
    others: tuple[str, ...] = ()


def diagnose(stop: Stop) -> Diagnosis:
    """The cause of a stop: each experiment rules one cause out, until one is left."""
    finder = next(stage.finds for stage in STAGES if stage.name == stop.stage)
    assert finder is not None
    name = stop.change.name
    again = Experiment(f"{stop.stage} once more on the same commit", not stop.seen)
    if again.green:
        return Diagnosis(stop.stage, "a flaky test", (again,))
    without = Experiment(f"{stop.stage} on the mainline without {name}", not faults(stop.mainline, finder))
    if not without.green:
        guilty = tuple(one.name for one in stop.mainline if one.fault == finder)
        return Diagnosis(stop.stage, "an earlier change", (again, without), guilty)
    alone = Experiment(f"{stop.stage} on {name} alone, as its author had it", not faults((stop.change,), finder))
    if not alone.green:
        return Diagnosis(stop.stage, "its own fault", (again, without, alone))
    others = tuple(one.name for one in stop.mainline if faults((one, stop.change), finder))
    return Diagnosis(stop.stage, "a clash with another change", (again, without, alone), others)
