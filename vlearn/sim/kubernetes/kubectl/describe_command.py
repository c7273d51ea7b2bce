"""`kubectl describe`."""

from collections.abc import Callable, Mapping

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import path_of
from vlearn.sim.kubernetes.kubectl.columns import aligned
from vlearn.sim.kubernetes.kubectl.command import FILES, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.describing import configuration, node, policies, storage, workloads
from vlearn.sim.kubernetes.kubectl.describing.common import About, Lines
from vlearn.sim.kubernetes.kubectl.describing.plain import plain
from vlearn.sim.kubernetes.kubectl.describing.pod import pod
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several
from vlearn.sim.kubernetes.kubectl.found import Info, gathered
from vlearn.sim.kubernetes.kubectl.naming import asked_for

DESCRIBERS: Mapping[str, Callable[[About], Lines]] = {
    "Pod": pod,
    "Deployment": workloads.deployment,
    "ReplicaSet": workloads.replica_set,
    "StatefulSet": workloads.stateful_set,
    "DaemonSet": workloads.daemon_set,
    "Job": workloads.job,
    "CronJob": workloads.cron_job,
    "Service": configuration.service,
    "Node": node.node,
    "Namespace": policies.namespace,
    "ResourceQuota": policies.quota,
    "LimitRange": policies.limit_range,
    "ConfigMap": configuration.config_map,
    "Secret": configuration.secret,
    "HorizontalPodAutoscaler": policies.autoscaler,
    "PodDisruptionBudget": policies.budget,
    "ServiceAccount": storage.service_account,
    "PriorityClass": storage.priority_class,
    "Endpoints": storage.endpoints,
    "EndpointSlice": storage.endpoint_slice,
    "PersistentVolumeClaim": storage.claim,
    "PersistentVolume": storage.volume,
    "StorageClass": storage.storage_class,
}


def describe(call: Call) -> None:
    """`kubectl describe`."""
    if not call.words and not call.given.texts("filename"):
        raise Fault("You must specify the type of resource to describe. " + _HINT)
    infos, errors = gathered(call, everything=True)
    alike = [] if call.given.texts("filename") else _by_prefix(call, errors)
    infos, errors = (alike, []) if alike else (infos, errors)
    if errors and any("/" in word for word in call.words):
        infos = []
    for n, info in enumerate(infos):
        if n and not alike:
            call.out("", "")
        about = About(call.client, info.object)
        lines = DESCRIBERS.get(info.resource.kind, plain)(about)
        call.client.to.raw(aligned("".join(f"{line}\n" for line in lines)))
        if alike:
            call.out("")
    if not infos and not errors:
        call.err(_nothing(call))
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


_HINT = 'Use "kubectl api-resources" for a complete list of supported resources.'


def _nothing(call: Call) -> str:
    asked, _ = asked_for(call.words)
    spaced = any(each.resource.namespaced for each in asked) and not call.given.has("all-namespaces")
    return f"No resources found in {call.namespace} namespace." if spaced else "No resources found"


def _by_prefix(call: Call, errors: list[Exception]) -> list[Info]:
    """A name that is none may be the beginning of some: `describe pod web` describes web-1 and web-2."""
    asked, single = asked_for(call.words)
    missing = [each for each in errors if isinstance(each, StatusError) and each.code == 404]
    if single or len(asked) != 1 or len(asked[0].names) != 1 or not missing:
        return []
    resource, prefix = asked[0].resource, asked[0].names[0]
    listed = call.client.ask("GET", path_of(resource, call.namespace if resource.namespaced else ""))["items"]
    whole = {"kind": resource.kind, "apiVersion": resource.api_version}
    return [
        Info(resource, each["metadata"].get("namespace", ""), each["metadata"]["name"], {**whole, **each})
        for each in listed
        if each["metadata"]["name"].startswith(prefix)
    ]


COMMANDS: tuple[Command, ...] = (
    command("describe", describe, *FILES, *SELECTOR, "-A, --all-namespaces", "--show-events", "--chunk-size int"),
)
