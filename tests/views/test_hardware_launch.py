"""The VMX side of a processor as a table, and what hardware assistance costs as charts."""

import pytest

from vlearn.questions.generators.hardware_sequences import A, B, prepared
from vlearn.render.text import to_text
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.hardware import EVERYTHING, Operation, exits, operate
from vlearn.trace import run
from vlearn.views.hardware_cost import (
    SHOWN,
    break_even,
    cycles_by_guest,
    cycles_by_writes,
    exits_by_reason,
)
from vlearn.views.hardware_launch import draw_launch, launch_state

STEPS = run(
    operate,
    prepared(),
    [Operation("VMXON", 0x1000), Operation("VMPTRLD", A), Operation("VMLAUNCH"), Operation("VMCALL")],
)


def test_the_table_has_every_vmcs_and_marks_the_current_one():
    _, table = draw_launch(STEPS.final, None)
    assert table.rows == ((f"{A:#x}", "launched", "yes"), (f"{B:#x}", "clear", ""))


@pytest.mark.parametrize(
    ("moment", "state", "words"),
    [
        (0, "none", "outside VMX operation"),
        (1, "none", "in root operation"),
        (2, "clear", "in root operation"),
        (3, "launched", "the guest runs"),
        (4, "launched", "in root operation"),
    ],
)
def test_each_moment_says_where_the_processor_is(moment, state, words):
    processor = STEPS.state_at(moment)
    event = STEPS.steps[moment - 1].event if moment else None
    shown = to_text(draw_launch(processor, event))
    assert launch_state(processor) == state
    assert words in shown
    assert event is None or event.text in shown


def test_the_chart_of_exits_counts_what_the_model_counts():
    chart = exits_by_reason(guest("kernel"), EVERYTHING)
    found = exits(guest("kernel"), EVERYTHING)
    assert sum(chart.series[0].y) == sum(found.values())
    assert len(chart.series[0].x) == len({*SHOWN, *found})
    assert chart.title.endswith(f": {sum(found.values())}")


def test_the_lines_cross_where_the_arithmetic_says():
    for faults in (0, 8, 20):
        software, hardware = (dict(zip(s.x, s.y, strict=True)) for s in cycles_by_writes(faults).series)
        ahead = [writes for writes in software if hardware[writes] < software[writes]]
        assert ahead == [writes for writes in software if writes < break_even(faults)]


def test_vt_x_is_cheaper_where_it_seldom_exits_and_dearer_where_it_often_does():
    bare, older, newer = (dict(zip(s.x, s.y, strict=True)) for s in cycles_by_guest("Pentium 4 672, 2005").series)
    assert newer["page_tables"] < older["page_tables"]
    assert newer["kernel"] > older["kernel"]
    assert all(bare[name] < older[name] for name in bare)
    _, older, newer = (dict(zip(s.x, s.y, strict=True)) for s in cycles_by_guest("Core 2, 2006").series)
    assert newer["kernel"] < older["kernel"]
    assert newer["flags"] > older["flags"]
