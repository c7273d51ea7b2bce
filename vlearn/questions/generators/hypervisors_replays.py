"""The run of operations under a kind of hypervisor, as a question offers it: a path if it is short, else its counts."""

from dataclasses import dataclass

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.hypervisors_scenes import NAMES
from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.hypervisors import Followed, Leg, Operation
from vlearn.sim.datacenter.hypervisors.following import follow
from vlearn.trace import Event
from vlearn.views.hypervisors_path import walk

DRAWN = 24
"""The most visits that a picture has room for."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The view of chapter 2's paths for this operation, as a value: so that a question that has it can be compared."""

    whole: Operation

    def __call__(self, state: Followed, event: Event | None) -> tuple[Block, ...]:
        """As far as it has been followed."""
        return walk(self.whole)(state, event)


def replay_of(*operations: Operation) -> Replay[Followed, Leg]:
    """The run of these operations under one kind, one after the other: drawn as a path if it is a short one."""
    first = operations[0]
    legs = tuple(leg for one in operations for leg in one.legs)
    name = ", ".join(dict.fromkeys(one.name for one in operations))
    whole = Operation(first.kind, name, operations[-1].device, legs)
    short = sum(len(leg.visits) for leg in legs) <= DRAWN
    return Replay(follow, Followed(), legs, Walk(whole) if short else draw_counts)


def draw_counts(state: Followed, event: Event | None) -> tuple[Block, ...]:
    """Who has the processor, and the counts so far."""
    row = (NAMES.get(state.who, state.who), str(state.switches), str(state.exits), str(state.copies))
    text = event.text if event else "The guest's process runs."
    return Text(text), Table(("Has the processor", "Switches", "of them VM exits", "Copies"), (row,))
