"""`kubectl taint nodes`: what keeps pods away from a node, unless they tolerate it.

Source: k8s.io/kubectl, cmd/taint.
"""

from typing import Any

from vlearn.sim.kubernetes.kubectl.client import MERGE
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import visited
from vlearn.sim.kubernetes.kubectl.results import report

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def taint(call: Call) -> None:
    """`kubectl taint nodes`."""
    kinds = ("node", "nodes", "no")
    words = [word for word in call.words if ":" not in word and "=" not in word and not word.endswith("-")]
    specs = [word for word in call.words if word not in words]
    if not specs:
        raise Fault("at least one taint update is required")
    if not words or words[0].partition("/")[0] not in kinds:
        raise Fault(f"invalid resource type {words[0] if words else ''}, only node types are supported")
    wanted = [_taint(spec) for spec in specs if not spec.endswith("-")]
    gone = [_taint(spec[:-1]) for spec in specs if spec.endswith("-")]
    for info in visited(call, tuple(words)):
        before = list(info.object["spec"].get("taints") or ())
        after = _without(before, gone)
        replaced = False
        for each in wanted:
            same = [one for one in after if (one["key"], one["effect"]) == (each["key"], each["effect"])]
            if same and not call.given.has("overwrite"):
                raise Fault(
                    f"node {info.name} already has {each['key']} taint(s) with same effect(s) and --overwrite is false"
                )
            after = [one for one in after if one not in same]
            replaced = replaced or bool(same)
        after = [*({name: value for name, value in each.items() if value} for each in wanted), *after]
        if after == before:
            continue
        object = info.object
        if call.dry != "client":
            # Taints are merged by key alone, so that two effects of one key must be replaced as a whole.
            patch = {"spec": {"taints": after or None}}
            object = call.client.ask("PATCH", info.path, patch, call.query(fieldManager="kubectl-taint"), MERGE)
        done = "modified" if (wanted and gone) or replaced else "tainted" if wanted else "untainted"
        report(call, info.resource, object, done)


def _taint(spec: str) -> dict[str, str]:
    text, _, effect = spec.partition(":")
    key, _, value = text.partition("=")
    if not key:
        raise Fault(f"invalid taint spec: {spec}, name part must be non-empty")
    if effect and effect not in EFFECTS:
        raise Fault(
            f"invalid taint effect: {effect}, unsupported taint effect\nSee 'kubectl taint -h' for help and examples"
        )
    return {"key": key, "value": value, "effect": effect}


def _without(taints: list[Any], gone: list[dict[str, str]]) -> list[Any]:
    for each in gone:
        fitting = [one for one in taints if one["key"] == each["key"] and each["effect"] in ("", one["effect"])]
        if not fitting:
            effect = f":{each['effect']}" if each["effect"] else ""
            raise Fault(f'taint "{each["key"]}{effect}" not found')
        taints = [one for one in taints if one not in fitting]
    return taints


_SENT = (*FILES, *OUTPUT, *SELECTOR, *DRY, "--all", "--overwrite")

COMMANDS: tuple[Command, ...] = (command("taint", taint, *_SENT),)
