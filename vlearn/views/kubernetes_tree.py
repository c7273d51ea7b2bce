"""Who owns whom: the workload a person writes, the sets that controllers make of it, and the pods of each set."""

from collections.abc import Iterator
from typing import NamedTuple

from vlearn.blocks import Figure
from vlearn.sim.kubernetes.api.pods import is_ready, is_terminating
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.cluster.ownership import controller_of
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.revisions import REVISION
from vlearn.sim.kubernetes.store import Object
from vlearn.trace import Event
from vlearn.views.devices_strip import WIDTH
from vlearn.views.kubernetes_pods import CHIP, chip, is_lit, said
from vlearn.views.svg import (
    CURRENT,
    GREY,
    INK,
    PLAIN,
    READ,
    SMALL,
    WAITING,
    Look,
    Shape,
    box,
    drawing,
    fitted,
    line,
    text,
)

WORKLOADS = ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "cronjobs.batch")
SETS = ("replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch")
OWNER, SET, PODS = 2.0, 190.0, 402.0
"""Where the three columns begin."""
ACROSS, ROW = 3, 42
MOST_PODS, MOST_SETS = 9, 8


class Branch(NamedTuple):
    """A set with the workload above it, if there is one, and the pods below it."""

    owner: tuple[str, Object] | None
    resource: str
    set: Object
    pods: list[Object]


def branches(state: Cluster) -> list[Branch]:
    """All of them, by workload. What stands alone, such as a job that a person made, is its own workload."""
    pods: dict[str, list[Object]] = {}
    for pod in state.objects("pods"):
        if (reference := controller_of(pod)) is not None:
            pods.setdefault(reference["uid"], []).append(pod)
    owners = {each["metadata"]["uid"]: (resource, each) for resource in WORKLOADS for each in state.objects(resource)}
    found = []
    for resource in SETS:
        for each in state.objects(resource):
            reference = controller_of(each)
            owner = owners.get(reference["uid"]) if reference is not None else None
            found.append(Branch(owner, resource, each, pods.get(each["metadata"]["uid"], [])))
    return sorted(found, key=_place)


def draw_tree(state: Cluster, event: Event | None = None) -> tuple[Figure, ...]:
    """The tree as a figure; nothing where there is no workload."""
    everything = branches(state)
    # Old revisions without a pod are what a history is made of; the newest sets say what goes on.
    found = [each for each in everything if each.pods or wanted(each.set)] or everything
    found = found[:MOST_SETS]
    if not found:
        return ()
    shapes: list[Shape] = []
    y, last, begun = 4.0, "", 0.0
    for each in found:
        height = max(ROW, -(-min(len(each.pods), MOST_PODS) // ACROSS) * CHIP + 4)
        name = each.owner[1]["metadata"]["uid"] if each.owner else ""
        if each.owner and name != last:
            begun = y + 20
            shapes += _owner(each.owner, y, event)
        if each.owner:
            shapes.append(line((SET - 10, begun), (SET - 10, y + 20), (SET, y + 20), colour=GREY))
        shapes += _set(state, each, y, event)
        last, y = name, y + height + 6
    hidden = len(everything) - len(found)
    if hidden:
        words = "1 more set is" if hidden == 1 else f"{hidden} more sets are"
        shapes.append(text(4, y + 12, f"{words} not drawn: sets without pods, or too many", size=SMALL))
        y += 18
    return (Figure(drawing(WIDTH, y + 2, shapes), " ".join(_told(state, each) for each in found)),)


def _owner(owner: tuple[str, Object], y: float, event: Event | None) -> Iterator[Shape]:
    resource, object = owner
    look = CURRENT if is_lit(resource, object, event) else READ
    yield from _named(OWNER, y, SET - OWNER - 22, look, object["kind"], object["metadata"]["name"])
    yield line((SET - 20, y + 20), (SET - 10, y + 20), colour=GREY)


def _set(state: Cluster, branch: Branch, y: float, event: Event | None) -> Iterator[Shape]:
    look = CURRENT if is_lit(branch.resource, branch.set, event) else PLAIN if wanted(branch.set) else WAITING
    yield from _named(SET, y, PODS - SET - 12, look, _counts(branch), branch.set["metadata"]["name"])
    width = (WIDTH - PODS - 2 - (ACROSS - 1) * 3) / ACROSS
    shown = branch.pods if len(branch.pods) <= MOST_PODS else branch.pods[: MOST_PODS - 1]
    for n, pod in enumerate(shown):
        x, at = PODS + n % ACROSS * (width + 3), y + n // ACROSS * CHIP + 1
        own = pod["metadata"]["name"].removeprefix(f"{branch.set['metadata']['name']}-")
        yield from chip(pod, own, state.now, x, at, width, is_lit("pods", pod, event))
    if len(branch.pods) > len(shown):
        more = f"and {len(branch.pods) - len(shown)} more"
        yield text(PODS + (ACROSS - 1) * (width + 3) + 6, y + (MOST_PODS // ACROSS - 1) * CHIP + 14, more, size=SMALL)
    elif not branch.pods:
        yield text(PODS, y + 24, "no pods", size=SMALL)


def _named(x: float, y: float, width: float, look: Look, above: str, name: str) -> Iterator[Shape]:
    letters = int(width / (0.602 * 9)) - 2
    shown = name if len(name) <= letters else f"…{name[-(letters - 1) :]}"
    yield box(x, y, width, ROW - 4, look)
    yield text(x + 7, y + 15, above, size=fitted(above, width - 8), fill=INK)
    yield text(x + 7, y + 30, shown, size=fitted(shown, width - 14), mono=True, fill=INK)


def _counts(branch: Branch) -> str:
    """What kind of set it is, how many pods it has of those that it wants, and how many are ready."""
    spec = branch.set["spec"]
    living = [pod for pod in branch.pods if not is_terminating(pod)]
    ready = sum(map(is_ready, living))
    revision = (branch.set["metadata"].get("annotations") or {}).get(REVISION)
    kind = f"{branch.set['kind']}{f' r{revision}' if revision else ''}"
    if "replicas" in spec:
        return f"{kind}: {len(living)}/{wanted(branch.set)}, {ready} ready"
    return f"{kind}: {len(living)} pods, {ready} ready"


def _told(state: Cluster, branch: Branch) -> str:
    above = f"{branch.owner[1]['kind']} {branch.owner[1]['metadata']['name']} owns " if branch.owner else ""
    pods = "; ".join(said(pod, state.now) for pod in branch.pods[:MOST_PODS]) or "no pods"
    return f"{above}{branch.set['metadata']['name']}, {_counts(branch)}: {pods}."


def _place(branch: Branch) -> tuple[str, str, str]:
    owner = branch.owner[1]["metadata"]["name"] if branch.owner else branch.set["metadata"]["name"]
    return owner, branch.set["metadata"]["creationTimestamp"], branch.set["metadata"]["name"]
