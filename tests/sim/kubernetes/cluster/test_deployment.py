"""Deployments in a cluster that runs: rollouts, what stops them, and what stays of them."""

import pytest

from tests.sim.kubernetes.cluster.test_replicaset import quota
from tests.sim.kubernetes.cluster.workloads import (
    APPS,
    CORE,
    FAILS,
    SLOW,
    available,
    container,
    deleted,
    deployment,
    live,
    names,
    patched,
    reasons,
    rolling,
    sizes,
    status,
    with_spec,
    with_template,
)
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.cluster import play, run, started, with_image
from vlearn.sim.kubernetes.controllers.revisions import template_hash

WEB = ("deployments.apps", "web")
REVISION = "deployment.kubernetes.io/revision"


def deployed(nodes=3, seconds=60, **spec):
    return run(started(nodes).create(deployment(**spec)), seconds)


def revisions(cluster):
    """The revision number of each template's replica set, by image."""
    return {
        each["spec"]["template"]["spec"]["containers"][0]["image"]: int(each["metadata"]["annotations"][REVISION])
        for each in cluster.objects("replicasets.apps")
    }


def progress(cluster):
    return condition(cluster.get(*WEB), "Progressing")


STRATEGIES = [
    (10, "25%", "25%", {"httpd": 3, "nginx": 8}),
    (4, 1, 0, {"httpd": 1, "nginx": 4}),
    (4, 0, 1, {"httpd": 0, "nginx": 3}),
    (3, "100%", 0, {"httpd": 3, "nginx": 3}),
    (1, "25%", "25%", {"httpd": 1, "nginx": 1}),
]


@pytest.mark.parametrize(("replicas", "surge", "unavailable", "first"), STRATEGIES)
def test_a_rollout_keeps_its_limits_at_every_step(replicas, surge, unavailable, first):
    cluster = deployed(replicas=replicas, strategy=rolling(surge, unavailable))
    trace = play(with_template(cluster, "httpd"), 300)
    most, least = replicas + scaled(surge, replicas, up=True), replicas - scaled(unavailable, replicas, up=False)
    seen = []
    for step in trace.steps:
        now = sizes(step.state)
        if "httpd" in now and (not seen or seen[-1] != now):
            seen.append(now)
        assert sum(now.values()) <= most
        assert len(live(step.state)) <= most
        assert len(available(step.state)) >= least
    assert first in seen[:2]
    assert seen[-1] == {"nginx": 0, "httpd": replicas}
    assert len(available(trace.final)) == len(names(trace.final)) == replicas
    assert progress(trace.final)["reason"] == "NewReplicaSetAvailable"


def test_recreate_starts_nothing_new_before_everything_old_has_gone():
    cluster = deployed(strategy={"type": "Recreate"})
    trace = play(with_template(cluster, "httpd"), 60)
    moments = [step.state.objects("pods") for step in trace.steps]
    seen = [{each["spec"]["containers"][0]["image"] for each in pods} for pods in moments]
    assert {"nginx", "httpd"} not in seen
    assert set() in seen
    assert seen[-1] == {"httpd"}
    assert len(available(trace.final)) == 4


def test_a_paused_deployment_scales_and_does_not_roll_out():
    cluster = run(with_spec(deployed(), paused=True), 10)
    assert progress(cluster)["reason"] == "DeploymentPaused"
    cluster = run(with_template(cluster, "httpd"), 60)
    assert sizes(cluster) == {"nginx": 4}
    cluster = run(with_spec(cluster, replicas=6), 60)
    assert sizes(cluster) == {"nginx": 6}
    cluster = run(with_spec(cluster, paused=False), 120)
    assert sizes(cluster) == {"nginx": 0, "httpd": 6}
    assert progress(cluster)["reason"] == "NewReplicaSetAvailable"


def test_scaling_amid_a_rollout_is_shared_in_proportion():
    cluster = with_image(deployed(replicas=10, strategy=rolling(3, 2)), "slow", SLOW)
    cluster = run(with_template(cluster, "slow"), 5)
    assert sizes(cluster) == {"nginx": 8, "slow": 5}
    cluster = run(with_spec(cluster, replicas=15), 5)
    assert sizes(cluster) == {"nginx": 11, "slow": 7}
    cluster = run(cluster, 600)
    assert sizes(cluster) == {"nginx": 0, "slow": 15}
    assert len(available(cluster)) == 15


def test_a_change_amid_a_rollout_takes_the_old_ones_down_and_goes_on_with_the_newest():
    cluster = with_image(deployed(), "slow", SLOW)
    cluster = run(with_template(cluster, "slow"), 5)
    cluster = run(with_template(cluster, "httpd"), 120)
    assert sizes(cluster) == {"nginx": 0, "slow": 0, "httpd": 4}
    assert revisions(cluster) == {"nginx": 1, "slow": 2, "httpd": 3}


def test_undoing_reuses_the_old_replica_set_under_a_new_number():
    cluster = deployed()
    old = names(cluster, "replicasets.apps")
    cluster = run(with_template(cluster, "httpd"), 60)
    assert revisions(cluster) == {"nginx": 1, "httpd": 2}
    cluster = run(with_template(cluster, "nginx"), 60)
    assert revisions(cluster) == {"nginx": 3, "httpd": 2}
    assert set(old) < set(names(cluster, "replicasets.apps"))
    assert cluster.get(*WEB)["metadata"]["annotations"][REVISION] == "3"
    assert sizes(cluster) == {"nginx": 4, "httpd": 0}


