"""`kubectl logs`: what a container has put out; -f shows what there is, since time stands while a cell runs.

Source: k8s.io/kubectl, cmd/logs.
"""

from vlearn.sim.kubernetes.api.pods import is_ready
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import Object, path_of
from vlearn.sim.kubernetes.kubectl.command import SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, objects
from vlearn.sim.kubernetes.kubectl.naming import resource_called

_SINGLE = """expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command
See 'kubectl logs -h' for help and examples"""


def logs(call: Call) -> None:
    """`kubectl logs`; -f shows what there is, since time stands while a cell runs."""
    selected = call.given.text("selector")
    if selected:
        pods = [info.object for info in objects(call, ("pods",))]
        if not pods:
            return call.err(f"No resources found in {call.namespace} namespace.")
    elif not call.words:
        raise Fault(_SINGLE)
    else:
        pods = [_pod_of(call)]
    for pod in pods:
        for name in _containers_of(call, pod, bool(selected)):
            _printed(call, pod, name, bool(selected))
    return None


def _pod_of(call: Call) -> Object:
    word = call.words[0]
    try:
        info = objects(call, (word,) if "/" in word else ("pods", word))[0]
    except StatusError as refused:
        words = f'{refused.message} in namespace "{call.namespace}"' if refused.code == 404 else refused.message
        raise Fault(f"error from server ({refused.reason}): {words}") from None
    if info.resource.kind == "Pod":
        return info.object
    if "selector" not in (info.object.get("spec") or {}):
        raise Fault(f"cannot get the logs from {info.resource.kind}: selector not found")
    pods = _newest_ready(call, info)
    if not pods:
        raise Fault("timed out waiting for the condition")
    if len(pods) > 1:
        call.err(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
    return pods[0]


def _newest_ready(call: Call, info: Info) -> list[Object]:
    """The pods of an object, those first that most likely have something to say. Source: controller, ByLogging."""
    chosen = info.object["spec"]["selector"]
    pairs = chosen if info.resource.kind == "Service" else chosen.get("matchLabels") or {}
    query = {"labelSelector": ",".join(f"{key}={value}" for key, value in sorted(pairs.items()))}
    pods: list[Object] = call.client.ask("GET", path_of(resource_called("pods"), info.namespace), query=query)["items"]
    return sorted(pods, key=lambda pod: (not pod["spec"].get("nodeName"), not is_ready(pod)))


def _containers_of(call: Call, pod: Object, selected: bool) -> list[str]:
    names = [each["name"] for each in pod["spec"]["containers"]]
    first = [each["name"] for each in pod["spec"].get("initContainers") or ()]
    if call.given.has("all-containers"):
        return [*first, *names]
    asked = call.given.text("container") or (call.words[1] if len(call.words) > 1 else "")
    if asked:
        if asked not in (*names, *first):
            raise Fault(f"container {asked} is not valid for pod {pod['metadata']['name']}")
        return [asked]
    if len(names) + len(first) > 1 and not selected:
        others = ", ".join([*names, *(f"{name} (init)" for name in first)])
        call.err(f'Defaulted container "{names[0]}" out of: {others}')
    return [names[0]]


def _printed(call: Call, pod: Object, name: str, selected: bool) -> None:
    tail = call.given.options.get("tail", 10 if selected else -1)
    query = {"container": name}
    query |= {"tailLines": str(tail)} if tail >= 0 else {}
    query |= {option: "true" for option in ("previous", "timestamps") if call.given.has(option)}
    metadata = pod["metadata"]
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/log"
    text = call.client.ask("GET", path, query=query)
    if call.given.has("prefix"):
        start = f"[pod/{metadata['name']}/{name}] "
        text = "".join(start + line for line in text.splitlines(keepends=True))
    call.client.to.raw(text)


COMMANDS: tuple[Command, ...] = (
    command(
        "logs", logs, *SELECTOR, "-f, --follow", "-p, --previous", "-c, --container string", "--tail int",
        "--timestamps", "--all-containers", "--prefix", "--since string", "--ignore-errors",
        "--max-log-requests int",
    ),
)  # fmt: skip
