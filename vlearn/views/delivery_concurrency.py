"""What becomes of runs of one concurrency group, with and without `cancel-in-progress`, as a table."""

from collections.abc import Sequence

from vlearn.blocks import Table
from vlearn.sim.delivery.concurrency import Admitted, admit


def fates(pushes: Sequence[tuple[str, float]], minutes: float) -> Table:
    """A row for each push; a run takes so many minutes."""
    ended = [{one.name: one for one in admit(pushes, minutes, cancels)} for cancels in (True, False)]
    rows = tuple((name, f"{at:g}", *(_said(each[name]) for each in ended)) for name, at in pushes)
    header = ("Push", "At (min)", "With cancel-in-progress", "Without it")
    return Table(header, rows, f"A run takes {minutes:g} minutes.")


def _said(one: Admitted) -> str:
    return f"{one.fate} at {one.ended:g}"
