"""How long a job waits before it replaces a failed pod: 10 s, doubled by every further failure, 10 minutes at most.

Source: pkg/controller/job/backoff_utils.go; until 1.27 the most was 6 minutes.
"""

from collections.abc import Sequence

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import created, moment
from vlearn.sim.kubernetes.api.pods import Pod, phase

FIRST = 10.0
MOST = 600.0
MOST_1_20 = 360.0


def backoff(failures: int, most: float = MOST) -> float:
    """Seconds after so many failures in a row."""
    # Beyond 2**60 the product is past any limit; a float would overflow.
    return 0.0 if failures <= 0 else min(FIRST * 2.0 ** min(failures - 1, 60), most)


def remaining_wait(pods: Sequence[Pod], now: float) -> float:
    """Seconds left of the back-off, which runs from the last failure and starts over after a success."""
    finished = sorted((finished_at(pod), phase(pod)) for pod in pods if phase(pod) in ("Succeeded", "Failed"))
    failures = 0
    for _, outcome in finished:
        failures = failures + 1 if outcome == "Failed" else 0
    return max(0.0, backoff(failures) - (now - finished[-1][0])) if failures else 0.0


def finished_at(pod: Pod) -> float:
    """When the last container ended; where the status does not say, when the pod ceased to be ready, or was created."""
    ends = (
        ((each.get("state") or {}).get("terminated") or {}) for each in pod["status"].get("containerStatuses") or ()
    )
    known = [end for each in ends if (end := moment(each.get("finishedAt"))) is not None]
    if known:
        return max(known)
    ready = condition(pod, "Ready")
    return (moment(ready.get("lastTransitionTime")) if ready is not None else None) or created(pod)
