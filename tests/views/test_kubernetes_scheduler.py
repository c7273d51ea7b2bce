from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.blocks import Chart, Table, Text
from vlearn.sim.kubernetes.scheduler import pod_info, scheduling, snapshot
from vlearn.views.kubernetes_scheduler import MOST, draw_scheduling

CLUSTER = snapshot([node("a"), node("b", "8"), node("c", taints=[taint("team", "ml")])], [pod("x", "1", on="a")])


def moments(asking, cluster=CLUSTER):
    trace = scheduling(pod_info(asking), cluster)
    return [draw_scheduling(trace.start), *(draw_scheduling(step.state, step.event) for step in trace.steps)]


def test_the_table_fills_from_verdicts_to_scores_to_the_choice():
    frames = moments(pod("p", "1"))
    columns = [[row[1] for row in frame[0].rows] for frame in (frames[0], frames[2], frames[3])]
    refused = "✗ TaintToleration: node(s) had untolerated taint {team: ml}"
    assert columns == [["?", "?", "?"], ["✓ fits", "✓ fits", "?"], ["✓ fits", "✓ fits", refused]]
    table, chart, said = frames[-1]
    assert isinstance(table, Table)
    assert isinstance(chart, Chart)
    assert table.header[3:5] == ("TaintToleration ×3", "NodeResourcesFit ×1")
    assert table.rows[1][2].endswith("← chosen")
    assert table.rows[2][2:] == ("", "–", "–", "–")
    assert said == Text("**default/p** goes to **b**.")


def test_the_bars_of_a_node_add_up_to_its_total():
    table, chart, _ = moments(pod("p", "1"))[-1]
    totals = [sum(series.y[n] for series in chart.series) for n in range(2)]
    assert [str(int(total)) for total in totals] == [table.rows[0][2], table.rows[1][2].split()[0]]


def test_a_pod_that_fits_nowhere_shows_the_message_of_its_event():
    _, said = moments(pod("p", "9"))[-1]
    assert said.markdown.startswith("**default/p** stays Pending: 0/3 nodes are available: 1 node(s) had")


def test_the_victims_of_a_preemption_are_listed_for_every_candidate():
    full = snapshot([node("a"), node("b")], [pod("x", "4", on="a", priority=2), pod("y", "4", on="b", priority=1)])
    *_, victims = moments(pod("p", "4", priority=9), full)[-1]
    assert victims.rows == (("a", "default/x (2)", "0", ""), ("b", "default/y (1)", "0", "nominated"))


def test_a_large_cluster_shows_its_first_nodes_and_says_how_many_are_missing():
    large = snapshot([node(f"n{n}") for n in range(MOST + 2)])
    table = moments(pod("p", "1"), large)[-1][0]
    assert len(table.rows) == MOST
    assert table.caption.endswith("2 more nodes are not shown")
