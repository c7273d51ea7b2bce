"""`kubectl wait`: the cluster's time passes until something is true of each object.

Source: k8s.io/kubectl, cmd/wait.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import Object
from vlearn.sim.kubernetes.kubectl.command import FILES, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.delete_command import gone
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, gathered
from vlearn.sim.kubernetes.kubectl.jsonpath import found as values_at


def wait(call: Call) -> None:
    """`kubectl wait`: the cluster's time passes until something is true of each object."""
    wanted = call.given.text("for")
    if not wanted:
        raise Fault('unrecognized condition: ""')
    limit = call.seconds("timeout", 30.0)
    patience = None if limit is not None and limit < 0 else limit
    test, met = _condition(call, wanted)
    infos, errors = gathered(call)
    if wanted.lower() == "delete":
        errors = [each for each in errors if not isinstance(each, StatusError) or each.code != 404]
    if errors:
        raise errors[0]
    if not infos and not (wanted.lower() == "delete"):
        raise Fault("no matching resources found")
    end = None if patience is None else call.client.cluster.now + patience
    late: list[str] = []
    for info in infos:
        left = None if end is None else max(end - call.client.cluster.now, 0.0)
        if call.client.until(left, partial(test, info)):
            call.out(f"{info.title} {met}")
        else:
            late.append(f"timed out waiting for the condition on {info.resource.name}/{info.name}")
    if late:
        raise Fault("\nerror: ".join(late))


def _condition(call: Call, wanted: str) -> tuple[Callable[[Info], bool], str]:
    kind, _, rest = wanted.partition("=")
    client = call.client

    def read(info: Info) -> Object:
        there: Object = client.ask("GET", info.path)
        return there

    if wanted.lower() == "delete":
        return (lambda info: gone(client, info, info.object["metadata"]["uid"])), "condition met"
    if wanted.lower() == "create":
        return (lambda info: True), "condition met"
    if kind == "condition":
        name, _, value = rest.partition("=")
        return (lambda info: _holds(read(info), name, value or "true")), "condition met"
    if kind == "jsonpath":
        path, equals, value = rest.partition("}=")
        path = (path.removesuffix("}") + "}").strip("{}'\"")
        aim = value.strip("'\"")

        def fits(info: Info) -> bool:
            values = values_at(f".{path.lstrip('.')}", read(info))
            return bool(values) and (not equals or _plain(values[0]) == aim)

        return fits, "condition met"
    raise Fault(f'unrecognized condition: "{wanted}"')


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds(object: Object, name: str, value: str) -> bool:
    for each in (object.get("status") or {}).get("conditions") or ():
        if each["type"].lower() == name.lower():
            generation = object["metadata"].get("generation")
            observed = each.get("observedGeneration")
            if observed is not None and generation is not None and observed < generation:
                return False
            return str(each["status"]).lower() == value.lower()
    return False


COMMANDS: tuple[Command, ...] = (
    command(
        "wait", wait, *FILES, *SELECTOR, "--for string", "--timeout string", "--all", "-A, --all-namespaces",
        "--field-selector string", "-o, --output string",
    ),
)  # fmt: skip
