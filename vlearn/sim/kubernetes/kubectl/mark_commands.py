"""`kubectl label` and `annotate`.

Source: k8s.io/kubectl, cmd/label and cmd/annotate.
"""

from collections.abc import Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.client import MERGE
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import visited
from vlearn.sim.kubernetes.kubectl.results import report


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


_SENT = (
    *FILES, *OUTPUT, *SELECTOR, *DRY, "--all", "--overwrite", "--list", "-A, --all-namespaces",
    "--field-selector string",
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    command("label", label, *_SENT),
    command("annotate", annotate, *_SENT),
)
