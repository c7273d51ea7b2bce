"""Namespaces, quotas, limits, autoscalers and disruption budgets in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import (
    UNSET,
    About,
    Lines,
    conditions,
    date,
    events,
    head,
    marks,
    ruled,
    selector,
)


def namespace(about: About) -> Lines:
    """`kubectl describe namespace`."""
    yield f"Name:\t{about.metadata['name']}"
    yield from marks(about)
    yield f"Status:\t{about.status.get('phase', '')}"
    yield from conditions(about.status.get("conditions") or (), "type", "status", "reason")
    quotas = about.listed(f"/api/v1/namespaces/{about.metadata['name']}/resourcequotas")
    if not quotas:
        yield from ("", "No resource quota.")
    else:
        yield from ("", "Resource Quotas")
        for each in quotas:
            yield f"  Name:\t{each['metadata']['name']}"
            yield "  Resource\tUsed\tHard"
            yield "  --------\t---\t---"
            yield from (f"  {line}" for line in _used(each.get("status") or {}))
    limits = about.listed(f"/api/v1/namespaces/{about.metadata['name']}/limitranges")
    if not limits:
        yield from ("", "No LimitRange resource.")
    else:
        yield from ("", "Resource Limits", *_LIMITS_HEAD)
        yield from (line for each in limits for line in _limits(each.get("spec") or {}))


_LIMITS_HEAD = (
    " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
)


def _limits(spec: Mapping[str, Any]) -> Lines:
    columns = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
    for limit in spec.get("limits") or ():
        names = sorted({name for column in columns for name in limit.get(column) or {}})
        for name in names:
            cells = ((limit.get(column) or {}).get(name, "-") for column in columns)
            yield f" {limit['type']}\t{name}\t" + "\t".join(map(str, cells))


def limit_range(about: About) -> Lines:
    """`kubectl describe limitrange`."""
    yield from head(about)
    yield "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio"
    yield "----\t--------\t---\t---\t---------------\t-------------\t-----------------------"
    yield from (line[1:] for line in _limits(about.spec))


def quota(about: About) -> Lines:
    """`kubectl describe quota`."""
    yield from head(about)
    if about.spec.get("scopes"):
        yield f"Scopes:\t{', '.join(sorted(about.spec['scopes']))}"
    yield "Resource\tUsed\tHard"
    yield "--------\t----\t----"
    yield from _used(about.status)


def _used(status: Mapping[str, Any]) -> Lines:
    used = status.get("used") or {}
    yield from (f"{name}\t{used.get(name, 0)}\t{hard}" for name, hard in sorted((status.get("hard") or {}).items()))


def autoscaler(about: About) -> Lines:
    """`kubectl describe hpa`."""
    spec, status = about.spec, about.status
    yield from head(about)
    yield from marks(about)
    yield f"CreationTimestamp:\t{date(about.metadata.get('creationTimestamp'))}"
    target = spec["scaleTargetRef"]
    yield f"Reference:\t{target['kind']}/{target['name']}"
    yield "Metrics:\t( current / target )"
    current = [each for each in status.get("currentMetrics") or () if each.get("type") == "Resource"]
    for metric in spec.get("metrics") or ():
        yield from _metric(metric, current)
    yield f"Min replicas:\t{spec.get('minReplicas', UNSET)}"
    yield f"Max replicas:\t{spec['maxReplicas']}"
    kind = target["kind"]
    yield f"{kind} pods:\t{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    found = status.get("conditions") or ()
    if found:
        yield "Conditions:"
        names = ("type", "status", "reason", "message")
        yield from ruled([name.title() for name in names], ([each.get(name, "") for name in names] for each in found))
    yield from events(about)


def _metric(metric: Mapping[str, Any], current: Sequence[Mapping[str, Any]]) -> Lines:
    source = metric.get("resource") or {}
    target = source.get("target") or {}
    name = source.get("name", "")
    now: Mapping[str, Any] = next(
        (each["resource"]["current"] for each in current if each["resource"]["name"] == name), {}
    )
    if target.get("averageUtilization") is not None:
        used = now.get("averageUtilization")
        shown = "<unknown>" if used is None else f"{used}% ({now.get('averageValue', '0')})"
        yield f"  resource {name} on pods  (as a percentage of request):\t{shown} / {target['averageUtilization']}%"
    else:
        yield f"  resource {name} on pods:\t{now.get('averageValue', '<unknown>')} / {target.get('averageValue', '')}"


def budget(about: About) -> Lines:
    """`kubectl describe pdb`."""
    spec, status = about.spec, about.status
    yield from head(about)
    if spec.get("minAvailable") is not None:
        yield f"Min available:\t{spec['minAvailable']}"
    elif spec.get("maxUnavailable") is not None:
        yield f"Max unavailable:\t{spec['maxUnavailable']}"
    yield f"Selector:\t{selector(spec.get('selector'))}"
    yield "Status:"
    for title, name in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        yield f"    {title}:\t{status.get(name, 0)}"
    yield from events(about)
