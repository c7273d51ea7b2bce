"""Of an autoscaler's metrics the one that asks for most counts; those that cannot be had are reported.

Source: pkg/controller/podautoscaler/horizontal.go, computeReplicasForMetrics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.autoscaling_metrics import Proposal, Tolerances, proposed
from vlearn.sim.kubernetes.controllers.autoscaling_samples import Usage
from vlearn.sim.kubernetes.controllers.autoscaling_status import Metrics


class Failure(NamedTuple):
    """A metric that cannot be had: the reason, as events and conditions give it, what is wrong, and of which metric."""

    reason: str
    message: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Best:
    """The proposal of most replicas; the values of all metrics as the status shows them; and those without one."""

    proposal: Proposal
    metrics: Metrics
    failures: tuple[Failure, ...]


class NoProposal(Refused):
    """No metric says anything that may be acted on. There is at least one failure."""

    def __init__(self, message: str, failures: tuple[Failure, ...], metrics: Metrics) -> None:
        super().__init__(message)
        self.failures, self.metrics = failures, metrics


def best_proposal(spec: Mapping[str, Any], current: int, pods: Sequence[Pod], usage: Usage, now: float) -> Best:
    """What to do by the metrics of an autoscaler's spec, of which some may fail, unless the others would scale down.

    Raises NoProposal.
    """
    proposals, metrics, failures = [], [], []
    tolerances = _tolerances(spec.get("behavior") or {})
    for metric in spec.get("metrics") or ():
        try:
            found = proposed(metric, current, pods, usage, now, tolerances)
        except Refused as error:
            name = (metric.get("resource") or {}).get("name", "")
            failures.append(Failure(f"FailedGet{metric.get('type', '')}Metric", str(error), name))
            continue
        proposals.append(found)
        metrics.append({"type": "Resource", "resource": {"name": metric["resource"]["name"], "current": found.current}})
    best = max(proposals, key=lambda each: each.replicas, default=None)
    if best is None or (failures and best.replicas < current):
        raise _failed(tuple(failures), len(proposals) + len(failures), tuple(metrics))
    return Best(best, tuple(metrics), tuple(failures))


def _failed(failures: tuple[Failure, ...], of: int, metrics: Metrics) -> NoProposal:
    if not failures:
        none = Failure("FailedGetResourceMetric", "no metrics")
        return NoProposal("invalid metrics (0 invalid out of 0)", (none,), metrics)
    first = failures[0]
    words = f"first error is: failed to get {first.name} resource metric value: {first.message}"
    return NoProposal(f"invalid metrics ({len(failures)} invalid out of {of}), {words}", failures, metrics)


def _tolerances(behavior: Mapping[str, Any]) -> Tolerances:
    given = [(behavior.get(direction) or {}).get("tolerance") for direction in ("scaleUp", "scaleDown")]
    up, down = (0.1 if each is None else parse_quantity(str(each)).nanos / 1e9 for each in given)
    return Tolerances(up, down)
