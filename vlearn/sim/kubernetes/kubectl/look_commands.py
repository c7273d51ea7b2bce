"""`kubectl top`, `api-resources`, `api-versions` and `version`.

Source: k8s.io/kubectl, cmd/top, cmd/apiresources. What `top` shows is the work that clients bring to the model; memory
is what the pods ask for, since the model measures no other.
"""

from vlearn.sim.kubernetes.api.kinds import REVIEWS
from vlearn.sim.kubernetes.api.resources import CPU, MEMORY, amounts, pod_requests
from vlearn.sim.kubernetes.cluster.usage import cores
from vlearn.sim.kubernetes.kubectl.columns import table
from vlearn.sim.kubernetes.kubectl.command import SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.found import objects
from vlearn.sim.kubernetes.kubectl.naming import SERVED


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
