"""A question whose key is why a gate was red, by what three more runs of its tests show."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.delivery_gates import NAMES
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.sim.delivery.changes import Change, Finder, faults
from vlearn.sim.delivery.commit import Stop
from vlearn.sim.delivery.diagnosis import Diagnosis, diagnose

CAUSES = ("a flaky test", "its own fault", "a clash with another change", "an earlier change")
GATES: dict[str, Finder] = {"test": "test", "acceptance": "acceptance"}
"""What the gates that may stop a commit can find."""


def why_each_stopped(rng: Random) -> Posed:
    """Tell four causes of a red gate apart by what further runs show."""
    count = rng.choice((4, 5))
    names = rng.sample(NAMES, count)
    causes = [*CAUSES, *rng.sample(CAUSES, count - 4)]
    rng.shuffle(causes)
    stops = [_stop(rng, name, cause) for name, cause in zip(names, causes, strict=True)]
    found = [diagnose(stop) for stop in stops]
    items = tuple(_item(rng, stop) for stop in stops)
    prompt = Text(
        "Each of these commits was stopped by a red gate. A developer then ran the gate's tests three times more: on"
        " the very same state again, on the main line without the commit, and on the commit alone upon the last"
        " release. Which cause do the runs show? The main line holds what others have merged since that release; a"
        " test that is flaky was green each time but the first."
    )
    key = tuple(CAUSES.index(one.cause) for one in found)
    solution = Text(
        "Again green: nothing has changed but chance, so the test is flaky. Else look at the main line without the"
        " commit: red, then an earlier change is to blame. Else look at the commit alone: red, it is its own fault;"
        " green, it clashes with what others have merged."
    )
    return Posed((prompt,), Classification(CAUSES, items, key), (solution, _table(stops, found)))


def _stop(rng: Random, name: str, cause: str) -> Stop:
    """A stop of which the model says that it has this cause."""
    # A clash is found by the tests of the merged whole.
    stage = "test" if cause == "a clash with another change" else rng.choice(sorted(GATES))
    found = GATES[stage]
    other = Change("other", found if cause == "an earlier change" else None)
    clashes = frozenset({"other"} if cause == "a clash with another change" else ())
    change = Change(name, found if cause == "its own fault" else None, clashes)
    flaked = cause == "a flaky test"
    return Stop(change, stage, (other,), flaked, () if flaked else ("red",))


def _colours(stop: Stop) -> tuple[bool, bool, bool]:
    """What three runs show, whether they are needed or not: again, without, alone."""
    finder = GATES[stop.stage]
    return not stop.seen, not faults(stop.mainline, finder), not faults((stop.change,), finder)


def _item(rng: Random, stop: Stop) -> str:
    again, without, alone = ("green" if one else "red" for one in _colours(stop))
    said = [f"the same state again: {again}", f"main line without it: {without}", f"it alone: {alone}"]
    rng.shuffle(said)
    gate = {"test": "unit tests", "acceptance": "acceptance tests"}[stop.stage]
    return f"`{stop.change.name}`, stopped by the {gate}. {'; '.join(said).capitalize()}"


def _table(stops: list[Stop], found: list[Diagnosis]) -> Table:
    rows = tuple(
        (stop.change.name, " → ".join("green" if each.green else "red" for each in one.experiments), one.cause)
        for stop, one in zip(stops, found, strict=True)
    )
    return Table(("Commit", "Runs that decide: again, without, alone", "Cause"), rows)
