"""The views of chapter 3: counts, followed paths, selectors, and the tables of the interface."""

import pytest

from tests.views.geometry import collisions
from vlearn.blocks import Figure
from vlearn.render.text import to_text
from vlearn.sim.monitors.costs import crossover
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.paravirtual import HYPERCALLS, RULES, port_of_the_kernel
from vlearn.sim.monitors.paravirtual.requests import READ_ONLY, Update, maps, request, set_up
from vlearn.sim.monitors.paravirtual.tally import Tally
from vlearn.sim.monitors.paths import KINDS, path
from vlearn.sim.monitors.paths.following import followed
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE
from vlearn.trace import run
from vlearn.views.paravirtual import draw_domain
from vlearn.views.paravirtual_counting import SIZES, cycles_chart, draw_tally, entries_chart, path_counts
from vlearn.views.paravirtual_interface import changed_lines, hypercalls_table, rules_table
from vlearn.views.privilege_path import draw_followed
from vlearn.views.privilege_rings import draw_rings


def test_a_path_that_is_not_at_its_end_does_not_tell_how_often_the_monitor_is_entered():
    trace = followed(path("paravirtual, 32 bits", "page fault"))
    drawn = [draw_followed(trace.state_at(n), None) for n in range(len(trace) + 1)]
    told = ["the monitor is entered" in to_text(blocks) for blocks in drawn]
    assert told == [False] * len(trace) + [True]
    for blocks in drawn:
        assert all(collisions(block.svg) == [] for block in blocks if isinstance(block, Figure))


def test_what_happens_at_a_stage_is_listed():
    trace = followed(path("paravirtual, 32 bits", "page fault"))
    assert "frame 0x12, entry 0x1 becomes 0xd007" in to_text(draw_followed(trace.state_at(3), None))
    assert "the process runs" in to_text(draw_followed(trace.start, None))


def test_updates_are_drawn_without_faults():
    updates = [Update(0x30, 0, maps(0x31)), Update(0xFE, 1, maps(0x30)), Update(0xFF, 0x30, maps(0x30, READ_ONLY))]
    for step in run(request, set_up(), updates).steps:
        (figure,) = draw_domain(step.state, step.event)
        assert collisions(figure.svg) == []


@pytest.mark.parametrize(("size", "tables"), [(4, 256), (8, 512)])
def test_the_chart_has_the_counts_of_a_gibibyte(size, tables):
    traps, batches, whole = entries_chart(64, size).series
    at = SIZES.index(1024)
    assert (traps.y[at], batches.y[at], whole.y[at]) == (262_144, 4096, tables)


def test_the_lines_of_vt_x_and_translation_cross_where_the_paper_lets_them():
    translation, hardware, *_ = cycles_chart(8, nested_paging=False).series
    apart = [a - b for a, b in zip(translation.y, hardware.y, strict=True)]
    last = max(n for n, difference in enumerate(apart) if difference > 0)
    assert translation.x[last] < crossover() < translation.x[last + 1]


def test_with_nested_paging_nothing_in_the_chart_costs_less_than_vt_x():
    others = {series.name: series.y for series in cycles_chart(128, nested_paging=True).series}
    assert all(other[-1] >= others["VT-x"][-1] for other in others.values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_bars_are_the_entries_of_the_paths(kind):
    (series,) = path_counts(kind).series
    assert len(set(series.x)) == 6
    assert series.y[-1] == path("paravirtual, 64 bits", kind).monitor_entries


def test_a_tally_shows_what_has_been_counted_and_the_end():
    (table,) = draw_tally(Tally(8 << 20, 4, 100, 1), None)
    assert [row[1:] for row in table.rows] == [("1024", "2048"), ("10", "21"), ("1", "2")]


def test_selectors_are_shown_as_believed_and_as_they_are():
    vm = TRAP_AND_EMULATE.start(guest("probe"))
    (table,) = draw_rings(vm, None)
    assert table.rows[0] == ("CPL", "0", "1")
    assert table.rows[1][1].endswith("(RPL 0)")
    assert table.rows[1][2].endswith("(RPL 1)")


def test_the_tables_of_the_interface_are_whole():
    assert len(hypercalls_table().rows) == len(HYPERCALLS)
    fates = ("hypercall", "shared page", "removed")
    assert sum(len(rules_table(fate).rows) for fate in fates) == len(RULES)


def test_changed_lines_are_marked():
    code = changed_lines(port_of_the_kernel(), 129, 28).source.splitlines()
    assert len(code) == 28
    assert code[0].startswith("- exit:")
    assert {line[:1] for line in code} >= {"+", "-", " "}
