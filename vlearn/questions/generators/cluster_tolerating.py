"""Questions whose key is on which nodes taints leave a pod, and on which nodes a daemon set runs one."""

from collections.abc import Sequence
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_scenes import NODES, Object, labels_text, manifest, node_object
from vlearn.questions.generators.forms import chosen, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.sim.kubernetes.api.taints import Taint, Toleration, taint_text, tolerates, untolerated
from vlearn.sim.kubernetes.controllers.daemonset import should_run, tolerations

EFFECTS = ("NoSchedule", "NoSchedule", "NoExecute", "PreferNoSchedule")
VALUES = {"gpu": ("yes", "no"), "team": ("red", "blue"), "disk": ("ssd", "old")}
CONTROL = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
PRESSURE = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}


def tolerated_nodes(rng: Random) -> Posed:
    """On which nodes may the scheduler place the pod?"""
    while True:
        given = [_toleration(rng) for _ in range(rng.choice((1, 2)))]
        nodes = {name: _taints(rng, given) for name in NODES[:5]}
        right = [name for name, taints in nodes.items() if not untolerated(taints, given)]
        if 1 <= len(right) <= 4 and len({str(taints) for taints in nodes.values()}) == 5:
            break
    answer = chosen((f"`{name}`", name in right, _why(taints, given)) for name, taints in nodes.items())
    rows = tuple((name, ", ".join(f"`{taint_text(each)}`" for each in taints) or "-") for name, taints in nodes.items())
    prompt = (
        Text("A pod has these tolerations. On which of the nodes, which all have room for it, may it be placed?"),
        manifest({"tolerations": given}),
        plain_table(("Node", "Taints"), rows),
    )
    solution = Text(
        "Every taint with the effect NoSchedule or NoExecute must be covered by a toleration of the same key: with"
        " Exists whatever the value, with Equal (the default) of the same value, and of the same effect unless it names"
        " none. PreferNoSchedule only makes a node less wanted. A toleration allows, it attracts nothing: nodes without"
        f" taints are open to all pods. {'; '.join(_told(name, each, given) for name, each in nodes.items())}."
    )
    return Posed(prompt, answer, (solution,))


def daemon_nodes(rng: Random) -> Posed:
    """On which nodes does the daemon set's controller create a pod?"""
    while True:
        spec: Object = {}
        if rng.random() < 0.6:
            spec["nodeSelector"] = {"disk": rng.choice(("ssd", "hdd"))}
        if rng.random() < 0.6:
            spec["tolerations"] = [
                rng.choice(({"operator": "Exists"}, {**CONTROL, "operator": "Exists"}, _toleration(rng)))
            ]
        nodes = [_node(rng, name) for name in NODES[:6]]
        daemon_set = {"spec": {"template": {"spec": spec}}}
        right = [should_run(daemon_set, node)[0] for node in nodes]
        if 2 <= sum(right) <= 5 and len({str((node["metadata"]["labels"], node["spec"])) for node in nodes}) == 6:
            break
    answer = chosen(
        (f"`{node['metadata']['name']}`", runs, _why_daemon(node, spec, runs))
        for node, runs in zip(nodes, right, strict=True)
    )
    rows = tuple(
        (
            node["metadata"]["name"],
            labels_text(node["metadata"]["labels"]),
            ", ".join(f"`{taint_text(each)}`" for each in node["spec"]["taints"]) or "-",
            "cordoned" if node["spec"].get("unschedulable") else "-",
        )
        for node in nodes
    )
    prompt = (
        Text("A DaemonSet has this template. On which of the nodes does its controller want a pod?"),
        manifest({"template": {"spec": {**spec, "containers": [{"name": "agent", "image": "agent:1"}]}}}),
        plain_table(("Node", "Labels", "Taints", "State"), rows),
    )
    solution = Text(
        "One pod on each node that the template's node selector allows and whose taints are tolerated. The controller"
        " itself adds tolerations for the taints of nodes that are not ready, unreachable, short of memory, disk or"
        " process numbers, or cordoned (such a node has the taint `node.kubernetes.io/unschedulable`): agents must run"
        " just there. Taints that people set, and that of the control plane, it does not tolerate by itself."
    )
    return Posed(prompt, answer, (solution,))


def _toleration(rng: Random) -> Object:
    key = rng.choice(list(VALUES))
    value = {"operator": "Exists"} if rng.random() < 0.4 else {"operator": "Equal", "value": VALUES[key][0]}
    return {"key": key, **value, **({"effect": rng.choice(EFFECTS[:3])} if rng.random() < 0.6 else {})}


def _taints(rng: Random, given: Sequence[Toleration]) -> list[Taint]:
    """None to two taints, most of them with a key that is tolerated in one way or another."""
    keys = [each["key"] for each in given] * 2 + list(VALUES)
    drawn: dict[str, Taint] = {}
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        key = rng.choice(keys)
        drawn[key] = {"key": key, "value": rng.choice(VALUES[key]), "effect": rng.choice(EFFECTS)}
    return list(drawn.values())


def _why(taints: Sequence[Taint], given: Sequence[Toleration]) -> str:
    refusing = untolerated(taints, given)
    if refusing:
        text, near = taint_text(refusing[0]), any(each["key"] == refusing[0]["key"] for each in given)
        what = "has another value or another effect" if near else "is for another taint"
        return f"Nothing tolerates `{text}`: what is tolerated {what}."
    if any(taint["effect"] == "PreferNoSchedule" and not _covered(taint, given) for taint in taints):
        return "PreferNoSchedule makes the node less wanted, and refuses nothing."
    return "Each of its taints is tolerated." if taints else "It has no taints: a toleration is no demand."


def _covered(taint: Taint, given: Sequence[Toleration]) -> bool:
    return any(tolerates(each, taint) for each in given)


def _told(name: str, taints: Sequence[Taint], given: Sequence[Toleration]) -> str:
    refusing = untolerated(taints, given)
    return f"{name}: `{taint_text(refusing[0])}` refuses the pod" if refusing else f"{name}: allowed"


def _node(rng: Random, name: str) -> Object:
    taints = rng.choice(
        ([], [], [CONTROL], [PRESSURE], [NOT_READY], [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}])
    )
    cordoned = rng.random() < 0.2
    if cordoned:
        taints = [*taints, {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]
    return node_object(name, labels={"disk": rng.choice(("ssd", "ssd", "hdd"))}, taints=taints, cordoned=cordoned)


def _why_daemon(node: Object, spec: Object, runs: bool) -> str:
    taints = node["spec"]["taints"]
    if runs:
        return "The controller tolerates this state of a node by itself." if taints else "Nothing speaks against it."
    refusing = untolerated(taints, tolerations(spec))
    if refusing:
        return f"Neither the template nor the controller tolerates `{taint_text(refusing[0])}`."
    return "The template's node selector does not match: a daemon set is not for all nodes then."
