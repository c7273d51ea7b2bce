"""Checks of chapter 14 that ask the scheduler: a pod that fits nowhere, and what nodes are worth."""

from functools import cache
from typing import Any

from vlearn.errors import ModelError
from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch14_clusters import Manifest, applied, pod, read
from vlearn.render.markdown import escaped
from vlearn.sim.kubernetes.api.quantity import Quantity
from vlearn.sim.kubernetes.api.resources import CPU, pod_requests
from vlearn.sim.kubernetes.cluster import START, Cluster, started
from vlearn.sim.kubernetes.cluster.cluster_snapshot import snapshot_of
from vlearn.sim.kubernetes.node import node_object
from vlearn.sim.kubernetes.scheduler import Cycle, pod_info, scheduling
from vlearn.trace import Trace

TRAINER = """\
apiVersion: v1
kind: Pod
metadata:
  name: trainer
spec:
  nodeSelector:
    gpu: "Yes"
  containers:
  - name: train
    image: trainer:1
    resources:
      requests:
        cpu: 6
        memory: 2Gi
"""


def node(name: str, cpu: str = "4", memory: str = "8Gi", taint: str = "", **labels: str) -> Manifest:
    """A node all of whose capacity can be allocated; `taint` is as kubectl takes it: gpu=true:NoSchedule."""
    made = node_object(name, START, cpu, memory, labels=labels)
    made["status"]["allocatable"] = dict(made["status"]["capacity"])
    if taint:
        key, _, effect = taint.partition(":")
        key, _, value = key.partition("=")
        made["spec"]["taints"] = [{"key": key, "value": value, "effect": effect}]
    return made


@cache
def hall() -> Cluster:
    """Three nodes: one small, one with a GPU and a taint that keeps others away, one large."""
    nodes = [node("small", "2", "4Gi"), node("graphics", "4", "16Gi", "gpu=true:NoSchedule", gpu="yes")]
    return started([*nodes, node("large", "8", "32Gi")])


def decided(cluster: Cluster, manifest: Manifest) -> Trace[Cycle]:
    """The scheduler's cycle for a pod that is created now, as a run. Raises ModelError."""
    after = applied(cluster, manifest)
    made = after.get("pods", manifest["metadata"]["name"])
    assert made is not None, "it has just been created"
    return scheduling(pod_info(made), snapshot_of(after.store))


def make_schedulable(answer: Any) -> Hint | None:
    """TRAINER repaired: it goes to the node with the GPU, and still asks for two cores at least."""
    if not isinstance(answer, str):
        return Hint("The answer is the text of a manifest.")
    try:
        found = read(answer)
        if [each["kind"] for each in found] != ["Pod"]:
            return Hint("One pod is asked for.")
        spec = found[0].get("spec") or {}
        if spec.get("nodeName"):
            return Hint("`nodeName` goes past the scheduler, and ties the pod to one machine. Say what it needs.")
        trace = decided(hall(), {**found[0], "metadata": {**found[0]["metadata"], "name": "trainer"}})
    except ModelError as error:
        return Hint(escaped(str(error)))
    cycle = trace.final
    if cycle.node is None:
        return Hint(f"The pod stays Pending:\n\n```\n{cycle.message}\n```")
    if cycle.node != "graphics":
        return Hint(f"It goes to `{cycle.node}`, where there is no GPU.")
    if not spec.get("nodeSelector") and not spec.get("affinity"):
        return Hint("It goes to `graphics` now; nothing says that it must. Keep what asks for a GPU.")
    if pod_requests(spec).get(CPU, Quantity(0)) < Quantity(2 * 10**9):
        return Hint("It fits, but with less than two cores it would train for ever.")
    return None


@cache
def offices() -> Cluster:
    """Two nodes with a pod on each of them, whose scores are easy to compute, and one with a taint."""
    nodes = [node("a", "4", "8Gi"), node("b", "8", "8Gi"), node("c", "8", "32Gi", "team=ml:NoSchedule")]
    first = pod("first", cpu="1", memory="3Gi", nodeName="a")
    second = pod("second", cpu="3", memory="1Gi", nodeName="b")
    return applied(started(nodes), first, second)


NEXT = pod("next", cpu="1", memory="1Gi")


def fit_scores() -> dict[str, int]:
    """The scores of NodeResourcesFit for NEXT, of every node that is left."""
    cycle = decided(offices(), NEXT).final
    fit = next(each for each in cycle.columns if each.plugin == "NodeResourcesFit")
    return dict(zip(cycle.feasible, fit.scores, strict=True))


def place(answer: Any) -> Hint | None:
    """The scores by node, computed by hand."""
    right = fit_scores()
    if not (isinstance(answer, dict) and answer and all(isinstance(name, str) for name in answer)):
        return Hint('Give the score of each node that is left: `{"a": ..., ...}`.')
    if not all(isinstance(score, (int, float)) for score in answer.values()):
        return Hint("A score is a number.")
    if unknown := sorted(answer.keys() - {"a", "b", "c"}):
        return Hint(f"There is no node {escaped(unknown[0])}.")
    if "c" in answer:
        return Hint("A node that a filter takes out gets no score. What does the pod tolerate?")
    if missing := sorted(right.keys() - answer.keys()):
        return Hint(f"And `{missing[0]}`?")
    for name, score in right.items():
        given = answer[name]
        if given == score:
            continue
        if given == _score(name, False):
            return Hint(f"`{name}`: that is what is free now. The pod itself counts as if it were there already.")
        if isinstance(given, float) and int(given) == score:
            return Hint(f"`{name}`: almost. Each division is rounded down.")
        if given == 100 - score:
            return Hint(f"`{name}`: that is what is taken. By default, the emptier node is the better one.")
        return Hint(f"`{name}`: the mean of what would be free of its cores and of its memory, each in percent.")
    return None


def _score(name: str, with_pod: bool) -> int:
    """The mean of the free shares, in percent, rounded down as the scheduler does."""
    cores, memory = {"a": (4, 8), "b": (8, 8)}[name]
    used_cores, used_memory = {"a": (1, 3), "b": (3, 1)}[name]
    free = [100 * (cores - used_cores - with_pod) // cores, 100 * (memory - used_memory - with_pod) // memory]
    return sum(free) // 2
