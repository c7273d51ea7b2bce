"""`kubectl cordon`, `uncordon` and `drain`.

`drain` evicts, so that disruption budgets are heeded, and waits until the pods are gone; time passes meanwhile. Source:
k8s.io/kubectl, cmd/drain and package `drain`.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import STRATEGIC, Object
from vlearn.sim.kubernetes.kubectl.command import DRY, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, objects

RETRY = 5.0
"""Seconds until an eviction that a disruption budget refuses is tried again."""
MIRROR = "kubernetes.io/config.mirror"
_DAEMON = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_LOCAL = "Pods with local storage (use --delete-emptydir-data to override)"
_ALONE = "Pods that declare no controller (use --force to override)"


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
            raise Fault(
                f'unable to drain node "{info.name}" due to error: {_listed(errors)}, continuing command...\n'
                f"There are pending nodes to be drained:\n {info.name}\n{_plain(errors)}"
            )
        if warnings:
            call.err(f"Warning: {'; '.join(warnings)}")
        limit = call.seconds("timeout", None)
        try:
            _emptied(call, pods, limit or None)
        except Fault as fault:
            words = fault.message.removeprefix("error: ")
            raise Fault(
                f'unable to drain node "{info.name}" due to error: [{words}], continuing command...\n'
                f"There are pending nodes to be drained:\n {info.name}\nerror when {words}"
                if False
                else f"{words}"
            ) from None
        call.out(f"{info.title} drained{call.dry_suffix}")


def _listed(errors: list[str]) -> str:
    return errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"


def _plain(errors: list[str]) -> str:
    return (
        "\n".join(f"error: {each}" for each in errors)
        if len(errors) > 1
        else f"cannot delete {errors[0].removeprefix('cannot delete ')}"
    )


def _chosen(call: Call, node: str) -> tuple[list[Object], list[str], list[str]]:
    """The pods that are to go, what to warn of, and what forbids it."""
    found = call.client.ask("GET", "/api/v1/pods", query={"fieldSelector": f"spec.nodeName={node}"})["items"]
    going: list[Object] = []
    reasons: dict[str, list[str]] = {}
    errors: dict[str, list[str]] = {}
    for pod in found:
        title = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
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
        if not done and any("emptyDir" in each for each in pod["spec"].get("volumes") or ()):
            if not (call.given.has("delete-emptydir-data") or call.given.has("delete-local-data")):
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


def _emptied(call: Call, pods: list[Object], limit: float | None) -> None:
    """Evict the pods and wait for their end."""
    client = call.client
    end = None if limit is None else client.cluster.now + limit
    waiting = {pod["metadata"]["uid"]: (pod, 0.0) for pod in pods}
    evicted: dict[str, Object] = {}
    if call.dry:
        for pod in pods:
            call.out(f"evicting pod {pod['metadata']['namespace']}/{pod['metadata']['name']}{call.dry_suffix}")
        return
    told: set[str] = set()

    def turn() -> bool:
        for uid, (pod, due) in list(waiting.items()):
            if client.cluster.now < due:
                continue
            metadata = pod["metadata"]
            if uid not in told or due:
                call.out(f"evicting pod {metadata['namespace']}/{metadata['name']}")
                told.add(uid)
            try:
                client.ask("POST", _path(pod) + "/eviction", _eviction(call, metadata))
            except StatusError as refused:
                if refused.code == 429:
                    words = f"(will retry after {RETRY:.0f}s): {refused.message}"
                    call.err(f'error when evicting pods/"{metadata["name"]}" -n "{metadata["namespace"]}" {words}')
                    waiting[uid] = (pod, client.cluster.now + RETRY)
                    continue
                if refused.code != 404:
                    raise
            del waiting[uid]
            evicted[uid] = pod
        for uid, pod in list(evicted.items()):
            if _is_gone(call, pod, uid):
                call.out(f"pod/{pod['metadata']['name']} evicted")
                del evicted[uid]
        return not waiting and not evicted

    while not turn():
        left = RETRY if end is None else min(RETRY, end - client.cluster.now)
        if left <= 0:
            raise Fault(
                "[" + ", ".join(_late(pod) for pod in evicted.values()) + "]"
                if evicted
                else "global timeout reached: " + call.given.text("timeout")
            )
        client.until(left, lambda: bool(evicted) and all(_is_gone(call, pod, uid) for uid, pod in evicted.items()))


def _late(pod: Object) -> str:
    return f'error when waiting for pod "{pod["metadata"]["name"]}" terminating: global timeout reached'


def _is_gone(call: Call, pod: Object, uid: str) -> bool:
    try:
        there = call.client.ask("GET", _path(pod))
    except StatusError as refused:
        return refused.code == 404
    return bool(there["metadata"]["uid"] != uid)


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
