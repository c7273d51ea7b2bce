"""Daemon sets in a cluster that runs: a pod on every node that is to have one, and never two."""

import pytest

from tests.sim.kubernetes.cluster.test_replicaset import quota
from tests.sim.kubernetes.cluster.workloads import (
    CORE,
    FAILS,
    PODS,
    available,
    daemon_set,
    deleted,
    live,
    names,
    patched,
    places,
    reasons,
    status,
    with_spec,
    with_template,
)
from vlearn.sim.kubernetes.cluster import (
    clear_disk,
    full_disk,
    play,
    power_off,
    power_on,
    run,
    started,
    with_image,
    with_node,
)

AGENT = ("daemonsets.apps", "agent")


def deployed(nodes=3, seconds=60, **spec):
    return run(started(nodes).create(daemon_set(**spec)), seconds)


def images(cluster):
    return sorted(each["spec"]["containers"][0]["image"] for each in live(cluster))


def tainted(cluster, node, effect="NoSchedule"):
    taint = {"key": "gpu", "value": "y", "effect": effect}
    return patched(cluster, f"{CORE}/nodes/{node}", {"spec": {"taints": [taint]}})


def test_one_pod_on_every_node():
    cluster = deployed()
    assert places(cluster) == ["node-1", "node-2", "node-3"]
    assert status(cluster, *AGENT)["numberAvailable"] == 3


def test_a_new_node_gets_one_as_soon_as_it_is_there():
    cluster = with_node(deployed(), "node-9")
    cluster = run(cluster, 60)
    assert places(cluster) == ["node-1", "node-2", "node-3", "node-9"]
    assert len(available(cluster)) == 4


def test_a_cordoned_node_keeps_its_pod_and_gets_another():
    cluster = patched(deployed(), f"{CORE}/nodes/node-2", {"spec": {"unschedulable": True}})
    cluster = run(cluster, 60)
    (there,) = [each for each in live(cluster) if each["spec"]["nodeName"] == "node-2"]
    cluster = run(deleted(cluster, f"{PODS}/{there['metadata']['name']}"), 60)
    assert places(cluster) == ["node-1", "node-2", "node-3"]


TAINTS = [("NoSchedule", 3, 1), ("NoExecute", 2, 0)]


@pytest.mark.parametrize(("effect", "left", "wrong"), TAINTS)
def test_a_taint_keeps_new_pods_away_and_may_drive_out_old_ones(effect, left, wrong):
    cluster = run(tainted(deployed(), "node-2", effect), 60)
    assert len(available(cluster)) == left
    assert status(cluster, *AGENT)["desiredNumberScheduled"] == 2
    assert status(cluster, *AGENT)["numberMisscheduled"] == wrong
    (gone, *_) = [each for each in live(deployed()) if each["spec"]["nodeName"] == "node-2"]
    if effect == "NoSchedule":
        assert len(live(run(deleted(cluster, f"{PODS}/{gone['metadata']['name']}"), 60))) == 2


def test_a_node_selector_is_followed_and_its_labels_watched():
    cluster = deployed(inner={"nodeSelector": {"disk": "ssd"}})
    assert places(cluster) == []
    cluster = run(patched(cluster, f"{CORE}/nodes/node-2", {"metadata": {"labels": {"disk": "ssd"}}}), 60)
    assert places(cluster) == ["node-2"]
    cluster = run(patched(cluster, f"{CORE}/nodes/node-2", {"metadata": {"labels": {"disk": None}}}), 60)
    assert places(cluster) == []


@pytest.mark.parametrize(("most", "least"), [(1, 4), (2, 3), ("50%", 2)])
def test_a_rolling_update_leaves_enough_pods_available(most, least):
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": most, "maxSurge": 0}}
    trace = play(with_template(deployed(5, updateStrategy=strategy), "httpd", "agent", "daemonsets"), 300)
    counts = [len(available(step.state)) for step in trace.steps]
    assert min(counts) == least
    assert images(trace.final) == ["httpd"] * 5
    assert status(trace.final, *AGENT)["updatedNumberScheduled"] == 5
    assert len(names(trace.final, "controllerrevisions.apps")) == 2


def test_an_update_waits_until_new_pods_have_been_ready_long_enough():
    cluster = run(with_template(deployed(minReadySeconds=20), "httpd", "agent", "daemonsets"), 30)
    assert images(cluster).count("httpd") == 2
    assert images(run(cluster, 120)) == ["httpd"] * 3


def test_on_delete_updates_what_is_deleted():
    cluster = deployed(updateStrategy={"type": "OnDelete"})
    cluster = run(with_template(cluster, "httpd", "agent", "daemonsets"), 60)
    assert images(cluster) == ["nginx"] * 3
    cluster = run(deleted(cluster, f"{PODS}/{names(cluster)[0]}"), 60)
    assert images(cluster) == ["httpd", "nginx", "nginx"]


def test_a_broken_update_stops_at_its_limit():
    cluster = run(with_template(deployed(5), "missing/app", "agent", "daemonsets"), 900)
    assert images(cluster) == ["missing/app", *["nginx"] * 4]
    assert images(run(with_template(cluster, "nginx", "agent", "daemonsets"), 120)) == ["nginx"] * 5


def test_old_revisions_are_kept_up_to_the_limit():
    cluster = deployed(2, revisionHistoryLimit=1)
    for image in ("httpd", "redis", "memcached"):
        cluster = run(with_template(cluster, image, "agent", "daemonsets"), 120)
    assert len(names(cluster, "controllerrevisions.apps")) == 2


def test_daemons_stay_on_a_lost_node_and_run_again_when_it_is_back():
    cluster = run(power_off(deployed(), "node-2"), 900)
    assert places(cluster) == ["node-1", "node-2", "node-3"]
    assert len(available(cluster)) == 2
    assert len(available(run(power_on(cluster, "node-2"), 60))) == 3


def test_the_pod_of_a_deleted_node_goes():
    cluster = run(deleted(deployed(), f"{CORE}/nodes/node-2"), 60)
    assert places(cluster) == ["node-1", "node-3"]


def test_pods_that_a_full_node_rejects_are_replaced_after_longer_and_longer_pauses():
    cluster = run(full_disk(deployed(), "node-1"), 60)
    created = reasons(cluster, "agent").count("SuccessfulCreate")
    assert 3 + 4 <= created <= 3 + 7
    assert "FailedDaemonPod" in reasons(cluster, "agent")
    cluster = run(clear_disk(cluster, "node-1"), 1800)
    assert places(cluster) == ["node-1", "node-2", "node-3"]
    assert len(available(cluster)) == 3


def test_pods_that_crash_stay_and_start_again():
    cluster = run(with_image(started(1), "bad", FAILS).create(daemon_set(image="bad")), 120)
    (only,) = cluster.objects("pods")
    assert only["status"]["containerStatuses"][0]["restartCount"] >= 3


def test_what_a_quota_refuses_is_reported():
    cluster = run(started(3).create(quota(pods="2"), daemon_set()), 60)
    assert len(available(cluster)) == 2
    assert status(cluster, *AGENT)["numberAvailable"] == 2
    assert "FailedCreate" in reasons(cluster, "agent")


def test_a_wider_selector_of_nodes_is_filled():
    cluster = deployed(inner={"nodeSelector": {"kubernetes.io/hostname": "node-1"}})
    assert places(cluster) == ["node-1"]
    wide = {"spec": {"nodeSelector": None}}
    assert len(places(run(with_spec(cluster, "agent", "daemonsets", template=wide), 60))) == 3
