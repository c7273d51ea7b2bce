import itertools
from dataclasses import replace

import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.render.chart_svg import to_svg
from vlearn.sim.migration import (
    PAGE,
    Failure,
    Hybrid,
    Link,
    Migrate,
    PostCopy,
    PreCopy,
    Sequential,
    Suspend,
    Uniform,
    VirtualMachine,
    before,
    migrate,
    plain,
    transfer,
)
from vlearn.sim.migration.published import reproduce
from vlearn.trace import run
from vlearn.views.migration import draw_migration
from vlearn.views.migration_rounds import (
    bytes_by_round,
    downtime_by_write_rate,
    left_by_round,
    sent_over_time,
    strategies_compared,
)
from vlearn.views.migration_timeline import draw_timeline, seconds, stretches
from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST, WAITING

LINK = Link(100 * PAGE, 0.002, 0)
SMALL = VirtualMachine(16 * PAGE, (Sequential(6 * PAGE, 40 * PAGE, 4 * PAGE),), state=PAGE, resume=0.01)
LIVE = PreCopy(replace(plain(rounds=3), batch=4, skips=True))
WIDE = VirtualMachine(300 * PAGE, (Uniform(100 * PAGE, 300 * PAGE),), state=PAGE)


def trace_of(strategy, machine=SMALL, failure=None):
    return run(migrate, before(machine, LINK), [Migrate(strategy, failure)])


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def fills(figure, look):
    return sum(1 for rect in root_of(figure.svg).iter(f"{SVG}rect") if rect.get("fill") == look.fill)


def at(trace, kind):
    step = next(step for step in trace.steps if step.event.kind == kind)
    return draw_migration(step.state, step.event)[0]


def test_at_the_beginning_the_source_has_all_and_the_destination_nothing():
    (figure,) = draw_migration(before(SMALL, LINK), None)
    assert fills(figure, DONE) == fills(figure, WAITING) == 16
    assert words(figure).count("absent") == 16
    assert "The source runs the machine, owns it, has 16 of 16 pages." in figure.alt
    assert "The destination does not run it, has 0 of 16 pages." in figure.alt


def test_a_page_that_is_sent_is_marked_at_both_hosts():
    figure = at(trace_of(LIVE), "send")
    assert fills(figure, CURRENT) == 2
    assert "page 0 is sent" in words(figure)


def test_a_skipped_page_is_called_dirty():
    assert "dirty" in words(at(trace_of(LIVE), "skip"))


def test_a_page_that_was_written_after_it_was_sent_is_old_at_the_destination():
    trace = trace_of(LIVE)
    old = [
        step
        for step in trace.steps
        if step.event.kind == "send" and "old" in words(draw_migration(step.state, step.event)[0])
    ]
    assert old
    figure = draw_migration(old[0].state, old[0].event)[0]
    assert fills(figure, GUEST) == words(figure).count("old")


def test_a_fault_marks_the_missing_page():
    figure = at(trace_of(PostCopy("none", alone=1.0)), "fault")
    assert fills(figure, FAULT) == 2


def test_a_host_without_power_is_said_to_be():
    figure = at(trace_of(LIVE, failure=Failure("source", 10)), "lost")
    assert "without power" in words(figure)


@pytest.mark.parametrize("strategy", [Suspend(), LIVE, PostCopy("bubble"), Hybrid()], ids=lambda one: one.name)
def test_nothing_collides_or_leaves_the_page_at_any_moment(strategy):
    trace = trace_of(strategy)
    for moment in (None, *trace.steps):
        state, event = (moment.state, moment.event) if moment else (trace.start, None)
        blocks = draw_migration(state, event)
        assert blocks == draw_migration(state, event)
        assert collisions(blocks[0].svg) == []


def test_many_pages_are_drawn_without_words():
    trace = trace_of(Hybrid(), WIDE)
    step = trace.steps[len(trace) // 2]
    figure = draw_migration(step.state, step.event)[0]
    assert collisions(figure.svg) == []
    assert len(words(figure)) < 10
    assert len(list(root_of(figure.svg).iter(f"{SVG}rect"))) == 600


REPORTS = [trace_of(one).final.report for one in (Suspend(), LIVE, PostCopy(), Hybrid())] + [
    reproduce("SPECweb99"),
    trace_of(LIVE, failure=Failure("link", 12)).final.report,
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: f"{one.strategy} {one.ending}")
def test_a_timeline_has_no_gaps_and_no_collisions(report):
    figure, table = draw_timeline(report)
    assert collisions(figure.svg) == []
    assert len(table.rows) == len(report.rounds)
    machine = [one for one in stretches(report) if one.lane == "machine"]
    assert machine[0].start == 0
    assert all(one.end == pytest.approx(other.start) for one, other in itertools.pairwise(machine))
    paused = [one for one in machine if one.words == "paused"]
    assert sum(one.end - one.start for one in paused) == pytest.approx(report.downtime)


def test_times_are_shown_in_the_unit_that_suits_them():
    assert [seconds(value) for value in (0, 2e-5, 0.21, 3.5, 5410)] == ["0 s", "20 µs", "210 ms", "3.5 s", "5,410 s"]


def test_charts_come_from_runs():
    report = transfer(SMALL, LINK, LIVE)
    chart = bytes_by_round(report)
    assert chart.series[0].y == tuple(one.sent_bytes / 1e6 for one in report.rounds)
    compared = strategies_compared(SMALL, LINK, (Suspend(), LIVE, PostCopy()))
    assert compared.series[0].x == ("suspend, copy, resume", "pre-copy, plain rounds", "post-copy, active push")

    def machine(rate):
        return VirtualMachine(64 * PAGE, (Sequential(32 * PAGE, rate),))

    study = downtime_by_write_rate(machine, LINK, (Suspend(), PreCopy(plain(rounds=5))), (PAGE, 40 * PAGE, 200 * PAGE))
    assert study.series[0].y[0] == study.series[0].y[2]
    assert study.series[1].y[0] < study.series[1].y[1] < study.series[1].y[2]
    left = left_by_round(4e9, 125e6, (12.5e6, 500e6), 250e6)
    assert left.series[1].y == (250.0, 250.0)
    course = sent_over_time(report)
    assert course.series[0].y[-1] == pytest.approx(report.memory_sent / 1e6)
    assert course.series[0].x[-1] == pytest.approx(sum(one.seconds for one in report.rounds))
    for one in (chart, compared, study, left, course):
        assert to_svg(one).startswith("<svg")
