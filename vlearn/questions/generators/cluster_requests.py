"""The API server as questions tell it: requests in turn, and what it answers; and questions whose key is the codes.

A conversation is the store and what has been said. The answers are those of the whole API server's model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.cluster_scenes import APPS, Object, asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.apiserver import Request, answer, new_cluster
from vlearn.sim.kubernetes.store import Store
from vlearn.trace import Event, Step

PODS, MAPS = "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/configmaps"


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


def http_answers(rng: Random, requests: int = 6) -> Posed:
    """With which code does the API server answer each request?"""
    while True:
        one, other = rng.sample(APPS, 2)
        asks = _drawn(rng, one, other, requests)
        said = talked(begun(), asks).said
        if len({each.code for each in said}) >= 4:
            break
    header = ("Request", "Code")
    rows = [(each.words, str(each.code)) for each in said]
    prompt = Text(
        "These requests reach the API server in turn, and nobody else writes; at first the namespace `default` has no"
        " such objects. With which HTTP status code does it answer each: 200 OK, 201 Created, 404 Not Found, 405 Method"
        " Not Allowed, 409 Conflict, or 422 Unprocessable Entity?"
    )
    reasons = Table(("Request", "Code", "Message"), tuple((each.words, str(each.code), each.message) for each in said))
    solution = Text(
        "What is created answers 201, what is read, changed or deleted 200. What is not there is 404, a name that is"
        " taken and an outdated `resourceVersion` are 409; a change without any version overwrites. An object that"
        " breaks a rule is 422: a name with capitals, a pod without containers, a pod that is to get another restart"
        " policy. (Another image it may get.)"
    )
    replay = Replay(converse, begun(), asks, draw_conversation)
    return Posed((prompt,), asked_below(header, rows, "Code"), (solution, reasons), replay)


def _drawn(rng: Random, one: str, other: str, count: int) -> tuple[Ask, ...]:
    """So many requests about a ConfigMap and a pod, the first of which creates one of the two."""
    first = rng.choice((_made_map(one), _made_pod(other)))
    rest = [
        _made_map(one), _made_pod(other), _got(MAPS, one), _got(PODS, other), _got(MAPS, f"{one}-old"),
        _put_map(rng, one, "first"), _put_map(rng, one, "first"), _put_map(rng, one, "latest"), _put_map(rng, one, ""),
        _gone(MAPS, one), _gone(PODS, other), _made_map(one.title()), _bad_pod(other),
        _policy(other), _image(rng, other),
        Ask("`PUT …/configmaps`, without a name", Request("PUT", MAPS, body=_map(one))),
    ]  # fmt: skip
    return (first, *(rng.sample(rest, count - 1)))


def _map(name: str, **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def plain_pod(name: str, *containers: Object) -> Object:
    """A pod as somebody sends it."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": list(containers)}}


def _made_map(name: str) -> Ask:
    return Ask(f"`POST …/configmaps`, a ConfigMap `{name}`", Request("POST", MAPS, body=_map(name, size="1")))


def _made_pod(name: str) -> Ask:
    pod = plain_pod(name, {"name": "app", "image": "app:1"})
    return Ask(f"`POST …/pods`, a pod `{name}` with one container", Request("POST", PODS, body=pod))


def _bad_pod(name: str) -> Ask:
    return Ask(
        f"`POST …/pods`, a pod `{name}-2` with an empty list of containers",
        Request("POST", PODS, body=plain_pod(f"{name}-2")),
    )


def _got(path: str, name: str) -> Ask:
    return Ask(f"`GET …/{path.rpartition('/')[2]}/{name}`", Request("GET", f"{path}/{name}"))


def _gone(path: str, name: str) -> Ask:
    body = {"gracePeriodSeconds": 0}
    return Ask(
        f"`DELETE …/{path.rpartition('/')[2]}/{name}`, without a grace period",
        Request("DELETE", f"{path}/{name}", body=body),
    )


def _put_map(rng: Random, name: str, version: str) -> Ask:
    data = str(rng.randrange(2, 99))
    words = {
        "first": "with the `resourceVersion` that it had when it was first seen",
        "latest": "with its latest `resourceVersion`",
        "": "without a `resourceVersion`",
    }[version]
    request = Request("PUT", f"{MAPS}/{name}", body=_map(name, size=data))
    return Ask(f"`PUT …/configmaps/{name}`, data `size: {data}`, {words}", request, version)


def _patched(name: str, words: str, spec: Object) -> Ask:
    request = Request(
        "PATCH", f"{PODS}/{name}", body={"spec": spec}, content_type="application/strategic-merge-patch+json"
    )
    return Ask(f"`PATCH …/pods/{name}`, {words}", request)


def _policy(name: str) -> Ask:
    return _patched(name, "another restart policy", {"restartPolicy": "Never"})


def _image(rng: Random, name: str) -> Ask:
    version = rng.randrange(2, 9)
    return _patched(name, f"the image `app:{version}`", {"containers": [{"name": "app", "image": f"app:{version}"}]})


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
