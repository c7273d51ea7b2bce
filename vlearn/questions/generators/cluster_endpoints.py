"""A question whose key is the addresses that a service sends requests to."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_scenes import APPS, Object, labels_text, manifest, pod_names, pod_object
from vlearn.questions.generators.forms import chosen, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.sim.kubernetes.api.pods import is_ready, is_terminating, phase
from vlearn.sim.kubernetes.controllers.endpoints import find_port, selects, subsets

COUNT = 6
HEADER = ("Pod", "Labels", "Port", "Phase", "Ready", "State", "Address")


def service_endpoints(rng: Random) -> Posed:
    """Which pods receive requests?"""
    app = rng.choice(APPS)
    selector = {"app": app, **({"tier": "web"} if rng.random() < 0.6 else {})}
    target: int | str = rng.choice((8080, "http", "http"))
    early = rng.random() < 0.2
    spec: Object = {"selector": selector, "clusterIP": "10.96.0.20", "ports": [{"port": 80, "targetPort": target}]}
    service = {"metadata": {"name": app}, "spec": {**spec, **({"publishNotReadyAddresses": True} if early else {})}}
    while True:
        pods = [_drawn(rng, name, n, selector) for n, name in enumerate(pod_names(rng, app, COUNT))]
        addresses = {each["ip"] for subset in subsets(service, pods) for each in subset.get("addresses", ())}
        if 1 <= len(addresses) <= 4:
            break
    rows = tuple(map(_row, pods))
    answer = chosen(
        (f"`{pod['metadata']['name']}`", pod["status"].get("podIP") in addresses, _why(service, pod)) for pod in pods
    )
    shown = {key: value for key, value in service["spec"].items() if key != "clusterIP"}
    prompt = (
        Text(
            "The Service of the manifest and the pods of the table are in one namespace. Which pods receive requests?"
        ),
        manifest({"kind": "Service", "metadata": service["metadata"], "spec": shown}),
        plain_table(HEADER, rows),
    )
    told = "; ".join(f"`{pod['metadata']['name']}`: {_why(service, pod)}".rstrip(".") for pod in pods)
    solution = Text(
        "An endpoint is a pod with all labels of the selector, an address and the target port, that has not ended, is"
        f" ready and is not being deleted{' (the last two are not asked for here)' if early else ''}. {told}."
    )
    return Posed(prompt, answer, (solution,))


def _drawn(rng: Random, name: str, number: int, selector: dict[str, str]) -> Object:
    sort = rng.choices(("serving", "unready", "pending", "ended", "leaving", "stranger"), (5, 2, 1, 1, 1, 3))[0]
    labels = {"app": selector["app"], "tier": "web"}
    if sort == "stranger":
        key = rng.choice(list(selector))
        labels = {**labels, key: {"app": "test", "tier": "db"}[key]} if rng.random() < 0.6 else {"app": "old"}
    elif rng.random() < 0.3:
        labels["version"] = "v2"
    port = {"name": rng.choice(("http", "http", "http", "admin")), "containerPort": 8080}
    state = {"pending": "Pending", "ended": "Succeeded"}.get(sort, "Running")
    pod = pod_object(name, labels, state, None if sort in ("unready", "pending", "ended") else 300, containers=[
        {"name": "app", "image": "app:1", "ports": [port]}
    ])  # fmt: skip
    if sort != "pending":
        address = f"10.244.1.{number + 10}"
        pod["status"] |= {"podIP": address, "podIPs": [{"ip": address}]}
    if sort == "leaving":
        pod["metadata"]["deletionTimestamp"] = "2026-03-04T11:59:59Z"
    return pod


def _port(pod: Object) -> Object:
    found: Object = pod["spec"]["containers"][0]["ports"][0]
    return found


def _row(pod: Object) -> tuple[str, ...]:
    port = _port(pod)
    return (
        f"`{pod['metadata']['name']}`",
        labels_text(pod["metadata"]["labels"]),
        f"{port['name']}: {port['containerPort']}",
        phase(pod),
        "yes" if is_ready(pod) else "no",
        "being deleted" if is_terminating(pod) else "-",
        pod["status"].get("podIP", "-"),
    )


def _why(service: Object, pod: Object) -> str:
    """Why the pod is an endpoint that gets requests, or the first reason why it is none."""
    (port,) = service["spec"]["ports"]
    if not selects(service, pod):
        return "A label of the selector is missing or has another value."
    if "podIP" not in pod["status"]:
        return "It has no address yet."
    if phase(pod) == "Succeeded":
        return "Its containers have ended for good."
    early = service["spec"].get("publishNotReadyAddresses")
    if is_terminating(pod) and not early:
        return "It is being deleted: it is taken out at once, although it still runs."
    if isinstance(port["targetPort"], str) and _port(pod)["name"] != port["targetPort"]:
        return "Its port has another name than the one that the service asks for."
    assert find_port(pod, port) == 8080
    if is_terminating(pod):
        return "It is being deleted, and this service publishes such addresses too."
    if is_ready(pod):
        return "It matches and is ready; further labels do no harm."
    if early:
        return "It is not ready, and this service publishes such addresses too."
    return "It runs and matches, but a pod that is not ready gets no requests."
