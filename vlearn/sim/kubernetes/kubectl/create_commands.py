"""`kubectl create KIND`, `run`, `expose` and `autoscale`: objects from a few words.

Source: k8s.io/kubectl, cmd/create, cmd/run, cmd/expose, cmd/autoscale. Leaves out roles, tokens, ingresses, and
attaching to what runs.
"""

import base64
from collections.abc import Callable
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import path_of
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, OUTPUT, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault, Unmodelled
from vlearn.sim.kubernetes.kubectl.file_commands import create_files, with_applied
from vlearn.sim.kubernetes.kubectl.found import objects, visited
from vlearn.sim.kubernetes.kubectl.made import Made, container, container_name, key_values, metadata, service_port
from vlearn.sim.kubernetes.kubectl.made import template as template_of
from vlearn.sim.kubernetes.kubectl.results import report

INSTANTIATE = {"cronjob.kubernetes.io/instantiate": "manual"}


def send(call: Call, object: Made, done: str = "created", manager: str = "kubectl-create") -> None:
    """Create the object in the namespace of the line, or only show it; and say so."""
    resource = BY_KIND[object["apiVersion"], object["kind"]]
    if resource.namespaced and call.given.text("namespace"):
        object = {**object, "metadata": {**object["metadata"], "namespace": call.namespace}}
    if call.given.has("save-config"):
        object = with_applied(object)
    if call.dry != "client":
        space = call.namespace if resource.namespaced else ""
        query = call.query(fieldManager=manager, fieldValidation="Strict")
        try:
            object = call.client.ask("POST", path_of(resource, space), object, query)
        except StatusError as refused:
            if object["kind"] == "Namespace" or manager != "kubectl-create":
                raise
            raise _failed(object, refused.message) from None
    report(call, resource, object, done)


_TITLES = {"ResourceQuota": "quota", "PodDisruptionBudget": "poddisruptionbudgets"}


def _title(object: Made) -> str:
    kind: str = object["kind"]
    return f"{object['spec']['type']} service" if kind == "Service" else _TITLES.get(kind, kind.lower())


def _failed(object: Made, why: str) -> Fault:
    colon = "" if object["kind"] == "Secret" else ":"
    return Fault(f"failed to create {_title(object)}{colon} {why}")


def name_of(call: Call) -> str:
    """The one name that the line gives. Raises Fault."""
    if len(call.words) != 1:
        raise Fault(
            f"exactly one NAME is required, got {len(call.words)}\nSee 'kubectl {call.name} -h' for help and examples"
        )
    return call.words[0]


def required(call: Call, *names: str) -> None:
    """Refuse a line without these options. Raises Fault."""
    missing = [name for name in names if name not in call.given.options]
    if missing:
        listed = ", ".join(f'"{name}"' for name in missing)
        raise Fault(f"required flag(s) {listed} not set")


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
    send(call, _whole("Namespace", metadata(name_of(call)), spec={}, status={}))


def _whole(kind: str, meta: Made, version: str = "v1", /, **parts: Any) -> Made:
    return {"apiVersion": version, "kind": kind, "metadata": meta, **parts}


def config_map(call: Call) -> None:
    """`kubectl create configmap`."""
    data = _data(call)
    parts: Made = {"data": data} if data else {}
    send(call, _whole("ConfigMap", metadata(name_of(call)), **parts))


def secret(call: Call) -> None:
    """`kubectl create secret generic`."""
    name = name_of(call)
    data = {key: base64.b64encode(value.encode()).decode() for key, value in _data(call).items()}
    parts: Made = {"data": data} if data else {}
    parts |= {"type": call.given.text("type")} if call.given.text("type") else {}
    send(call, _whole("Secret", metadata(name), **parts))


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
        return send(call, _whole("Job", metadata(name), "batch/v1", spec={"template": inner}, status={}))
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
    return send(call, _whole("Job", meta, "batch/v1", spec=wanted["spec"], status={}))


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
    send(call, _whole("CronJob", metadata(name), "batch/v1", spec=spec, status={}))


def quota(call: Call) -> None:
    """`kubectl create quota`."""
    name = name_of(call)
    hard = key_values([call.given.text("hard")] if call.given.text("hard") else [], "hard")
    scopes = list(filter(None, call.given.text("scopes").split(",")))
    spec = {**({"hard": hard} if hard else {}), **({"scopes": scopes} if scopes else {})}
    send(call, _whole("ResourceQuota", metadata(name), spec=spec, status={}))


