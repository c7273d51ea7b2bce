"""Questions whose key is what admission makes of new pods: what a quota refuses, what a limit range fills in."""

from random import Random
from typing import Any

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_conversation import (
    PODS,
    Ask,
    Conversation,
    begun,
    converse,
    draw_conversation,
    plain_pod,
    talked,
)
from vlearn.questions.generators.cluster_scenes import APPS, manifest
from vlearn.questions.generators.forms import asked_below, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.apiserver import Request, answer
from vlearn.sim.kubernetes.apiserver.admission.quota import with_status
from vlearn.sim.kubernetes.store import Key

ACCEPTED, REFUSED = "201", "403"
QUOTAS = "/api/v1/namespaces/default/resourcequotas"
RANGES = "/api/v1/namespaces/default/limitranges"
_KEY = Key("resourcequotas", "default", "team")


def quota_answers(rng: Random, pods: int = 5) -> Posed:
    """Which pods are created, and how much of the quota is used then?"""
    while True:
        hard = {"pods": str(rng.choice((2, 3, 4))), "requests.cpu": f"{rng.randrange(10, 31, 5) * 100}m"}
        if rng.random() < 0.5:
            hard["limits.memory"] = f"{rng.choice((2, 3, 4))}Gi"
        start = _with_quota(hard)
        asks = tuple(_pod_ask(rng, f"{rng.choice(APPS)}-{n}", "limits.memory" in hard) for n in range(1, pods + 1))
        rows, state = [], start
        for ask in asks:
            state = talked(state, (ask,))
            rows.append((ask.words, str(state.said[-1].code), *_used(state)))
        codes = [row[1] for row in rows]
        if (1 <= codes.count(REFUSED) <= 3 and codes[-1] == ACCEPTED) or codes.count(REFUSED) == 2:
            break
    header = ("Pod", "Answer", "Pods counted", "CPU requested")
    prompt = (
        Text(
            "A namespace without pods has this ResourceQuota, and no LimitRange. Five pods are created in turn, each"
            " with one container; none of them ends. Does the API server answer 201 or 403, and what of the quota is"
            " used then? Write CPU in thousandths of a core with an `m`, as in `500m`, and `0` for none."
        ),
        manifest({"kind": "ResourceQuota", "metadata": {"name": "team"}, "spec": {"hard": hard}}),
    )
    told = [Text(f"- {said.message}") for said in state.said if said.message]
    solution = Text(
        "A pod is refused as a whole if it would exceed any of the amounts, or does not state one that the quota"
        " bounds; it is not queued, and nothing is charged. A smaller one that comes later may still fit. A limit"
        " without a request is taken as the request too."
    )
    replay = Replay(converse, start, asks, draw_conversation)
    return Posed(prompt, asked_below(header, rows, *header[1:]), (solution, *told), replay)


