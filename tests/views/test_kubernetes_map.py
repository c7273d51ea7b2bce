from time import process_time

import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from tests.views.kubernetes_runs import LONG, coming_up, crowded, lost, moments, update
from vlearn.lab.exercises.ch14_clusters import applied, deployment
from vlearn.sim.kubernetes.api.pods import is_ready
from vlearn.sim.kubernetes.cluster import cut_off, full_disk, run, started, stop, stop_kubelet
from vlearn.trace import Event
from vlearn.views.kubernetes_map import draw, draw_map, node_state
from vlearn.views.kubernetes_pods import LEGEND, appearance, pods_table
from vlearn.views.kubernetes_services import endpoints_of
from vlearn.views.kubernetes_strip import clock
from vlearn.views.kubernetes_tree import branches, draw_tree
from vlearn.views.svg import CURRENT, WAITING

RUNS = {"coming up": coming_up, "update": update, "lost": lost}


def words_of(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def filled(figure, look):
    return sum(rect.get("fill") == look.fill for rect in root_of(figure.svg).iter(f"{SVG}rect"))


@pytest.mark.parametrize("name", RUNS)
def test_nothing_in_a_drawing_meets_anything_else(name):
    for state, event in moments(RUNS[name](), 3):
        for figure in draw(state, event):
            assert not collisions(figure.svg)
            assert figure.alt.endswith(".")


def test_twenty_nodes_and_long_names_fit_and_what_is_hidden_is_counted():
    for figure in draw(crowded(), Event("kubelet/node-7", f"Pod {LONG} says a lot. " * 30, ("node/node-7",))):
        assert not collisions(figure.svg)
    words = words_of(draw_map(crowded()))
    assert words.index("node-2") < words.index("node-10")
    assert any(text.startswith("and ") and text.endswith(" more pods") for text in words)
    many = draw_map(started(23))
    assert "3 more nodes are not drawn" in words_of(many)


def test_a_step_of_twenty_nodes_is_drawn_within_fifty_milliseconds_of_processor_time():
    state = crowded()
    draw(state, None)
    best = min(_seconds(state) for _ in range(5))
    assert best < 0.05


def _seconds(state):
    begin = process_time()
    draw(state, None)
    return process_time() - begin


def test_every_pod_is_drawn_once_on_its_node_and_said_in_words():
    for state, event in moments(coming_up()):
        figure = draw_map(state, event)
        for pod in state.objects("pods"):
            name = pod["metadata"]["name"]
            assert words_of(figure).count(name) <= 1
            assert name in figure.alt


def test_the_states_of_pods_differ_without_colour():
    seen = {}
    for trace in (coming_up(), update(), lost()):
        for state, _ in moments(trace):
            for pod in state.objects("pods"):
                look = appearance(pod, state.now)
                seen.setdefault(look.mark, set()).add(look.look)
    for pod in crowded().objects("pods"):
        look = appearance(pod, crowded().now)
        seen.setdefault(look.mark, set()).add(look.look)
    assert set(seen) >= {"✓", "…", "✗", "−", "?"}
    assert all(len(looks) == 1 for looks in seen.values())
    assert len({looks.pop() for looks in map(set, seen.values())}) == len(seen)
    assert all(mark in LEGEND for mark in seen)


def test_a_ready_pod_has_the_tick_and_no_other():
    for pod in crowded().objects("pods"):
        assert (appearance(pod, crowded().now).mark == "✓") == is_ready(pod)


def test_what_the_event_touches_is_lit():
    step = coming_up().steps[0]
    assert step.event.kind == "deployment-controller"
    figure = draw_map(step.state, step.event)
    assert "deployment-controller" in words_of(figure)
    assert filled(figure, CURRENT) == 1
    assert filled(draw_tree(step.state, step.event)[0], CURRENT) == 2, "the deployment and its replica set"
    assert filled(draw_map(step.state), CURRENT) == 0


def test_parts_that_are_down_are_dashed_and_named():
    final = lost().final
    figure = draw_map(final)
    assert "down" in words_of(figure)
    assert "NotReady (Unknown), off" in words_of(figure)
    assert filled(figure, WAITING) >= 2
    assert figure.alt.startswith(f"At {clock(final)}. Down: default-scheduler, machine/node-1.")
    one = stop(started(2), "replicaset-controller")
    assert "replicaset-controller down" in words_of(draw_map(one))
    assert "2 controllers down" in words_of(draw_map(stop(one, "job-controller")))


def test_a_node_says_what_is_the_matter_with_it():
    states = [started(1), stop_kubelet(started(1), "node-1"), cut_off(started(1), "node-1")]
    states.append(run(stop_kubelet(started(1), "node-1"), 60))
    states.append(run(full_disk(started(1), "node-1"), 30))
    said = [node_state(state, state.objects("nodes")[0])[0] for state in states]
    assert said == ["Ready", "Ready, no kubelet", "Ready, cut off", "NotReady (Unknown), no kubelet", "Ready"]


def test_a_service_shows_the_pods_that_are_ready_behind_it():
    final = coming_up().final
    ready, others = endpoints_of(final, final.get("services", "web"))
    assert ready == sorted(pod["metadata"]["name"] for pod in final.objects("pods"))
    assert others == []
    assert f"→ 3 ready: {', '.join(ready)}." in draw_map(final).alt
    before = coming_up().steps[2].state
    assert "→ no ready endpoint." in draw_map(before).alt


def test_pods_without_a_node_are_apart():
    trace = coming_up()
    waiting = next(state for state, _ in moments(trace) if len(state.objects("pods")) == 3)
    assert "none" not in words_of(draw_map(waiting))
    assert "Pods without a node: none." in draw_map(trace.final).alt
    many = run(applied(stop(started(1), "default-scheduler"), deployment("web", 9)), 1)
    assert not collisions(draw_map(many).svg)
    assert "and 5 more" in words_of(draw_map(many))


def test_the_tree_has_a_branch_for_every_set_with_its_owner():
    found = {(branch.owner[1]["kind"] if branch.owner else None, branch.set["kind"]) for branch in branches(crowded())}
    assert found == {("Deployment", "ReplicaSet"), (None, "StatefulSet"), (None, "DaemonSet"), (None, "Job")}
    sizes = {branch.set["kind"]: len(branch.pods) for branch in branches(crowded())}
    assert sizes["StatefulSet"] == 2
    assert sizes["DaemonSet"] == 20


def test_old_replica_sets_are_left_out_once_they_are_empty():
    (figure,) = draw_tree(update().final)
    assert "1 more set is not drawn: sets without pods, or too many" in words_of(figure)
    assert figure.alt.count("ReplicaSet") == 1
    assert "ReplicaSet r2: 6/6, 6 ready" in figure.alt


def test_a_cluster_without_workloads_has_no_tree():
    assert draw_tree(started(1)) == ()


def test_the_table_of_pods_says_what_kubectl_would():
    table = pods_table(coming_up().final)
    assert [row[1:4] for row in table.rows] == [("1/1", "Running", "0")] * 3
    assert pods_table(crowded()).caption.startswith("Pods; ")
