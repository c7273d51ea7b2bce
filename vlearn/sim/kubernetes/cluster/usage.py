"""What pods use, as a metrics server would report it: the work that clients bring, shared by pods that are ready."""

from collections.abc import Mapping

from vlearn.sim.kubernetes.api.pods import Pod, is_active, is_ready
from vlearn.sim.kubernetes.api.quantity import NANO
from vlearn.sim.kubernetes.api.resources import CPU, pod_limits
from vlearn.sim.kubernetes.api.selector import parse_selector
from vlearn.sim.kubernetes.store import Store, collection


def cores(store: Store, demand: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The cores that each pod takes, by uid. Nothing is known of pods that are not ready.

    `demand` is in cores, by namespace and label selector. Every ready pod that is selected takes an equal share, but no
    more than its limit; of selectors that overlap the first in order counts.
    """
    found = {pod["metadata"]["uid"]: 0.0 for _, pod in collection(store.objects, "pods") if _serves(pod)}
    shared: set[str] = set()
    for (namespace, written), wanted in sorted(demand.items()):
        selector = parse_selector(written)
        pods = [pod for _, pod in collection(store.objects, "pods", namespace) if pod["metadata"]["uid"] in found]
        serving = [pod for pod in pods if selector.matches(pod["metadata"].get("labels") or {})]
        for pod in serving:
            uid = pod["metadata"]["uid"]
            if uid not in shared:
                shared.add(uid)
                found[uid] = min(wanted / len(serving), _limit(pod))
    return found


class MetricsServer:
    """Reports it pod by pod, and computes it once for each version of the store."""

    def __init__(self, demand: Mapping[tuple[str, str], float]) -> None:
        self._demand = demand
        self._revision, self._cores = -1, dict[str, float]()

    def cores(self, store: Store, uid: str) -> float | None:
        """The cores that a pod takes, or None."""
        if self._revision != store.revision:
            self._revision, self._cores = store.revision, cores(store, self._demand)
        return self._cores.get(uid)


def _serves(pod: Pod) -> bool:
    return is_active(pod) and is_ready(pod)


def _limit(pod: Pod) -> float:
    limits = pod_limits(pod["spec"])
    return limits[CPU].nanos / NANO if CPU in limits else float("inf")