def limits_filled_in(rng: Random, pods: int = 4) -> Posed:
    """With which request and which limit is each pod stored, or is it refused?"""
    while True:
        defaults = sorted(rng.sample(range(100, 801, 100), 3))
        most = defaults[2] + rng.choice((200, 400))
        item = {
            "type": "Container",
            "defaultRequest": {"cpu": f"{defaults[0]}m"},
            "default": {"cpu": f"{defaults[1]}m"},
            "max": {"cpu": f"{most}m"},
        }
        start = begun(
            (
                RANGES,
                {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "sizes"}, "spec": {"limits": [item]}},
            )
        )
        sizes = [*defaults, most, most + 100, defaults[0] // 2]
        sorts = rng.sample(("nothing", "request", "request", "limit", "limit", "both"), pods)
        asks = tuple(
            _container_ask(rng, f"{app}", sort, sizes) for app, sort in zip(rng.sample(APPS, pods), sorts, strict=True)
        )
        state = talked(start, asks)
        rows = [_stored(state, ask) for ask in asks]
        if len({row[0].partition(", ")[2] for row in rows}) == pods and [row[1] for row in rows].count("-") in (
            0,
            1,
            2,
        ):
            break
    header = ("Pod", "Request", "Limit")
    prompt = (
        Text(
            "A namespace has this LimitRange. Which request and which limit on CPU has the container of each of these"
            " pods, once the pod is stored? Write `-` in both places where the pod is refused."
        ),
        manifest({"kind": "LimitRange", "metadata": {"name": "sizes"}, "spec": {"limits": [item]}}),
    )
    told = [Text(f"- {said.message}") for said in state.said if said.message]
    solution = Text(
        "First the API itself: who states a limit and no request has the limit as request. Then the LimitRange fills in"
        " what is still missing, the request from `defaultRequest`, the limit from `default`. At last the result is"
        " checked: against `max`, and a request must not exceed its limit, even one that was filled in."
    )
    replay = Replay(converse, start, asks, draw_conversation)
    return Posed(prompt, asked_below(header, rows, *header[1:]), (solution, *told, plain_table(header, rows)), replay)


def _with_quota(hard: dict[str, str]) -> Conversation:
    """A namespace whose quota the quota controller has counted once."""
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team"}, "spec": {"hard": hard}}
    start = begun((QUOTAS, quota))
    return Conversation(with_status(start.store, _KEY, dict.fromkeys(hard, "0")))


def _used(state: Conversation) -> tuple[str, str]:
    quota = state.store.get(_KEY)
    assert quota is not None
    used = quota["status"]["used"]
    return used["pods"], _in_milli(used["requests.cpu"])


def _in_milli(written: str) -> str:
    return written if written.endswith("m") or written == "0" else f"{int(written) * 1000}m"


def _pod_ask(rng: Random, name: str, memory: bool) -> Ask:
    cpu = f"{rng.randrange(4, 16) * 100}m"
    part = rng.choices(("requests", "limits", ""), (6, 2, 1))[0]
    resources: dict[str, dict[str, str]] = {part: {"cpu": cpu}} if part else {}
    stated = [f"{part[:-1]} of CPU {cpu}"] if part else []
    if memory and rng.random() < 0.9:
        limit = rng.choice(("512Mi", "1Gi", "2Gi"))
        resources.setdefault("limits", {})["memory"] = limit
        stated.append(f"limit of memory {limit}")
    return _ask(name, resources, stated)


def _container_ask(rng: Random, name: str, sort: str, sizes: list[int]) -> Ask:
    one, two = sorted(rng.sample(sizes, 2))
    match sort:
        case "nothing":
            return _ask(name, {}, [])
        case "request":
            size = rng.choice(sizes)
            return _ask(name, {"requests": {"cpu": f"{size}m"}}, [f"request of CPU {size}m"])
        case "limit":
            size = rng.choice(sizes)
            return _ask(name, {"limits": {"cpu": f"{size}m"}}, [f"limit of CPU {size}m"])
    resources = {"requests": {"cpu": f"{one}m"}, "limits": {"cpu": f"{two}m"}}
    return _ask(name, resources, [f"request of CPU {one}m", f"limit of CPU {two}m"])


def _ask(name: str, resources: dict[str, dict[str, str]], stated: list[str]) -> Ask:
    pod = plain_pod(name, {"name": "app", "image": "app:1", "resources": resources})
    return Ask(f"`{name}`, {', '.join(stated) or 'nothing stated'}", Request("POST", PODS, body=pod))


def _stored(state: Conversation, ask: Ask) -> tuple[str, str, str]:
    path = f"{PODS}/{ask.request.body['metadata']['name']}"
    _, found = answer(state.store, Request("GET", path))
    if found.status != 200:
        return ask.words, "-", "-"
    resources: Any = found.body["spec"]["containers"][0]["resources"]
    return ask.words, _in_milli(resources["requests"]["cpu"]), _in_milli(resources["limits"]["cpu"])
