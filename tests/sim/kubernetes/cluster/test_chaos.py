"""What goes wrong, what the cluster makes of it, how it mends: nodes, kubelets, networks, disks, programs, images."""

import pytest

from tests.sim.kubernetes.cluster.workloads import (
    CORE,
    FAILS,
    PODS,
    SLOW,
    available,
    deleted,
    deployment,
    ended,
    live,
    names,
    places,
    pod,
    reasons,
    running,
    sizes,
    stateful_set,
    with_spec,
    with_template,
)
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.conditions import condition, is_true
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import (
    API_SERVER,
    clear_disk,
    crash_container,
    cut_off,
    full_disk,
    healed,
    power_off,
    power_on,
    reconnect,
    run,
    start,
    start_kubelet,
    started,
    stop,
    stop_kubelet,
    with_demand,
    with_image,
    with_node,
)
from vlearn.sim.kubernetes.node import Image


def deployed(*others, nodes=3, **spec):
    return run(started(nodes).create(deployment(**spec), *others), 60)


def node(cluster, name="node-1"):
    return cluster.get("nodes", name, "")


def on(cluster, name="node-1"):
    return [each["metadata"]["name"] for each in cluster.objects("pods") if each["spec"].get("nodeName") == name]


def restarts(cluster):
    return [each["status"]["containerStatuses"][0]["restartCount"] for each in cluster.objects("pods")]


LOSSES = [(power_off, False), (stop_kubelet, True), (cut_off, True)]


@pytest.mark.parametrize(("lose", "runs_on"), LOSSES)
def test_a_lost_node_is_noticed_after_50_seconds_and_left_after_five_minutes_more(lose, runs_on):
    before = deployed()
    cluster = run(lose(before, "node-1"), 45)
    assert is_true(node(cluster), "Ready")
    cluster = run(cluster, 10)
    assert condition(node(cluster), "Ready")["status"] == "Unknown"
    assert len(available(cluster)) == 4 - len(on(before))
    cluster = run(cluster, 290)
    assert len(live(cluster)) == 4
    cluster = run(cluster, 60)
    assert "node-1" not in places(cluster)
    assert len(available(cluster)) == 4
    assert on(cluster) == on(before)
    assert running(cluster, "node-1") == (on(before) if runs_on else [])


MENDED = [(power_off, power_on), (stop_kubelet, start_kubelet), (cut_off, reconnect)]


@pytest.mark.parametrize(("lose", "mend"), MENDED)
def test_a_node_that_comes_back_gives_up_what_was_replaced(lose, mend):
    cluster = run(mend(run(lose(deployed(), "node-1"), 600), "node-1"), 60)
    assert is_true(node(cluster), "Ready")
    assert len(names(cluster)) == len(available(cluster)) == 4
    assert running(cluster, "node-1") == on(cluster) == []
    assert len(cluster.machines["node-1"].sandboxes) == 0
    assert "node-1" in places(run(with_spec(cluster, replicas=8), 60))


@pytest.mark.parametrize(("lose", "mend"), MENDED)
def test_a_short_loss_changes_nothing(lose, mend):
    before = deployed()
    cluster = run(mend(run(lose(before, "node-1"), 20), "node-1"), 60)
    assert names(cluster) == names(before)
    assert len(available(cluster)) == 4
    assert sum(restarts(cluster)) == (len(on(before)) if lose is power_off else 0)


def test_a_kubelet_that_is_cut_off_goes_on_with_what_it_last_saw():
    cluster = cut_off(deployed(), "node-1")
    first, *_ = on(cluster)
    cluster = run(deleted(cluster, f"{PODS}/{first}", gracePeriodSeconds=0), 60)
    assert first not in names(cluster)
    assert first in running(cluster, "node-1")
    (second,) = {*running(cluster, "node-1")} & {*names(cluster)}
    cluster = run(crash_container(cluster, second), 60)
    assert running(cluster, "node-1") == sorted([first, second])
    cluster = run(reconnect(cluster, "node-1"), 60)
    assert first not in running(cluster, "node-1")
    assert len(available(cluster)) == 4


