"""`kubectl create -f`, and `kubectl create KIND`: objects from a few words.

Source: k8s.io/kubectl, cmd/create. Leaves out roles, tokens and ingresses.
"""

import base64

from vlearn.sim.kubernetes.kubectl.command import FILES, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.creating import SENT, name_of, required, send, whole
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.file_commands import create_files
from vlearn.sim.kubernetes.kubectl.found import objects
from vlearn.sim.kubernetes.kubectl.made import Made, container, container_name, key_values, metadata
from vlearn.sim.kubernetes.kubectl.made import template as template_of

INSTANTIATE = {"cronjob.kubernetes.io/instantiate": "manual"}


def create(call: Call) -> None:
    """`kubectl create -f`, or nothing that it knows."""
    if not call.given.texts("filename"):
        if call.words:
            raise Fault(f"Unexpected args: [{' '.join(call.words)}]\nSee 'kubectl create -h' for help and examples")
        raise Fault("must specify one of -f and -k")
    create_files(call)


def deployment(call: Call) -> None:
    """`kubectl create deployment`."""
    required(call, "image")
    name, images = name_of(call), [each for one in call.given.texts("image") for each in one.split(",")]
    labels = {"app": name}
    ports = {"ports": [{"containerPort": call.given["port"]}]} if call.given["port"] else {}
    if call.passed and len(images) > 1:
        raise Fault("cannot specify multiple --image options and command")
    replicas = call.given.options.get("replicas", 1)
    containers = [container(container_name(image), image, call.passed or ()) for image in images]
    containers[0] |= ports
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "strategy": {},
        "template": template_of(containers, labels),
    }
    send(
        call,
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata(name, labels), "spec": spec, "status": {}},
    )


def namespace(call: Call) -> None:
    """`kubectl create namespace`."""
    send(call, whole("Namespace", metadata(name_of(call)), spec={}, status={}))


def config_map(call: Call) -> None:
    """`kubectl create configmap`."""
    data = _data(call)
    parts: Made = {"data": data} if data else {}
    send(call, whole("ConfigMap", metadata(name_of(call)), **parts))


def secret(call: Call) -> None:
    """`kubectl create secret generic`."""
    name = name_of(call)
    data = {key: base64.b64encode(value.encode()).decode() for key, value in _data(call).items()}
    parts: Made = {"data": data} if data else {}
    parts |= {"type": call.given.text("type")} if call.given.text("type") else {}
    send(call, whole("Secret", metadata(name), **parts))


def _data(call: Call) -> dict[str, str]:
    data: dict[str, str] = {}
    for text in call.given.texts("from-literal"):
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise Fault(f"invalid literal source {text}, expected key=value")
        if key in data:
            raise Fault(
                f'cannot add key "{key}", another key by that name already exists in Data for ConfigMap '
                f'"{name_of(call)}"'
            )
        data[key] = value
    for option in call.given.texts("from-file"):
        key, equals, path = option.partition("=")
        path = path if equals else option
        if path not in call.client.files:
            raise Fault(f"error reading {path}: no such file or directory")
        data[key if equals else path.rpartition("/")[2]] = call.client.files[path]
    return data


def job(call: Call) -> None:
    """`kubectl create job`."""
    name, image, source = name_of(call), call.given.text("image"), call.given.text("from")
    if bool(image) == bool(source):
        raise Fault("either --image or --from must be specified")
    if image:
        own = container(name, image, call.passed or ())
        inner = template_of([own], restartPolicy="Never")
        return send(call, whole("Job", metadata(name), "batch/v1", spec={"template": inner}, status={}))
    found = objects(call, (source,))[0].object
    if found["kind"] != "CronJob":
        raise Fault(f"from must be an existing cronjob, not {found['kind']}")
    wanted = found["spec"]["jobTemplate"]
    inner_metadata = wanted.get("metadata") or {}
    meta = metadata(name) | {
        "annotations": {**INSTANTIATE, **(inner_metadata.get("annotations") or {})},
        **({"labels": inner_metadata["labels"]} if inner_metadata.get("labels") else {}),
        "ownerReferences": [
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "name": found["metadata"]["name"],
                "uid": found["metadata"]["uid"],
                "controller": True,
            }
        ],
    }
    return send(call, whole("Job", meta, "batch/v1", spec=wanted["spec"], status={}))


