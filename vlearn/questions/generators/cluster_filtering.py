"""Questions whose key is which filter keeps a pod off a node, and the message of a pod that fits nowhere."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_placing import Place, Scene, drawn_scene
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, SingleChoice
from vlearn.sim.kubernetes.scheduler import FILTERS, Cycle, checks, schedule, verdict

CATEGORIES = (
    "the pod fits",
    "the node is cordoned",
    "a taint is not tolerated",
    "the node selector does not match",
    "too little is left unrequested",
)
_OF_PLUGIN = {"": 0, "NodeUnschedulable": 1, "TaintToleration": 2, "NodeAffinity": 3, "NodeResourcesFit": 4}
_RULE = (
    "The scheduler asks of each node: is it cordoned, is every taint with NoSchedule or NoExecute tolerated"
    " (PreferNoSchedule only lowers a score), does the selector match, is as much left unrequested as the pod requests?"
    " What the pods really use does not count."
)


def why_each_node(rng: Random) -> Posed:
    """Does the pod fit each node, and if not, what speaks against it?"""
    while True:
        scene = drawn_scene(rng, 5, 0.3)
        kinds = _objections(scene)
        if all(len(kind) < 2 for kind in kinds) and len({tuple(kind) for kind in kinds}) >= 3:
            break
    key = tuple(_OF_PLUGIN[kind[0] if kind else ""] for kind in kinds)
    prompt = Text("This pod waits for a node. For each node of the cluster: does the pod fit, and if not, why?")
    items = tuple(f"`{place.name}`" for place in scene.places)
    cycle = scene.cycle
    told = "; ".join(f"{name}: {found.message}" for name, found in cycle.verdicts.items())
    solution = Text(f"{_RULE} In the scheduler's words: {_plain(told)}.")
    return Posed((prompt, *scene.shown), Classification(CATEGORIES, items, key), (solution,), scene.replay)


def pending_message(rng: Random) -> Posed:
    """With which message does the pod stay pending?"""
    while True:
        scene = drawn_scene(rng, rng.choice((3, 4)), 0.6)
        cycle = scene.cycle
        wrong = list(_wrong(scene))
        if cycle.node is None and len({text for text, _ in wrong} - {_message(cycle)}) >= 3:
            break
    options, correct = distractors(rng, _message(cycle), wrong, 3)
    prompt = Text(
        "The scheduler has looked at all nodes of the cluster for this pod. What does the event about it say, up to the"
        " sentence on preemption?"
    )
    why = "; ".join(f"{name}: {found.message}" for name, found in cycle.verdicts.items())
    solution = Text(f"{_RULE} Each node is counted under the first filter that says no. {_plain(why)}.")
    return Posed((prompt, *scene.shown), SingleChoice(options, correct), (solution,), scene.replay)


def _objections(scene: Scene) -> list[list[str]]:
    """For each node the names of all filters that say no to it, not of the first alone."""
    cluster, pod = scene.cluster, scene.asked
    passing = {each.name: checks(pod, cluster, (each,)) for each in FILTERS if each.name in _OF_PLUGIN}
    return [[name for name, check in passing.items() if verdict(node, check)] for node in cluster.nodes]


def _message(cycle: Cycle) -> str:
    if cycle.node is not None:
        return f"Successfully assigned {cycle.pod} to {cycle.node}"
    return cycle.message.partition(" preemption:")[0]


def _wrong(scene: Scene) -> Iterator[tuple[str, str]]:
    """What wrong schedulers would say."""
    for name, why in (
        ("TaintToleration", "A taint with NoSchedule or NoExecute refuses a pod; only PreferNoSchedule is advice."),
        ("NodeAffinity", "`nodeSelector` is a condition, not a wish: other nodes are out."),
        ("NodeResourcesFit", "A node without enough that is unrequested is out, however fast it is."),
        ("NodeUnschedulable", "A cordoned node takes no new pods."),
    ):
        yield _message(schedule(scene.asked, scene.cluster, [each for each in FILTERS if each.name != name])), why
    by_use = replace(scene, places=tuple(_as_used(place) for place in scene.places))
    yield _message(by_use.cycle), "It counts what pods have requested, not what they use at the moment."
    bare = replace(scene, pod={**scene.pod, "spec": {**scene.pod["spec"], "tolerations": []}})
    yield _message(bare.cycle), "The pod tolerates one of the taints."
    nodes = len(scene.places)
    yield f"0/{nodes} nodes are available: {nodes} Insufficient cpu.", "Each node is named with its own reason."
    yield f"0/{nodes} nodes are available: {nodes} Insufficient memory.", "Each node is named with its own reason."


def _as_used(place: Place) -> Place:
    return replace(place, requested=(int(place.used[0]), int(place.used[1])))


def _plain(message: str) -> str:
    """A message as it is, although it stands in Markdown."""
    return message.replace("*", "\\*").replace("_", "\\_")