def test_what_a_kubelet_did_unheard_is_told_when_it_is_heard_again():
    cluster = cut_off(deployed(), "node-1")
    first, *_ = on(cluster)
    cluster = run(crash_container(cluster, first), 30)
    assert sum(restarts(cluster)) == 0
    cluster = run(reconnect(cluster, "node-1"), 30)
    assert sum(restarts(cluster)) == 1


def test_a_full_disk_drives_pods_away_until_it_is_clear():
    cluster = run(full_disk(deployed(), "node-1"), 60)
    assert is_true(node(cluster), "DiskPressure")
    assert len(available(cluster)) == 4
    assert "node-1" not in places(cluster)
    assert "Evicted" in {
        each["status"].get("reason") for each in cluster.objects("pods") if each["metadata"]["name"] in ended(cluster)
    }
    cluster = run(clear_disk(cluster, "node-1"), 290)
    assert is_true(node(cluster), "DiskPressure")
    cluster = run(cluster, 30)
    assert not is_true(node(cluster), "DiskPressure")
    assert not node(cluster)["spec"].get("taints")
    assert "node-1" in places(run(with_spec(cluster, replicas=8), 60))


def test_a_disk_that_nothing_runs_on_is_found_clear_too():
    cluster = run(clear_disk(run(full_disk(started(1), "node-1"), 60), "node-1"), 400)
    assert not is_true(node(cluster), "DiskPressure")


def test_a_crashed_container_starts_again_at_once_and_then_after_pauses():
    cluster = deployed(replicas=1)
    (name,) = names(cluster)
    cluster = run(crash_container(cluster, name), 5)
    assert (len(available(cluster)), restarts(cluster)) == (1, [1])
    cluster = run(crash_container(cluster, name), 5)
    assert available(cluster) == []
    assert (len(available(run(cluster, 15))), restarts(run(cluster, 15))) == (1, [2])