def service_account(call: Call) -> None:
    """`kubectl create serviceaccount`."""
    send(call, _whole("ServiceAccount", metadata(name_of(call))))


def priority_class(call: Call) -> None:
    """`kubectl create priorityclass`."""
    meta = metadata(name_of(call))
    more = {"globalDefault": True} if call.given.has("global-default") else {}
    words = call.given.text("description")
    policy = call.given.text("preemption-policy", "PreemptLowerPriority")
    parts = {"value": call.given.options.get("value", 0), "preemptionPolicy": policy, **more}
    send(
        call,
        _whole("PriorityClass", meta, "scheduling.k8s.io/v1", **parts, **({"description": words} if words else {})),
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
    send(call, _whole("PodDisruptionBudget", metadata(name_of(call)), "policy/v1", spec=spec, status=status))


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _service(kind: str) -> Callable[[Call], None]:
    def make(call: Call) -> None:
        name = name_of(call)
        ports = [service_port(each) for text in call.given.texts("tcp") for each in text.split(",")]
        spec: Made = {"type": kind}
        if kind == "ExternalName":
            required(call, "external-name")
            spec["externalName"] = call.given.text("external-name")
        elif not ports:
            raise Fault("at least one tcp port specifier must be provided")
        if call.given["node-port"]:
            ports[0]["nodePort"] = call.given["node-port"]
        spec |= {"ports": ports} if ports else {}
        labels = {"app": name}
        whole = _whole(
            "Service", metadata(name, labels), spec={**spec, "selector": labels}, status={"loadBalancer": {}}
        )
        send(call, whole)

    return make


def run(call: Call) -> None:
    """`kubectl run`."""
    required(call, "image")
    if len(call.words) != 1 and not call.words:
        raise Fault("NAME is required for run\nSee 'kubectl run -h' for help and examples")
    for option in ("rm", "stdin", "tty", "attach"):
        if call.given.has(option):
            raise Unmodelled(f"--{option}")
    name, *rest = call.words
    passed = [*rest, *(call.passed or ())]
    image = call.given.text("image")
    env = [dict(zip(("name", "value"), text.split("=", 1), strict=True)) for text in call.given.texts("env")]
    own = container(name, image)
    own |= {"command" if call.given.has("command") else "args": passed} if passed else {}
    own |= {"env": env} if env else {}
    own |= {"ports": [{"containerPort": int(call.given.text("port"))}]} if call.given.text("port") else {}
    own |= {"imagePullPolicy": call.given.text("image-pull-policy")} if call.given.text("image-pull-policy") else {}
    labels = key_values([call.given.text("labels")]) if call.given.text("labels") else {"run": name}
    spec = {"containers": [own], "dnsPolicy": "ClusterFirst", "restartPolicy": call.given.text("restart", "Always")}
    meta = metadata(name, labels)
    if call.given.texts("annotations"):
        meta["annotations"] = key_values(call.given.texts("annotations"), "annotation")
    send(call, _whole("Pod", meta, spec=spec, status={}), manager="kubectl-run")


def expose(call: Call) -> None:
    """`kubectl expose`."""
    for info in visited(call):
        object = info.object
        found = _selected(object, info.resource.kind)
        protocol = call.given.text("protocol", "TCP")
        ports = _exposed_ports(call, object, protocol)
        aim = call.given.text("target-port")
        for port in ports:
            port["targetPort"] = (int(aim) if aim.isdecimal() else aim) if aim else port["port"]
        chosen = key_values([call.given.text("selector")]) if call.given.text("selector") else found
        labels = (
            key_values([call.given.text("labels")]) if call.given.text("labels") else object["metadata"].get("labels")
        )
        spec: Made = {"ports": ports, "selector": chosen}
        if call.given.text("type"):
            spec["type"] = call.given.text("type")
        if call.given.text("cluster-ip"):
            spec["clusterIP"] = call.given.text("cluster-ip")
        name = call.given.text("name") or info.name
        whole = _whole("Service", metadata(name, labels), spec=spec, status={"loadBalancer": {}})
        send(call, whole, "exposed", "kubectl-expose")


def _selected(object: Any, kind: str) -> dict[str, str]:
    match kind:
        case "Deployment" | "ReplicaSet":
            chosen = object["spec"]["selector"]
            if chosen.get("matchExpressions"):
                raise Fault(
                    f'couldn\'t convert expressions - "{chosen["matchExpressions"]}" to map-based selector format'
                )
            return dict(chosen.get("matchLabels") or {})
        case "Pod":
            labels = object["metadata"].get("labels")
            if not labels:
                raise Fault(
                    "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels "
                    "and cannot be exposed"
                )
            return dict(labels)
        case "Service":
            return dict(object["spec"].get("selector") or {})
    raise Fault(f"cannot expose a {kind}")


def _exposed_ports(call: Call, object: Any, protocol: str) -> list[Made]:
    if call.given.text("port"):
        numbers = [int(each) for each in call.given.text("port").split(",")]
    elif object["kind"] == "Service":
        numbers = [each["port"] for each in object["spec"].get("ports") or ()]
    else:
        spec = object["spec"].get("template", object)["spec"]
        numbers = [port["containerPort"] for each in spec["containers"] for port in each.get("ports") or ()]
    if not numbers:
        raise Fault(
            "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples"
        )
    named = len(numbers) > 1
    return [
        {**({"name": f"port-{n}"} if named else {}), "port": each, "protocol": protocol}
        for n, each in enumerate(numbers, 1)
    ]


def autoscale(call: Call) -> None:
    """`kubectl autoscale`."""
    most, least = call.given.options.get("max", -1), call.given.options.get("min", -1)
    if "max" not in call.given.options:
        required(call, "max")
    if most < 1:
        raise Fault(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise Fault(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    percent = call.given.options.get("cpu-percent", -1)
    for info in visited(call):
        if "scale" not in info.resource.subresources:
            raise Fault(f"cannot autoscale a {info.resource.kind}")
        target = {"kind": info.resource.kind, "name": info.name, "apiVersion": info.resource.api_version}
        spec: Made = {"maxReplicas": most, "scaleTargetRef": target}
        spec |= {"minReplicas": least} if least > 0 else {}
        spec |= {"targetCPUUtilizationPercentage": percent} if percent >= 0 else {}
        status = {"currentReplicas": 0, "desiredReplicas": 0}
        meta = metadata(call.given.text("name") or info.name)
        whole = _whole("HorizontalPodAutoscaler", meta, "autoscaling/v1", spec=spec, status=status)
        send(call, whole, "autoscaled", "kubectl-autoscale")


_SENT = (*OUTPUT, *DRY, "--save-config", "--validate string", "--field-manager string")
_DATA = ("--from-literal list", "--from-file list", "--type string", "--append-hash")
_SERVICE = ("--tcp list", "--node-port int", "--external-name string", "--clusterip string")

COMMANDS: tuple[Command, ...] = (
    command("create", create, *FILES, *_SENT, *SELECTOR, "--edit"),
    command("create deployment", deployment, *_SENT, "--image list", "-r, --replicas int", "--port int", passes=True),
    command("create namespace", namespace, *_SENT),
    command("create configmap", config_map, *_SENT, *_DATA),
    command("create secret generic", secret, *_SENT, *_DATA),
    command("create job", job, *_SENT, "--image string", "--from string", passes=True),
    command(
        "create cronjob", cron_job, *_SENT, "--image string", "--schedule string", "--restart string", passes=True
    ),
    command("create quota", quota, *_SENT, "--hard string", "--scopes string"),
    command("create serviceaccount", service_account, *_SENT),
    command(
        "create priorityclass", priority_class, *_SENT, "--value int", "--global-default", "--description string",
        "--preemption-policy string",
    ),
    command(
        "create poddisruptionbudget", budget, *_SENT, *SELECTOR, "--min-available string", "--max-unavailable string"
    ),
    command("create service clusterip", _service("ClusterIP"), *_SENT, *_SERVICE),
    command("create service nodeport", _service("NodePort"), *_SENT, *_SERVICE),
    command("create service loadbalancer", _service("LoadBalancer"), *_SENT, *_SERVICE),
    command("create service externalname", _service("ExternalName"), *_SENT, *_SERVICE),
    command(
        "run", run, *_SENT, "--image string", "--port string", "--env list", "-l, --labels string", "--command",
        "--restart string", "--image-pull-policy string", "--annotations list", "--rm", "-i, --stdin", "-t, --tty",
        "--attach", "-q, --quiet", passes=True,
    ),
    command(
        "expose", expose, *FILES, *_SENT, "--port string", "--target-port string", "--type string", "--name string",
        "--protocol string", "-l, --labels string", "--selector string", "--cluster-ip string",
    ),
    command(
        "autoscale", autoscale, *FILES, *_SENT, "--min int", "--max int", "--cpu-percent int", "--name string"
    ),
)  # fmt: skip
