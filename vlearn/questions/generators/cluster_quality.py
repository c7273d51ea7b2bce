"""A question whose key is the quality of service class of several pods."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_conversation import PODS, begun, plain_pod
from vlearn.questions.generators.cluster_scenes import Object
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.sim.kubernetes.apiserver import Request, answer

CLASSES = ("Guaranteed", "Burstable", "BestEffort")
COUNT = 5
_CPU, _MEMORY = ("100m", "250m", "500m", "1"), ("128Mi", "256Mi", "1Gi")


def qos_classes(rng: Random) -> Posed:
    """Which class has each pod?"""
    while True:
        drawn = {", and ".join(words): pod for words, pod in (_pod(rng) for _ in range(COUNT))}
        found = {words: _stored(pod)["status"]["qosClass"] for words, pod in drawn.items()}
        if len(found) == COUNT and set(found.values()) >= {"Guaranteed", "Burstable"}:
            break
    key = tuple(CLASSES.index(each) for each in found.values())
    prompt = Text(
        "What is stated of the containers of each pod decides on its quality of service class, by which the kubelet"
        " chooses whom to evict. Which class has each pod? No LimitRange exists; *a* and *b* are its containers."
    )
    solution = Text(
        "Guaranteed: every container has limits on CPU and on memory, and requests as much; a request that is not"
        " stated is taken from the limit, but not the other way round. BestEffort: no container states any request or"
        " limit. Burstable is all the rest, for instance one container of two without limits."
    )
    return Posed((prompt,), Classification(CLASSES, tuple(found), key), (solution,))


def _stored(containers: list[Object]) -> Object:
    """The pod as the API server keeps it, with the defaults filled in."""
    _, response = answer(begun().store, Request("POST", PODS, body=plain_pod("one", *containers)))
    body: Object = response.body
    return body


def _pod(rng: Random) -> tuple[list[str], list[Object]]:
    drawn = [_container(rng, name) for name in "ab"[: rng.choice((1, 1, 2))]]
    return [words for words, _ in drawn], [container for _, container in drawn]


def _container(rng: Random, name: str) -> tuple[str, Object]:
    cpu, memory = rng.choice(_CPU), rng.choice(_MEMORY)
    both = {"cpu": cpu, "memory": memory}
    resources, words = rng.choices(
        (
            ({}, "nothing"),
            ({"limits": both}, f"limits {cpu} CPU, {memory}"),
            ({"limits": both, "requests": both}, f"requests and limits {cpu} CPU, {memory}"),
            ({"requests": both}, f"requests {cpu} CPU, {memory}"),
            ({"limits": {"memory": memory}}, f"a limit of {memory}"),
            ({"limits": {**both, "cpu": "2"}, "requests": both}, f"requests {cpu} CPU, {memory}, 2 CPU as limit"),
            ({"limits": both, "requests": {"cpu": cpu}}, f"a request of {cpu} CPU, limits {cpu} CPU, {memory}"),
        ),
        (3, 2, 2, 1, 1, 1, 1),
    )[0]  # fmt: skip
    return f"{name}: {words}", {"name": name, "image": "app:1", "resources": resources}
