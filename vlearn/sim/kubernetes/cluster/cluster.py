"""A running cluster as one value: the store, the machines, what every component has still to look at, and the time.

Nothing in it is ever changed: a step makes another cluster, so that any moment of a run can be shown again, and a run
can go on from any of them in another way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.apiserver import Request, Response, answer, new_cluster
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.writing import created
from vlearn.sim.kubernetes.node import Machine, Registry, node_address, node_object, pod_cidr
from vlearn.sim.kubernetes.store import Key, Object, Store, collection

API_SERVER = "kube-apiserver"
ADDRESS = "172.18.0.1"
"""Where the API server listens, beside the nodes."""
START = 1_767_225_600.0
"""When a model cluster begins unless told otherwise: 2026-01-01T00:00:00Z."""


class Item(NamedTuple):
    """Something to look at: which component, which object."""

    component: str
    key: Key


@dataclass(frozen=True, slots=True)
class Cluster:
    """All of it at one moment. Times are seconds since 1970.

    `queue` is what is to be looked at now, in order; `agenda` what is to be looked at later, and when; `memory` and
    `tries` what components keep in mind; `seen` the revision up to which they have been told of changes. `down` names
    what is not running, `silent` since when a node has not been heard of, `cut` what a node that cannot reach the API
    server last saw of it. `demand` is the work that clients bring, in cores, by namespace and label selector. The
    scheduler places `at_once` pods in one look. Without `records` no events are written.
    """

    store: Store
    machines: Map[str, Machine] = field(default_factory=Map)
    registry: Registry = field(default_factory=Registry)
    queue: tuple[Item, ...] = ()
    agenda: Map[Item, float] = field(default_factory=Map)
    memory: Map[Item, Any] = field(default_factory=Map)
    tries: Map[Item, int] = field(default_factory=Map)
    seen: int = 1
    down: frozenset[str] = frozenset()
    silent: Map[str, float] = field(default_factory=Map)
    cut: Map[str, Store] = field(default_factory=Map)
    demand: Map[tuple[str, str], float] = field(default_factory=Map)
    at_once: int = 1
    records: bool = True

    @property
    def now(self) -> float:
        """The cluster's time."""
        return self.store.now

    def objects(self, resource: str, namespace: str | None = None) -> list[Object]:
        """The objects of a resource, such as pods or deployments.apps, by namespace and name."""
        return [object for _, object in collection(self.store.objects, resource, namespace)]

    def get(self, resource: str, name: str, namespace: str = "default") -> Object | None:
        """One object, or None."""
        return self.store.get(Key(resource, namespace, name))

    def ask(self, request: Request) -> tuple["Cluster", Response]:
        """The cluster after a request to its API, and the answer. Raises ModelError where nobody answers."""
        self._check_answers()
        store, response = answer(self.store, request)
        return replace(self, store=store), response

    def create(self, *objects: Object) -> "Cluster":
        """The cluster with new objects, in namespace default unless they name another.

        Raises StatusError, and ModelError where nobody answers.
        """
        self._check_answers()
        store = self.store
        for object in objects:
            resource = BY_KIND[object["apiVersion"], object["kind"]]
            namespace = (object["metadata"].get("namespace") or "default") if resource.namespaced else ""
            store = created(store, Target(resource, namespace), object)[0]
        return replace(self, store=store)

    def _check_answers(self) -> None:
        if API_SERVER in self.down:
            raise ModelError("the API server does not answer: connection refused")


def started(nodes: Iterable[Object] | int = 3, seed: int = 0, now: float = START, **settings: Any) -> Cluster:
    """A new cluster with these nodes, or with so many equal ones called node-1, node-2 and so on."""
    given = list(nodes) if not isinstance(nodes, int) else [_node(n, now) for n in range(nodes)]
    names = [node["metadata"]["name"] for node in given]
    machines = {name: Machine(name, node_address(n), pod_cidr(n), now) for n, name in enumerate(names)}
    return Cluster(new_cluster(now, seed), Map(machines), **settings).create(*given, *_own_endpoints())


def _node(number: int, now: float) -> Object:
    return node_object(f"node-{number + 1}", now, address=node_address(number), pod_cidr=pod_cidr(number))


def _own_endpoints() -> tuple[Object, Object]:
    """Where the API server itself is, which it writes down behind its service."""
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    metadata = {"name": "kubernetes", "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}
    labels = {"kubernetes.io/service-name": "kubernetes"}
    ready = {"addresses": [ADDRESS], "conditions": {"ready": True}}
    return (
        {
            "apiVersion": "v1",
            "kind": "Endpoints",
            "metadata": metadata,
            "subsets": [{"addresses": [{"ip": ADDRESS}], "ports": [port]}],
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": "kubernetes", "labels": labels},
            "addressType": "IPv4",
            "endpoints": [ready],
            "ports": [port],
        },
    )
