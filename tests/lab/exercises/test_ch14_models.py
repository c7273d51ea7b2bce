"""What chapter 14's predictions and tables say is what its models do."""

import pytest

from vlearn.blocks import Chart
from vlearn.lab.exercises.ch14_clusters import (
    applied,
    claim,
    container,
    deleted,
    deployment,
    job,
    pod,
    service,
    storage_class,
    workload,
)
from vlearn.lab.exercises.ch14_placing import NEXT, decided, offices
from vlearn.lab.exercises.ch14_predictions import PREDICTIONS
from vlearn.lab.exercises.ch14_rollouts import starts, starts_chart
from vlearn.lab.exercises.ch14_scaling import scaled_by_load
from vlearn.lab.exercises.ch14_services import SHOP, opened
from vlearn.lab.real_controllers import beside_the_controllers, model_says, recorded
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.cluster import crash_container, cut_off, play, power_off, run, started, stop
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.revisions import REVISION
from vlearn.sim.kubernetes.kubectl import kubectl
from vlearn.sim.kubernetes.network import resolve
from vlearn.sim.kubernetes.raft.majority import quorum


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


def test_claims_and_volumes_outlive_their_stateful_set():
    members = workload("StatefulSet", "db", "redis:7", replicas=2, volumeClaimTemplates=[claim("data")])
    before = run(applied(EMPTY, storage_class(), members), 60)
    assert [phase_of(before, name) for name in ("db-0", "db-1")] == ["Running"] * 2
    after = run(kubectl(before, "delete statefulset db").cluster, 60)
    assert after.objects("pods", "default") == []
    claims = after.objects("persistentvolumeclaims", "default")
    assert [each["metadata"]["name"] for each in claims] == ["data-db-0", "data-db-1"]
    assert {each["status"]["phase"] for each in claims} == {"Bound"}
    assert len(after.objects("persistentvolumes")) == 2


def test_a_finished_job_keeps_its_pods():
    after = run(applied(EMPTY, job("count", "sleep 3", completions=2)), 60)
    assert [phase_of(after, each["metadata"]["name"]) for each in after.objects("pods", "default")] == ["Succeeded"] * 2


def test_the_autoscaler_wants_as_many_as_the_prediction_says():
    assert PREDICTIONS["ch14-more-pods"].answer == "6"
    trace = scaled_by_load(2)
    sizes = {wanted(step.state.get("deployments.apps", "web")) for step in trace.steps}
    assert max(sizes) == 8
    assert wanted(trace.final.get("deployments.apps", "web")) == 2
    shrunk = [
        step.state.now - trace.start.now
        for step in trace.steps
        if wanted(step.state.get("deployments.apps", "web")) == 2 and step.state.now - trace.start.now > 300
    ]
    assert min(shrunk) > 550, "what was needed within the last five minutes is kept"


def test_a_limit_on_memory_alone_makes_a_pod_burstable():
    asked = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}}
    assert qos_class(pod("web", containers=[container(resources=asked)])) == PREDICTIONS["ch14-quality"].answer


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
