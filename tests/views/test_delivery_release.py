"""Releases, servers and measures as they are drawn: heights and shares are the model's, and nothing collides."""

import itertools
from dataclasses import replace

import pytest

from tests.views.geometry import SVG, collisions, root_of
from vlearn.render.chart_svg import to_svg
from vlearn.sim.delivery.measures import Deployment, measures
from vlearn.sim.delivery.phases import BlueGreen, Canary, Recreate, Rolling
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.sim.delivery.servers import Converge, Declare, Patch, Rebuild, Servers, operate
from vlearn.sim.delivery.suites import Suite
from vlearn.sim.delivery.team import Team
from vlearn.sim.delivery.year import sweep
from vlearn.trace import run
from vlearn.views import delivery_servers
from vlearn.views.delivery_measures import FOUR, GREW, draw_sweep, false_alarms, measured, suite_table
from vlearn.views.delivery_release import draw_release, releases, spans
from vlearn.views.svg import FAULT

STRATEGIES = [Recreate(), Rolling(1, 0), Rolling(0, "50%"), BlueGreen(), Canary()]
VERSIONS = [Version("v2"), Version("v2", 0.2), Version("v2", 0.001), Version("v2", starts=False)]


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("version", VERSIONS, ids=lambda one: f"{one.failing} {one.starts}")
def test_a_release_is_drawn_without_gaps_and_collisions(strategy, version):
    final = run(release, Release(), [RollOut(version, strategy)]).final
    found = spans(final, version)
    assert found[0].start == 0
    assert found[-1].end == pytest.approx(final.minutes)
    assert all(one.end == other.start for one, other in itertools.pairwise(found))
    answered = [one for one in found if sum(one.parts[:2])]
    assert sum((one.end - one.start) * one.failing for one in answered) == pytest.approx(final.failed)
    assert max(sum(one.parts) for one in found) == final.most
    figure, table = draw_release(version, strategy)
    assert collisions(figure.svg) == []
    assert table == releases((strategy,), version)


def test_where_no_server_answers_all_requests_fail():
    final = run(release, Release(), [RollOut(Version("v2"), Recreate())]).final
    assert [one.failing for one in spans(final, Version("v2"))] == [1.0, 0.0]


def test_strategies_beside_each_other():
    rows = releases(STRATEGIES, Version("v2", 0.2), Service(watch=20)).rows
    assert [row[0] for row in rows] == ["Recreate", "Rolling", "Rolling", "BlueGreen", "Canary"]
    assert [row[3] for row in rows] == ["4 min", "0 min", "0 min", "0 min", "0 min"]
    assert [row[6] for row in rows][-2:] == ["0 min", "0 min"]


ACTS = [Patch("debug", "on", (2,)), Declare("tls", "1.3"), Converge((3,)), Converge(), Rebuild()]


def test_the_grid_marks_what_differs_and_gives_equal_servers_a_letter():
    trace = run(operate, Servers.of(4, tls="1.2", php="8.2"), ACTS)
    letters = []
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        (figure,) = delivery_servers.draw(state, event)
        assert collisions(figure.svg) == []
        marked = sum(rect.get("fill") == FAULT.fill for rect in root_of(figure.svg).iter(f"{SVG}rect"))
        keys = {*state.declared, *(key for each in state.settings for key in each)}
        assert marked == sum(each.get(key) != state.declared.get(key) for each in state.settings for key in keys)
        letters.append("".join(delivery_servers.kinds(state)))
    assert letters == ["AAAA", "AABA", "AABA", "AABC", "AABA", "AAAA"]


def test_kinds_over_changes_are_a_line_for_each_way():
    chart = delivery_servers.drift({"by hand": (1, 2, 4), "replaced": (1, 1, 1)})
    assert [(one.name, one.x, one.y) for one in chart.series] == [
        ("by hand", (0.0, 1.0, 2.0), (1.0, 2.0, 4.0)),
        ("replaced", (0.0, 1.0, 2.0), (1.0, 1.0, 1.0)),
    ]


def test_thirty_different_servers_have_thirty_kinds():
    state = Servers.of(30, php="8.2")
    state = run(operate, state, [Patch("name", str(n), (n,)) for n in range(30)]).final
    assert len(set(delivery_servers.kinds(state))) == 30


def test_a_sweep_marks_the_years_in_which_the_queue_grew():
    years = sweep(Team(days=60, lanes=1), "batch", (1, 2, 10), 1)
    figure, *said = draw_sweep("batch", years)
    assert collisions(figure.svg) == []
    stopped = sum(bool(year.stopped) for year in years)
    assert stopped == 1
    hollow = [rect for rect in root_of(figure.svg).iter(f"{SVG}rect") if rect.get("stroke") == GREW.stroke]
    assert len(hollow) == stopped * len(FOUR)
    assert years[0].stopped in said[0].markdown
    assert len(draw_sweep("batch", [years[0]] * 3)) == 3


def test_a_sweep_of_a_team_without_failures_or_deployments_is_drawn():
    quiet = sweep(Team(days=1, developers=1, batch=50), "lanes", (1, 2), 1)
    assert {year.measures.lead_time for year in quiet} == {None}
    assert collisions(draw_sweep("lanes", quiet)[0].svg) == []


def test_a_log_is_measured_in_words():
    log = [Deployment(600, (0, 300)), Deployment(900, (840,), True, 990)]
    assert [row[1] for row in measured(measures(log, 2)).rows] == ["5 h", "1", "50.0%", "90 min"]
    assert [row[1] for row in measured(measures([], 2)).rows] == ["no value", "0", "no value", "no value"]


def test_false_alarms_grow_with_tests_and_shrink_with_reruns():
    chart = false_alarms(0.001, 1000)
    assert [one.name for one in chart.series] == ["no rerun", "1 rerun", "2 reruns"]
    ends = [one.y[-1] for one in chart.series]
    assert ends == pytest.approx([63.2, 0.1, 1e-4], rel=0.01)
    assert list(chart.series[0].y) == sorted(chart.series[0].y)
    assert to_svg(chart).startswith("<svg")
    suite = Suite(1000, 1.5, 0.001)
    assert [row[1] for row in suite_table(suite).rows] == ["25 min", "63.230% of runs", "2.72"]
    assert "more than 10,000" in str(suite_table(replace(suite, flakiness=0.5)))
    assert "less than 0.001%" in str(suite_table(replace(suite, reruns=2)))
    assert "0.000%" in str(suite_table(replace(suite, flakiness=0)))
