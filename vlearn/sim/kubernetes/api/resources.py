"""What a pod asks for: the requests and the limits of its containers, as scheduler and quota count them.

Init containers run one after the other before the rest, so that the largest counts; a sidecar, an init container that
is restarted always, runs on and is added. The pod's overhead comes on top. Source: k8s.io/component-helpers/resource.
Leaves out resizing in place (allocated and actual amounts).
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.pods import restartable
from vlearn.sim.kubernetes.api.quantity import Quantity, parse_quantity

Amounts = dict[str, Quantity]


def amounts(written: Mapping[str, str] | None) -> Amounts:
    """A resource list as quantities."""
    return {name: parse_quantity(str(quantity)) for name, quantity in (written or {}).items()}


def added(one: Amounts, other: Amounts) -> Amounts:
    """The sum, resource by resource."""
    return {**one, **{name: one[name] + more if name in one else more for name, more in other.items()}}


def larger(one: Amounts, other: Amounts) -> Amounts:
    """The larger of both, resource by resource."""
    return {**one, **{name: max(one[name], more) if name in one else more for name, more in other.items()}}


def pod_requests(spec: Mapping[str, Any]) -> Amounts:
    """What the scheduler must find on a node for a pod of this spec."""
    return added(_total(spec, "requests"), amounts(spec.get("overhead")))


def pod_limits(spec: Mapping[str, Any]) -> Amounts:
    """What the pod may use at most. Overhead raises a limit that is set; it sets none."""
    limits = _total(spec, "limits")
    overhead = {name: more for name, more in amounts(spec.get("overhead")).items() if name in limits}
    return added(limits, overhead)


def _total(spec: Mapping[str, Any], kind: str) -> Amounts:
    running: Amounts = {}
    for container in spec.get("containers") or ():
        running = added(running, _of(container, kind))
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.get("initContainers") or ():
        own = _of(container, kind)
        if restartable(container):
            running, sidecars = added(running, own), added(sidecars, own)
            own = sidecars
        else:
            own = added(own, sidecars)
        starting = larger(starting, own)
    # Resources of the pod as a whole (since 1.34 by default) take the place of what its containers sum up to.
    return {**larger(running, starting), **_of(spec, kind)}


def _of(container: Mapping[str, Any], kind: str) -> Amounts:
    return amounts((container.get("resources") or {}).get(kind))
