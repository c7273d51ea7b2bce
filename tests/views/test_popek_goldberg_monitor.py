"""A guest under a monitor is drawn without faults, and what differs is lit and said."""

import pytest

from tests.views.geometry import collisions, root_of, texts_of
from vlearn.blocks import Figure
from vlearn.sim.virtualizability import EXTRA, FAITHFUL, classify, third_generation
from vlearn.sim.virtualizability.evidence import evidence, examine
from vlearn.sim.virtualizability.monitored import guest, operate
from vlearn.trace import run
from vlearn.views.popek_goldberg import breakers_by_machine
from vlearn.views.popek_goldberg_evidence import draw_evidence
from vlearn.views.popek_goldberg_monitor import differences_by_instruction, draw_monitored, states_table
from vlearn.views.svg import FAULT

CODE = ("SIO 5", "LPSW 6", "ADD 1", "SVC 0", "GMODE 7", "HLT 0")
WORDS = {1: 0x0408, 2: 3, 3: 4, 5: 7, 6: 0x1223}


def moments(hybrid=False):
    trace = run(operate, guest(CODE, {**FAITHFUL, **EXTRA}, WORDS, hybrid=hybrid), range(9))
    return [(trace.start, None), *((step.state, step.event) for step in trace.steps)]


@pytest.mark.parametrize("hybrid", [False, True])
def test_every_moment_is_drawn_without_faults(hybrid):
    for state, event in moments(hybrid):
        (figure,) = draw_monitored(state, event)
        assert collisions(figure.svg) == []
        if event:
            assert figure.alt.startswith(event.text)


def test_what_differs_is_lit_in_both_machines_and_said():
    (figure,) = draw_monitored(*moments()[-1])
    assert figure.svg.count(FAULT.fill) == 2
    assert "They differ in E[7]." in figure.alt
    (alike,) = draw_monitored(*moments()[-3])
    assert FAULT.fill not in alike.svg
    assert "They are alike." in alike.alt


def test_while_a_hybrid_monitor_interprets_the_real_machine_is_its_own():
    (figure,) = draw_monitored(*moments(hybrid=True)[1])
    assert [area.words for area in texts_of(root_of(figure.svg))].count("the monitor's") == 2


def test_the_chart_counts_under_both_monitors():
    chart = differences_by_instruction(third_generation("GMODE"), ["ADD", "GMODE"])
    plain, hybrid = chart.series
    assert plain.x == ("ADD", "GMODE")
    assert plain.y[0] == 0 < plain.y[1] < 100
    assert hybrid.y == (0, 0)


def test_machines_are_compared_by_what_breaks_the_conditions():
    chart = breakers_by_machine(
        {"good": classify(third_generation()), "bad": classify(third_generation("GMODE", "GRB"))}
    )
    assert [series.y for series in chart.series] == [(0, 2), (0, 1)]


def test_the_classifier_at_work_shows_each_witness_and_then_its_table():
    trace = run(examine, evidence("seven", EXTRA), ["GRB", "GBOUND"])
    for step in trace.steps:
        blocks = draw_evidence(step.state, step.event)
        assert any(isinstance(block, Figure) for block in blocks) == (step.event.kind == "witness")
    assert [row[0] for row in blocks[-1].rows] == ["GRB", "GBOUND"]
    assert draw_evidence(trace.start, None)


def test_states_stand_in_a_table_with_their_parts():
    start = guest(CODE, {**FAITHFUL, **EXTRA}, WORDS).bare
    table = states_table({"before": start, "after": start.next()})
    assert table.header[:5] == ("", "M", "P", "R", "E[0]")
    assert [row[:4] for row in table.rows] == [
        ("before", "supervisor", "0", "(0, 8)"),
        ("after", "supervisor", "1", "(0, 8)"),
    ]
    assert table.header[-1] == "E[7]"
