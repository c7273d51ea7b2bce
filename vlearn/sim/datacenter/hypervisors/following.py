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
    """A leg: each of its visits once, then all repetitions in one step. It copies before it goes back, if it does."""
    first = state
    for number, visit in enumerate(leg.visits, 1):
        if number == len(leg.visits) and _copies_on_the_way(leg):
            for step in _copied(state, leg):
                yield step
                state = step.state
        kind = Switch(state.layer, visit.layer).kind if visit.layer != state.layer else "stays"
        text = f"{visit.entry}: from {state.who}, {state.layer}, to {visit.who}, {visit.layer}"
        state = state.visit(visit)
        yield Step(Event(kind, text if number > 1 else f"{leg.does}; {text}", (visit.layer,)), state)
    again = leg.times - 1
    if again:
        switches = state.switches + again * (state.switches - first.switches)
        state = replace(state, switches=switches, exits=state.exits + again * (state.exits - first.exits))
        yield Step(Event("again", f"the same {again} times more: {leg.does}"), state)
    if not _copies_on_the_way(leg):
        yield from _copied(state, leg)


def _copies_on_the_way(leg: Leg) -> bool:
    """Whether it copies before its last visit: the host before the guest goes on, a kernel before its process does."""
    return leg.times == 1 and (leg.host_copies > 0 or [visit.layer for visit in leg.visits[-1:]] == ["guest process"])


def _copied(state: Followed, leg: Leg) -> Iterator[Step[Followed]]:
    """All copies of a leg in one step; no step if it makes none."""
    copies = leg.guest_copies + leg.host_copies
    if copies:
        who = "the guest" if leg.guest_copies else "the host"
        text = f"{who} copies the data{f' {copies} times' * (copies > 1)}"
        yield Step(Event("copy", text), replace(state, copies=state.copies + copies))


def followed(operation: Operation) -> Trace[Followed]:
    """The whole path."""
    return run(follow, Followed(), operation.legs)
