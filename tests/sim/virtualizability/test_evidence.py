"""The classifier's work as a run says the same as its verdicts, and an exhibit proves what `proves` says."""

import pytest

from vlearn.sim.virtualizability import EXTRA, Claim, Mode, State, classify, third_generation
from vlearn.sim.virtualizability.evidence import Exhibit, evidence, examine, judge
from vlearn.trace import run

START = evidence("seven instructions", EXTRA)
FOUND = classify(third_generation(*EXTRA))


def test_each_instruction_is_classified_once_after_its_witnesses():
    trace = run(examine, START, EXTRA)
    assert [verdict.name for verdict in trace.final.verdicts] == list(EXTRA)
    for verdict in trace.final.verdicts:
        assert verdict.classes == FOUND[verdict.name].classes
    witnesses = sum(len(verdict.witnesses) for verdict in trace.final.verdicts)
    assert trace.kinds.count("witness") == witnesses
    assert trace.kinds.count("classified") == len(EXTRA)


def test_a_witness_is_shown_while_it_is_spoken_of():
    for step in run(examine, START, ["GRB"]).steps:
        assert (step.state.shown is None) == (step.event.kind == "classified")


def test_no_two_witnesses_of_an_instruction_are_spoken_of_alike():
    said = [step.event.text for step in run(examine, START, EXTRA).steps]
    assert len(set(said)) == len(said)
    assert "GROW 0 is control sensitive, in user mode" in said


def state(base=2, mode=Mode.USER):
    memory = (0, 8, *(0,) * (base - 2), 1, 2, 3, *(0,) * (5 - base))
    return State(memory[:8], mode, 0, base, 3)


EXHIBITS = [
    (Exhibit(Claim.LOCATION, "LRA", 2, (state(2), state(5))), "proved"),
    (Exhibit(Claim.LOCATION, "LRA", 2, (state(2), state(2))), "not-proved"),
    (Exhibit(Claim.LOCATION, "LRA", 3, (state(2), state(5))), "not-proved"),
    (Exhibit(Claim.LOCATION, "GMODE", 2, (state(), state(mode=Mode.SUPERVISOR))), "not-proved"),
    (Exhibit(Claim.MODE, "GMODE", 2, (state(), state(mode=Mode.SUPERVISOR))), "proved"),
    (Exhibit(Claim.CONTROL, "EXIT", 0, (state(mode=Mode.SUPERVISOR),)), "proved"),
    (Exhibit(Claim.CONTROL, "EXIT", 0, (state(),)), "not-proved"),
]


@pytest.mark.parametrize(("exhibit", "kind"), EXHIBITS)
def test_an_exhibit_is_judged_by_executing_it(exhibit, kind):
    trace = run(judge, START, [exhibit])
    assert trace.kinds == (kind,)
    assert trace.final.shown.claim is exhibit.claim
