"""One run of kubectl while it lasts: the cluster that it asks, the files that it reads, and where it prints.

kubectl speaks to the API server alone. What it waits for happens in the cluster's own time, which passes meanwhile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vlearn.sim.engine.command_line.said import Printer
from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import API_SERVER, Cluster, run, steps
from vlearn.sim.kubernetes.cluster.output import with_output
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.store import Change
from vlearn.trace import Event, Step

Object = Mapping[str, Any]
JSON, TABLE = "application/json", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
MERGE, STRATEGIC, JSON_PATCH = (
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/json-patch+json",
)
LONGEST = 900.0
"""Seconds of the model after which whoever waits without a timeout gives up: real kubectl waits for ever."""
REFUSED = "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?"


@dataclass(slots=True)
class Client:
    """kubectl at work. With `records`, every step of the cluster meanwhile is kept in `steps`."""

    cluster: Cluster
    files: Mapping[str, str] = field(default_factory=dict)
    records: bool = False
    steps: list[Step[Cluster]] = field(default_factory=list)
    to: Printer = field(default_factory=Printer)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        media: str = JSON,
        accept: str = JSON,
    ) -> Any:
        """The body of the API's answer; what it warns of is printed. Raises StatusError, and Fault for no answer."""
        if API_SERVER in self.cluster.down:
            raise Fault(REFUSED, bare=True)
        before = self.cluster.store.revision
        request = Request(method, path, query or {}, body, media, accept)
        self.cluster, response = with_output(*self.cluster.ask(request), request)
        if self.cluster.store.revision != before:
            if self.records:
                self.steps.append(Step(Event("request", f"kubectl: {method} {path}", ()), self.cluster))
            self.settle()
        for warning in response.warnings:
            self.to.err(f"Warning: {warning}")
        if response.status >= 400:
            told = response.body
            raise StatusError(response.status, told.get("reason", ""), told.get("message", ""), told.get("details"))
        return response.body

    def settle(self) -> None:
        """Let the components do what is to be done at this moment."""
        if self.records:
            self.steps += steps(self.cluster, self.cluster.now)
            self.cluster = self.steps[-1].state if self.steps else self.cluster
        else:
            self.cluster = run(self.cluster)

    def until(self, seconds: float | None, done: Callable[[], bool]) -> bool:
        """Let time pass until something is true, at most so many seconds (None: without limit); whether it became so.

        `done` is asked after every step.
        """
        if done():
            return True
        end = self.cluster.now + (LONGEST if seconds is None else seconds)
        for step in steps(self.cluster, end):
            self.cluster = step.state
            if self.records:
                self.steps.append(step)
            if done():
                self.settle()
                return True
        self.cluster = run(self.cluster, max(end - self.cluster.now, 0.0))
        return done()

    def changes(self, since: int) -> Iterable[Change]:
        """What was written to the store after a revision."""
        return self.cluster.store.changes(since)


def path_of(resource: Resource, namespace: str = "", name: str = "", below: str = "") -> str:
    """The path of a collection, an object or a subresource; without a namespace, of all of them."""
    root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    within = f"/namespaces/{namespace}" if resource.namespaced and namespace else ""
    return f"{root}{within}/{resource.name}" + (f"/{name}" if name else "") + (f"/{below}" if below else "")
