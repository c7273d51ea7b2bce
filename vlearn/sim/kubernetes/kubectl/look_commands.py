"""`kubectl logs`, `wait`, `top`, `api-resources`, `api-versions` and `version`.

Source: k8s.io/kubectl, cmd/logs, cmd/wait, cmd/top, cmd/apiresources. What `top` shows is the work that clients bring
to the model; memory is what the pods ask for, since the model measures no other.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from vlearn.sim.kubernetes.api.kinds import REVIEWS
from vlearn.sim.kubernetes.api.pods import is_ready
from vlearn.sim.kubernetes.api.resources import CPU, MEMORY, amounts, pod_requests
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.usage import cores
from vlearn.sim.kubernetes.kubectl.client import Object, path_of
from vlearn.sim.kubernetes.kubectl.columns import table
from vlearn.sim.kubernetes.kubectl.command import FILES, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.delete_command import gone
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import Info, gathered, objects
from vlearn.sim.kubernetes.kubectl.jsonpath import found as values_at
from vlearn.sim.kubernetes.kubectl.naming import SERVED, resource_called

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


def top_pods(call: Call) -> None:
    """`kubectl top pods`."""
    everywhere = call.given.has("all-namespaces")
    infos = objects(call, ("pods", *call.words), everything=True)
    known = cores(call.client.cluster.store, call.client.cluster.demand)
    rows = []
    for info in infos:
        used = known.get(info.object["metadata"]["uid"])
        if used is None:
            continue
        asked = pod_requests(info.object["spec"]).get(MEMORY)
        memory = f"{asked.value >> 20}Mi" if asked is not None else "0Mi"
        rows.append([*([info.namespace] if everywhere else []), info.name, f"{round(used * 1000)}m", memory])
    if not rows:
        return call.err("No resources found" + ("" if everywhere else f" in {call.namespace} namespace."))
    head = [*(["NAMESPACE"] if everywhere else []), "NAME", "CPU(cores)", "MEMORY(bytes)"]
    return call.client.to.raw(table([*([] if call.given.has("no-headers") else [head]), *rows]))


def top_nodes(call: Call) -> None:
    """`kubectl top nodes`."""
    pods = call.client.ask("GET", "/api/v1/pods")["items"]
    known = cores(call.client.cluster.store, call.client.cluster.demand)
    rows = []
    for info in objects(call, ("nodes", *call.words), everything=True):
        there = [pod for pod in pods if pod["spec"].get("nodeName") == info.name]
        used = sum(known.get(pod["metadata"]["uid"], 0.0) for pod in there)
        asked = [pod_requests(pod["spec"]).get(MEMORY) for pod in there]
        memory = sum(each.value for each in asked if each is not None)
        whole = amounts((info.object.get("status") or {}).get("allocatable"))
        share = used * 1000 / whole[CPU].milli * 100 if CPU in whole else 0
        part = memory / whole[MEMORY].value * 100 if MEMORY in whole else 0
        rows.append([info.name, f"{round(used * 1000)}m", f"{int(share)}%", f"{memory >> 20}Mi", f"{int(part)}%"])
    head = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    call.client.to.raw(table([*([] if call.given.has("no-headers") else [head]), *rows]))


def api_resources(call: Call) -> None:
    """`kubectl api-resources`."""
    wanted = call.given.options.get("namespaced")
    group = call.given.options.get("api-group")
    found = [
        each
        for each in (*SERVED, *REVIEWS)
        if (wanted is None or each.namespaced is wanted) and (group is None or each.group == group)
    ]
    found.sort(key=lambda each: (each.group, each.name))
    if call.given.text("output") == "name":
        return call.out(*(each.qualified for each in found))
    rows = [
        [each.name, ",".join(each.short), each.api_version, str(each.namespaced).lower(), each.kind] for each in found
    ]
    head = [] if call.given.has("no-headers") else [["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]]
    return call.client.to.raw(table([*head, *rows]))


def api_versions(call: Call) -> None:
    """`kubectl api-versions`."""
    groups = [group["versions"] for group in call.client.ask("GET", "/apis")["groups"]]
    call.out(*sorted(["v1", *(each["groupVersion"] for versions in groups for each in versions)]))


def version(call: Call) -> None:
    """`kubectl version`."""
    server = call.client.ask("GET", "/version")["gitVersion"]
    call.out("Client Version: v1.32.0 (vlearn)", "Kustomize Version: v5.5.0", f"Server Version: {server}")


_TOP = (
    *SELECTOR,
    "-A, --all-namespaces",
    "--no-headers",
    "--sort-by string",
    "--containers",
    "--field-selector string",
)

COMMANDS: tuple[Command, ...] = (
    command(
        "logs", logs, *SELECTOR, "-f, --follow", "-p, --previous", "-c, --container string", "--tail int",
        "--timestamps", "--all-containers", "--prefix", "--since string", "--ignore-errors",
        "--max-log-requests int",
    ),
    command(
        "wait", wait, *FILES, *SELECTOR, "--for string", "--timeout string", "--all", "-A, --all-namespaces",
        "--field-selector string", "-o, --output string",
    ),
    command("top pods", top_pods, *_TOP),
    command("top pod", top_pods, *_TOP),
    command("top nodes", top_nodes, *_TOP),
    command("top node", top_nodes, *_TOP),
    command(
        "api-resources", api_resources, "--namespaced", "-o, --output string", "--no-headers", "--api-group string"
    ),
    command("api-versions", api_versions),
    command("version", version, "--client", "-o, --output string"),
)  # fmt: skip
