"""What a pod would like of a node, and a node of pods: preferred node affinity, soft taints, images that are there.

Sources: the plug-ins NodeAffinity, TaintToleration and ImageLocality.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api import untolerated
from vlearn.sim.kubernetes.api.affinity import PREFERRED, affinity
from vlearn.sim.kubernetes.api.node_selection import node_term
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST, PrepareScores, Rate
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot

MIB = 1 << 20
SMALLEST, LARGEST = 23 * MIB, 1000 * MIB
"""Images below the one, for each container, are not worth a detour; above the other, one is as good as the next."""
SOFT = ("PreferNoSchedule",)
NO_IMAGES: Mapping[str, int] = {}


def preferred_nodes(added: Mapping[str, Any] | None = None) -> PrepareScores:
    """The sum of the weights of the preferred terms that a node meets, those of the scheduler's configuration too."""
    everywhere = tuple((added or {}).get(PREFERRED) or ())

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate | None:
        own = affinity(pod.spec, "nodeAffinity", PREFERRED) or ()
        terms = [(node_term(each.get("preference") or {}), each["weight"]) for each in (*everywhere, *own)]
        return (lambda node: sum(weight for term, weight in terms if term(node.name, node.labels))) if terms else None

    return prepare


def soft_taints(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate:
    """How many taints that prefer no pods the pod does not tolerate; fewer is better."""
    tolerations = pod.spec.get("tolerations") or ()
    return lambda node: len(untolerated(node.taints, tolerations, SOFT)) if node.taints else 0


def images_there(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate | None:
    """Bytes of the pod's images on the node, each scaled down by the share of nodes that have it."""
    containers = [*(pod.spec.get("initContainers") or ()), *(pod.spec.get("containers") or ())]
    wanted = [normalised(each["image"]) for each in containers if each.get("image")]
    there = [_images(node) for node in snapshot.nodes]
    holders = {name: sum(name in images for images in there) for name in set(wanted)}
    if not any(holders.values()):
        return None
    most = LARGEST * len(containers)

    def rate(node: NodeInfo) -> int:
        images = _images(node)
        size = sum(int(images[name] * (holders[name] / len(there))) for name in wanted if name in images)
        return HIGHEST * (min(max(size, SMALLEST), most) - SMALLEST) // (most - SMALLEST)

    return rate


def normalised(image: str) -> str:
    """An image's name with its tag, which is `latest` where there is none."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"


def _images(node: NodeInfo) -> Mapping[str, int]:
    listed = (node.node.get("status") or {}).get("images")
    if not listed:
        return NO_IMAGES
    return {name: each.get("sizeBytes", 0) for each in listed for name in each.get("names") or ()}
