"""What pods use, as a metrics server would report it: the work that clients bring, shared by pods that are ready."""

from collections.abc import Mapping

from vlearn.sim.kubernetes.api.pods import Pod, is_active, is_ready
from vlearn.sim.kubernetes.api.quantity import NANO
from vlearn.sim.kubernetes.api.resources import CPU, pod_limits
from vlearn.sim.kubernetes.api.selector import parse_selector
from vlearn.sim.kubernetes.store import Store, collection


def cores(store: Store, demand: Mapping[tuple[str, str], float], uid: str) -> float | None:
    """The cores that the pod of a uid takes; None where no metrics are known of it, as of one that is not ready.

    `demand` is in cores, by namespace and label selector. Every ready pod that is selected takes an equal share, but no
    more than its limit.
    """
    for (namespace, written), wanted in sorted(demand.items()):
        selector = parse_selector(written)
        pods = [pod for _, pod in collection(store.objects, "pods", namespace)]
        serving = [each for each in pods if _serves(each) and selector.matches(each["metadata"].get("labels") or {})]
        for pod in serving:
            if pod["metadata"]["uid"] == uid:
                return min(wanted / len(serving), _limit(pod))
    found = next((pod for _, pod in collection(store.objects, "pods") if pod["metadata"]["uid"] == uid), None)
    return 0.0 if found is not None and _serves(found) else None


def _serves(pod: Pod) -> bool:
    return is_active(pod) and is_ready(pod)


def _limit(pod: Pod) -> float:
    limits = pod_limits(pod["spec"])
    return limits[CPU].nanos / NANO if CPU in limits else float("inf")
