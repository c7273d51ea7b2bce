"""A question whose key is the pod that a replica set deletes first when it is made smaller."""

from collections.abc import Callable
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_scenes import APPS, NODES, NOW, Object, pod_names, pod_object, span_text
from vlearn.questions.generators.forms import plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Option, SingleChoice
from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.api.pods import is_ready, phase, ready_since
from vlearn.sim.kubernetes.controllers.deletion_order import COST, deletion_cost, pods_to_delete

SPANS = (20, 90, 420, 3600, 7 * 3600, 2 * 86400)
"""Seconds, no two of the same power of two: within one power the uid would decide."""
HEADER = ("Pod", "Node", "Phase", "Ready for", "Restarts", "Deletion cost", "Age")


def deleted_first(rng: Random) -> Posed:
    """Which pod goes first?"""
    app = rng.choice(APPS)
    while True:
        pods = [_drawn(rng, name) for name in pod_names(rng, app, rng.choice((4, 4, 5)))]
        gone = pods_to_delete(pods, pods, 1, NOW)
        first = next(pod for pod in pods if pod is gone[0])
        why = {pod["metadata"]["name"]: _difference(first, pod, pods) for pod in pods if pod is not first}
        if all(why.values()) and len(set(why.values())) > 1:
            break
    options = tuple(
        Option(f"`{name}`", why.get(name, "No other pod comes before it."))
        for name in (pod["metadata"]["name"] for pod in pods)
    )
    costs = any(map(deletion_cost, pods))
    columns = [n for n, name in enumerate(HEADER) if costs or name != "Deletion cost"]
    rows = tuple(tuple(row[n] for n in columns) for row in map(_row, pods))
    prompt = (
        Text(
            f"The ReplicaSet of `{app}` has these {len(pods)} pods and is scaled to {len(pods) - 1}. Which pod does its"
            " controller delete?"
        ),
        plain_table(tuple(HEADER[n] for n in columns), rows),
    )
    name = first["metadata"]["name"]
    reasons = "; ".join(f"`{other}`: {told[0].lower()}{told[1:].rstrip('.')}" for other, told in why.items())
    solution = Text(
        "The first difference decides: without a node, Pending before Running, not ready, lower deletion cost, more"
        f" pods of the set on the node, ready for a shorter time, more restarts, younger. `{name}` goes before each"
        f" other one. {reasons}."
    )
    return Posed(prompt, SingleChoice(options, pods.index(first)), (solution,))


def _drawn(rng: Random, name: str) -> Object:
    sort = rng.choices(("ready", "unready", "pending", "waiting"), (12, 2, 1, 1))[0]
    age = rng.choice(SPANS[1:])
    ready = rng.choice([span for span in SPANS if span <= age]) if sort == "ready" else None
    pod = pod_object(name, phase="Running" if "ready" in sort else "Pending", ready_for=ready, age=age)
    if sort != "waiting":
        pod["spec"]["nodeName"] = rng.choice(NODES[:3])
    if rng.random() < 0.12:
        pod["metadata"]["annotations"] = {COST: str(rng.choice((-10, 50, 100)))}
    restarts = rng.choice((0, 0, 0, 1, 4)) if "ready" in sort else 0
    pod["status"]["containerStatuses"] = [{"name": "app", "restartCount": restarts}]
    return pod


def _node(pod: Object) -> str:
    return str(pod["spec"].get("nodeName", ""))


def _since(pod: Object) -> float:
    return ready_since(pod) or 0.0


def _together(pod: Object, pods: list[Object]) -> int:
    """How many of the pods are on this pod's node."""
    return sum(_node(other) == _node(pod) for other in pods)


CRITERIA: tuple[tuple[Callable[[Object, list[Object]], float], str], ...] = (
    (lambda pod, pods: bool(_node(pod)), "It has a node; a pod without one goes first."),
    (lambda pod, pods: phase(pod) != "Pending", "It is Running; a Pending pod goes first."),
    (lambda pod, pods: is_ready(pod), "It is ready; one that serves nobody goes first."),
    (lambda pod, pods: deletion_cost(pod), "Its deletion costs more, which counts before nodes and ages do."),
    (lambda pod, pods: -_together(pod, pods), "Fewer pods of the set share its node; the fuller node gives one up."),
    (lambda pod, pods: -_since(pod), "It has been ready for longer; the newcomer goes."),
    (
        lambda pod, pods: -max(each["restartCount"] for each in pod["status"]["containerStatuses"]),
        "It has restarted less often.",
    ),
    (lambda pod, pods: -created(pod), "It is older; the oldest are kept, not sent home first."),
)
"""What decides, in this order: the pod with the smaller number goes; and why the other one stays."""


def _difference(first: Object, other: Object, pods: list[Object]) -> str:
    """Why `other` stays; empty where nothing tells the two apart."""
    for criterion, words in CRITERIA:
        if criterion(first, pods) != criterion(other, pods):
            return words
    return ""


def _row(pod: Object) -> tuple[str, ...]:
    since = ready_since(pod)
    return (
        f"`{pod['metadata']['name']}`",
        _node(pod) or "-",
        phase(pod),
        "not ready" if since is None else span_text(NOW - since),
        str(pod["status"]["containerStatuses"][0]["restartCount"]),
        str(deletion_cost(pod)),
        span_text(NOW - created(pod)),
    )
