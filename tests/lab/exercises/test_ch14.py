"""Chapter 14's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.blocks import Chart
from vlearn.errors import ModelError
from vlearn.lab.exercises.ch14_clusters import (
    applied,
    as_yaml,
    container,
    deleted,
    deployment,
    job,
    pod,
    read,
    service,
    workload,
)
from vlearn.lab.exercises.ch14_loops import CASES, CROWD, crowd_table, hasty, right_step, seen
from vlearn.lab.exercises.ch14_outages import KINDS, PARTS, STOPPED, outage, symptoms, without
from vlearn.lab.exercises.ch14_placing import NEXT, TRAINER, decided, fit_scores, hall, offices
from vlearn.lab.exercises.ch14_predictions import PREDICTIONS
from vlearn.lab.exercises.ch14_rollouts import starts, starts_chart, waits
from vlearn.lab.exercises.ch14_scaling import scaled_by_load
from vlearn.lab.exercises.ch14_services import PODS, SHOP, opened, pods_asked, served
from vlearn.lab.real_controllers import beside_the_controllers, model_says, recorded
from vlearn.sim.kubernetes.api.pods import is_active, is_ready
from vlearn.sim.kubernetes.cluster import crash_container, cut_off, play, power_off, run, started, stop
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.revisions import REVISION
from vlearn.sim.kubernetes.network import resolve
from vlearn.sim.kubernetes.raft.majority import quorum

TOLERATING = TRAINER.replace("  containers:", "  tolerations:\n  - {key: gpu, operator: Exists}\n  containers:")
LABELLED = TOLERATING.replace('"Yes"', '"yes"')
REPAIRED = LABELLED.replace("cpu: 6", "cpu: 3")
SELECTED = SHOP.replace("tier: front", "tier: web")
TARGETED = SELECTED.replace("targetPort: http", "targetPort: web")
OPEN = TARGETED.replace("/healthz", "/")
WAITS = [10, 20, 40, 80, 160, 300, 300]


def careful(wanted, pods):
    """A controller as it should be."""
    active = sorted(filter(is_active, pods), key=is_ready)
    surplus = len(active) - wanted
    return max(-surplus, 0), [pod["metadata"]["name"] for pod in active[: max(surplus, 0)]]


def greedy(wanted, pods):
    """It deletes what serves and keeps what does not."""
    create, names = careful(wanted, pods)
    ready = [pod["metadata"]["name"] for pod in pods if is_active(pod) and is_ready(pod)]
    return create, ready[: len(names)]


def shy(wanted, pods):
    """It deletes nothing."""
    return careful(wanted, pods)[0], []


def blind(wanted, pods):
    """It deletes what is going already."""
    create, names = careful(wanted, pods)
    return create, [pod["metadata"]["name"] for pod in pods if not is_active(pod)] or names


RIGHT = [
    ("ch14-stopped", STOPPED),
    ("ch14-bug-hunt", (1, [seen("a", going=True)])),
    ("ch14-bug-hunt", (0, [seen("a", "Failed")])),
    ("ch14-reconcile", careful),
    ("ch14-crash-times", WAITS),
    ("ch14-first-to-go", ["b", "c", "d", "e"]),
    ("ch14-strategy", (2, 1)),
    ("ch14-strategy", ("20%", "10%")),
    ("ch14-make-schedulable", REPAIRED),
    ("ch14-place", {"a": 50, "b": 62}),
    ("ch14-endpoints", {"a", "b"}),
    ("ch14-endpoints", ["b", "a"]),
    ("ch14-no-endpoints", OPEN),
    ("ch14-no-endpoints", OPEN.replace("targetPort: web", "targetPort: 80")),
    ("ch14-workloads", KINDS),
    ("ch14-outage-times", (50, 80)),
    ("ch14-unstick", ["rollout undo deployment/web"]),
    ("ch14-unstick", ["get pods", "kubectl set image deployment/web c=nginx:1.29"]),
]
WRONG = [
    ("ch14-stopped", "A", "for each cluster"),
    ("ch14-stopped", {"A": "default-scheduler"}, "And cluster B?"),
    ("ch14-stopped", STOPPED | {"A": "replicaset-controller"}, "stays without pods"),
    ("ch14-stopped", STOPPED | {"B": "deployment-controller"}, "does not even get a replica set"),
    ("ch14-stopped", STOPPED | {"C": "kubelet/node-1"}, "Which node is it?"),
    ("ch14-stopped", STOPPED | {"D": "kube-dns"}, "No component is called"),
    ("ch14-bug-hunt", 3, "how many are wanted"),
    ("ch14-bug-hunt", (-1, []), "whole number"),
    ("ch14-bug-hunt", (1, [seen("a")] * 13), "at most 12"),
    ("ch14-bug-hunt", (3, [seen("a"), seen("b", ready=False)]), "Both controllers answer 1"),
    ("ch14-bug-hunt", (3, ["a"]), "raised"),
    ("ch14-reconcile", (0, []), "the function itself"),
    ("ch14-reconcile", lambda wanted, pods: wanted - len(pods), "Return two things"),
    ("ch14-reconcile", lambda wanted, pods: (max(0, wanted - len(pods)), []), "Which pods count?"),
    ("ch14-reconcile", greedy, "one that serves"),
    ("ch14-reconcile", shy, "You delete 0; it takes 1"),
    ("ch14-reconcile", blind, "on its way out already"),
    ("ch14-crash-times", 10, "list of 7"),
    ("ch14-crash-times", [5, *WAITS[1:]], "does not come after 5 s"),
    ("ch14-crash-times", [10, 20, 40, 80, 160, 320, 640], "longest"),
    ("ch14-crash-times", [10] * 7, "not the same"),
    ("ch14-first-to-go", "bcde", "list of four"),
    ("ch14-first-to-go", ["c", "b", "d", "e"], "costs nothing to lose"),
    ("ch14-first-to-go", ["b", "d", "c", "e"], "serves nobody"),
    ("ch14-first-to-go", ["b", "c", "e", "d"], "pod-deletion-cost"),
    ("ch14-first-to-go", ["b", "c", "d", "a"], "node counts"),
    ("ch14-strategy", 2, "both limits"),
    ("ch14-strategy", (3, 0), "there are 13 pods"),
    ("ch14-strategy", (2, 2), "only 8 pods serve"),
    ("ch14-strategy", (1, 1), "takes 102 s"),
    ("ch14-strategy", (0, 0), "may not be 0"),
    ("ch14-strategy", ("a lot", 1), "must be an integer or percentage"),
    ("ch14-make-schedulable", 3, "text of a manifest"),
    ("ch14-make-schedulable", "kind: [", "not YAML"),
    ("ch14-make-schedulable", SHOP, "One pod"),
    ("ch14-make-schedulable", TRAINER, "untolerated taint"),
    ("ch14-make-schedulable", TOLERATING, "match Pod's node affinity"),
    ("ch14-make-schedulable", LABELLED, "Insufficient cpu"),
    ("ch14-make-schedulable", REPAIRED.replace("cpu: 3", "cpu: 500m"), "less than two cores"),
    ("ch14-make-schedulable", REPAIRED.replace('gpu: "yes"', "kubernetes.io/os: linux"), "no GPU"),
    ("ch14-make-schedulable", REPAIRED.replace('nodeSelector:\n    gpu: "yes"', "nodeName: graphics"), "machine"),
    ("ch14-place", [50, 62], "score of each node"),
    ("ch14-place", {"a": 50}, "And b?"),
    ("ch14-place", {"a": 50, "b": 62, "c": 90}, "gets no score"),
    ("ch14-place", {"a": 50, "b": 62, "d": 1}, "no node d"),
    ("ch14-place", {"a": 68, "b": 62}, "as if it were there already"),
    ("ch14-place", {"a": 50, "b": 38}, "what is taken"),
    ("ch14-place", {"a": 50, "b": 63}, "mean of what would be free"),
    ("ch14-endpoints", "ab", "as a set"),
    ("ch14-endpoints", {"a", "z"}, "no pod z"),
    ("ch14-endpoints", {"a"}, "Further labels"),
    ("ch14-endpoints", {"a", "b", "c"}, "All labels"),
    ("ch14-endpoints", {"a", "b", "d"}, "not ready"),
    ("ch14-endpoints", {"a", "b", "e"}, "on its way out"),
    ("ch14-endpoints", {"a", "b", "f"}, "has ended"),
    ("ch14-endpoints", {"a", "b", "g"}, "its own namespace"),
    ("ch14-endpoints", {"a", "b", "h"}, "value of a label"),
    ("ch14-no-endpoints", 3, "text of the two manifests"),
    ("ch14-no-endpoints", SHOP, "selects no pod"),
    ("ch14-no-endpoints", SELECTED, "targetPort"),
    ("ch14-no-endpoints", TARGETED, "statuscode: 404"),
    ("ch14-no-endpoints", OPEN.replace("targetPort: web", "targetPort: 8080"), "port 8080"),
    ("ch14-no-endpoints", OPEN.replace("replicas: 2", "replicas: 1"), "Two pods"),
    ("ch14-no-endpoints", OPEN.partition("---")[0], "deployment shop"),
    ("ch14-no-endpoints", OPEN.partition("        readinessProbe")[0], "Repair it instead"),
    ("ch14-no-endpoints", OPEN.replace("kind: Service", "kind: Sevrice"), "no matches for kind"),
    ("ch14-workloads", ["Deployment"], "in a dictionary"),
    ("ch14-workloads", KINDS | {"orders": "Deployment"}, "its own disk"),
    ("ch14-workloads", KINDS | {"backup": "Job"}, "every night"),
    ("ch14-outage-times", 50, "two numbers"),
    ("ch14-outage-times", (0, 80), "How long may a node be silent"),
    ("ch14-outage-times", (50, 30), "begins with the taint"),
    ("ch14-outage-times", (50, 350), "Five minutes"),
    ("ch14-outage-times", (50, 60), "own toleration"),
    ("ch14-unstick", 4, "list of kubectl commands"),
    ("ch14-unstick", ["get pods"] * 11, "at most 10"),
    ("ch14-unstick", ["get pods"], "Deleting them helps nobody"),
    ("ch14-unstick", ["delete pods -l app=web"], "Deleting them helps nobody"),
    ("ch14-unstick", ["delete deployment web"], "That is an outage"),
    ("ch14-unstick", ["scale deployment web --replicas=3"], "wants 3 pods"),
    ("ch14-unstick", ["rollout pause deployment/web"], "is paused"),
    ("ch14-unstick", ["undo everything"], "unknown command"),
]


def test_the_answers_are_what_the_models_say():
    assert waits() == WAITS
    assert outage() == (50, 80)
    assert fit_scores() == {"a": 50, "b": 62}
    assert served() == {"a", "b"}


def test_every_symptom_is_another_one_and_shows_no_cause():
    pictures = {tuple(pod["status"]["phase"] for pod in each.objects("pods")) for each in symptoms().values()}
    assert len(pictures) == 4
    assert not any(each.down for each in symptoms().values())


@pytest.mark.parametrize("part", [part for part in PARTS if part != "kube-apiserver"])
def test_without_a_part_the_wish_does_not_come_true(part):
    cluster = without(part)
    ready = sum(map(is_ready, cluster.objects("pods", "default")))
    assert (ready == 4) == (part in ("nothing", "endpointslice-controller"))


def test_without_the_api_server_nobody_can_even_ask():
    with pytest.raises(ModelError, match="connection refused"):
        without("kube-apiserver")


def test_the_hasty_controller_agrees_where_its_author_looked():
    for _, wanted_pods, pods in CASES[:3]:
        step = right_step(wanted_pods, pods)
        assert hasty(wanted_pods, pods) == step.create - len(step.delete)


def test_the_tables_of_the_exercises_show_every_pod():
    assert [row[0] for row in crowd_table().rows] == [each["metadata"]["name"] for each in CROWD]
    assert [row[0] for row in pods_asked().rows] == [each["metadata"]["name"] for each in PODS]


def test_a_file_of_manifests_comes_back_as_it_was():
    made = [deployment("web"), service("web"), job("once", "exit 0"), pod("alone", cpu="1")]
    assert read(as_yaml(*made)) == made
    with pytest.raises(ModelError, match="apiVersion, kind"):
        read("just words")


def test_applying_twice_changes_what_differs_and_nothing_else():
    once = applied(started(1), deployment("web", 1), deployment("blog", 1))
    again = applied(once, deployment("web", 2))
    assert [wanted(each) for each in again.objects("deployments.apps")] == [1, 2]
    assert (
        again.get("deployments.apps", "web")["metadata"]["uid"]
        == once.get("deployments.apps", "web")["metadata"]["uid"]
    )
    with pytest.raises(ModelError, match="not found"):
        deleted(again, "nobody")


@pytest.mark.parametrize("case", recorded(), ids=lambda case: case["what"])
def test_the_model_comes_to_what_the_real_controllers_came_to(case):
    assert model_says(case) == case["said"]


def test_the_comparison_says_where_its_answers_come_from():
    said = str(beside_the_controllers())
    assert "recorded earlier" in said
    assert "NO" not in said


@pytest.mark.parametrize("id", PREDICTIONS)
def test_a_prediction_has_three_wrong_choices_each_with_its_reason(id):
    asked = PREDICTIONS[id]
    assert len(asked.choices) == 3
    assert asked.answer not in asked.choices
    assert all(reason.strip() for reason in asked.choices.values())


EMPTY = run(started(3), 1)
WEB = run(applied(EMPTY, deployment("web", 3), service("web")), 60)
MEMBERS = workload("StatefulSet", "db", "redis:7", replicas=3)
RUNS = {
    "ch14-first-look": (play(applied(EMPTY, pod("hello")), 30), "Scheduled"),
    "ch14-update-order": (
        play(applied(run(applied(EMPTY, MEMBERS), 60), workload("StatefulSet", "db", "redis:8", replicas=3)), 30),
        "delete Pod db-2",
    ),
}


@pytest.mark.parametrize("id", RUNS)
def test_what_follows_is_none_of_the_wrong_choices_and_says_what_is_taught(id):
    trace, said = RUNS[id]
    text = trace.steps[0].event.text
    assert said in text
    assert text not in PREDICTIONS[id].choices


def phase_of(cluster, name):
    return cluster.get("pods", name)["status"]["phase"]


def test_predictions_about_phases_answer_as_the_kubelet_does():
    asked = applied(EMPTY, pod("hello"))
    pulling = next(step.state for step in play(asked, 30).steps if "Pulling" in step.event.text)
    assert phase_of(pulling, "hello") == PREDICTIONS["ch14-pulling"].answer
    crash = pod("bad", containers=[container("busybox:1.37", command=["sh", "-c", "exit 1"])])
    crashing = run(applied(EMPTY, crash), 300)
    assert crashing.get("pods", "bad")["status"]["containerStatuses"][0]["restartCount"] >= 5
    assert phase_of(crashing, "bad") == PREDICTIONS["ch14-crashed-phase"].answer


def test_a_deleted_pod_is_replaced_by_one_with_a_new_name():
    names = [each["metadata"]["name"] for each in WEB.objects("pods", "default")]
    after = [each["metadata"]["name"] for each in run(deleted(WEB, names[0]), 30).objects("pods", "default")]
    assert len(after) == 3
    assert len(set(after) - set(names)) == 1


def test_a_stalled_rollout_stays_and_is_undone_into_the_old_replica_set():
    before = run(applied(EMPTY, deployment("web", 4)), 60)
    stuck = run(applied(before, deployment("web", 4, "nginx:1.999")), 900)
    found = stuck.get("deployments.apps", "web")["status"]
    assert (found["availableReplicas"], found["updatedReplicas"]) == (3, 2)
    back = run(applied(stuck, deployment("web", 4)), 60)
    sets = {each["metadata"]["annotations"][REVISION]: wanted(each) for each in back.objects("replicasets.apps")}
    assert sets == {"3": 4, "2": 0}


def test_predictions_about_placing_answer_as_the_scheduler_does():
    nodes = applied(started(1), pod("big", cpu="3500m", nodeName="node-1"))
    assert "Insufficient cpu" in decided(run(nodes, 10), pod("next", cpu="1")).final.message
    half = run(applied(started(2), pod("half", cpu="2", memory="4Gi", nodeName="node-1")), 10)
    assert decided(half, pod("next", cpu="1")).final.node == "node-2"
    assert decided(offices(), NEXT).final.feasible == ("a", "b")
    assert decided(hall(), read(REPAIRED)[0]).final.node == "graphics"


def test_predictions_about_names_answer_as_the_dns_does():
    answer = PREDICTIONS["ch14-other-namespace"].answer.strip("`").replace("shop", "web")
    assert resolve(WEB.store, answer, "test").addresses
    assert not any(resolve(WEB.store, name, "test").addresses for name in ("web", "web.test"))


def test_a_quota_stops_pods_and_not_the_deployment():
    kind = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team"}}
    limited = run(applied(EMPTY, {**kind, "spec": {"hard": {"requests.cpu": "2"}}}), 5)
    after = run(applied(limited, workload("Deployment", "big", cpu="600m", replicas=5)), 30)
    assert [phase_of(after, each["metadata"]["name"]) for each in after.objects("pods", "default")] == ["Running"] * 3


def test_predictions_about_outages_answer_as_the_cluster_does():
    lost = play(power_off(WEB, "node-1"), 400)
    begin = lost.start.now
    replaced = next(step.state.now - begin for step in lost.steps if "SuccessfulCreate" in step.event.text)
    assert f"{replaced:g}" == PREDICTIONS["ch14-power-off"].answer
    alone = run(cut_off(WEB, "node-1"), 420)
    running = sum(
        not each.over and any(one.ends > alone.now for one in each.containers.values())
        for machine in alone.machines.values()
        for each in machine.sandboxes.values()
    )
    assert running == 4
    name = WEB.objects("pods", "default")[0]["metadata"]["name"]
    texts = [step.event.text for step in play(crash_container(stop(WEB, "kube-apiserver"), name), 60).steps]
    assert any("unheard" in text and "Started" in text for text in texts)


def test_a_finished_job_keeps_its_pods():
    after = run(applied(EMPTY, job("count", "sleep 3", completions=2)), 60)
    assert [phase_of(after, each["metadata"]["name"]) for each in after.objects("pods", "default")] == ["Succeeded"] * 2


def test_the_autoscaler_wants_as_many_as_the_prediction_says():
    assert PREDICTIONS["ch14-more-pods"].answer == "6"
    trace = scaled_by_load(2)
    sizes = {wanted(step.state.get("deployments.apps", "web")) for step in trace.steps}
    assert max(sizes) == 8
    assert wanted(trace.final.get("deployments.apps", "web")) == 2


def test_a_majority_of_five_is_three():
    assert quorum(5) == 3
    assert "no write" in PREDICTIONS["ch14-majority"].answer


def test_the_chart_of_starts_has_a_line_for_every_policy():
    chart = starts_chart(5, 1)
    assert isinstance(chart, Chart)
    ends = {series.name: series.y[-1] for series in chart.series}
    assert ends["Never"] == 1
    assert ends["Always"] == ends["OnFailure"] > 5
    assert {series.name: series.y[-1] for series in starts_chart(5, 0).series}["OnFailure"] == 1
    assert starts(60, 1)[1][0] < 70


def test_the_shop_of_the_bug_hunt_runs_and_is_reached_by_nobody():
    assert [phase_of(opened(SHOP), each["metadata"]["name"]) for each in opened(SHOP).objects("pods", "default")] == [
        "Running"
    ] * 2
