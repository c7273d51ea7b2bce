"""Checks of chapter 14 about what fails, and about which workload fits: symptoms, times, and a choice."""

from dataclasses import replace
from functools import cache
from typing import Any

from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch14_clusters import applied, deployment, service
from vlearn.render.markdown import escaped
from vlearn.sim.kubernetes.cluster import Cluster, play, power_off, run, started, stop, stop_kubelet

WEB = deployment("web", 4), service("web")
STOPPED = {
    "A": "default-scheduler",
    "B": "replicaset-controller",
    "C": "kubelet/node-2",
    "D": "endpointslice-controller",
}
"""Which component is down in each of the four clusters."""
_ASK = {
    "default-scheduler": "Without a scheduler there are pods, and none of them gets a node.",
    "deployment-controller": "Without its controller, a deployment does not even get a replica set.",
    "replicaset-controller": "Without its controller, a replica set stays without pods.",
    "endpointslice-controller": "Without it, pods become ready, and no service learns of them.",
    "kubelet": "Without its kubelet, a node gets pods that never start.",
}
_CALLED = {"kube-scheduler": "default-scheduler"}
"""The program's name, and the one under which it reports."""
_OTHERS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy")


@cache
def symptoms() -> dict[str, Cluster]:
    """Four clusters, half a minute after `web` was created; what is down in them is hidden."""
    found = {}
    for name, component in STOPPED.items():
        kind, _, node = component.partition("/")
        ready = run(started(3), 1)
        broken = stop_kubelet(ready, node) if node else stop(ready, kind)
        # The picture is to show what follows from the fault, not the fault.
        found[name] = replace(run(applied(broken, *WEB), 30), down=frozenset())
    return found


def stopped(answer: Any) -> Hint | None:
    """The component that is down, by cluster."""
    if not isinstance(answer, dict) or answer.keys() - STOPPED.keys():
        return Hint('Give a name for each cluster: `{"A": "...", "B": "...", "C": "...", "D": "..."}`.')
    for name, component in STOPPED.items():
        given = _CALLED.get(str(answer.get(name)), answer.get(name))
        if given == component:
            continue
        if given is None:
            return Hint(f"And cluster {name}?")
        kind = str(given).partition("/")[0]
        if kind in _OTHERS:
            return Hint(f"It is not {kind} as a whole. Which of the parts that the control above takes away is it?")
        if kind not in _ASK:
            return Hint(
                f"No component is called {escaped(str(given))}. The control above has their names; a kubelet is called"
                " `kubelet/node-3`."
            )
        if kind == component.partition("/")[0]:
            return Hint(f"Cluster {name}: a kubelet it is. On which node does a pod not start?")
        return Hint(f"Cluster {name} is another one. {_ASK[kind]}")
    return None


TOLERATION = 30
"""Seconds that the pod of the exercise stays on a node that is not heard of."""


def impatient() -> Cluster:
    """A deployment whose pods do not wait five minutes, running."""
    unreachable = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}
    made = deployment("web", 3)
    made["spec"]["template"]["spec"]["tolerations"] = [{**unreachable, "tolerationSeconds": TOLERATION}]
    return run(applied(started(3), made), 30)


@cache
def outage() -> tuple[float, float]:
    """Seconds from the loss of power until the node is NotReady, and until its pod is told to go."""
    trace = play(power_off(impatient(), "node-1"), 400)
    begin = trace.start.now
    found = {
        word: next(step.state.now - begin for step in trace.steps if word in step.event.text)
        for word in ("NodeNotReady", "TaintManagerEviction")
    }
    return found["NodeNotReady"], found["TaintManagerEviction"]


def outage_times(answer: Any) -> Hint | None:
    """Both times, in seconds after the loss of power."""
    if not (isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(each, (int, float)) for each in answer)):
        return Hint("Give two numbers of seconds, `(not_ready, deleted)`.")
    silent, gone = outage()
    if answer == (silent, gone):
        return None
    if answer[0] != silent:
        return Hint("How long may a node be silent before it counts as lost? The run above has shown it.")
    if answer[1] == TOLERATION:
        return Hint("The toleration's time begins with the taint, and that comes with NotReady.")
    if answer[1] == silent + 300:
        return Hint("Five minutes is what a pod gets that says nothing. This one says something.")
    return Hint("First the node has to count as lost, which taints it; then the pod's own toleration runs out.")


APPLICATIONS = {
    "shop": "five web servers that keep nothing, with a new version every week",
    "orders": "a database, each of whose members has a name and a disk of its own",
    "logs": "a program that collects the logs of every node",
    "migrate": "a program that changes the tables of a database once, and ends",
    "backup": "a copy of the database, every night at two",
}
KINDS = {
    "shop": "Deployment",
    "orders": "StatefulSet",
    "logs": "DaemonSet",
    "migrate": "Job",
    "backup": "CronJob",
}
_BECAUSE = {
    "shop": "Its pods are all alike, and each new version has to replace them step by step.",
    "orders": "A member that comes back must find its own disk under its own name.",
    "logs": "Every node needs one, also a node that is added next week.",
    "migrate": "It is to end, and must not be started again when it has.",
    "backup": "Somebody has to make a new job every night.",
}


def workloads(answer: Any) -> Hint | None:
    """The kind of workload for each application."""
    if not isinstance(answer, dict) or answer.keys() != KINDS.keys():
        return Hint(f"Give a kind for each of {', '.join(KINDS)}, in a dictionary.")
    for name, kind in KINDS.items():
        if answer[name] == kind:
            continue
        if str(answer[name]).casefold() == kind.casefold():
            return Hint(f"Kubernetes writes it `{kind}`.")
        return Hint(f"`{name}`: {_BECAUSE[name]} That is not what {escaped(str(answer[name]))} is for.")
    return None


PARTS = (
    "default-scheduler",
    "deployment-controller",
    "replicaset-controller",
    "endpointslice-controller",
    "the kubelet of node-2",
    "kube-apiserver",
    "nothing",
)
"""What can be stopped in the study."""


def without(part: str) -> Cluster:
    """`web` as it is half a minute after it was applied to a cluster that lacks a part. Raises ModelError."""
    ready = run(started(3), 1)
    node = part.removeprefix("the kubelet of ")
    if part == "nothing":
        return run(applied(ready, *WEB), 30)
    broken = stop_kubelet(ready, node) if node != part else stop(ready, part)
    return run(applied(broken, *WEB), 30)
