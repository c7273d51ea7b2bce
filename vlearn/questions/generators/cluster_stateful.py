"""A question whose key is the order in which a stateful set's pods are created, deleted or replaced."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any, Literal

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Option, SingleChoice
from vlearn.sim.kubernetes.cluster import Cluster, run, started
from vlearn.sim.kubernetes.cluster.actions import Update

Change = Literal["update", "up", "down"]

APPS = ("broker", "db", "index", "ledger", "queue", "store", "zoo")
SETTLED = 120.0
"""Seconds in which a set of this size comes to rest."""


def stateful_set_order(rng: Random) -> Posed:
    """Which pods does a change touch, and in which order?"""
    name = rng.choice(APPS)
    changes: tuple[Change, ...] = ("update", "update", "update", "up", "down")
    change = rng.choice(changes)
    before = rng.randrange(3, 7)
    after = before
    if change == "up":
        after = before + rng.randrange(2, 5)
    elif change == "down":
        after = rng.randrange(0, before - 1)
    partition = rng.randrange(0, before + 1) if change == "update" else 0
    key = touched(change, before, after, partition)
    options = _options(change, before, after, partition, key)
    shown = rng.sample(options, len(options))
    choices = tuple(Option(_text(name, order), why) for order, why in shown)
    solution = Text(f"{_RULES[change]} So: {_text(name, key)}.")
    place = next(n for n, (order, _) in enumerate(shown) if order == key)
    return Posed((Text(_prompt(name, change, before, after, partition)),), SingleChoice(choices, place), (solution,))


@cache
def touched(change: Change, before: int, after: int, partition: int) -> tuple[int, ...]:
    """The ordinals of the pods, in the order in which a cluster deletes them, or creates them where it grows."""
    cluster = run(started(3).create(_stateful_set(before)), SETTLED)
    old = cluster.get("statefulsets.apps", "set")
    assert old is not None, "it was created"
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    spec = {**old["spec"], "replicas": after, "updateStrategy": strategy}
    if change == "update":
        spec["template"] = _template("nginx:1.28")
    since = cluster.store.revision
    changed = replace(cluster, store=Update({**old, "spec": spec}).apply(cluster.store))
    return _ordinals(run(changed, SETTLED), since, "ADDED" if change == "up" else "DELETED")


def _ordinals(cluster: Cluster, since: int, kind: str) -> tuple[int, ...]:
    changes = (each for each in cluster.store.changes(since) if each.key.resource == "pods" and each.kind == kind)
    return tuple(int(each.key.name.rpartition("-")[2]) for each in changes)


def _options(
    change: Change, before: int, after: int, partition: int, key: tuple[int, ...]
) -> list[tuple[tuple[int, ...], str]]:
    """The key and the mistakes that lead elsewhere, each once."""
    every = tuple(range(max(before, after)))
    down = every[::-1]
    mistakes: tuple[tuple[Sequence[int], str], ...]
    match change:
        case "update":
            mistakes = (
                (key[::-1], "Pods are created upwards; an update goes down from the highest ordinal."),
                ((), "A changed template is rolled out, unless the partition lies beyond the last ordinal."),
                (down, "The partition holds back the pods below it: they keep the old template."),
                (every[:partition][::-1], "The pods from the partition on are updated, not those below it."),
                ([n for n in down if n > partition], "The pod whose ordinal is the partition is updated too."),
                (every, "An update goes down from the highest ordinal, and stops at the partition."),
            )
        case "up":
            new = every[before:]
            mistakes = (
                (new[::-1], "Pods are created upwards, each when the one before it is ready."),
                (every, "The pods that are there stay as they are."),
                (down, "The pods that are there stay, and new ones come upwards."),
            )
        case _:
            gone = every[after:]
            mistakes = (
                (gone, "A set shrinks from the highest ordinal down."),
                (every[: before - after], "The lowest ordinals stay; the highest go."),
                (down, f"Only {before - after} of them go."),
            )
    options = {key: _RULES[change]}
    for order, why in mistakes:
        options.setdefault(tuple(order), why)
    return list(options.items())[:4]


def _prompt(name: str, change: Change, before: int, after: int, partition: int) -> str:
    begin = f"The StatefulSet `{name}` (policy OrderedReady) has {before} ready pods."
    if change == "update":
        return (
            f"{begin} Its strategy is RollingUpdate with partition {partition}. Somebody changes the image in its"
            " template. Which pods are deleted and created anew, in this order?"
        )
    if change == "up":
        return f"{begin} Somebody scales it to {after}. Which pods are created, in this order?"
    return f"{begin} Somebody scales it to {after}. Which pods are deleted, in this order?"


def _text(name: str, order: Sequence[int]) -> str:
    return ", then ".join(f"`{name}-{n}`" for n in order) or "no pod"


_RULES = {
    "update": "One pod at a time, from the highest ordinal down to the partition; each must be ready before the next.",
    "up": "One pod at a time, upwards; each must be ready before the next.",
    "down": "One pod at a time, from the highest ordinal down; each must be gone before the next.",
}


def _template(image: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "set"}}, "spec": {"containers": [{"name": "app", "image": image}]}}


def _stateful_set(replicas: int) -> dict[str, Any]:
    spec = {
        "replicas": replicas,
        "serviceName": "set",
        "selector": {"matchLabels": {"app": "set"}},
        "template": _template("nginx:1.29"),
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "set"}, "spec": spec}