def test_a_program_that_always_crashes_is_tried_every_five_minutes_in_the_end():
    cluster = run(with_image(started(1), "bad", FAILS).create(pod("p", "bad")), 1200)
    early = restarts(cluster)[0]
    assert 7 <= early <= 9
    assert restarts(run(cluster, 600))[0] - early == 2
    waiting = cluster.get("pods", "p")["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["reason"] == "CrashLoopBackOff"


def test_a_missing_image_is_asked_for_again_until_it_is_there():
    cluster = run(started(1).create(pod("p", "missing/app")), 120)
    waiting = cluster.get("pods", "p")["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["reason"] in ("ImagePullBackOff", "ErrImagePull")
    cluster = run(with_image(cluster, "missing/app", Image()), 300)
    assert len(available(cluster)) == 1


def test_a_slow_image_is_waited_for():
    cluster = with_image(started(1), "slow", SLOW).create(pod("p", "slow"))
    assert [len(available(run(cluster, seconds))) for seconds in (35, 50)] == [0, 1]


def test_without_an_api_server_components_stand_still_and_containers_start_again_all_the_same():
    before = deployed()
    first = names(before)[0]
    cluster = run(crash_container(stop(before, API_SERVER), first), 600)
    assert cluster.store.objects == before.store.objects
    home = cluster.get("pods", first)["spec"]["nodeName"]
    assert first in running(cluster, home)
    for asking in (lambda: cluster.ask(Request("GET", PODS)), lambda: cluster.create(pod("p"))):
        with pytest.raises(ModelError, match="the API server does not answer"):
            asking()
    cluster = run(start(cluster, API_SERVER), 30)
    assert (len(available(cluster)), sum(restarts(cluster))) == (4, 1)
    assert all(is_true(each, "Ready") for each in cluster.objects("nodes"))


def other(cluster):
    return with_template(cluster, "httpd")


def fewer(cluster):
    return deleted(cluster, "/apis/apps/v1/namespaces/default/deployments/web", propagationPolicy="Background")


WITHOUT = [
    ("deployment-controller", other, lambda done: sizes(done).get("httpd") == 4),
    ("replicaset-controller", lambda c: with_spec(c, replicas=6), lambda done: len(available(done)) == 6),
    ("default-scheduler", lambda c: with_spec(c, replicas=6), lambda done: len(available(done)) == 6),
    ("garbage-collector-controller", fewer, lambda done: names(done) == []),
    ("node-lifecycle-controller", lambda c: power_off(c, "node-1"), lambda done: not is_true(node(done), "Ready")),
    ("taint-eviction-controller", lambda c: power_off(c, "node-1"), lambda done: "node-1" not in places(done)),
]


@pytest.mark.parametrize(("component", "change", "is_done"), WITHOUT, ids=[row[0] for row in WITHOUT])
def test_without_a_component_its_work_waits_until_it_is_back(component, change, is_done):
    cluster = run(change(stop(deployed(), component)), 600)
    assert not is_done(cluster)
    assert is_done(run(start(cluster, component), 400))


def test_everything_that_is_down_can_be_mended_at_once():
    cluster = stop(stop(deployed(), "replicaset-controller"), API_SERVER)
    cluster = cut_off(stop_kubelet(power_off(cluster, "node-1"), "node-2"), "node-3")
    cluster = run(healed(run(cluster, 600)), 120)
    assert (cluster.down, len(cluster.cut), len(cluster.silent)) == (frozenset(), 0, 0)
    assert len(available(cluster)) == len(names(cluster)) == 4


REFUSED = [
    (lambda c: stop(c, "nobody"), "no component is called 'nobody'"),
    (lambda c: start(c, "default-scheduler"), "only what is down can be started"),
    (lambda c: power_on(c, "node-1"), "only what is off can be switched on"),
    (lambda c: start_kubelet(c, "node-1"), "only what is down can be started"),
    (lambda c: reconnect(c, "node-1"), "there is nothing to mend"),
    (lambda c: cut_off(cut_off(c, "node-1"), "node-1"), "cut off already"),
    (lambda c: full_disk(c, "node-9"), "no node is called 'node-9': there are node-1"),
    (lambda c: crash_container(c, "nobody"), "there is no pod 'nobody'"),
    (lambda c: with_demand(c, "app=web", -1), "-1 cores of work are not possible"),
    (lambda c: with_node(c, "node-1"), "there is a node called 'node-1' already"),
]


@pytest.mark.parametrize(("act", "words"), REFUSED)
def test_what_cannot_happen_is_refused_in_words(act, words):
    with pytest.raises(ModelError, match=words):
        act(started(1))


def test_a_lost_node_is_told_of():
    cluster = run(power_off(deployed(), "node-1"), 60)
    assert "NodeNotReady" in reasons(cluster, "node-1")


def test_the_pods_of_a_node_that_was_deleted_go_by_force_40_seconds_later():
    """What a person does whose node never comes back: its stateful set goes on at last."""
    cluster = run(started(2).create(stateful_set(replicas=2), deployment(replicas=2)), 60)
    home = cluster.get("pods", "db-0")["spec"]["nodeName"]
    cluster = run(power_off(cluster, home), 500)
    assert cluster.get("pods", "db-0")["metadata"]["deletionTimestamp"]
    cluster = run(deleted(cluster, f"{CORE}/nodes/{home}"), 35)
    assert cluster.get("pods", "db-0")["spec"]["nodeName"] == home
    cluster = run(cluster, 60)
    assert home not in places(cluster)
    assert len(available(cluster)) == len(names(cluster)) == 4


def test_a_node_that_is_soon_there_again_keeps_its_pods():
    before = run(started(1).create(pod("p")), 30)
    gone = before.get("nodes", "node-1", "")
    cluster = run(deleted(before, f"{CORE}/nodes/node-1"), 20)
    fresh = {**gone, "metadata": {"name": "node-1", "labels": gone["metadata"]["labels"]}}
    cluster = run(cluster.create(fresh), 120)
    assert [each["metadata"]["uid"] for each in available(cluster)] == [
        each["metadata"]["uid"] for each in live(before)
    ]
