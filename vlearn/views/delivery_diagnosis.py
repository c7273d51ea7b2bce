"""Stops of a pipeline beside what experiments on the build server say of them, and the cause that is left."""

from collections.abc import Iterable

from vlearn.blocks import Table
from vlearn.sim.delivery.commit import Stop
from vlearn.sim.delivery.diagnosis import Diagnosis, diagnose

EXPERIMENTS = ("The same once more", "The mainline without it", "The commit alone")


def diagnoses(stops: Iterable[Stop], causes: bool = True) -> Table:
    """A row for each stop: the gate, each experiment until one decides, and with `causes` what it was."""
    header = ("Commit", "Stopped at", *EXPERIMENTS, *(("Cause",) if causes else ()))
    return Table(header, tuple(_row(stop, diagnose(stop), causes) for stop in stops), "An experiment is green or red.")


def _row(stop: Stop, found: Diagnosis, causes: bool) -> tuple[str, ...]:
    made = [f"{'green' if one.green else 'red'}" for one in found.experiments]
    made += ["not needed"] * (len(EXPERIMENTS) - len(made))
    with_ = f": {' and '.join(found.others)}" if found.others else ""
    return stop.change.name, stop.stage, *made, *((f"{found.cause}{with_}",) if causes else ())
