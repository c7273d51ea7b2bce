"""Runs recorded requests to a real API server through the model, and compares code and body.

What differs between any two servers (versions, uids, times, generated names) is left out of the comparison, as it is of
most recordings. Some answers were recorded in part: then this part is looked for where the claim says it is.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.conformance.k8s_rest_world import DEFAULT, world
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.apiserver import Request, Response, answer
from vlearn.sim.kubernetes.drift import REST
from vlearn.sim.kubernetes.store import Key, Selection, Store
from vlearn.sim.kubernetes.store.listing import read_token, written_token

Case = Mapping[str, Any]

_P1 = f"{DEFAULT}/pods/p1"
_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
_UNPORTABLE = ("resourceVersion", "uid", "creationTimestamp", "managedFields", "selfLink")
_THEN = (
    (r"( limit) of [^\s,\]]+", r"\1"),
    (r"(must specify [\w.]+) for: [\w,-]+", r"\1"),
    (r"(other than) 'replicas', 'ordinals', .* (are forbidden)", r"\1 'replicas', 'template', and 'updateStrategy' \2"),
)
_NODE_PORTS = range(30000, 32768)


def rest(case: Case) -> str | None:
    """How the model's answer differs from a recorded one."""
    store = world(case)
    request = _request(store, case)
    after, response = answer(store, request)
    if response.status != case["status"]:
        return f"the model answers {response.status} {response.body}, the recording {case['status']}"
    return _difference(case, store, after, response)


def _request(store: Store, case: Case) -> Request:
    body = case.get("body")
    if "path" not in case or isinstance(body, str):
        return _elided(store, case)
    parts = urlsplit(case["path"])
    query = dict(parse_qsl(parts.query))
    if "continue" in query:
        # The recording's version is another server's: the token gets ours.
        selection = Selection("pods", "default")
        with suppress(Refused):
            _, start = read_token(query["continue"], selection)
            last = Key(start.resource, start.namespace, start.name.rstrip("\0"))
            query["continue"] = written_token(store.revision, last, selection)
    response = case["response"]
    is_table = isinstance(response, Mapping) and response.get("kind") == "Table"
    accept = _TABLE if is_table else "application/json"
    return Request(case["method"], parts.path, query, body, case["content_type"], accept)


def _elided(store: Store, case: Case) -> Request:
    """A PUT of the pod p1 as it is, but for what the case's claim says of it."""
    pod = answer(store, Request("GET", _P1))[1].body
    response = case["response"]
    label = response.get("v", "1") if isinstance(response, Mapping) else "1"
    metadata = {**pod["metadata"], "labels": {"v": label}}
    if "without resourceVersion" in str(case.get("body")) or case["id"] == "put-no-rv":
        metadata = {name: value for name, value in metadata.items() if name != "resourceVersion"}
    elif case["status"] == 409:
        metadata["resourceVersion"] = "1"
    return Request("PUT", case.get("path", _P1), body={**pod, "metadata": metadata})


def _difference(case: Case, store: Store, after: Store, response: Response) -> str | None:
    recorded, ours = case["response"], response.body
    if isinstance(recorded, Mapping) and recorded.get("kind") == "Status":
        return _unlike(recorded, ours, "")
    if isinstance(recorded, Mapping) and recorded.get("kind") == "Table":
        return _unlike_table(case["id"], recorded, ours)
    if isinstance(recorded, Mapping) and "metadata" in recorded:
        return _lacks(ours, recorded, "")
    if recorded == {"rv_grew": True}:
        return None if after.revision > store.revision else "the version has not grown"
    if isinstance(recorded, Mapping):
        found = {name: _part(ours, name) for name in recorded}
        return None if found == dict(recorded) else f"the model has {found}, the recording {recorded}"
    if recorded is True:
        ports = [port.get("nodePort") for port in ours["spec"]["ports"]]
        return None if all(port in _NODE_PORTS for port in ports) else f"node ports {ports}"
    candidates = _candidates(ours)
    return None if recorded in candidates else f"the model has {candidates}, the recording {recorded!r}"


