"""`kubectl scale`, `set image` and `patch`.

Source: k8s.io/kubectl, cmd/scale, cmd/set, cmd/patch.
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
    command("patch", patch, *_SENT, "-p, --patch string", "--patch-file string", "--type string"),
)  # fmt: skip
