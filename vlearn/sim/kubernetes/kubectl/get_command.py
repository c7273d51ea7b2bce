"""`kubectl get`: tables as the server makes them, or the objects themselves.

Source: k8s.io/kubectl, cmd/get. Leaves out watching (-w), go-template, and raw paths.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.cells import custom_columns, plain_cell, sort_key
from vlearn.sim.kubernetes.kubectl.client import TABLE, path_of
from vlearn.sim.kubernetes.kubectl.columns import table
from vlearn.sim.kubernetes.kubectl.command import FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several, Unmodelled
from vlearn.sim.kubernetes.kubectl.found import gathered, selection, unlisted
from vlearn.sim.kubernetes.kubectl.manifests import manifests
from vlearn.sim.kubernetes.kubectl.naming import CATEGORIES, MISSING, Asked, asked_for, titled
from vlearn.sim.kubernetes.kubectl.shown import printed
from vlearn.sim.kubernetes.kubectl.written import listed

FORMS = ("", "wide")


def get(call: Call) -> None:
    """`kubectl get`."""
    if call.given.has("watch") or call.given.has("watch-only"):
        raise Unmodelled("-w (in a cell time passes only where it is let: get, wait a little, get again)")
    if not call.words and not call.given.texts("filename"):
        call.client.to.raw(MISSING + "\n", 2)
        raise Fault(
            'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description '
            "of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples"
        )
    form = call.given.text("output")
    if form in FORMS:
        _tables(call, form == "wide")
    else:
        _objects(call, form)


def _objects(call: Call, form: str) -> None:
    infos, errors = gathered(call, everything=True)
    if call.given.has("ignore-not-found"):
        errors = [each for each in errors if not isinstance(each, StatusError) or each.code != 404]
    several = not _is_single(call)
    if by := call.given.text("sort-by"):
        infos = sorted(infos, key=lambda each: sort_key(each.object, by))
    objects = [each.object for each in infos]
    if form == "name":
        call.out(*(each.title for each in infos))
    elif form.startswith("custom-columns"):
        call.client.to.raw(custom_columns(form, objects, call))
    elif infos or several:
        call.client.to.raw(printed(form, listed(objects) if several else objects[0]))
    _raise(errors)


def _is_single(call: Call) -> bool:
    """Whether the line asks for exactly one object by name."""
    if call.given.texts("filename"):
        return len(manifests(call)) == 1
    asked, _ = asked_for(call.words)
    return sum(len(each.names) for each in asked) == 1 and len(asked) == 1


def _tables(call: Call, wide: bool) -> None:
    if call.given.texts("filename"):
        asked = [Asked(each.resource, (each.name,)) for each in manifests(call)]
    else:
        asked, _ = asked_for(call.words)
    grouped: dict[Resource, list[Asked]] = {}
    for each in asked:
        grouped.setdefault(each.resource, []).append(each)
    errors: list[Exception] = []
    tables = [
        (resource, *_rows(call, resource, [name for each in wanted for name in each.names], errors))
        for resource, wanted in grouped.items()
    ]
    answered = sum(bool(columns) for _, _, columns in tables)
    prefixed = answered > 1 or call.given.has("show-kind") or _is_category(call)
    printed_any = False
    for resource, rows, columns in tables:
        if not rows:
            continue
        if printed_any and not call.given.has("no-headers"):
            call.out("")
        lines = _lines(call, resource, columns, rows, wide, prefixed)
        call.client.to.raw(table(lines))
        printed_any = True
    if not printed_any and not errors and not call.given.has("ignore-not-found"):
        namespaced = any(each.namespaced for each in grouped) and not call.given.has("all-namespaces")
        call.err(f"No resources found in {call.namespace} namespace." if namespaced else "No resources found")
    _raise(errors)


def _is_category(call: Call) -> bool:
    return bool(call.words) and any(word in CATEGORIES for word in call.words[0].split(","))


def _rows(
    call: Call, resource: Resource, names: Sequence[str], errors: list[Exception]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    spaces = "" if call.given.has("all-namespaces") or not resource.namespaced else call.namespace
    query = {"includeObject": "Object"} if call.given.text("sort-by") else {}
    paths = [path_of(resource, spaces, name) for name in names] or [path_of(resource, spaces)]
    if names and (call.given.has("all-namespaces") and resource.namespaced):
        raise Fault("a resource cannot be retrieved by name across all namespaces")
    query |= {} if names else selection(call)
    if names and selection(call):
        raise Fault("name cannot be provided when a selector is specified")
    rows: list[Mapping[str, Any]] = []
    columns: list[Mapping[str, Any]] = []
    for path in paths:
        try:
            got = call.client.ask("GET", path, query=query, accept=TABLE)
        except StatusError as refused:
            if refused.code != 404 or not call.given.has("ignore-not-found"):
                errors.append(refused if names else unlisted(refused, resource, call))
            continue
        rows += got["rows"]
        columns = got["columnDefinitions"]
    if by := call.given.text("sort-by"):
        rows.sort(key=lambda row: sort_key(row["object"], by))
    return rows, columns


def _lines(
    call: Call,
    resource: Resource,
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    wide: bool,
    prefixed: bool,
) -> list[list[str]]:
    shown = [n for n, column in enumerate(columns) if wide or not column["priority"]]
    everywhere = call.given.has("all-namespaces") and resource.namespaced
    labels = [name for each in call.given.texts("label-columns") for name in each.split(",")]
    head = [columns[n]["name"].upper() for n in shown]
    head = (["NAMESPACE"] if everywhere else []) + head + [name.rpartition("/")[2].upper() for name in labels]
    lines = [] if call.given.has("no-headers") else [[*head, *(["LABELS"] if call.given.has("show-labels") else [])]]
    for row in rows:
        metadata = row["object"]["metadata"]
        cells = [_cell(row["cells"][n]) for n in shown]
        if prefixed:
            cells[0] = titled(resource, cells[0])
        own = metadata.get("labels") or {}
        cells = ([metadata.get("namespace", "")] if everywhere else []) + cells
        cells += [own.get(name, "") for name in labels]
        if call.given.has("show-labels"):
            cells.append(",".join(f"{key}={value}" for key, value in sorted(own.items())) or "<none>")
        lines.append(cells)
    return lines


def _cell(value: Any) -> str:
    text = "<none>" if value is None else plain_cell(value)
    first, newline, _ = text.partition("\n")
    return f"{first}..." if newline else text


def _raise(errors: Sequence[Exception]) -> None:
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


COMMANDS: tuple[Command, ...] = (
    command(
        "get", get, *FILES, *OUTPUT, *SELECTOR, "-A, --all-namespaces", "--field-selector string", "--show-labels",
        "--no-headers", "--sort-by string", "-L, --label-columns list", "-w, --watch", "--watch-only", "--show-kind",
        "--ignore-not-found", "--chunk-size int", "--server-print",
    ),
)  # fmt: skip
