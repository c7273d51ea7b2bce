"""Deployments, replica sets, stateful sets, daemon sets, jobs and cron jobs in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.tables.duration import human
from vlearn.sim.kubernetes.kubectl.client import Object
from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    About,
    Lines,
    conditions,
    controller,
    date,
    events,
    head,
    marks,
    pairs,
    selector,
    truth,
)
from vlearn.sim.kubernetes.kubectl.describing.containers import template
from vlearn.sim.kubernetes.kubectl.owned import controlled, new_and_old

_COLUMNS = ("type", "status", "reason")


def deployment(about: About) -> Lines:
    """`kubectl describe deployment`."""
    spec, status = about.spec, about.status
    yield from head(about, dated=True)
    yield from marks(about)
    yield f"Selector:\t{selector(spec.get('selector'))}"
    counts = (
        (spec.get("replicas", 0), "desired"),
        (status.get("updatedReplicas", 0), "updated"),
        (status.get("replicas", 0), "total"),
        (status.get("availableReplicas", 0), "available"),
        (status.get("unavailableReplicas", 0), "unavailable"),
    )
    yield f"Replicas:\t{' | '.join(f'{count} {word}' for count, word in counts)}"
    strategy = spec.get("strategy") or {}
    yield f"StrategyType:\t{strategy.get('type', '')}"
    yield f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}"
    if rolling := strategy.get("rollingUpdate"):
        surge, missing = rolling.get("maxSurge", 0), rolling.get("maxUnavailable", 0)
        yield f"RollingUpdateStrategy:\t{missing} max unavailable, {surge} max surge"
    yield from template(spec["template"])
    yield from conditions(status.get("conditions") or (), *_COLUMNS, gap=" ")
    new, old = new_and_old(about.client, about.object)
    if new or old:
        yield f"OldReplicaSets:\t{_sets(old)}"
        yield f"NewReplicaSet:\t{_sets([new] if new else [])}"
    yield from events(about)


def _sets(found: Sequence[Object]) -> str:
    shown = (
        f"{each['metadata']['name']} ({(each.get('status') or {}).get('replicas', 0)}/{each['spec']['replicas']} "
        "replicas created)"
        for each in found
    )
    return ", ".join(shown) or NONE


def replica_set(about: About) -> Lines:
    """`kubectl describe replicaset`."""
    yield from head(about)
    yield f"Selector:\t{selector(about.spec.get('selector'))}"
    yield from marks(about)
    if controller(about.object):
        yield f"Controlled By:\t{controller(about.object)}"
    yield f"Replicas:\t{about.status.get('replicas', 0)} current / {about.spec.get('replicas', 0)} desired"
    yield f"Pods Status:\t{_phases(controlled(about.client, about.object, 'pods'))}"
    yield from template(about.spec["template"])
    yield from conditions(about.status.get("conditions") or (), *_COLUMNS, gap=" ")
    yield from events(about)


def stateful_set(about: About) -> Lines:
    """`kubectl describe statefulset`."""
    spec = about.spec
    yield from head(about, dated=True)
    yield f"Selector:\t{selector(spec.get('selector'))}"
    yield from marks(about)
    yield f"Replicas:\t{spec.get('replicas', 0)} desired | {about.status.get('replicas', 0)} total"
    strategy = spec.get("updateStrategy") or {}
    yield f"Update Strategy:\t{strategy.get('type', '')}"
    if strategy.get("rollingUpdate"):
        yield f"  Partition:\t{strategy['rollingUpdate'].get('partition', 0)}"
    yield f"Pods Status:\t{_phases(controlled(about.client, about.object, 'pods'))}"
    yield from template(spec["template"])
    yield from _claims(spec.get("volumeClaimTemplates") or ())
    yield from events(about)


def _claims(found: Sequence[Mapping[str, Any]]) -> Lines:
    if not found:
        yield f"Volume Claims:\t{NONE}"
        return
    yield "Volume Claims:"
    for each in found:
        metadata, spec = each["metadata"], each.get("spec") or {}
        yield f"  Name:\t{metadata['name']}"
        yield f"  StorageClass:\t{spec.get('storageClassName', '')}"
        yield from pairs("  Labels", metadata.get("labels"))
        yield from pairs("  Annotations", metadata.get("annotations"))
        capacity = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
        yield f"  Capacity:\t{capacity or '<default>'}"
        yield f"  Access Modes:\t[{' '.join(spec.get('accessModes') or ())}]"


def daemon_set(about: About) -> Lines:
    """`kubectl describe daemonset`."""
    status = about.status
    yield f"Name:\t{about.metadata['name']}"
    yield f"Selector:\t{selector(about.spec.get('selector'))}"
    yield from pairs("Node-Selector", about.spec["template"]["spec"].get("nodeSelector"))
    yield from marks(about)
    for title, name in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        yield f"{title}: {status.get(name, 0)}"
    yield f"Pods Status:\t{_phases(controlled(about.client, about.object, 'pods'))}"
    yield from template(about.spec["template"])
    yield from events(about)


def job(about: About) -> Lines:
    """`kubectl describe job`."""
    spec, status = about.spec, about.status
    yield from head(about)
    yield f"Selector:\t{selector(spec.get('selector'))}"
    yield from marks(about)
    if controller(about.object):
        yield f"Controlled By:\t{controller(about.object)}"
    yield f"Parallelism:\t{spec.get('parallelism', 1)}"
    yield f"Completions:\t{spec.get('completions', UNSET)}"
    yield f"Completion Mode:\t{spec.get('completionMode', 'NonIndexed')}"
    yield f"Suspend:\t{str(bool(spec.get('suspend'))).lower()}"
    yield f"Backoff Limit:\t{spec.get('backoffLimit', 6)}"
    if spec.get("ttlSecondsAfterFinished") is not None:
        yield f"TTL Seconds After Finished:\t{spec['ttlSecondsAfterFinished']}"
    started, completed = status.get("startTime"), status.get("completionTime")
    if started:
        yield f"Start Time:\t{date(started)}"
    if completed:
        yield f"Completed At:\t{date(completed)}"
    if started and completed:
        yield f"Duration:\t{human((moment(completed) or 0) - (moment(started) or 0))}"
    if spec.get("activeDeadlineSeconds") is not None:
        yield f"Active Deadline Seconds:\t{spec['activeDeadlineSeconds']}s"
    active, ready = status.get("active", 0), status.get("ready")
    shown = f"{active} Active" + (f" ({ready} Ready)" if ready is not None else "")
    yield f"Pods Statuses:\t{shown} / {status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed"
    if spec.get("completionMode") == "Indexed":
        yield f"Completed Indexes:\t{status.get('completedIndexes') or NONE}"
    yield from template(spec["template"])
    yield from events(about)


def cron_job(about: About) -> Lines:
    """`kubectl describe cronjob`."""
    spec, status = about.spec, about.status
    inner = (spec.get("jobTemplate") or {}).get("spec") or {}
    yield from head(about)
    yield from marks(about)
    yield f"Schedule:\t{spec.get('schedule', '')}"
    yield f"Concurrency Policy:\t{spec.get('concurrencyPolicy', '')}"
    yield f"Suspend:\t{truth(spec.get('suspend'))}"
    for title, name in (("Successful", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
        yield f"{title} Job History Limit:\t{spec.get(name, UNSET)}"
    deadline = spec.get("startingDeadlineSeconds")
    yield f"Starting Deadline Seconds:\t{UNSET if deadline is None else f'{deadline}s'}"
    yield f"Selector:\t{selector(inner.get('selector'))}"
    yield f"Parallelism:\t{inner.get('parallelism', UNSET)}"
    yield f"Completions:\t{inner.get('completions', UNSET)}"
    if inner.get("activeDeadlineSeconds") is not None:
        yield f"Active Deadline Seconds:\t{inner['activeDeadlineSeconds']}s"
    yield from template(inner["template"])
    last = status.get("lastScheduleTime")
    yield f"Last Schedule Time:\t{date(last) if last else UNSET}"
    active = [each["name"] for each in status.get("active") or ()]
    yield f"Active Jobs:\t{', '.join(active) or NONE}"
    yield from events(about)


def _phases(pods: Iterable[Object]) -> str:
    phases = [(each.get("status") or {}).get("phase") for each in pods]
    titles = {"Running": "Running", "Waiting": "Pending", "Succeeded": "Succeeded", "Failed": "Failed"}
    return " / ".join(f"{phases.count(phase)} {title}" for title, phase in titles.items())