def cron_job(call: Call) -> None:
    """`kubectl create cronjob`."""
    required(call, "image", "schedule")
    name = name_of(call)
    own = container(name, call.given.text("image"), call.passed or ())
    inner = template_of([own], restartPolicy=call.given.text("restart", "OnFailure"))
    spec = {
        "schedule": call.given.text("schedule"),
        "jobTemplate": {"metadata": metadata(name), "spec": {"template": inner}},
    }
    send(call, whole("CronJob", metadata(name), "batch/v1", spec=spec, status={}))


def quota(call: Call) -> None:
    """`kubectl create quota`."""
    name = name_of(call)
    hard = key_values([call.given.text("hard")] if call.given.text("hard") else [], "hard")
    scopes = list(filter(None, call.given.text("scopes").split(",")))
    spec = {**({"hard": hard} if hard else {}), **({"scopes": scopes} if scopes else {})}
    send(call, whole("ResourceQuota", metadata(name), spec=spec, status={}))


def service_account(call: Call) -> None:
    """`kubectl create serviceaccount`."""
    send(call, whole("ServiceAccount", metadata(name_of(call))))


def priority_class(call: Call) -> None:
    """`kubectl create priorityclass`."""
    meta = metadata(name_of(call))
    more = {"globalDefault": True} if call.given.has("global-default") else {}
    words = call.given.text("description")
    policy = call.given.text("preemption-policy", "PreemptLowerPriority")
    parts = {"value": call.given.options.get("value", 0), "preemptionPolicy": policy, **more}
    send(
        call,
        whole("PriorityClass", meta, "scheduling.k8s.io/v1", **parts, **({"description": words} if words else {})),
    )


def budget(call: Call) -> None:
    """`kubectl create poddisruptionbudget`."""
    required(call, "selector")
    least, most = call.given.text("min-available"), call.given.text("max-unavailable")
    if bool(least) == bool(most):
        raise Fault(
            "one of min-available or max-unavailable must be specified"
            if not least
            else "min-available and max-unavailable cannot be both specified"
        )
    bound = {"minAvailable": _number(least)} if least else {"maxUnavailable": _number(most)}
    chosen = {"matchLabels": key_values([call.given.text("selector")])}
    status = {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}
    spec = {**bound, "selector": chosen}
    send(call, whole("PodDisruptionBudget", metadata(name_of(call)), "policy/v1", spec=spec, status=status))


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


_DATA = ("--from-literal list", "--from-file list", "--type string", "--append-hash")
COMMANDS: tuple[Command, ...] = (
    command("create", create, *FILES, *SENT, *SELECTOR, "--edit"),
    command("create deployment", deployment, *SENT, "--image list", "-r, --replicas int", "--port int", passes=True),
    command("create namespace", namespace, *SENT),
    command("create configmap", config_map, *SENT, *_DATA),
    command("create secret generic", secret, *SENT, *_DATA),
    command("create job", job, *SENT, "--image string", "--from string", passes=True),
    command(
        "create cronjob", cron_job, *SENT, "--image string", "--schedule string", "--restart string", passes=True
    ),
    command("create quota", quota, *SENT, "--hard string", "--scopes string"),
    command("create serviceaccount", service_account, *SENT),
    command(
        "create priorityclass", priority_class, *SENT, "--value int", "--global-default", "--description string",
        "--preemption-policy string",
    ),
    command(
        "create poddisruptionbudget", budget, *SENT, *SELECTOR, "--min-available string", "--max-unavailable string"
    ),
)  # fmt: skip
