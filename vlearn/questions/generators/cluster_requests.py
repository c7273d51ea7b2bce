"""A question whose key is the status codes with which the API server answers several requests."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_conversation import (
    PODS,
    Ask,
    begun,
    converse,
    draw_conversation,
    plain_pod,
    talked,
)
from vlearn.questions.generators.cluster_scenes import APPS, Object
from vlearn.questions.generators.forms import asked_below, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.apiserver import Request

MAPS = "/api/v1/namespaces/default/configmaps"


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
    reasons = plain_table(
        ("Request", "Code", "Message"), tuple((each.words, str(each.code), each.message) for each in said)
    )
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
