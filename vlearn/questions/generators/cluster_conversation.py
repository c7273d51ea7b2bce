"""The API server as questions tell it: requests in turn, and what it answers.

A conversation is the store and what has been said. The answers are those of the whole API server's model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from vlearn.blocks import Block, Table
from vlearn.questions.generators.cluster_scenes import Object
from vlearn.sim.kubernetes.apiserver import Request, answer, new_cluster
from vlearn.sim.kubernetes.store import Store
from vlearn.trace import Event, Step

PODS = "/api/v1/namespaces/default/pods"


@dataclass(frozen=True, slots=True)
class Said:
    """A request in words, and its answer: the code, and the message of a refusal."""

    words: str
    code: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The cluster, and what has been asked and answered; `first` is the first version of each object seen."""

    store: Store
    said: tuple[Said, ...] = ()
    first: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request and its words. `version`: with the object's first version, or its latest, or none."""

    words: str
    request: Request
    version: str = ""


def converse(state: Conversation, ask: Ask) -> Iterator[Step[Conversation]]:
    """The API server answers."""
    store, response = answer(state.store, _versioned(state, ask))
    body: Any = response.body
    message = str(body.get("message", "")) if body.get("kind") == "Status" else ""
    metadata = body.get("metadata") or {}
    first = state.first
    if "name" in metadata and metadata["name"] not in dict(first):
        first = (*first, (metadata["name"], metadata["resourceVersion"]))
    said = Said(ask.words, response.status, message)
    told = f"{ask.words}: {response.status}"
    yield Step(Event(str(response.status), told), replace(state, store=store, said=(*state.said, said), first=first))


def begun(*objects: tuple[str, Object]) -> Conversation:
    """A new cluster with these objects, each at the path of its collection."""
    store = new_cluster(now=1_772_625_600.0, seed=7)
    for path, object in objects:
        store, response = answer(store, Request("POST", path, body=object))
        assert response.status == 201, response.body
    return Conversation(store)


def talked(start: Conversation, asks: tuple[Ask, ...]) -> Conversation:
    """The conversation after all requests."""
    for ask in asks:
        for step in converse(start, ask):
            start = step.state
    return start


def draw_conversation(state: Conversation, event: Event | None = None) -> tuple[Block, ...]:
    """What has been asked and answered."""
    rows = tuple((said.words, str(said.code), said.message) for said in state.said)
    return (Table(("Request", "Code", "Message"), rows),)


def plain_pod(name: str, *containers: Object) -> Object:
    """A pod as somebody sends it."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": list(containers)}}


def _versioned(state: Conversation, ask: Ask) -> Request:
    """The request with the version that its words promise."""
    if not ask.version:
        return ask.request
    name = ask.request.body["metadata"]["name"]
    known = dict(state.first).get(name, "1")
    if ask.version == "latest":
        _, found = answer(state.store, Request("GET", ask.request.path))
        known = found.body.get("metadata", {}).get("resourceVersion", known)
    metadata = {**ask.request.body["metadata"], "resourceVersion": known}
    return replace(ask.request, body={**ask.request.body, "metadata": metadata})
