"""`kubectl expose` and `create service`: a virtual address for pods, from a few words.

Source: k8s.io/kubectl, cmd/expose and cmd/create.
"""

from collections.abc import Callable
from typing import Any

from vlearn.sim.kubernetes.kubectl.command import FILES, Call, Command, command
from vlearn.sim.kubernetes.kubectl.creating import SENT, name_of, port_number, required, send, whole
from vlearn.sim.kubernetes.kubectl.errors import Fault
from vlearn.sim.kubernetes.kubectl.found import visited
from vlearn.sim.kubernetes.kubectl.made import Made, key_values, metadata, service_port


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
        object = whole(
            "Service", metadata(name, labels), spec={**spec, "selector": labels}, status={"loadBalancer": {}}
        )
        send(call, object)

    return make


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
        object = whole("Service", metadata(name, labels), spec=spec, status={"loadBalancer": {}})
        send(call, object, "exposed", "kubectl-expose")


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
        numbers = [port_number(each) for each in call.given.text("port").split(",")]
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


_SERVICE = ("--tcp list", "--node-port int", "--external-name string", "--clusterip string")
COMMANDS: tuple[Command, ...] = (
    command("create service clusterip", _service("ClusterIP"), *SENT, *_SERVICE),
    command("create service nodeport", _service("NodePort"), *SENT, *_SERVICE),
    command("create service loadbalancer", _service("LoadBalancer"), *SENT, *_SERVICE),
    command("create service externalname", _service("ExternalName"), *SENT, *_SERVICE),
    command(
        "expose", expose, *FILES, *SENT, "--port string", "--target-port string", "--type string", "--name string",
        "--protocol string", "-l, --labels string", "--selector string", "--cluster-ip string",
    ),
)  # fmt: skip
