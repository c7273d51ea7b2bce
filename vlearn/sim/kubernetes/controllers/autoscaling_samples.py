"""What has been measured of a target's pods, and which of the samples an autoscaler trusts.

Only the processor is measured. Source: pkg/controller/podautoscaler/replica_calculator.go, groupPods.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import Pod, is_terminating, phase

Usage = Callable[[str], float | None]
"""The processor time that the pod of a uid takes right now, in cores; None where nothing has been measured yet."""

STARTING = 120
"""Seconds after its start in which an unready pod's sample, or one from before it was ready, is not trusted."""
FIRST_READINESS = 10
"""A pod that has been unready ever since so many seconds after its start has never been ready."""
WINDOW = 15
"""Seconds that one sample of the metrics server covers."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What has been measured, in millicores by uid, of pods whose sample counts; who is unready, and who has none."""

    measured: Mapping[str, int]
    unready: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def sampled(pods: Sequence[Pod], usage: Usage, now: float) -> Samples:
    """Which samples count. Pods that are being deleted or have failed are left out altogether."""
    measured: dict[str, int] = {}
    unready, missing = [], []
    for pod in pods:
        uid = pod["metadata"]["uid"]
        if is_terminating(pod) or phase(pod) == "Failed":
            continue
        cores = usage(uid)
        if phase(pod) == "Pending":
            unready.append(uid)
        elif cores is None:
            missing.append(uid)
        elif _is_unready(pod, now):
            unready.append(uid)
        else:
            measured[uid] = round(cores * 1000)
    return Samples(measured, tuple(unready), tuple(missing))


def _is_unready(pod: Pod, now: float) -> bool:
    ready, start = condition(pod, "Ready"), moment((pod.get("status") or {}).get("startTime"))
    if ready is None or start is None:
        return True
    since = moment(ready.get("lastTransitionTime")) or 0.0
    if start + STARTING > now:
        return ready["status"] == "False" or now < since + WINDOW
    return ready["status"] == "False" and start + FIRST_READINESS > since
