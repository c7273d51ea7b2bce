"""An operation followed visit by visit, as a model of vlearn.trace: who has the processor, and the counts so far."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.sim.datacenter.hypervisors.kinds import Switch
from vlearn.sim.datacenter.hypervisors.operations import Leg, Operation
from vlearn.sim.monitors.paths import Visit
from vlearn.trace import Event, Step, Trace, run


@dataclass(frozen=True, slots=True)
class Followed:
    """Which layer has the processor and who runs there; switches in all, exits among them, and copies, so far.

    `reached` counts the visits of the operation's legs up to here; repetitions are the same visits.
    """

    layer: str = "guest process"
    who: str = "process"
    switches: int = 0
    exits: int = 0
    copies: int = 0
    reached: int = 0

    def visit(self, visit: Visit) -> "Followed":
        """After one more visit."""
        moved = visit.layer != self.layer
        exits = moved and Switch(self.layer, visit.layer).kind == "exit"
        switches, exited = self.switches + moved, self.exits + exits
        return Followed(visit.layer, visit.who, switches, exited, self.copies, self.reached + 1)


def follow(state: Followed, leg: Leg) -> Iterator[Step[Followed]]:
    """A leg: each of its visits once, then all repetitions in one step, then its copies."""
    first = state
    for number, visit in enumerate(leg.visits):
        kind = Switch(state.layer, visit.layer).kind if visit.layer != state.layer else "stays"
        text = f"{visit.entry}: from {state.who}, {state.layer}, to {visit.who}, {visit.layer}"
        state = state.visit(visit)
        yield Step(Event(kind, text if number else f"{leg.does}; {text}", (visit.layer,)), state)
    again = leg.times - 1
    if again:
        switches = state.switches + again * (state.switches - first.switches)
        state = replace(state, switches=switches, exits=state.exits + again * (state.exits - first.exits))
        yield Step(Event("again", f"the same {again} times more: {leg.does}"), state)
    copies = leg.guest_copies + leg.host_copies
    if copies:
        state = replace(state, copies=state.copies + copies)
        who = "the guest" if leg.guest_copies else "the host"
        yield Step(Event("copy", f"{who} copies the data{f' {copies} times' * (copies > 1)}"), state)


def followed(operation: Operation) -> Trace[Followed]:
    """The whole path."""
    return run(follow, Followed(), operation.legs)
