"""The model's controllers beside the real ones: the same changes, and what each cluster came to.

The recorded answers are those of a control plane of v1.20.2 with etcd 3.4, whose
kubelets were stand-ins. How fast pods become ready differs, so what is compared does not depend on that.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.exercises.ch14_clusters import applied, deleted, deployment, job, workload
from vlearn.lab.exercises.ch14_placing import node
from vlearn.lab.shown import Shown, show
from vlearn.sim.kubernetes.cluster import Cluster, play, run, started
from vlearn.sim.kubernetes.controllers.counts import all_wanted
from vlearn.sim.kubernetes.controllers.revisions import REVISION
from vlearn.trace import Trace

RECORDED = FOLDER / "recorded_controllers.json"
Case = Mapping[str, Any]
SETTLED = 60.0
"""Seconds after which a cluster of the model has come to rest."""


def recorded() -> list[Case]:
    """Every case with what the real cluster came to."""
    found: list[Case] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return found


def model_says(case: Case) -> list[Any]:
    """What the model comes to in the same case."""
    return _ASK[case["what"]](case)


def beside_the_controllers() -> Shown:
    """Every case: what was changed, what the real cluster came to, and whether the model comes to the same."""
    rows = []
    for case in recorded():
        ours = model_says(case)
        what, said = _words(case)
        rows.append((what, said, "yes" if ours == case["said"] else f"NO: {ours}"))
    words = Text(
        "The real controllers of Kubernetes v1.20.2, recorded earlier. They need a machine of their own, so that they"
        " are not asked now; the model has run just now."
    )
    return show((words, Table(("What is changed", "What the real cluster comes to", "Model"), tuple(rows))))


def _words(case: Case) -> tuple[str, str]:
    said = case["said"]
    match case["what"]:
        case "rollout":
            limits = f"maxSurge {case['surge']}, maxUnavailable {case['unavailable']}"
            new = "an image that does not exist" if case["image"] == "bad" else "a new image"
            what = f"{case['replicas']} replicas, {limits}: {new}"
            return what, f"never more than {said[0]} wanted; {said[1]} updated, {said[2]} available in the end"
        case "undo":
            return (
                "the last one, undone",
                f"the old replica set grows again as revision {said[0]}; there are {said[1]} sets",
            )
        case "partition":
            return "a StatefulSet of three, a new image, partition 1", f"replaced in this order: {', '.join(said)}"
        case "scale":
            return "a StatefulSet of three, scaled to one", f"deleted in this order: {', '.join(said)}"
        case "daemons":
            return "a DaemonSet; node n3 of three has a taint", f"pods on {' and '.join(said)}"
        case "job":
            return "a job that fails, backoffLimit 0", f"{said[0]} pod, then {said[1]}"
        case _:
            return "a pod of a replica set is deleted", "another one takes its place, with a new name"


def _up(*manifests: Mapping[str, Any], nodes: int = 3) -> Cluster:
    return run(applied(started(nodes), *manifests), SETTLED)


def _sizes(state: Cluster) -> int:
    return all_wanted(state.objects("replicasets.apps"))


def _rollout(case: Case) -> list[Any]:
    limits = case["surge"], case["unavailable"]
    image = "nginx:missing" if case["image"] == "bad" else "nginx:1.29"
    begin = _up(deployment("web", case["replicas"], "nginx:1.28", *limits))
    trace = play(applied(begin, deployment("web", case["replicas"], image, *limits)), SETTLED)
    final = trace.final.get("deployments.apps", "web")
    assert final is not None, "it was applied"
    most = max(_sizes(step.state) for step in trace.steps)
    return [most, final["status"].get("updatedReplicas", 0), final["status"].get("availableReplicas", 0)]


def _undone(case: Case) -> list[Any]:
    first = deployment("web", 4, "nginx:1.28")
    stuck = run(applied(_up(first), deployment("web", 4, "nginx:missing")), SETTLED)
    sets = run(applied(stuck, first), SETTLED).objects("replicasets.apps")
    full = [each for each in sets if all_wanted([each])]
    return [full[0]["metadata"]["annotations"][REVISION], len(sets)]


def _members(image: str, replicas: int, partition: int = 0) -> Mapping[str, Any]:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    return workload("StatefulSet", "db", image, replicas=replicas, updateStrategy=strategy)


def _gone(trace: Trace[Cluster]) -> list[Any]:
    words = (step.event.text for step in trace.steps if "SuccessfulDelete" in step.event.text)
    return [text.partition("delete Pod ")[2].partition(" ")[0] for text in words]


def _partition(case: Case) -> list[Any]:
    return _gone(play(applied(_up(_members("redis:7", 3)), _members("redis:8", 3, 1)), SETTLED))


def _scaled(case: Case) -> list[Any]:
    return _gone(play(applied(_up(_members("redis:7", 3)), _members("redis:7", 1)), SETTLED))


def _daemons(case: Case) -> list[Any]:
    begin = started([node("n1"), node("n2"), node("n3", taint="gpu=y:NoSchedule")])
    pods = run(applied(begin, workload("DaemonSet", "logs")), SETTLED).objects("pods", "default")
    return sorted(pod["spec"]["nodeName"] for pod in pods)


def _failed(case: Case) -> list[Any]:
    cluster = _up(job("once", "exit 1", backoffLimit=0))
    made = cluster.get("jobs.batch", "once")
    assert made is not None, "it was applied"
    reason = next(each["reason"] for each in made["status"]["conditions"] if each["type"] == "Failed")
    return [len(cluster.objects("pods", "default")), reason]


def _healed(case: Case) -> list[Any]:
    before = _up(workload("ReplicaSet", "web", replicas=3))
    names = [pod["metadata"]["name"] for pod in before.objects("pods", "default")]
    after = run(deleted(before, names[0]), SETTLED).objects("pods", "default")
    return [len(after) == 3 and names[0] not in {pod["metadata"]["name"] for pod in after}]


_ASK: Mapping[str, Callable[[Case], list[Any]]] = {
    "rollout": _rollout,
    "undo": _undone,
    "partition": _partition,
    "scale": _scaled,
    "daemons": _daemons,
    "job": _failed,
    "heal": _healed,
}
