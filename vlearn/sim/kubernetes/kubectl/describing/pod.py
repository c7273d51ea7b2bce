"""A pod in words."""

from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    About,
    Lines,
    controller,
    date,
    events,
    head,
    marks,
    pairs,
    since,
)
from vlearn.sim.kubernetes.kubectl.describing.containers import all_containers
from vlearn.sim.kubernetes.kubectl.describing.volumes import spreads, tolerations, volumes


def pod(about: About) -> Lines:
    """`kubectl describe pod`."""
    spec, status, metadata = about.spec, about.status, about.metadata
    yield from head(about)
    if spec.get("priority") is not None:
        yield f"Priority:\t{spec['priority']}"
    for title, name in (("Priority Class Name", "priorityClassName"), ("Service Account", "serviceAccountName")):
        if spec.get(name):
            yield f"{title}:\t{spec[name]}"
    node = spec.get("nodeName")
    yield f"Node:\t{node}/{status.get('hostIP', '')}" if node else f"Node:\t{NONE}"
    if status.get("startTime"):
        yield f"Start Time:\t{date(status['startTime'])}"
    yield from marks(about)
    if metadata.get("deletionTimestamp") and status.get("phase") not in ("Failed", "Succeeded"):
        yield f"Status:\tTerminating (lasts {since(about, metadata['deletionTimestamp'])})"
        yield f"Termination Grace Period:\t{metadata.get('deletionGracePeriodSeconds', 0)}s"
    else:
        yield f"Status:\t{status.get('phase', '')}"
    yield from (f"{name.title()}:\t{status[name]}" for name in ("reason", "message") if status.get(name))
    addresses = status.get("podIPs") or ()
    yield f"IP:\t{status.get('podIP', '')}"
    yield "IPs:" if addresses else f"IPs:\t{NONE}"
    yield from (f"  IP:\t{each['ip']}" for each in addresses)
    if controller(about.object):
        yield f"Controlled By:\t{controller(about.object)}"
    if status.get("nominatedNodeName"):
        yield f"NominatedNodeName:\t{status['nominatedNodeName']}"
    yield from all_containers(spec, status, pod=about.object)
    found = {each["type"]: each["status"] for each in status.get("conditions") or ()}
    if spec.get("readinessGates"):
        yield from ("Readiness Gates:", "  Type\tStatus")
        gates = [each["conditionType"] for each in spec["readinessGates"]]
        yield from (f"  {name} \t{found.get(name, NONE)} " for name in gates)
    if found:
        yield from ("Conditions:", "  Type\tStatus")
        yield from (f"  {name} \t{value} " for name, value in found.items())
    yield from volumes(spec.get("volumes") or ())
    yield f"QoS Class:\t{status.get('qosClass') or qos_class(about.object)}"
    yield from pairs("Node-Selectors", spec.get("nodeSelector"))
    yield from tolerations("Tolerations", spec.get("tolerations") or ())
    yield from spreads(spec.get("topologySpreadConstraints") or ())
    yield from events(about)
