"""A web server on a loopback address that answers as a cluster's API server, from one store that all requests share.

kubectl sends no token over plain HTTP, so the token is also the first part of every path, and the kubeconfig's server
address ends in it; other clients may send it as a bearer token. Leaves out TLS, users and roles.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from http.server import ThreadingHTTPServer
from secrets import token_urlsafe
from socketserver import TCPServer
from threading import Condition, Thread
from types import TracebackType

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.apiserver import Request, Response, answer
from vlearn.sim.kubernetes.server.handler import Handler
from vlearn.sim.kubernetes.store import Store

LOOPBACK = "127.0.0.1"
Clock = Callable[[], float]
Turn = Callable[[Store], Store]


class ClusterServer(ThreadingHTTPServer):
    """Serves a store at `url`; port 0 is any that is free. `clock` is the cluster's time where it runs by itself;
    `reconcile` is what the controllers do after each write.

    Use it in a `with` statement: the server's thread starts there, and ends there with all its watches.
    """

    daemon_threads = True
    # Watches would keep the end waiting: they end by themselves once `closing` is set.
    block_on_close = False

    def __init__(self, store: Store, port: int = 0, clock: Clock | None = None, reconcile: Turn | None = None) -> None:
        self._store, self._clock, self._reconcile = store, clock, reconcile
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
            return response

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