def _candidates(ours: Any) -> list[Any]:
    """What a recording that is one value may be of: a kind, a name, an image, a count."""
    metadata, spec = ours.get("metadata") or {}, ours.get("spec") or {}
    images = [container["image"] for container in spec.get("containers") or ()]
    return [ours.get("kind"), metadata.get("name"), metadata.get("generation"), spec.get("replicas"), *images]


def _part(ours: Any, name: str) -> Any:
    """A part of an object that a recording shows by its last name."""
    if name == "n":
        return len(ours["items"])
    if name == "v":
        return ours["metadata"]["labels"]["v"]
    spec = ours.get("spec") or {}
    if name == "ip_prefix":
        return ".".join(spec["clusterIP"].split(".")[:2])
    places: list[Mapping[str, Any]] = [ours.get("status") or {}, spec, ours["metadata"], ours]
    containers = spec.get("containers") or ({},)
    places += [containers[0], containers[0].get("resources") or {}]
    return next((place[name] for place in places if name in place), None)


def _in_the_words_of_1_20(text: str) -> str:
    """One of our messages as 1.20 would have worded it: the list of what has changed since is in `drift`."""
    for now, then in _THEN:
        text = re.sub(now, then, text)
    return text


def _unlike(recorded: Any, ours: Any, place: str) -> str | None:
    """Where two values differ; a message is compared up to the dump of Go's structures that may follow."""
    if isinstance(recorded, Mapping) and isinstance(ours, Mapping):
        names = [name for name in {**recorded, **ours} if name not in _UNPORTABLE]
        found = (_unlike(recorded.get(name), ours.get(name), f"{place}.{name}") for name in names)
        return next((each for each in found if each), None)
    if isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        found = (_unlike(a, b, f"{place}[{n}]") for n, (a, b) in enumerate(zip(recorded, ours, strict=True)))
        return next((each for each in found if each), None)
    if isinstance(recorded, str) and isinstance(ours, str):
        recorded, ours = _without_dumps(recorded), _without_dumps(ours)
        ours = ours if ours == recorded else _in_the_words_of_1_20(ours)
    return None if recorded == ours else f"at {place} the model says {ours!r}, the recording {recorded!r}"


def _without_dumps(text: str) -> str:
    """A message without what shows the insides of a server: Go's structures, and where its JSON reader stood."""
    first = re.sub(r"\b(core|policy)\.(\w+)\{.*\}", r"\1.\2{...}", text.partition("\n")[0])
    return re.sub(r"(cannot be handled as a \w+): (json: .*|.*error found in #.*)", r"\1: ...", first)


def _unlike_table(id: str, recorded: Mapping[str, Any], ours: Mapping[str, Any]) -> str | None:
    columns = [column["name"] for column in ours["columnDefinitions"]]
    texts = any(id in drift.rows and not drift.words for drift in REST)
    cells = [str(cell) for cell in recorded["row0_cells"]] if texts else recorded["row0_cells"]
    return _unlike(
        {"columns": recorded["columns"], "cells": cells}, {"columns": columns, "cells": ours["rows"][0]["cells"]}, ""
    )


def _lacks(ours: Any, recorded: Any, place: str) -> str | None:
    """What a recorded object has that the model's has not: the recordings leave much out."""
    if isinstance(recorded, Mapping):
        if not isinstance(ours, Mapping):
            return f"at {place} the model has {ours!r}, the recording {recorded!r}"
        names = [name for name in recorded if name not in _UNPORTABLE]
        found = (_lacks(ours.get(name), recorded[name], f"{place}.{name}") for name in names)
        return next((each for each in found if each), None)
    if isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        found = (_lacks(b, a, f"{place}[{n}]") for n, (a, b) in enumerate(zip(recorded, ours, strict=True)))
        return next((each for each in found if each), None)
    return None if recorded == ours else f"at {place} the model has {ours!r}, the recording {recorded!r}"
