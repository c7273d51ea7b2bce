"""What a pod asks for: the requests and the limits of its containers, as scheduler and quota count them.

Init containers run one after the other before the rest, so that the largest counts; a sidecar, an init container that
is restarted always, runs on and is added. The pod's overhead comes on top. Sources: k8s.io/component-helpers/resource,
and the concept pages on resources, sidecar containers and pod overhead. Leaves out resizing in place (allocated and
actual amounts).
"""

from collections.abc import Mapping
from typing import Any, Literal

from vlearn.sim.kubernetes.api.pods import restartable
from vlearn.sim.kubernetes.api.quantity import Quantity, parse_quantity

Amounts = dict[str, Quantity]
"""Never written to once it is made: sums share what has nothing added to it."""

CPU, MEMORY, STORAGE, PODS = "cpu", "memory", "ephemeral-storage", "pods"
NOTHING: Amounts = {}


def amounts(written: Mapping[str, str] | None) -> Amounts:
    """A resource list as quantities. Raises Refused for a malformed one."""
    return {name: parse_quantity(str(quantity)) for name, quantity in written.items()} if written else {}


def added(one: Amounts, other: Amounts) -> Amounts:
    """The sum, resource by resource."""
    return {**one, **{name: one[name] + more if name in one else more for name, more in other.items()}}


def larger(one: Amounts, other: Amounts) -> Amounts:
    """The larger of both, resource by resource."""
    return {**one, **{name: max(one[name], more) if name in one else more for name, more in other.items()}}


def pod_requests(spec: Mapping[str, Any], assumed: Amounts = NOTHING) -> Amounts:
    """What a node must have for a pod of this spec.

    `assumed` stands in where a container does not state a request; a stated zero is zero.
    """
    requests, overhead = _total(spec, "requests", assumed), spec.get("overhead")
    return added(requests, amounts(overhead)) if overhead else requests


def pod_limits(spec: Mapping[str, Any]) -> Amounts:
    """What the pod may use at most. Overhead raises a limit that is set; it sets none."""
    limits = _total(spec, "limits", NOTHING)
    return added(limits, {name: more for name, more in amounts(spec.get("overhead")).items() if name in limits})


def is_huge_pages(name: str) -> bool:
    """Whether a resource is memory in huge pages of one size, as hugepages-2Mi."""
    return name.startswith("hugepages-")


def is_extended(name: str) -> bool:
    """Whether a device plug-in or an administrator brings a resource: its name has a domain, not Kubernetes' own."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def _total(spec: Mapping[str, Any], kind: Literal["requests", "limits"], assumed: Amounts) -> Amounts:
    def asked(container: Mapping[str, Any]) -> Amounts:
        own = amounts((container.get("resources") or {}).get(kind))
        return {**assumed, **own} if assumed else own

    running = sidecars = starting = NOTHING
    for container in spec.get("containers") or ():
        running = added(running, asked(container)) if running else asked(container)
    for container in spec.get("initContainers") or ():
        if restartable(container):
            sidecars = added(sidecars, asked(container))
            starting = larger(starting, sidecars)
        else:
            starting = larger(starting, added(sidecars, asked(container)))
    total = larger(added(running, sidecars), starting) if starting else running
    # What is stated for the pod as a whole (since 1.34 by default) takes the place of what its containers sum up to.
    whole = amounts((spec.get("resources") or {}).get(kind))
    return {**total, **{name: each for name, each in whole.items() if name in (CPU, MEMORY) or is_huge_pages(name)}}
