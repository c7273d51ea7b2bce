import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.views.geometry import SVG, collisions, root_of, texts_of
from tests.views.kubernetes_runs import coming_up, moments, update
from vlearn.errors import ModelError
from vlearn.lab.exercises.ch14_clusters import applied, deployment
from vlearn.sim.kubernetes.api.pods import is_active
from vlearn.sim.kubernetes.cluster import play, run, started
from vlearn.sim.kubernetes.controllers.rolling import fenceposts
from vlearn.views.kubernetes_charts import replicas_over_time
from vlearn.views.kubernetes_rollout import PARTS, draw_rollout, rollout_player
from vlearn.views.kubernetes_rollout_counts import milestones, rollout


def test_an_update_of_six_as_its_table_tells():
    _, table = draw_rollout(update(), "web")
    assert table.header == ("From", *(name for name, _ in PARTS), "Available", "All")
    assert table.rows[0] == ("before", "6", "0", "0", "0", "6", "6")
    assert table.rows[1] == ("0 s", "5", "0", "0", "3", "5", "8")
    assert table.rows[-1][1:] == ("0", "6", "0", "0", "6", "6")


def test_every_pod_that_is_not_going_is_counted_once():
    for (state, _), count in zip(moments(update()), rollout(update(), "web").counts, strict=True):
        assert count.total == sum(map(is_active, state.objects("pods")))


SHARES = st.one_of(st.integers(0, 4), st.sampled_from(["10%", "25%", "50%"]))


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 7), SHARES, SHARES)
def test_what_is_drawn_stays_between_the_two_lines(replicas, surge, unavailable):
    limits = {"surge": surge, "unavailable": unavailable}
    try:
        before = run(applied(started(3), deployment("web", replicas, "nginx:1.28", **limits)), 60)
    except ModelError:
        assert (surge, unavailable) == (0, 0)
        return
    trace = play(applied(before, deployment("web", replicas, "nginx:1.29", **limits)), 120)
    found = rollout(trace, "web")
    above, below = fenceposts(surge, unavailable, replicas)
    assert (found.most, found.least) == (replicas + above, max(0, replicas - below))
    assert all(count.total <= found.most and count.available >= found.least for count in found.counts)
    assert found.counts[-1].parts == (0, replicas, 0, 0)


def test_the_drawing_has_a_polygon_for_each_part_and_a_line_for_each_bound():
    figure, _ = draw_rollout(update(), "web")
    assert not collisions(figure.svg)
    root = root_of(figure.svg)
    dashes = [area.get("stroke-dasharray") for area in root.iter(f"{SVG}polygon")]
    assert len(dashes) == len(set(dashes)) == 3, "every part that there is has an outline of its own"
    words = [area.words for area in texts_of(root)]
    assert "at most 8: replicas + maxSurge" in words
    assert "at least 5 available: replicas − maxUnavailable" in words
    assert figure.alt.startswith("Pods of web over 3.")
    assert "never more than 8 in all, never fewer than 5 available. The strategy allows at most 8 and at" in figure.alt


def test_the_player_moves_a_line_over_the_same_chart():
    draw = rollout_player(update(), "web")
    drawn = [draw(state, event)[0] for state, event in moments(update(), 5)]
    assert len({figure.svg for figure in drawn}) > 2
    assert all(not collisions(figure.svg) for figure in drawn)
    assert "At 0 s: 6 old, available, 0 new, available" not in drawn[-1].alt


def test_milestones_leave_out_what_the_chart_does_not_show():
    short = milestones(update(), "web")
    assert len(short) < len(update()) / 2
    whole, kept = (rollout(each, "web").counts for each in (update(), short))
    assert [count.parts for count in kept if count.parts != whole[0].parts] != []
    assert {count.parts for count in whole} == {count.parts for count in kept}


def test_recreate_has_no_bounds_and_a_gap():
    recreate = {"strategy": {"type": "Recreate"}}
    before = run(applied(started(2), deployment("web", 3, "nginx:1.28", **recreate)), 60)
    trace = play(applied(before, deployment("web", 3, "nginx:1.29", **recreate)), 30)
    found = rollout(trace, "web")
    assert (found.least, found.most) == (None, None)
    assert min(count.available for count in found.counts) == 0
    assert all(count.parts[0] == 0 or count.parts[1] == 0 for count in found.counts)


def test_a_deployment_that_does_not_exist_is_named():
    with pytest.raises(ModelError, match="no deployment 'shop'"):
        rollout(coming_up(), "shop")


def test_a_run_that_begins_without_the_deployment_begins_with_nothing():
    trace = play(applied(started(1), deployment("web", 1)), 10)
    assert rollout(trace, "web").counts[0].total == 0


def test_replicas_over_time_begin_and_end_where_the_run_does():
    chart = replicas_over_time(coming_up(), "web")
    ends = {series.name: (series.y[0], series.y[-1]) for series in chart.series}
    assert ends == {"wanted": (3.0, 3.0), "ready": (0.0, 3.0)}
