"""Containers and the templates of pods in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    Lines,
    annotations,
    date,
    pairs,
    truth,
)
from vlearn.sim.kubernetes.kubectl.describing.environment import environment, probe_words
from vlearn.sim.kubernetes.kubectl.describing.volumes import spreads, tolerations, volumes

Part = Mapping[str, Any]


def template(found: Part) -> Lines:
    """A template for pods."""
    metadata, spec = found.get("metadata") or {}, found["spec"]
    yield "Pod Template:"
    yield from pairs("  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        yield from annotations("  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        yield f"  Service Account:\t{spec['serviceAccountName']}"
    yield from all_containers(spec, {}, "  ")
    yield from volumes(spec.get("volumes") or (), "  ")
    yield from spreads(spec.get("topologySpreadConstraints") or (), "  ")
    if spec.get("priorityClassName"):
        yield f"  Priority Class Name:\t{spec['priorityClassName']}"
    yield from pairs("  Node-Selectors", spec.get("nodeSelector"))
    yield from tolerations("  Tolerations", spec.get("tolerations") or ())


def all_containers(spec: Part, status: Part, indent: str = "", pod: Part | None = None) -> Lines:
    """Init containers and containers, with what is known of them; a pod's own values stand for references to them."""
    if spec.get("initContainers"):
        yield f"{indent}Init Containers:"
        yield from _containers(spec["initContainers"], status.get("initContainerStatuses") or (), indent, pod)
    yield f"{indent}Containers:"
    yield from _containers(spec["containers"], status.get("containerStatuses") or (), indent, pod)


def _containers(found: Sequence[Part], statuses: Sequence[Part], indent: str, pod: Part | None) -> Lines:
    known = {each["name"]: each for each in statuses}
    for container in found:
        status = known.get(container["name"])
        yield f"  {indent[:1]}{container['name']}:"
        yield from (f"    {line}" for line in _container(container, status, pod))


def _container(container: Part, status: Part | None, pod: Part | None) -> Lines:
    if status is not None:
        yield f"Container ID:\t{status.get('containerID', '')}"
    yield f"Image:\t{container.get('image', '')}"
    if status is not None:
        yield f"Image ID:\t{status.get('imageID', '')}"
    ports = container.get("ports") or ()
    yield from _ports("Port", [f"{each['containerPort']}/{each.get('protocol', 'TCP')}" for each in ports])
    yield from _ports("Host Port", [f"{each.get('hostPort', 0)}/{each.get('protocol', 'TCP')}" for each in ports])
    for title, name in (("Command", "command"), ("Args", "args")):
        if container.get(name):
            yield f"{title}:"
            yield from (f"  {line}" for each in container[name] for line in each.split("\n"))
    if status is not None:
        yield from _state("State", status.get("state") or {})
        if "terminated" in (status.get("lastState") or {}):
            yield from _state("Last State", status["lastState"])
        yield f"Ready:\t{truth(status.get('ready', False))}"
        yield f"Restart Count:\t{status.get('restartCount', 0)}"
    resources = container.get("resources") or {}
    for title in ("Limits", "Requests"):
        if resources.get(title.lower()):
            yield f"{title}:"
            yield from (f"  {name}:\t{amount}" for name, amount in sorted(resources[title.lower()].items()))
    for title in ("Liveness", "Readiness", "Startup"):
        if container.get(f"{title.lower()}Probe"):
            yield f"{title}:\t{probe_words(container[f'{title.lower()}Probe'])}"
    yield from environment(container, pod)
    mounts = sorted(container.get("volumeMounts") or (), key=lambda each: str(each["mountPath"]))
    yield "Mounts:" if mounts else f"Mounts:\t{NONE}"
    yield from (f"  {each['mountPath']} from {each['name']} ({_mounted(each)})" for each in mounts)


def _ports(title: str, found: list[str]) -> Lines:
    yield f"{title}s:\t{', '.join(found)}" if len(found) > 1 else f"{title}:\t{found[0] if found else NONE}"


def _state(title: str, state: Part) -> Lines:
    if "running" in state:
        yield f"{title}:\tRunning"
        yield f"  Started:\t{date(state['running'].get('startedAt'))}"
    elif "terminated" in state:
        ended = state["terminated"]
        yield f"{title}:\tTerminated"
        yield from (f"  {name.title()}:\t{ended[name]}" for name in ("reason", "message") if ended.get(name))
        yield f"  Exit Code:\t{ended.get('exitCode', 0)}"
        if ended.get("signal"):
            yield f"  Signal:\t{ended['signal']}"
        yield f"  Started:\t{date(ended.get('startedAt'))}"
        yield f"  Finished:\t{date(ended.get('finishedAt'))}"
    else:
        yield f"{title}:\tWaiting"
        if (state.get("waiting") or {}).get("reason"):
            yield f"  Reason:\t{state['waiting']['reason']}"


def _mounted(mount: Part) -> str:
    flags = ["ro" if mount.get("readOnly") else "rw"]
    return ",".join([*flags, f'path="{mount["subPath"]}"'] if mount.get("subPath") else flags)
