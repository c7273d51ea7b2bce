"""`kubectl run` and `autoscale`: one pod from an image, and replicas as many as the work needs.

Source: k8s.io/kubectl, cmd/run and cmd/autoscale. Leaves out attaching to what runs.
"""

from collections.abc import Sequence

from vlearn.sim.kubernetes.kubectl.command import FILES, Call, Command, command
from vlearn.sim.kubernetes.kubectl.creating import SENT, port_number, required, send, whole
from vlearn.sim.kubernetes.kubectl.errors import Fault, Unmodelled
from vlearn.sim.kubernetes.kubectl.found import visited
from vlearn.sim.kubernetes.kubectl.made import Made, container, key_values, metadata


def run(call: Call) -> None:
    """`kubectl run`."""
    required(call, "image")
    if not call.words or not call.words[0]:
        raise Fault("NAME is required for run\nSee 'kubectl run -h' for help and examples")
    for option in ("rm", "stdin", "tty", "attach"):
        if call.given.has(option):
            raise Unmodelled(f"--{option}")
    name, *rest = call.words
    passed = [*rest, *(call.passed or ())]
    image = call.given.text("image")
    env = _checked_env(call.given.texts("env"))
    own = container(name, image)
    own |= {"command" if call.given.has("command") else "args": passed} if passed else {}
    own |= {"env": env} if env else {}
    own |= {"ports": [{"containerPort": port_number(call.given.text("port"))}]} if call.given.text("port") else {}
    own |= {"imagePullPolicy": call.given.text("image-pull-policy")} if call.given.text("image-pull-policy") else {}
    labels = key_values([call.given.text("labels")]) if call.given.text("labels") else {"run": name}
    spec = {"containers": [own], "dnsPolicy": "ClusterFirst", "restartPolicy": call.given.text("restart", "Always")}
    meta = metadata(name, labels)
    if call.given.texts("annotations"):
        meta["annotations"] = key_values(call.given.texts("annotations"), "annotation")
    send(call, whole("Pod", meta, spec=spec, status={}), manager="kubectl-run")


def _checked_env(texts: Sequence[str]) -> list[dict[str, str]]:
    if wrong := [text for text in texts if not text.partition("=")[1]]:
        raise Fault(f"invalid env: {wrong[0]}")
    return [dict(zip(("name", "value"), text.split("=", 1), strict=True)) for text in texts]


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
        object = whole("HorizontalPodAutoscaler", meta, "autoscaling/v1", spec=spec, status=status)
        send(call, object, "autoscaled", "kubectl-autoscale")


COMMANDS: tuple[Command, ...] = (
    command(
        "run", run, *SENT, "--image string", "--port string", "--env list", "-l, --labels string", "--command",
        "--restart string", "--image-pull-policy string", "--annotations list", "--rm", "-i, --stdin", "-t, --tty",
        "--attach", "-q, --quiet", passes=True,
    ),
    command(
        "autoscale", autoscale, *FILES, *SENT, "--min int", "--max int", "--cpu-percent int", "--name string"
    ),
)  # fmt: skip
