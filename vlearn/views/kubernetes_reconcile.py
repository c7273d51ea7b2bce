"""Reconciliation as tables: what is wanted beside what is observed, and which component looks at what next."""

from collections.abc import Iterator
from typing import Any

from vlearn.blocks import Block, Table, Text
from vlearn.sim.kubernetes.api.pods import is_active
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.cluster.cluster import Item
from vlearn.sim.kubernetes.cluster.kubelets import is_kubelets
from vlearn.sim.kubernetes.cluster.ownership import owned
from vlearn.sim.kubernetes.cluster.scheduling import SCHEDULER
from vlearn.sim.kubernetes.cluster.telling import called
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.store import Object
from vlearn.trace import Event
from vlearn.views.kubernetes_pods import is_lit
from vlearn.views.kubernetes_strip import clock

MOST = 10
"""Rows of the queue, and of the workloads."""
COUNTED = ("deployments.apps", "replicasets.apps", "statefulsets.apps")


def draw_reconcile(state: Cluster, event: Event | None = None) -> tuple[Block, ...]:
    """Desired against observed, and the queue. A row that the event touched begins with ▸."""
    return Text(f"At {clock(state)}:"), desired_table(state, event), queue_table(state, event)


def desired_table(state: Cluster, event: Event | None = None) -> Table:
    """A row for each workload: what its spec wants, what there is, and what its status says of it."""
    rows = [
        row
        for resource in COUNTED
        for each in state.objects(resource)
        for row in _workload(state, resource, each, event)
    ]
    rows += [_daemons(each, event) for each in state.objects("daemonsets.apps")]
    rows += [_job(each, event) for each in state.objects("jobs.batch")]
    shown = rows[:MOST]
    more = f"; {len(rows) - len(shown)} more are not shown" if len(rows) > len(shown) else ""
    header = ("Workload", "Wanted", "Current", "Ready", "Available", "What differs")
    return Table(header, tuple(shown), f"Desired and observed{more}")


def queue_table(state: Cluster, event: Event | None = None) -> Table:
    """What components look at next: now in this order, then what is due later. Kubelets' rounds are left out."""
    rows = [(item.component, _what(item), "now") for item in state.queue]
    later = sorted(
        (at, item) for item, at in state.agenda.items() if not (is_kubelets(item) and item.key.resource == "nodes")
    )
    rows += [(item.component, _what(item), f"in {max(0.0, at - state.now):.3g} s") for at, item in later]
    hidden = len(rows) - MOST
    more = f"; {hidden} more are not shown" if hidden > 0 else ""
    shown = tuple(rows[:MOST]) or (("nobody", "everything is as it should be", ""),)
    return Table(("Component", "Looks at", "When"), shown, f"Who looks next{more}")


def _what(item: Item) -> str:
    return "the pods without a node" if item.component == SCHEDULER else called(item.key)


def _workload(state: Cluster, resource: str, each: Object, event: Event | None) -> Iterator[tuple[str, ...]]:
    """A workload that wants so many pods. Replica sets that want none and have none are history, and left out."""
    status = each.get("status") or {}
    current = sum(map(is_active, _pods(state, resource, each)))
    if resource == "replicasets.apps" and not (wanted(each) or current):
        return
    want, ready, available = wanted(each), status.get("readyReplicas", 0), status.get("availableReplicas", 0)
    yield _row(resource, each, event, (want, current, ready, available), _difference(want, current, ready, each))


def _pods(state: Cluster, resource: str, each: Object) -> list[Object]:
    if resource != "deployments.apps":
        return owned(state.store, each, "pods")
    return [pod for one in owned(state.store, each, "replicasets.apps") for pod in owned(state.store, one, "pods")]


def _daemons(each: Object, event: Event | None) -> tuple[str, ...]:
    status = each.get("status") or {}
    names = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "numberAvailable")
    want, current, ready, available = (int(status.get(name) or 0) for name in names)
    said = _difference(want, current, ready, each)
    return _row("daemonsets.apps", each, event, (want, current, ready, available), said)


def _job(each: Object, event: Event | None) -> tuple[str, ...]:
    status, spec = each.get("status") or {}, each["spec"]
    done, failed = status.get("succeeded", 0), status.get("failed", 0)
    want = spec.get("completions") or 1
    said = f"{done} of {want} done" + (f", {failed} failed" if failed else "")
    numbers = want, status.get("active", 0), status.get("ready", 0), "–"
    return _row("jobs.batch", each, event, numbers, said)


def _row(resource: str, each: Object, event: Event | None, numbers: tuple[Any, ...], said: str) -> tuple[str, ...]:
    mark = "▸ " if is_lit(resource, each, event) else ""
    return f"{mark}{each['kind']} {each['metadata']['name']}", *map(str, numbers), said


def _difference(want: int, current: int, ready: int, each: Object) -> str:
    """What a controller would see to next, in words."""
    said = []
    if current != want:
        said.append(f"{want - current} missing" if want > current else f"{current - want} too many")
    if ready < min(current, want):
        said.append(f"{min(current, want) - ready} not ready")
    seen = (each.get("status") or {}).get("observedGeneration", 0)
    if seen < (each["metadata"].get("generation") or 0):
        said.append("its controller has not seen the newest spec")
    return ", ".join(said) or "nothing"
