"""The classifier at work: the witness that is looked at, and the verdicts so far."""

from vlearn.blocks import Block, Text
from vlearn.sim.virtualizability.evidence import Evidence
from vlearn.trace import Event
from vlearn.views.popek_goldberg import draw_classification
from vlearn.views.popek_goldberg_witness import draw_witness


def draw_evidence(state: Evidence, event: Event | None) -> tuple[Block, ...]:
    """The witness as a figure, if there is one; below it the table of what has been classified."""
    said = (Text(f"{event.text}."),) if event else (Text("Nothing has been classified yet."),)
    shown = draw_witness(state.instruction_set.architecture, state.shown) if state.shown else ()
    found = state.classification
    names = [verdict.name for verdict in found.verdicts]
    return (*said, *shown, *(draw_classification(found, names) if names else ()))
