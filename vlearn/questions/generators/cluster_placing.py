"""A small cluster and a pod to place, as questions about the scheduler draw them; and how they are shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Code, Table
from vlearn.questions.generators.cluster_scenes import (
    NODES,
    Object,
    labels_text,
    manifest,
    node_object,
    pod_object,
    requesting,
)
from vlearn.questions.generators.forms import plain_table
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.api.taints import taint_text
from vlearn.sim.kubernetes.scheduler import Cycle, PodInfo, Snapshot, pod_info, schedule, scheduling, snapshot
from vlearn.trace import Step
from vlearn.views.kubernetes_scheduler import draw_scheduling

TAINTS = (
    {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
    {"key": "team", "value": "red", "effect": "NoSchedule"},
    {"key": "disk", "value": "old", "effect": "PreferNoSchedule"},
    {"key": "repair", "value": "soon", "effect": "NoExecute"},
)
SIZES = ((4, 8), (4, 16), (8, 16), (8, 32), (16, 32), (16, 64))
"""Processors and GiB of a node."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node, what its pods have requested (processors, GiB), and what they use at the moment."""

    node: Object
    requested: tuple[int, int]
    used: tuple[float, float]

    @property
    def name(self) -> str:
        """The node's name."""
        return str(self.node["metadata"]["name"])

    @property
    def has(self) -> tuple[int, int]:
        """Allocatable processors and GiB."""
        amounts = self.node["status"]["allocatable"]
        return int(amounts["cpu"]), int(amounts["memory"].removesuffix("Gi"))


@dataclass(frozen=True, slots=True)
class Scene:
    """The pod, and the nodes in the order of the table."""

    pod: Object
    places: tuple[Place, ...]

    @property
    def cluster(self) -> Snapshot:
        """The cluster as the scheduler sees it."""
        there = [
            pod_object(f"on-{place.name}", nodeName=place.name, containers=requesting(*place.requested))
            for place in self.places
        ]
        return snapshot([place.node for place in self.places], there)

    @property
    def asked(self) -> PodInfo:
        """The pod as the scheduler sees it."""
        return pod_info(self.pod)

    @property
    def cycle(self) -> Cycle:
        """What the scheduler decides."""
        return schedule(self.asked, self.cluster)

    @property
    def replay(self) -> Replay[Cycle, "Scene"]:
        """The cycle, step by step."""
        return Replay(decide, Cycle(self.asked.key, ()), (self,), draw_scheduling)

    @property
    def shown(self) -> tuple[Code, Table]:
        """The pod's manifest and the table of nodes."""
        spec = self.pod["spec"]
        stated = {key: spec[key] for key in ("nodeSelector", "tolerations") if key in spec}
        resources = spec["containers"][0]["resources"]
        code = {"metadata": {"name": self.pod["metadata"]["name"]}, "spec": {**stated, "containers": [
            {"name": "app", "image": "app:1", "resources": resources}
        ]}}  # fmt: skip
        header = ("Node", "Labels", "Taints", "Allocatable", "Requested", "Used now")
        return manifest(code), plain_table(header, tuple(_row(place) for place in self.places))


def decide(state: Cycle, scene: Scene) -> Iterator[Step[Cycle]]:
    """The scheduling of the scene's pod, as a model that a replay runs."""
    yield from scheduling(scene.asked, scene.cluster).steps


def drawn_scene(rng: Random, count: int, trouble: float = 0.25) -> Scene:
    """So many nodes, each with this likelihood of each kind of trouble; the pod may select and may tolerate."""
    cpu, memory = rng.choice(((1, 2), (2, 4), (2, 8), (3, 6), (4, 8)))
    spec: Object = {"containers": requesting(cpu, memory)}
    zone = rng.choice(("north", "south"))
    selects = rng.random() < 0.5
    if selects:
        spec["nodeSelector"] = {"zone": zone}
    if rng.random() < 0.5:
        taint = rng.choice(TAINTS)
        spec["tolerations"] = [{"key": taint["key"], "operator": "Exists"}]
    places = []
    for name in NODES[:count]:
        has = rng.choice(SIZES)
        full = rng.random() < trouble
        requested = tuple(_share(rng, most, own, full) for most, own in zip(has, (cpu, memory), strict=True))
        used = tuple(
            round(min(most, each * rng.choice((0.1, 0.3, 0.8, 1.4))), 1)
            for each, most in zip(requested, has, strict=True)
        )
        other = "south" if zone == "north" else "north"
        labels = {"zone": other if selects and rng.random() < trouble else zone}
        taints = [rng.choice(TAINTS)] if rng.random() < trouble else []
        node = node_object(name, *has, labels, taints, cordoned=rng.random() < trouble / 2)
        places.append(Place(node, (requested[0], requested[1]), (used[0], used[1])))
    return Scene(pod_object("job", phase="Pending", ready_for=None, **spec), tuple(places))


def _share(rng: Random, most: int, own: int, full: bool) -> int:
    """What is requested already: with room for `own` more, or perhaps without."""
    if full and rng.random() < 0.6:
        return rng.randrange(max(0, most - own + 1), most + 1)
    return rng.randrange(max(1, most - own + 1))


def _row(place: Place) -> tuple[str, ...]:
    spec = place.node["spec"]
    taints = ", ".join(f"`{taint_text(taint)}`" for taint in spec["taints"])
    taints = ", ".join(filter(None, (taints, "cordoned" if spec.get("unschedulable") else "")))
    amounts = (f"{cpu:g} CPU, {memory:g} GiB" for cpu, memory in (place.has, place.requested, place.used))
    return (place.name, labels_text(place.node["metadata"]["labels"]), taints or "-", *amounts)
