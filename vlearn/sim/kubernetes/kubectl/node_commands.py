"""`kubectl cordon`, `uncordon` and `drain`.

`drain` evicts, so that disruption budgets are heeded, and waits until the pods are gone; time passes meanwhile. Source:
k8s.io/kubectl, cmd/drain and package `drain`.
"""

from vlearn.sim.kubernetes.kubectl.client import STRATEGIC
from vlearn.sim.kubernetes.kubectl.command import DRY, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.draining import emptied, leaving
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, objects


def cordon(call: Call) -> None:
    """`kubectl cordon`."""
    for info in _nodes(call):
        _marked(call, info, True)


def uncordon(call: Call) -> None:
    """`kubectl uncordon`."""
    for info in _nodes(call):
        _marked(call, info, None)


def _nodes(call: Call) -> list[Info]:
    if not call.words and not call.given.text("selector"):
        raise Fault(f"USAGE: {call.name} NODE [flags]\nSee 'kubectl {call.name} -h' for help and examples")
    words = tuple(word.removeprefix("node/").removeprefix("nodes/") for word in call.words)
    return objects(call, ("nodes", *words))


def _marked(call: Call, info: Info, wanted: bool | None) -> None:
    word = "cordoned" if wanted else "uncordoned"
    if bool(info.object["spec"].get("unschedulable")) == bool(wanted):
        return call.out(f"{info.title} already {word}{call.dry_suffix}")
    if call.dry != "client":
        body = {"spec": {"unschedulable": wanted}}
        call.client.ask("PATCH", info.path, body, call.query(), STRATEGIC)
    return call.out(f"{info.title} {word}{call.dry_suffix}")


def drain(call: Call) -> None:
    """`kubectl drain`."""
    infos = _nodes(call)
    for info in infos:
        _marked(call, info, True)
    for info in infos:
        pods, warnings, errors = leaving(call, info.name)
        if errors:
            # Some pods could go, but none does: a drain is whole or not at all.
            raise _undrained(info.name, errors)
        if warnings:
            call.err(f"Warning: {'; '.join(warnings)}")
        limit = call.seconds("timeout", None)
        late = emptied(call, pods, limit or None)
        if late:
            left = "".join(f"\npod/{name}" for name in late)
            told = list(late.values())
            call.err(f'There are pending pods in node "{info.name}" when an error occurred: {_listed(told)}{left}')
            raise _undrained(info.name, told)
        call.out(f"{info.title} drained{call.dry_suffix}")


def _undrained(node: str, errors: list[str]) -> Fault:
    start = f'unable to drain node "{node}" due to error: {_listed(errors)}, continuing command...\n'
    return Fault(f"{start}There are pending nodes to be drained:\n {node}\n" + "\n".join(errors))


def _listed(errors: list[str]) -> str:
    return errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"


_DRAIN = ("--ignore-daemonsets", "--force", "--delete-emptydir-data", "--delete-local-data", "--grace-period int")
COMMANDS: tuple[Command, ...] = (
    command("cordon", cordon, *SELECTOR, *DRY),
    command("uncordon", uncordon, *SELECTOR, *DRY),
    command(
        "drain", drain, *SELECTOR, *DRY, *_DRAIN, "--timeout string", "--pod-selector string", "--disable-eviction"
    ),
)
