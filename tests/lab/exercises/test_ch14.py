"""Chapter 14's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.errors import ModelError
from vlearn.lab.exercises.ch14_clusters import (
    applied,
    as_yaml,
    deleted,
    deployment,
    job,
    pod,
    read,
    service,
)
from vlearn.lab.exercises.ch14_loops import CASES, CROWD, crowd_table, hasty, right_step, seen
from vlearn.lab.exercises.ch14_outages import KINDS, PARTS, STOPPED, outage, symptoms, without
from vlearn.lab.exercises.ch14_placing import TRAINER, fit_scores
from vlearn.lab.exercises.ch14_rollouts import waits
from vlearn.lab.exercises.ch14_services import PODS, SHOP, pods_asked, served
from vlearn.sim.kubernetes.api.pods import is_active, is_ready
from vlearn.sim.kubernetes.cluster import started
from vlearn.sim.kubernetes.controllers.counts import wanted

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
    ("ch14-stopped", STOPPED | {"A": "kube-scheduler"}),
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
    ("ch14-stopped", STOPPED | {"A": "kubelet/node-1"}, "gets pods that never start"),
    ("ch14-stopped", STOPPED | {"B": "kube-controller-manager"}, "not kube-controller-manager as a whole"),
    ("ch14-stopped", STOPPED | {"C": "kubelet/node-1"}, "On which node"),
    ("ch14-stopped", STOPPED | {"C": "kubelet"}, "On which node"),
    ("ch14-stopped", STOPPED | {"D": "kube-dns"}, "No component is called"),
    ("ch14-bug-hunt", 3, "how many are wanted"),
    ("ch14-bug-hunt", (-1, []), "whole number"),
    ("ch14-bug-hunt", (1000, []), "from 0 to 12"),
    ("ch14-bug-hunt", (1, "abc"), "list of pods"),
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
    ("ch14-crash-times", ["10"] * 7, "list of 7 numbers"),
    ("ch14-crash-times", [0, *WAITS[:6]], "begins with the second"),
    ("ch14-crash-times", [5, *WAITS[1:]], "does not come after 5 s"),
    ("ch14-crash-times", [10, 20, 30, 40, 50, 60, 70], "from start 4 to start 5"),
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
    ("ch14-place", {"a": "50", "b": 62}, "is a number"),
    ("ch14-place", {"a": 50, "b": 62.5}, "rounded down"),
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
    ("ch14-workloads", KINDS | {"logs": "Daemonset"}, "writes it `DaemonSet`"),
    ("ch14-workloads", KINDS | {"orders": "Deployment"}, "its own disk"),
    ("ch14-workloads", KINDS | {"shop": "ReplicaSet"}, "not what ReplicaSet is for"),
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
