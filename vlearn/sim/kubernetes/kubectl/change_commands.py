"""`kubectl scale`, `set image`, `label`, `annotate`, `taint` and `patch`.

Source: k8s.io/kubectl, cmd/scale, cmd/set, cmd/label, cmd/annotate, cmd/taint, cmd/patch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.kubernetes.api.yaml_text import read_manifest
from vlearn.sim.kubernetes.kubectl.client import JSON_PATCH, MERGE, STRATEGIC
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several
from vlearn.sim.kubernetes.kubectl.found import gathered, visited
from vlearn.sim.kubernetes.kubectl.results import report

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def scale(call: Call) -> None:
    """`kubectl scale`."""
    count = call.given.options.get("replicas", -1)
    if "replicas" not in call.given.options:
        raise Fault('required flag(s) "replicas" not set')
    if count < 0:
        raise Fault("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    expected = call.given.options.get("current-replicas", -1)
    infos, errors = gathered(call)
    if not infos:
        raise Fault(" ".join(("no objects passed to scale", *map(str, errors))))
    for info in infos:
        path = f"{info.path}/scale"
        if expected >= 0:
            now = call.client.ask("GET", path)["spec"].get("replicas", 0)
            if now != expected:
                raise Fault(f"Expected replicas to be {expected}, was {now}")
        if call.dry != "client":
            call.client.ask("PATCH", path, {"spec": {"replicas": count}}, call.query(), MERGE)
        report(call, info.resource, info.object, "scaled")
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def set_image(call: Call) -> None:
    """`kubectl set image`."""
    words = tuple(word for word in call.words if "=" not in word)
    images = dict(word.split("=", 1) for word in call.words if "=" in word)
    if not images:
        raise Fault("at least one image update is required")
    if not words and not call.given.texts("filename"):
        raise Fault("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    for info in visited(call, words):
        template = info.object["spec"].get("template")
        spec = (template or info.object)["spec"]
        patch: dict[str, Any] = {}
        for field in ("initContainers", "containers"):
            patch |= _images(spec.get(field) or (), field, images)
        names = [each["name"] for field in ("initContainers", "containers") for each in spec.get(field) or ()]
        missing = [name for name in images if name != "*" and name not in names]
        if missing:
            raise Fault("\n".join(f'error: unable to find container named "{name}"' for name in missing))
        if not patch:
            continue
        body = {"spec": {"template": {"spec": patch}}} if template else {"spec": patch}
        object = info.object
        if call.dry != "client":
            object = call.client.ask("PATCH", info.path, body, call.query(fieldManager="kubectl-set"), STRATEGIC)
        report(call, info.resource, object, "image updated")


def _images(containers: Sequence[Mapping[str, Any]], field: str, images: Mapping[str, str]) -> dict[str, Any]:
    wanted = {each["name"]: images.get(each["name"]) or images.get("*") for each in containers}
    changed = [
        {"name": each["name"], "image": wanted[each["name"]]}
        for each in containers
        if wanted[each["name"]] and wanted[each["name"]] != each.get("image")
    ]
    order = [{"name": each["name"]} for each in containers]
    return {f"$setElementOrder/{field}": order, field: changed} if changed else {}


def label(call: Call) -> None:
    """`kubectl label`."""
    _marked(call, "labels", "label", ("labeled", "unlabeled"))


def annotate(call: Call) -> None:
    """`kubectl annotate`."""
    _marked(call, "annotations", "annotation", ("annotated", "annotated"))


def _marked(call: Call, field: str, title: str, verbs: tuple[str, str]) -> None:
    new, gone, words = _pairs(call.words)
    if not new and not gone and not call.given.has("list"):
        raise Fault(f"at least one {title} update is required")
    if set(new) & set(gone):
        thing = "a label" if title == "label" else "an annotation"
        raise Fault(f"can not both modify and remove {thing} in the same command")
    for info in visited(call, words):
        old = info.object["metadata"].get(field) or {}
        taken = [key for key in new if key in old and old[key] != new[key]]
        if taken and not call.given.has("overwrite"):
            told = "; ".join(f"'{key}' already has a value ({old[key]})" for key in taken)
            if title == "label":
                raise Fault(f"{told}, and --overwrite is false")
            raise Fault(f"--overwrite is false but found the following declared annotation(s): {told}")
        if title == "label":
            for key in gone:
                if key not in old:
                    call.out(f'label "{key}" not found.')
        change: dict[str, Any] = {key: value for key, value in new.items() if old.get(key) != value}
        change |= {key: None for key in gone if key in old}
        object = info.object
        if change and call.dry != "client":
            body = {"metadata": {field: change}}
            object = call.client.ask("PATCH", info.path, body, call.query(fieldManager=f"kubectl-{title}"), MERGE)
        if call.given.has("list"):
            call.out(*(f"{key}={value}" for key, value in sorted((object["metadata"].get(field) or {}).items())))
            continue
        removed = any(value is None for value in change.values()) and not any(change.values())
        done = verbs[1] if removed else verbs[0]
        report(call, info.resource, object, done if change or title != "label" else f"not {verbs[0]}")


def _pairs(words: Sequence[str]) -> tuple[dict[str, str], list[str], tuple[str, ...]]:
    """What is to be set, what is to go, and the words before: what is meant."""
    new: dict[str, str] = {}
    gone: list[str] = []
    rest: list[str] = []
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key:
            new[key] = value
        elif word.endswith("-") and rest:
            gone.append(word[:-1])
        else:
            rest.append(word)
    return new, gone, tuple(rest)


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


def patch(call: Call) -> None:
    """`kubectl patch`."""
    kinds = {"strategic": STRATEGIC, "merge": MERGE, "json": JSON_PATCH}
    kind = call.given.text("type", "strategic")
    if kind not in kinds:
        raise Fault(f"--type must be one of [json merge strategic], not {kind!r}".replace("'", '"'))
    written = call.given.text("patch")
    if call.given.text("patch-file"):
        written = call.client.files.get(call.given.text("patch-file"), "")
    if not written:
        raise Fault("must specify --patch or --patch-file containing the contents of the patch")
    body = _patch_body(written)
    for info in visited(call):
        object = info.object
        if call.dry != "client":
            object = call.client.ask("PATCH", info.path, body, call.query(fieldManager="kubectl-patch"), kinds[kind])
        same = object["metadata"]["resourceVersion"] == info.object["metadata"]["resourceVersion"]
        report(call, info.resource, object, "patched (no change)" if same and not call.dry else "patched")


def _patch_body(written: str) -> Any:
    """JSON goes to the server as it is, and what else it may be is read as YAML."""
    if written.lstrip().startswith("{"):
        return written.encode()
    try:
        return read_manifest(written)
    except ComposeError as error:
        raise Fault(f'unable to parse "{written}": {error}') from None


_SENT = (*FILES, *OUTPUT, *SELECTOR, *DRY, "--all")

COMMANDS: tuple[Command, ...] = (
    command(
        "scale", scale, *_SENT, "--replicas int", "--current-replicas int", "--resource-version string",
        "--timeout string",
    ),
    command("set image", set_image, *_SENT, "--local"),
    command("label", label, *_SENT, "--overwrite", "--list", "-A, --all-namespaces", "--field-selector string"),
    command("annotate", annotate, *_SENT, "--overwrite", "--list", "-A, --all-namespaces", "--field-selector string"),
    command("taint", taint, *_SENT, "--overwrite"),
    command("patch", patch, *_SENT, "-p, --patch string", "--patch-file string", "--type string"),
)  # fmt: skip
