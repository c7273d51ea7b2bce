"""A running cluster behind a web server: requests change it, its components follow, and its time goes on.

with serve(cluster, speed=10) as live:      # ten seconds of the cluster in one of ours; 0: only `advance` moves it
    live.kubeconfig                         # for kubectl and other clients
    live.cluster                            # the cluster as it is now, a value
    live.do(lambda cluster: power_off(cluster, "node-1"))
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event, Thread
from time import monotonic
from types import TracebackType

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver import Request, Response
from vlearn.sim.kubernetes.cluster import API_SERVER, Cluster, run
from vlearn.sim.kubernetes.cluster.output import output
from vlearn.sim.kubernetes.server.server import ClusterServer
from vlearn.sim.kubernetes.store import Key, Store

TICK = 0.1
"""Seconds of ours between two moments of a cluster whose time runs by itself."""
HISTORY = 20_000
"""How many revisions a served cluster keeps: etcd's are compacted every five minutes."""


class LiveCluster(ClusterServer):
    """The server, and the thread that lets the cluster's time go on while it is used in a `with` statement."""

    def __init__(self, cluster: Cluster, port: int = 0, speed: float = 1.0) -> None:
        if speed < 0:
            raise ModelError(f"time runs forward: a speed of {speed} is not possible; 0 lets it stand")
        self.cluster = run(cluster)
        self.speed = speed
        self._ended = Event()
        self._ticker = Thread(target=self._tick, daemon=True)
        super().__init__(self.cluster.store, port, reconcile=self._reconciled, logs=self._logs)

    def do(self, action: Callable[[Cluster], Cluster]) -> Cluster:
        """Let something happen to the cluster, as from `cluster.chaos`, and its components answer."""

        def turn(store: Store) -> Store:
            self.cluster = run(action(_compacted(replace(self.cluster, store=store))))
            return self.cluster.store

        self.change(turn)
        return self.cluster

    def advance(self, seconds: float) -> Cluster:
        """Let so much of the cluster's time pass. Raises ModelError below 0."""
        return self.do(lambda cluster: run(cluster, seconds))

    def answer(self, request: Request) -> Response:
        """One request's answer; while the API server is down there is none but that."""
        if API_SERVER in self.cluster.down:
            words = "the server is currently unable to handle the request"
            return Response(503, StatusError(503, "ServiceUnavailable", words).object)
        return super().answer(request)

    def _reconciled(self, store: Store) -> Store:
        self.cluster = run(_compacted(replace(self.cluster, store=store)))
        return self.cluster.store

    def _logs(self, key: Key, options: Mapping[str, str]) -> str:
        return output(self.cluster, key, options)

    def _tick(self) -> None:
        before = monotonic()
        while not self._ended.wait(TICK):
            now = monotonic()
            if self.speed:
                self.advance((now - before) * self.speed)
            before = now

    def __enter__(self) -> "LiveCluster":
        super().__enter__()
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._ticker.join()
        super().__exit__(kind, error, trace)


def serve(cluster: Cluster, port: int = 0, speed: float = 1.0) -> LiveCluster:
    """The cluster at a loopback address. Raises ModelError for a port that is taken, or a speed below 0."""
    return LiveCluster(cluster, port, speed)


def _compacted(cluster: Cluster) -> Cluster:
    store = cluster.store
    oldest = store.revision - HISTORY
    return replace(cluster, store=store.compacted(oldest)) if oldest > store.oldest + HISTORY // 10 else cluster
