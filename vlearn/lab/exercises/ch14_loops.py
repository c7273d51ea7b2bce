"""Checks of chapter 14 about reconciliation: a replica set's controller, a wrong one, and the order of deletion."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vlearn.blocks import Table
from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch14_clusters import workload
from vlearn.render.markdown import escaped
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.pods import is_active, is_ready
from vlearn.sim.kubernetes.cluster import START
from vlearn.sim.kubernetes.controllers.deletion_order import COST, pods_to_delete
from vlearn.sim.kubernetes.controllers.replicaset import ReplicaSetStep, replica_set_step

Pod = Mapping[str, Any]
MOST_PODS = 12
PHASES = ("Pending", "Running", "Succeeded", "Failed")


def seen(name: str, phase: str = "Running", ready: bool = True, going: bool = False, node: str = "node-1",
         age: float = 3600.0, cost: int | None = None) -> dict[str, Any]:  # fmt: skip
    """A pod as a controller reads it; `age` in seconds is how long it has been there, and ready. No node: ""."""
    since = timestamp(START - age)
    is_up = ready and phase == "Running"
    metadata: dict[str, Any] = {"name": name, "namespace": "default", "uid": f"uid-{name}", "creationTimestamp": since}
    if cost is not None:
        metadata["annotations"] = {COST: str(cost)}
    if going:
        metadata["deletionTimestamp"] = timestamp(START + 30)
    condition = {"type": "Ready", "status": "True" if is_up else "False", "lastTransitionTime": since}
    spec = {"nodeName": node} if node else {}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase, "conditions": [condition]}}


def right_step(wanted: int, pods: Sequence[Pod]) -> ReplicaSetStep:
    """What the model's controller does next."""
    return replica_set_step(workload("ReplicaSet", "web", replicas=wanted), pods, pods, START)


def hasty(wanted: int, pods: Sequence[Pod]) -> int:
    """A wrong controller: how many pods to create, below 0 how many to delete. It counts whatever there is."""
    return wanted - len(pods)


def bug_hunt(answer: Any) -> Hint | None:
    """A state in which the hasty controller does something else than the right one."""
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], int)):
        return Hint('Give how many are wanted, and the pods: `(2, [seen("a"), ...])`.')
    wanted, pods = answer
    if isinstance(wanted, bool) or not 0 <= wanted <= MOST_PODS or not isinstance(pods, (list, tuple)):
        return Hint(f"Give a whole number from 0 to {MOST_PODS}, and a list of pods.")
    if len(pods) > MOST_PODS:
        return Hint(f"A state with at most {MOST_PODS} pods will do.")
    step = right_step(wanted, pods)
    right = step.create - len(step.delete)
    if hasty(wanted, pods) != right:
        return None
    return Hint(f"Both controllers answer {right}. Which pods are still there, and will not serve anybody any more?")


CASES: tuple[tuple[str, int, tuple[Pod, ...]], ...] = (
    ("none of three is there", 3, ()),
    ("two of two run", 2, (seen("a"), seen("b"))),
    ("one of three runs", 3, (seen("a"),)),
    ("one is on its way out", 2, (seen("a"), seen("b", going=True))),
    ("one has failed", 2, (seen("a"), seen("b", "Failed"))),
    ("three run and one is not ready; two are wanted", 2, (seen("a"), seen("b", ready=False), seen("c"))),
    ("one has no node yet; one is wanted", 1, (seen("a"), seen("b", "Pending", node=""))),
    ("nothing is wanted", 0, (seen("a"), seen("b", going=True), seen("c", "Succeeded"))),
    ("one that goes is not ready, two run; one is wanted", 1,
     (seen("a"), seen("b", ready=False, going=True), seen("c"))),
)  # fmt: skip


def reconcile(answer: Any) -> Hint | None:
    """The student's controller beside the model's, in every case."""
    if not callable(answer):
        return Hint("The answer is the function itself: `reconcile`, without parentheses.")
    for said, wanted, pods in CASES:
        hint = _compared(answer, said, wanted, pods)
        if hint is not None:
            return hint
    return None


def _compared(answer: Callable[..., Any], said: str, wanted: int, pods: tuple[Pod, ...]) -> Hint | None:
    got = answer(wanted, list(pods))
    if not (isinstance(got, tuple) and len(got) == 2 and isinstance(got[0], int) and isinstance(got[1], (list, tuple))):
        return Hint("Return two things: how many pods to create, and the names of those to delete, `(0, ['a'])`.")
    create, names = got
    step = right_step(wanted, pods)
    case = f"The case: {said} (wanted: {wanted})."
    if create != step.create:
        return Hint(f"{case} You create {create}; it takes {step.create}. Which pods count?")
    active = {pod["metadata"]["name"]: pod for pod in pods if is_active(pod)}
    if strange := [name for name in names if name not in active]:
        return Hint(f"{case} You delete {escaped(str(strange[0]))}, which has ended or is on its way out already.")
    if len(set(names)) != len(names) or len(names) != len(step.delete):
        return Hint(f"{case} You delete {len(names)}; it takes {len(step.delete)}.")
    kept = [pod for name, pod in active.items() if name not in names]
    if any(is_ready(active[name]) for name in names) and any(not is_ready(pod) for pod in kept):
        return Hint(f"{case} You delete one that serves, and keep one that does not.")
    return None


CROWD = (
    seen("a", age=7200),
    seen("b", "Pending", node="", age=60),
    seen("c", ready=False, node="node-2", age=9000),
    seen("d", node="node-3", age=10800, cost=-10),
    seen("e", node="node-2", age=300),
)
"""Five pods of one replica set, of which four are to go."""
_REASONS = (
    "A pod without a node costs nothing to lose: nothing of it runs.",
    "Among pods on nodes, one that is not ready serves nobody.",
    "Among ready ones, the annotation pod-deletion-cost decides: the lowest goes first.",
    "Then the node counts: where more pods of the set are, one is given up first.",
)


def crowd_table() -> Table:
    """The five, as `kubectl` would tell of them."""
    rows = tuple(
        (
            pod["metadata"]["name"],
            pod["status"]["phase"],
            "yes" if is_ready(pod) else "no",
            pod["spec"].get("nodeName", "none"),
            (pod["metadata"].get("annotations") or {}).get(COST, "none"),
        )
        for pod in CROWD
    )
    return Table(("Pod", "Phase", "Ready", "Node", "Deletion cost"), rows, "Pods of one replica set")


def first_to_go(answer: Any) -> Hint | None:
    """The order in which four of CROWD are deleted."""
    right = [pod["metadata"]["name"] for pod in pods_to_delete(CROWD, CROWD, len(CROWD) - 1, START)]
    if not isinstance(answer, (list, tuple)) or len(answer) != len(right):
        return Hint("Give a list of four names, the first to go first.")
    for given, name, reason in zip(answer, right, _REASONS, strict=True):
        if given != name:
            return Hint(f"{escaped(str(given))} is not the next to go. {reason}")
    return None
