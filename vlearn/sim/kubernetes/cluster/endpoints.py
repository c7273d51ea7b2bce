"""The controllers that write down which pods stand behind a service: as Endpoints, and as endpoint slices.

Source: pkg/controller/endpoint, pkg/controller/endpointslice. Without a selector a service's endpoints are its
author's. Leaves out slices that mirror Endpoints written by hand.
"""

from collections.abc import Iterable
from typing import Any

from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Create, Remove, Update, key_of
from vlearn.sim.kubernetes.cluster.component import Work
from vlearn.sim.kubernetes.controllers.endpoints import HEADLESS, belongs_in_endpoints, selects, subsets
from vlearn.sim.kubernetes.controllers.endpointslice import HEADLESS_LABEL, MANAGED_BY, MANAGER, SERVICE_NAME
from vlearn.sim.kubernetes.controllers.endpointslice_changes import slice_changes
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

SERVICES, ENDPOINTS = "services", "endpoints"
SLICES = BY_KIND["discovery.k8s.io/v1", "EndpointSlice"].qualified


class _OfServices:
    """What both have in common: they look at services, and at all pods that a service selects.

    `batch` is for how many seconds changes are gathered before a service is looked at
    (--endpoint-updates-batch-period, --endpointslice-updates-batch-period).
    """

    name: str

    def __init__(self, batch: float = 0.0) -> None:
        self.batch = batch

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The service; the services that select a pod whose endpoint has changed; the service of changed endpoints."""
        if change.key.resource != "pods":
            return self._of(change)
        found = collection(store.objects, SERVICES, change.key.namespace)
        services = [each for each in found if each[1]["spec"].get("selector")]
        if not services:
            return ()
        if change.before is not None and change.kind == "MODIFIED" and _seen(change.before) == _seen(change.after):
            return ()
        pods = [pod for pod in (change.before, change.after) if pod is not None]
        return [key for key, service in services if any(selects(service, pod) for pod in pods)]

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """`memory` is when the changes that are being gathered are to be looked at."""
        if self.batch and memory is None:
            return Work((), self.batch, store.now + self.batch)
        if memory is not None and store.now < memory:
            return Work((), memory - store.now, memory)
        return Work(tuple(self._actions(store, key)))

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """Nothing but to look again."""
        return None

    def _of(self, change: Change) -> Iterable[Key]:
        raise NotImplementedError

    def _actions(self, store: Store, key: Key) -> Iterable[Action]:
        raise NotImplementedError


class EndpointController(_OfServices):
    """Keeps one Endpoints object for each service, of the service's name."""

    name = "endpoint-controller"
    resources = (SERVICES, "pods", ENDPOINTS)

    def _of(self, change: Change) -> Iterable[Key]:
        return (change.key._replace(resource=SERVICES),)

    def _actions(self, store: Store, key: Key) -> Iterable[Action]:
        service, place = store.get(key), key._replace(resource=ENDPOINTS)
        old = store.get(place)
        if service is None:
            return () if old is None else (Remove(place, old["metadata"]["uid"]),)
        if not service["spec"].get("selector"):
            return ()
        wanted = {"subsets": list(subsets(service, _pods(store, key))), "labels": _labels(service)}
        if old is None:
            metadata = {"name": key.name, "namespace": key.namespace, "labels": wanted["labels"]}
            object = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": wanted["subsets"]}
            return (Create(object),)
        if {"subsets": list(old.get("subsets") or ()), "labels": old["metadata"].get("labels") or {}} == wanted:
            return ()
        metadata = {**old["metadata"], "labels": wanted["labels"]}
        return (Update({**old, "metadata": metadata, "subsets": wanted["subsets"]}),)


class EndpointSliceController(_OfServices):
    """Keeps the endpoint slices of each service. A deleted service's go with their owner."""

    name = "endpointslice-controller"
    resources = (SERVICES, "pods", SLICES)

    def _of(self, change: Change) -> Iterable[Key]:
        if change.key.resource == SERVICES:
            return (change.key,)
        labels = change.after["metadata"].get("labels") or {}
        mine = labels.get(MANAGED_BY) == MANAGER and SERVICE_NAME in labels
        return (Key(SERVICES, change.key.namespace, labels[SERVICE_NAME]),) if mine else ()

    def _actions(self, store: Store, key: Key) -> Iterable[Action]:
        service = store.get(key)
        if service is None or not service["spec"].get("selector"):
            return
        existing = [slice for slice in slices_of(store, key) if slice["metadata"]["labels"].get(MANAGED_BY) == MANAGER]

        def zone_of(node: str) -> str:
            labels = (store.get(Key("nodes", "", node)) or {"metadata": {}})["metadata"].get("labels") or {}
            return str(labels.get("topology.kubernetes.io/zone", ""))

        changes = slice_changes(service, _pods(store, key), existing, zone_of)
        yield from (Create(each) for each in changes.create)
        yield from (Update(each) for each in changes.update)
        yield from (Remove(key_of(each), each["metadata"]["uid"]) for each in changes.delete)


def slices_of(store: Store, service: Key) -> list[Object]:
    """The endpoint slices that carry a service's name, whoever wrote them."""
    found = collection(store.objects, SLICES, service.namespace)
    return [each for _, each in found if (each["metadata"].get("labels") or {}).get(SERVICE_NAME) == service.name]


def _pods(store: Store, service: Key) -> list[Object]:
    return [pod for _, pod in collection(store.objects, "pods", service.namespace)]


def _labels(service: Object) -> dict[str, str]:
    own = {key: value for key, value in (service["metadata"].get("labels") or {}).items() if key != HEADLESS_LABEL}
    return {**own, **({HEADLESS_LABEL: ""} if service["spec"].get("clusterIP") == HEADLESS else {})}


def _seen(pod: Object) -> tuple[Any, ...]:
    """What of a pod shows in endpoints."""
    spec, status, metadata = pod["spec"], pod.get("status") or {}, pod["metadata"]
    place = (
        spec.get("nodeName"),
        spec.get("hostname"),
        spec.get("subdomain"),
        status.get("podIP"),
        status.get("podIPs"),
    )
    state = (belongs_in_endpoints(pod), belongs_in_endpoints(pod, True), is_true(pod, "Ready"))
    return place, state, metadata.get("labels"), metadata.get("deletionTimestamp")
