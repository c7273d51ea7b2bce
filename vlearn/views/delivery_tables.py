"""Tables of what became of pushes that come too fast, and of what experiments say of stops of a pipeline."""

from collections.abc import Iterable, Sequence

from vlearn.blocks import Table
from vlearn.sim.delivery.commit import Stop
from vlearn.sim.delivery.concurrency import Admitted, admit
from vlearn.sim.delivery.diagnosis import Diagnosis, diagnose

EXPERIMENTS = ("The same once more", "The mainline without it", "The commit alone")


def fates(pushes: Sequence[tuple[str, float]], minutes: float) -> Table:
    """A row for each push; a run takes so many minutes."""
    ended = [{one.name: one for one in admit(pushes, minutes, cancels)} for cancels in (True, False)]
    rows = tuple((name, f"{at:g}", *(_fate(each[name]) for each in ended)) for name, at in pushes)
    header = ("Push", "At (min)", "With cancel-in-progress", "Without it")
    return Table(header, rows, f"A run takes {minutes:g} minutes.")


def _fate(one: Admitted) -> str:
    return f"{one.fate} at {one.ended:g}"


def diagnoses(stops: Iterable[Stop], causes: bool = True) -> Table:
    """A row for each stop: the gate, each experiment until one decides, and with `causes` what it was."""
    header = ("Commit", "Stopped at", *EXPERIMENTS, *(("Cause",) if causes else ()))
    return Table(header, tuple(_row(stop, diagnose(stop), causes) for stop in stops), "An experiment is green or red.")


def _row(stop: Stop, found: Diagnosis, causes: bool) -> tuple[str, ...]:
    made = ["green" if one.green else "red" for one in found.experiments]
    made += ["not needed"] * (len(EXPERIMENTS) - len(made))
    with_ = f": {' and '.join(found.others)}" if found.others else ""
    return stop.change.name, stop.stage, *made, *((f"{found.cause}{with_}",) if causes else ())
