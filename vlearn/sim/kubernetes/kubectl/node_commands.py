"""`kubectl cordon`, `uncordon` and `drain`.

`drain` evicts, so that disruption budgets are heeded, and waits until the pods are gone; time passes meanwhile. Source:
k8s.io/kubectl, cmd/drain and package `drain`.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import LONGEST, STRATEGIC, Object
from vlearn.sim.kubernetes.kubectl.command import DRY, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, objects

RETRY = 5.0
"""Seconds until an eviction that a disruption budget refuses is tried again."""
MIRROR = "kubernetes.io/config.mirror"
_DAEMON = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_LOCAL = "Pods with local storage (use --delete-emptydir-data to override)"
_ALONE = "cannot delete Pods that declare no controller (use --force to override)"


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
        pods, warnings, errors = _chosen(call, info.name)
        if errors:
            # Some pods could go, but none does: a drain is whole or not at all.
            raise _undrained(info.name, errors)
        if warnings:
            call.err(f"Warning: {'; '.join(warnings)}")
        limit = call.seconds("timeout", None)
        late = _emptied(call, pods, limit or None)
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


def _chosen(call: Call, node: str) -> tuple[list[Object], list[str], list[str]]:
    """The pods that are to go, what to warn of, and what forbids it."""
    found = call.client.ask("GET", "/api/v1/pods", query={"fieldSelector": f"spec.nodeName={node}"})["items"]
    going: list[Object] = []
    reasons: dict[str, list[str]] = {}
    errors: dict[str, list[str]] = {}
    for pod in found:
        title = _title(pod)
        if MIRROR in (pod["metadata"].get("annotations") or {}):
            continue
        done = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
        owner = next((each for each in pod["metadata"].get("ownerReferences") or () if each.get("controller")), None)
        if owner is not None and owner["kind"] == "DaemonSet" and not done:
            if call.given.has("ignore-daemonsets"):
                reasons.setdefault("ignoring DaemonSet-managed Pods", []).append(title)
            else:
                errors.setdefault(_DAEMON, []).append(title)
            continue
        fine = True
        deletes = call.given.has("delete-emptydir-data") or call.given.has("delete-local-data")
        if not done and not deletes and any("emptyDir" in each for each in pod["spec"].get("volumes") or ()):
            errors.setdefault(_LOCAL, []).append(title)
            fine = False
        if not done and owner is None:
            if call.given.has("force"):
                reasons.setdefault("deleting Pods that declare no controller", []).append(title)
            else:
                errors.setdefault(_ALONE, []).append(title)
                fine = False
        if fine:
            going.append(pod)
    warnings = [f"{words}: {', '.join(names)}" for words, names in sorted(reasons.items())]
    return going, warnings, [f"cannot delete {words}: {', '.join(names)}" for words, names in sorted(errors.items())]


def _emptied(call: Call, pods: list[Object], limit: float | None) -> dict[str, str]:
    """Evict the pods and wait for their end; why some are still there when the time is over, by name."""
    if call.dry:
        for pod in pods:
            call.out(f"evicting pod {_title(pod)}{call.dry_suffix}")
        return {}
    client = call.client
    end = client.cluster.now + (LONGEST if limit is None else limit)
    over = f"global timeout reached: {call.given.text('timeout', f'{LONGEST:.0f}s')}"
    due = [(pod, client.cluster.now) for pod in pods]
    going: list[Object] = []
    late: dict[str, str] = {}
    while due or going:
        waiting, due = due, []
        for pod, at in waiting:
            name, space = pod["metadata"]["name"], pod["metadata"]["namespace"]
            if at > client.cluster.now:
                due.append((pod, at))
                continue
            call.out(f"evicting pod {_title(pod)}")
            if client.cluster.now >= end:
                late[name] = f'error when evicting pods/"{name}" -n "{space}": {over}'
            elif _evicted(call, pod):
                going.append(pod)
            else:
                due.append((pod, client.cluster.now + RETRY))
        for pod in [pod for pod in going if _is_gone(call, pod)]:
            call.out(f"pod/{pod['metadata']['name']} evicted")
            going.remove(pod)
        if client.cluster.now >= end:
            late |= {
                pod["metadata"]["name"]: f"error when waiting for {_words(pod)} to terminate: {over}" for pod in going
            }
            going = []
        next_try = min((at for _, at in due), default=end)
        client.until(next_try - client.cluster.now, partial(_some_gone, call, going))
    return late


def _evicted(call: Call, pod: Object) -> bool:
    """Ask for a pod's eviction: False where a disruption budget forbids it for now."""
    metadata = pod["metadata"]
    try:
        call.client.ask("POST", _path(pod) + "/eviction", _eviction(call, metadata))
    except StatusError as refused:
        if refused.code == 404:
            return True
        if refused.code != 429:
            raise
        where = f'pods/"{metadata["name"]}" -n "{metadata["namespace"]}"'
        call.err(f"error when evicting {where} (will retry after {RETRY:.0f}s): {refused.message}")
        return False
    return True


def _words(pod: Object) -> str:
    return f'pod "{pod["metadata"]["name"]}" in namespace "{pod["metadata"]["namespace"]}"'


def _title(pod: Object) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _some_gone(call: Call, pods: list[Object]) -> bool:
    return any(_is_gone(call, pod) for pod in pods)


def _is_gone(call: Call, pod: Object) -> bool:
    try:
        there = call.client.ask("GET", _path(pod))
    except StatusError as refused:
        return refused.code == 404
    return bool(there["metadata"]["uid"] != pod["metadata"]["uid"])


def _path(pod: Object) -> str:
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def _eviction(call: Call, metadata: Mapping[str, Any]) -> dict[str, Any]:
    grace = call.given.options.get("grace-period", -1)
    options = {"gracePeriodSeconds": grace} if grace >= 0 else {}
    named = {"name": metadata["name"], "namespace": metadata["namespace"]}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": named, "deleteOptions": options}


_DRAIN = ("--ignore-daemonsets", "--force", "--delete-emptydir-data", "--delete-local-data", "--grace-period int")

COMMANDS: tuple[Command, ...] = (
    command("cordon", cordon, *SELECTOR, *DRY),
    command("uncordon", uncordon, *SELECTOR, *DRY),
    command(
        "drain", drain, *SELECTOR, *DRY, *_DRAIN, "--timeout string", "--pod-selector string", "--disable-eviction"
    ),
)
