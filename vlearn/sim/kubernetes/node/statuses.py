"""A pod's status as its kubelet writes it, from what runs on the machine.

Source: generateAPIPodStatus of pkg/kubelet/kubelet_pods.go. Equal parts are shared, so that 150,000 pods of few kinds
need few of them; nobody writes to a status.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from vlearn.sim.kubernetes.api.pods import TERMINAL
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.node import pod_conditions
from vlearn.sim.kubernetes.node.container_status import timestamp
from vlearn.sim.kubernetes.node.pod_phase import pod_phase
from vlearn.sim.kubernetes.node.turn import Turn

Spec = Mapping[str, Any]
Status = dict[str, Any]

_NOTHING: Status = {}
_OWN = frozenset({"phase", "reason", "message", "conditions", "initContainerStatuses", "containerStatuses"})
DISRUPTION = "DisruptionTarget"
OWNED = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def pod_status(turn: Turn, address: str, phase: str, inits: Sequence[Status], mains: Sequence[Status]) -> Status:
    """The whole status; what others have written into it stays."""
    written = turn.pod.get("status") or _NOTHING
    machine, failure = turn.machine, turn.failure
    status: Status = {name: value for name, value in written.items() if name not in _OWN}
    status["phase"] = phase
    if failure is not None and phase == "Failed":
        status["reason"], status["message"] = failure.reason, failure.message
    status["startTime"] = timestamp(int(turn.box.since))
    if "qosClass" not in status:
        status["qosClass"] = qos_class(turn.pod)
    if failure is not None and failure.rejected:
        return status
    status["conditions"] = _conditions(turn, written, phase, inits, mains, bool(address))
    status["hostIP"], status["hostIPs"] = machine.address, _addresses(machine.address)
    if address:
        status["podIP"], status["podIPs"] = address, [{"ip": address}]
    if inits:
        status["initContainerStatuses"] = inits
    status["containerStatuses"] = mains
    return status


def phase_of(turn: Turn, inits: Sequence[Status], mains: Sequence[Status]) -> str:
    """The phase; a pod is over only when nothing of it runs."""
    if turn.failure is not None and turn.failure.rejected:
        return "Failed"
    before = (turn.pod.get("status") or _NOTHING).get("phase")
    if before in TERMINAL:
        return str(before)
    phase = pod_phase(turn.spec, [*inits, *mains] if inits else mains)
    if any(each.ends > turn.now for each in turn.containers.values()):
        return "Running" if phase in TERMINAL else phase
    if turn.failure is not None:
        return "Failed"
    if turn.stopping is not None and phase not in TERMINAL:
        names = {each["name"] for each in turn.spec["containers"]}
        ended = [each for each in turn.containers.values() if each.name in names]
        return "Succeeded" if len(ended) == len(names) and not any(each.code for each in ended) else "Failed"
    return phase


def _conditions(
    turn: Turn, written: Spec, phase: str, inits: Sequence[Status], mains: Sequence[Status], has_network: bool
) -> list[Status]:
    spec, there = turn.spec, written.get("conditions") or ()
    known = (turn.box.mind.status or written).get("conditions") or ()
    before = {each["type"]: each for each in known}
    foreign = [each for each in there if each["type"] not in OWNED]
    statuses = [*inits, *mains] if inits else mains
    moment = timestamp(int(turn.now))
    containers = pod_conditions.containers_ready(spec, statuses, phase)
    gates = spec.get("readinessGates")
    network = (
        _yes("PodReadyToStartContainers") if has_network and phase not in TERMINAL else _no("PodReadyToStartContainers")
    )
    own: tuple[dict[str, str], ...] = (
        network,
        pod_conditions.initialized(spec, statuses, phase) if inits or phase in TERMINAL else _yes("Initialized"),
        pod_conditions.ready(spec, there, statuses, phase) if gates else {**containers, "type": "Ready"},
        containers,
        _yes("PodScheduled"),
    )
    if turn.failure is not None and turn.failure.reason == "Evicted":
        foreign = [each for each in foreign if each["type"] != DISRUPTION]
        own = (
            {"type": DISRUPTION, "status": "True", "reason": "TerminationByKubelet", "message": turn.failure.message},
            *own,
        )
    return [*foreign, *(_stamped(each, before.get(each["type"]), moment) for each in own)]


def _stamped(new: Mapping[str, str], old: Spec | None, moment: str) -> Status:
    if old is not None and old["status"] == new["status"]:
        moment = old.get("lastTransitionTime") or moment
    if len(new) == 2:
        return _plain(new["type"], new["status"], moment)
    return {**new, "lastProbeTime": None, "lastTransitionTime": moment}


@lru_cache(maxsize=1024)
def _plain(type: str, status: str, moment: str) -> Status:
    return {"type": type, "status": status, "lastProbeTime": None, "lastTransitionTime": moment}


@lru_cache(maxsize=16)
def _yes(type: str) -> dict[str, str]:
    return {"type": type, "status": "True"}


@lru_cache(maxsize=16)
def _no(type: str) -> dict[str, str]:
    return {"type": type, "status": "False"}


@lru_cache(maxsize=8192)
def _addresses(address: str) -> list[Status]:
    return [{"ip": address}]
