"""Which of Popek and Goldberg's three requirements a monitor met while it ran a guest, judged from the run.

Efficiency is counted: instructions that are innocuous, and whether they ran directly. Equivalence and resource control
are broken at the event that says so; where nothing breaks them, this one run is all that is shown.
"""

from collections.abc import Collection, Mapping

from vlearn.blocks import Table
from vlearn.sim.virtualizability.monitored import Monitored
from vlearn.trace import Trace

BROKEN = "BROKEN"


def judged(trace: Trace[Monitored], innocuous: Collection[str]) -> tuple[str, str, str]:
    """Equivalence, efficiency and resource control; `innocuous` are the mnemonics that should run directly."""
    apart = trace.final.bare != trace.final.virtual
    escaped = next((step.event.text for step in trace.steps if step.event.kind == "escaped"), "")
    ran = [step.event for step in trace.steps if step.event.kind in ("direct", "emulated", "reflected", "interpreted")]
    easy = [event for event in ran if event.text.split()[0] in innocuous]
    direct = sum(event.kind == "direct" for event in easy)
    slow = f"{BROKEN}: " if direct < len(easy) else ""
    last = trace.steps[-1].event.text if trace.steps else ""
    return (
        f"{BROKEN}: {'the guest sees another machine than bare metal' if escaped else last}" if apart else "held",
        f"{slow}{direct} of {len(easy)} innocuous instructions ran directly",
        f"{BROKEN}: {escaped}" if escaped else "held",
    )


def requirements_table(runs: Mapping[str, Trace[Monitored]], innocuous: Collection[str]) -> Table:
    """A row for each monitor by name."""
    rows = tuple((name, *judged(trace, innocuous)) for name, trace in runs.items())
    return Table(("Monitor", "Equivalence", "Efficiency", "Resource control"), rows)
