"""A web server on a loopback address that answers as a cluster's API server, from one store that all requests share.

kubectl sends no token over plain HTTP, so the token is also the first part of every path, and the kubeconfig's server
address ends in it; other clients may send it as a bearer token. Leaves out TLS, users and roles.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.server import ThreadingHTTPServer
from secrets import token_urlsafe
from socketserver import TCPServer
from threading import Condition, Thread
from types import TracebackType
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver import Request, Response, answer
from vlearn.sim.kubernetes.apiserver.logs import log_container, shown_part
from vlearn.sim.kubernetes.apiserver.paths import target
from vlearn.sim.kubernetes.server.handler import Handler
from vlearn.sim.kubernetes.store import Key, Store

LOOPBACK = "127.0.0.1"
Clock = Callable[[], float]
Turn = Callable[[Store], Store]
Logs = Callable[[Key, Mapping[str, str]], str]
"""What a pod's container has put out so far: the pod's key and the request's options, `container` among them."""


class ClusterServer(ThreadingHTTPServer):
    """Serves a store at `url`; port 0 is any that is free. `clock` is the cluster's time where it runs by itself;
    `reconcile` is what the controllers do after each write, and `logs` what containers have put out.

    Use it in a `with` statement: the server's thread starts there, and ends there with all its watches.
    """

    daemon_threads = True
    # Watches would keep the end waiting: they end by themselves once `closing` is set.
    block_on_close = False

    request_queue_size = 128

    def __init__(
        self,
        store: Store,
        port: int = 0,
        clock: Clock | None = None,
        reconcile: Turn | None = None,
        logs: Logs | None = None,
    ) -> None:
        self._store, self._clock, self._reconcile, self._logs = store, clock, reconcile, logs
        self.changed = Condition()
        self.closing = False
        self.token = token_urlsafe(24)
        try:
            super().__init__((LOOPBACK, port), Handler)
        except OSError as error:
            raise ModelError(f"no cluster at port {port}: {error.strerror}; name another port, or 0 for any") from error
        self.names = (f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}")
        self.url = f"http://{self.names[0]}/{self.token}"
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def server_bind(self) -> None:
        """Bind as HTTPServer does, but without looking up this computer's name, which may ask a name server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    @property
    def store(self) -> Store:
        """The cluster as it is now."""
        return self._store

    @property
    def kubeconfig(self) -> str:
        """What a kubeconfig file says to reach this cluster; JSON, which is YAML too."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "vlearn", "cluster": {"server": self.url}}],
            "users": [{"name": "student", "user": {"token": self.token}}],
            "contexts": [{"name": "vlearn", "context": {"cluster": "vlearn", "user": "student"}}],
            "current-context": "vlearn",
        }
        return json.dumps(config, indent=2) + "\n"

    def change(self, step: Turn) -> Store:
        """Let something else than a request change the cluster: a controller, the clock. Watches hear of it."""
        with self.changed:
            self._store = step(self._on_time())
            self.changed.notify_all()
            return self._store

    def answer(self, request: Request) -> Response:
        """One request's answer; requests that write come one after the other."""
        with self.changed:
            before = self._on_time()
            self._store, response = answer(before, request)
            if self._store.revision != before.revision:
                self._store = self._reconcile(self._store) if self._reconcile is not None else self._store
                self.changed.notify_all()
            if self._logs is None or response.status != 200 or not request.path.rstrip("/").endswith("/log"):
                return response
            return self._logged(request, self._logs)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nothing to tell of; anything else is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def _logged(self, request: Request, logs: Logs) -> Response:
        place = target(request.path)
        container = log_container(self._store, place, request.query)
        try:
            text = shown_part(logs(place.key, {**request.query, "container": container}), request.query)
        except StatusError as refused:
            return Response(refused.code, refused.object)
        return Response(200, text, content_type="text/plain")

    def _on_time(self) -> Store:
        return self._store if self._clock is None else replace(self._store, now=self._clock())

    def __enter__(self) -> "ClusterServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        self.shutdown()
        self._thread.join()
        self.server_close()