@pytest.mark.parametrize("limit", [0, 2])
def test_only_so_many_old_replica_sets_are_kept(limit):
    cluster = deployed(replicas=2, revisionHistoryLimit=limit)
    for image in ("httpd", "redis", "memcached"):
        cluster = run(with_template(cluster, image), 60)
    kept = ["nginx", "httpd", "redis"][3 - limit :] if limit else []
    assert set(sizes(cluster)) == {*kept, "memcached"}


def test_a_rollout_that_gets_nowhere_is_reported_and_never_rolled_back():
    cluster = with_image(deployed(progressDeadlineSeconds=60), "bad", FAILS)
    cluster = run(with_template(cluster, "missing/app"), 55)
    assert progress(cluster)["status"] == "True"
    cluster = run(cluster, 10)
    assert (progress(cluster)["status"], progress(cluster)["reason"]) == ("False", "ProgressDeadlineExceeded")
    assert "has timed out progressing" in progress(cluster)["message"]
    stuck = run(cluster, 3600)
    assert sizes(stuck) == {"nginx": 3, "missing/app": 2}
    assert len(available(stuck)) == 3
    assert condition(stuck.get(*WEB), "Available")["status"] == "True"
    mended = run(with_template(stuck, "nginx"), 60)
    assert progress(mended)["reason"] == "NewReplicaSetAvailable"
    assert sizes(mended) == {"nginx": 4, "missing/app": 0}


def test_the_deadline_does_not_run_while_paused():
    cluster = run(with_spec(deployed(progressDeadlineSeconds=30), paused=True), 300)
    assert progress(cluster)["reason"] == "DeploymentPaused"
    cluster = run(with_template(cluster, "missing/app"), 300)
    cluster = run(with_spec(cluster, paused=False), 20)
    assert progress(cluster)["status"] != "False"
    assert progress(run(cluster, 20))["reason"] == "ProgressDeadlineExceeded"


def test_pods_count_as_available_only_after_so_many_seconds():
    cluster = deployed(minReadySeconds=20, strategy=rolling(1, 0), seconds=10)
    assert status(cluster, *WEB)["readyReplicas"] == 4
    assert "availableReplicas" not in status(cluster, *WEB)
    cluster = run(cluster, 30)
    assert status(cluster, *WEB)["availableReplicas"] == 4
    cluster = run(with_template(cluster, "httpd"), 60)
    assert 0 < sizes(cluster)["nginx"] < 4
    assert sizes(run(cluster, 120)) == {"nginx": 0, "httpd": 4}


def test_another_template_of_the_same_hash_gets_another_name():
    """What has the name already is not ours: as if its template had the same hash."""
    wanted = deployment()
    name = f"web-{template_hash(run(started(0).create(wanted)).get(*WEB)['spec']['template'], None)}"
    other = deployment(image="httpd")["spec"]
    labels = {"app": "web", "pod-template-hash": "other"}
    taken = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {**other["template"], "metadata": {"labels": labels}},
        },
    }
    cluster = run(started(2).create(taken, wanted), 60)
    assert status(cluster, *WEB)["collisionCount"] == 1
    assert status(cluster, *WEB)["availableReplicas"] == 4
    assert len(names(cluster, "replicasets.apps")) == 2


def test_the_wait_for_readiness_can_be_dropped_again():
    cluster = run(with_spec(deployed(minReadySeconds=20), minReadySeconds=0), 1)
    (found,) = cluster.objects("replicasets.apps")
    assert "minReadySeconds" not in found["spec"]
    assert sizes(run(with_template(cluster, "httpd"), 60)) == {"nginx": 0, "httpd": 4}


def test_a_replica_set_that_may_not_be_created_stops_the_rollout_and_says_so():
    cluster = run(deployed().create(quota(**{"count/replicasets.apps": "1"})), 5)
    cluster = run(with_template(cluster, "httpd"), 30)
    assert (progress(cluster)["status"], progress(cluster)["reason"]) == ("False", "ReplicaSetCreateError")
    assert 'Failed to create new replica set "web-' in progress(cluster)["message"]
    assert "exceeded quota: few" in progress(cluster)["message"]
    assert "ReplicaSetCreateError" in reasons(cluster, "web")
    assert sizes(cluster) == {"nginx": 4}
    mended = run(deleted(cluster, f"{CORE}/namespaces/default/resourcequotas/few"), 120)
    assert sizes(mended) == {"nginx": 0, "httpd": 4}
    assert progress(mended)["reason"] == "NewReplicaSetAvailable"


def test_a_replica_set_that_was_there_before_is_found():
    cluster = deployed(replicas=1, progressDeadlineSeconds=2**31 - 1)
    assert progress(cluster) is None
    trace = play(with_spec(cluster, progressDeadlineSeconds=600), 1)
    assert [progress(step.state)["reason"] for step in trace.steps] == ["FoundNewReplicaSet", "NewReplicaSetAvailable"]


def test_annotations_and_labels_of_a_template_follow():
    cluster = deployed(replicas=1)
    cluster = patched(cluster, f"{APPS}/deployments/web", {"metadata": {"annotations": {"team": "red"}}})
    (found,) = run(cluster, 10).objects("replicasets.apps")
    assert found["metadata"]["annotations"]["team"] == "red"
    assert len(found["spec"]["selector"]["matchLabels"]) == 2


def test_scaling_to_nothing_and_back():
    cluster = run(with_spec(deployed(), replicas=0), 60)
    assert names(cluster) == []
    assert status(cluster, *WEB).get("replicas") is None
    assert len(available(run(with_spec(cluster, replicas=2), 60))) == 2


def test_a_rollout_is_told_in_events():
    cluster = run(with_template(deployed(), "httpd"), 60)
    assert reasons(cluster, "web") == ["ScalingReplicaSet"] * len(reasons(cluster, "web"))
    assert len(reasons(cluster, "web")) >= 5
    assert container("httpd")["image"] in sizes(cluster)
