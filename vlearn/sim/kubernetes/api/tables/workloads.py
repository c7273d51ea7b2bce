"""The rows of the owners of pods, and of what watches over them. Source: pkg/printers/internalversion/printers.go."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.requirement import SYMBOLS
from vlearn.sim.kubernetes.api.selector import selector_of
from vlearn.sim.kubernetes.api.tables.cells import NONE, UNSET, Cells, Object, age_of, count_of, labels_of, name_of
from vlearn.sim.kubernetes.api.tables.duration import age, human


def deployment(object: Object, now: float) -> Cells:
    """Name, Ready, Up-to-date, Available, Age; Containers, Images, Selector."""
    wanted = object["spec"].get("replicas", 0)
    ready, new, available = (count_of(object, f"{each}Replicas") for each in ("ready", "updated", "available"))
    return [
        name_of(object),
        f"{ready}/{wanted}",
        new,
        available,
        age_of(object, now),
        *_template(object),
        _selector(object),
    ]


def replica_set(object: Object, now: float) -> Cells:
    """Name, Desired, Current, Ready, Age; Containers, Images, Selector."""
    counts = (object["spec"].get("replicas", 0), count_of(object, "replicas"), count_of(object, "readyReplicas"))
    return [name_of(object), *counts, age_of(object, now), *_template(object), _selector(object)]


def stateful_set(object: Object, now: float) -> Cells:
    """Name, Ready, Age; Containers, Images."""
    ready = f"{count_of(object, 'readyReplicas')}/{object['spec'].get('replicas', 0)}"
    return [name_of(object), ready, age_of(object, now), *_template(object)]


def daemon_set(object: Object, now: float) -> Cells:
    """Name, Desired, Current, Ready, Up-to-date, Available, Node Selector, Age; Containers, Images, Selector."""
    names = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")
    counts = [count_of(object, name) for name in (*names, "numberAvailable")]
    nodes = labels_of(object["spec"]["template"]["spec"].get("nodeSelector"))
    return [name_of(object), *counts, nodes, age_of(object, now), *_template(object), _selector(object)]


def job(object: Object, now: float) -> Cells:
    """Name, Status, Completions, Duration, Age; Containers, Images, Selector."""
    spec, status = object["spec"], object.get("status") or {}
    done, wanted, most = status.get("succeeded") or 0, spec.get("completions"), spec.get("parallelism") or 1
    completions = f"{done}/{wanted}" if wanted is not None else f"{done}/1 of {most}" if most > 1 else f"{done}/1"
    start, end = moment(status.get("startTime")), moment(status.get("completionTime"))
    lasted = human((now if end is None else end) - start) if start is not None else ""
    named = ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")
    found = next((each for each in named if is_true(object, each)), "")
    ending = "Terminating" if object["metadata"].get("deletionTimestamp") is not None else "Running"
    return [
        name_of(object),
        found or ending,
        completions,
        lasted,
        age_of(object, now),
        *_template(object),
        _selector(object),
    ]


def cron_job(object: Object, now: float) -> Cells:
    """Name, Schedule, Timezone, Suspend, Active, Last Schedule, Age; Containers, Images, Selector."""
    spec, status = object["spec"], object.get("status") or {}
    last = age(status["lastScheduleTime"], now) if status.get("lastScheduleTime") else NONE
    jobs = spec["jobTemplate"]
    suspended = str(bool(spec.get("suspend"))).capitalize()
    zone = spec.get("timeZone") or NONE
    active = len(status.get("active") or ())
    return [
        name_of(object),
        spec["schedule"],
        zone,
        suspended,
        active,
        last,
        age_of(object, now),
        *_template(jobs),
        NONE,
    ]


def autoscaler(object: Object, now: float) -> Cells:
    """Name, Reference, Targets, MinPods, MaxPods, Replicas, Age."""
    spec, target = object["spec"], object["spec"].get("scaleTargetRef") or {}
    status = object.get("status") or {}
    current = {each.get("resource", {}).get("name"): each for each in status.get("currentMetrics") or ()}
    shown = [_metric(each, current) for each in spec.get("metrics") or ()]
    reference = f"{target.get('kind')}/{target.get('name')}"
    bounds = [str(spec.get("minReplicas", UNSET)), spec.get("maxReplicas", 0), status.get("currentReplicas") or 0]
    return [name_of(object), reference, ", ".join(shown) or NONE, *bounds, age_of(object, now)]


def budget(object: Object, now: float) -> Cells:
    """Name, Min Available, Max Unavailable, Allowed Disruptions, Age."""
    spec = object.get("spec") or {}
    bounds = [str(spec.get(name, "N/A")) for name in ("minAvailable", "maxUnavailable")]
    return [name_of(object), *bounds, count_of(object, "disruptionsAllowed"), age_of(object, now)]


def controller_revision(object: Object, now: float) -> Cells:
    """Name, Controller, Revision, Age."""
    owners = object["metadata"].get("ownerReferences") or ()
    owner = next((f"{each['kind'].lower()}/{each['name']}" for each in owners if each.get("controller")), NONE)
    group = next((each["apiVersion"].partition("/")[0] for each in owners if each.get("controller")), "")
    shown = owner.replace("/", f".{group}/", 1) if group else owner
    return [name_of(object), shown, object.get("revision", 0), age_of(object, now)]


def _template(object: Object) -> list[str]:
    spec = (object.get("spec") or {}).get("template", {}).get("spec", {})
    containers = spec.get("containers") or ()
    return [",".join(each.get(name, "") for each in containers) for name in ("name", "image")]


def _selector(object: Object) -> str:
    try:
        selector = selector_of(object["spec"].get("selector"))
    except Refused:
        return "<error>"
    if selector is None or not selector.requirements:
        return NONE
    single = [each.operator == "in" and len(each.values) == 1 for each in selector.requirements]
    pairs = zip(selector.requirements, single, strict=True)
    return ",".join(f"{each.key}{SYMBOLS['=']}{each.values[0]}" if one else str(each) for each, one in pairs)


def _metric(metric: Object, current: Mapping[Any, Object]) -> str:
    resource = metric.get("resource") or {}
    target, name = resource.get("target") or {}, resource.get("name", "")
    now = ((current.get(name) or {}).get("resource") or {}).get("current") or {}
    if target.get("averageUtilization") is not None:
        seen = now.get("averageUtilization")
        return f"{name}: {'<unknown>' if seen is None else f'{seen}%'}/{target['averageUtilization']}%"
    return (
        f"{name or metric.get('type')}: {now.get('averageValue', '<unknown>')}/{target.get('averageValue', '<auto>')}"
    )
