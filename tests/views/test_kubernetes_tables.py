"""Reconciliation, events, connections and names: tables and charts whose rows are the model's own words."""

import re

import pytest

from tests.views.kubernetes_runs import LONG, coming_up, crowded, moments, update
from vlearn.blocks import Chart, Code, Text
from vlearn.errors import ModelError
from vlearn.lab.exercises.ch14_clusters import applied, deployment
from vlearn.sim.kubernetes.cluster import run, stop
from vlearn.views.kubernetes_events import MOST as MOST_EVENTS
from vlearn.views.kubernetes_events import events_table, timeline
from vlearn.views.kubernetes_reconcile import MOST, desired_table, draw_reconcile, queue_table
from vlearn.views.kubernetes_traffic import draw_lookup, draw_traffic


def test_desired_and_observed_amid_an_update():
    state = update().steps[3].state
    rows = {row[0].removeprefix("▸ ").split("-")[0]: row[1:] for row in desired_table(state).rows}
    assert rows["Deployment web"][:2] == ("6", "8")
    assert rows["Deployment web"][-1] == "2 too many"


def test_what_differs_is_nothing_once_all_is_done():
    table = desired_table(update().final)
    assert [row[0].split("-")[0] for row in table.rows] == ["Deployment web", "ReplicaSet web"]
    assert {row[-1] for row in table.rows} == {"nothing"}


def test_the_row_that_the_event_touches_is_marked():
    step = coming_up().steps[0]
    marked = [row[0] for row in draw_reconcile(step.state, step.event)[1].rows if row[0].startswith("▸")]
    assert [row.split()[1] for row in marked] == ["Deployment", "ReplicaSet"]


def test_who_looks_next_is_whoever_acts_next_or_has_nothing_to_do():
    for (state, _), step in zip(moments(coming_up()), coming_up().steps, strict=False):
        waiting = {item.component for item in state.queue}
        assert step.event.kind in waiting or state.now < step.state.now or state.seen < state.store.revision


def test_a_queue_at_rest_names_what_is_due_later():
    rows = queue_table(run(coming_up().final, 5)).rows
    assert all(row[2].startswith("in ") for row in rows)


def test_a_long_table_says_how_many_rows_are_missing():
    assert len(desired_table(crowded()).rows) <= MOST
    assert "more are not shown" in queue_table(crowded()).caption
    kinds = {row[0].split()[0] for row in desired_table(crowded()).rows}
    assert kinds == {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"}


def test_a_spec_that_its_controller_has_not_seen_is_named():
    changed = applied(stop(coming_up().final, "deployment-controller"), deployment("web", 5))
    said = desired_table(run(changed, 10)).rows[0][-1]
    assert said == "2 missing, its controller has not seen the newest spec"


def test_events_are_listed_with_the_newest_last_and_warnings_alone_on_demand():
    table = events_table(crowded(), warnings=True)
    assert len(table.rows) == MOST_EVENTS
    assert {row[1] for row in table.rows} == {"Warning"}
    assert "earlier ones are not shown" in table.caption
    ages = [int(row[0].split()[0]) for row in events_table(coming_up().final, "Pod").rows]
    assert ages == sorted(ages, reverse=True)
    assert {row[3].split()[0] for row in events_table(coming_up().final, "Pod").rows} == {"Pod"}


def test_a_timeline_has_a_row_for_every_step_and_begins_at_nought():
    table = timeline(coming_up())
    assert [row[2] for row in table.rows] == [step.event.text for step in coming_up().steps]
    seconds = [float(row[0]) for row in table.rows]
    assert seconds == sorted(seconds)
    assert seconds[0] == 0


def test_connections_to_a_service_are_spread_over_its_endpoints():
    said, rules, chart = draw_traffic(coming_up().final, "web", "node-1")
    assert isinstance(said, Text)
    assert isinstance(rules, Code)
    assert isinstance(chart, Chart)
    assert "**DNAT**" in said.markdown
    assert re.findall(r"--probability (0\.\d\d)", rules.source) == ["0.33", "0.50"]
    assert rules.source.count("-j KUBE-SEP-") == 3
    (series,) = chart.series
    assert len(series.x) == 3
    assert sum(series.y) == 300
    assert all(60 < count < 140 for count in series.y)
    assert {name.split()[0] for name in series.x} == {
        pod["metadata"]["name"].rpartition("-")[2] for pod in coming_up().final.objects("pods", "default")
    }


def test_a_service_without_endpoints_refuses():
    said, rules = draw_traffic(crowded(), LONG, "node-1")
    assert "**REJECT**" in said.markdown
    assert "REJECT" in rules.source


def test_a_service_that_does_not_exist_is_named():
    with pytest.raises(ModelError, match="no service 'shop'"):
        draw_traffic(crowded(), "shop", "node-1")


def test_a_name_is_looked_for_in_the_own_namespace_first():
    final = coming_up().final
    address = final.get("services", "web")["spec"]["clusterIP"]
    assert draw_lookup(final, "web", "default").rows == (("web.default.svc.cluster.local.", "NOERROR", address),)
    assert [row[1] for row in draw_lookup(final, "web", "kube-system").rows] == ["NXDOMAIN"] * 4
    assert draw_lookup(final, "web.default", "kube-system").rows[-1][2] == address
