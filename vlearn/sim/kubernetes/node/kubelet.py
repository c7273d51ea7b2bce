"""The kubelet: turns that bring what runs on a machine to what the API server says should run there.

Each turn looks at one pod at one moment, does what can be done by now, and says what happened, which status the pod has
and when to look again. Source: syncPod, SyncTerminatingPod and SyncTerminatedPod of pkg/kubelet/kubelet.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from vlearn.sim.kubernetes.api.pods import TERMINAL, is_terminal
from vlearn.sim.kubernetes.node.admission import rejection
from vlearn.sim.kubernetes.node.connecting import connect
from vlearn.sim.kubernetes.node.container_status import container_statuses
from vlearn.sim.kubernetes.node.images.registry import DEFAULT, Registry
from vlearn.sim.kubernetes.node.machine import Machine, Sandbox, run_until
from vlearn.sim.kubernetes.node.mind import FRESH, Failure
from vlearn.sim.kubernetes.node.probing import is_probed, probe
from vlearn.sim.kubernetes.node.starting import notice, start
from vlearn.sim.kubernetes.node.statuses import phase_of, pod_status
from vlearn.sim.kubernetes.node.stopping import grace_of, stop_pod_containers
from vlearn.sim.kubernetes.node.turn import Told, Turn, begun, ended
from vlearn.sim.kubernetes.scheduler.resources import Resources, requested_by

Object = Mapping[str, Any]

EVICTION_GRACE = 1.0
EXCEEDED = "Pod was active on the node longer than the specified deadline"


@dataclass(frozen=True, slots=True)
class PodSynced:
    """A turn's outcome. `status` is None where the pod's own says it already; a pod that is `removed` has nothing left
    on the machine, and its object can be deleted with a grace of 0. `due` is when to look at it again by itself.
    """

    machine: Machine
    status: Mapping[str, Any] | None = None
    removed: bool = False
    told: tuple[Told, ...] = ()
    due: float | None = None


def sync_pod(
    machine: Machine,
    pod: Object,
    now: float,
    registry: Registry = DEFAULT,
    node: Object | None = None,
) -> PodSynced:
    """One turn for one pod of this node. With the node's object given, a new pod may be rejected.

    Raises ModelError for a moment before the machine's.
    """
    machine = run_until(machine, now)
    metadata = pod["metadata"]
    uid, leaving = metadata["uid"], metadata.get("deletionTimestamp") is not None
    box = machine.sandboxes.get(uid)
    told: tuple[Told, ...] = ()
    if box is None:
        if leaving or is_terminal(pod):
            return PodSynced(machine, removed=leaving)
        request = requested_by(pod["spec"])
        failure = None if node is None or _has_been_here(pod) else rejection(pod, request, node, machine)
        box = _admitted(machine, pod, now, failure, request)
        if failure is not None:
            told = (Told("Warning", failure.reason, failure.message),)
    elif not leaving and _is_known(machine, box, pod):
        return PodSynced(machine, due=machine.dues.get(uid))
    turn = begun(machine, pod, now, registry, box)
    if not box.address and not box.containers:
        connect(turn)
    _check_deadline(turn)
    if leaving or turn.failure is not None or is_terminal(pod):
        stop_pod_containers(turn, _grace(turn))
    elif turn.address or turn.spec.get("hostNetwork"):
        _go_on(turn)
    return _outcome(turn, leaving, told)


def fail_pod(machine: Machine, uid: str, reason: str, message: str) -> Machine:
    """The kubelet has decided that a pod fails as a whole; its next turn, due at once, stops it."""
    box = machine.sandboxes[uid]
    mind = replace(box.mind, failure=Failure(reason, message))
    return machine.with_sandbox(replace(box, mind=mind), machine.now)


def _admitted(machine: Machine, pod: Object, now: float, failure: Failure | None, request: Resources) -> Sandbox:
    metadata, spec = pod["metadata"], pod["spec"]
    mind = FRESH if failure is None else replace(FRESH, failure=failure)
    return Sandbox(
        metadata["uid"], metadata.get("namespace") or "", metadata["name"], now, grace=grace_of(spec), request=request,
        mind=mind,
    )  # fmt: skip


def _is_known(machine: Machine, box: Sandbox, pod: Object) -> bool:
    """Whether a turn would change nothing: the pod is as the last one left it, and nothing is due."""
    mind = box.mind
    if mind.spec is not pod["spec"] or machine.dues.get(box.uid, inf) <= machine.now:
        return False
    return mind.status is not None and mind.status == pod.get("status")


def _has_been_here(pod: Object) -> bool:
    return bool((pod.get("status") or {}).get("startTime"))


def _check_deadline(turn: Turn) -> None:
    seconds = turn.spec.get("activeDeadlineSeconds")
    if seconds is None or turn.failure is not None or is_terminal(turn.pod):
        return
    if turn.now < turn.box.since + seconds:
        turn.wake(turn.box.since + seconds)
        return
    turn.failure = Failure("DeadlineExceeded", EXCEEDED)
    turn.tell("DeadlineExceeded", EXCEEDED)


def _grace(turn: Turn) -> float:
    given = turn.pod["metadata"].get("deletionGracePeriodSeconds")
    if given is not None:
        return float(given)
    failure = turn.failure
    return EVICTION_GRACE if failure is not None and failure.reason == "Evicted" else grace_of(turn.spec)


def _go_on(turn: Turn) -> None:
    if turn.containers:
        notice(turn)
        _probe(turn)
    start(turn)
    _probe(turn)  # what was started just now is to be probed too


def _probe(turn: Turn) -> None:
    spec = turn.spec
    for each in (*(spec.get("initContainers") or ()), *spec["containers"]):
        if is_probed(each):
            probe(turn, each)


def _outcome(turn: Turn, leaving: bool, told: tuple[Told, ...]) -> PodSynced:
    spec, box, written = turn.spec, turn.box, turn.pod.get("status")
    specs = spec.get("initContainers") or ()
    default = "PodInitializing" if specs else "ContainerCreating"
    inits = container_statuses(turn, specs, True, default)
    mains = container_statuses(turn, spec["containers"], False, default)
    phase = phase_of(turn, inits, mains)
    address = turn.machine.address if spec.get("hostNetwork") else turn.address
    status: Mapping[str, Any] = pod_status(turn, address, phase, inits, mains)
    over = phase in TERMINAL or leaving
    over = over and not any(each.ends > turn.now for each in turn.containers.values())
    if over:
        turn.due, turn.addresses = inf, turn.addresses.freed(turn.address, box.uid)
    machine = ended(turn, status, over)
    if over and leaving:
        machine = machine.without_sandbox(box.uid)
    due = None if turn.due == inf else turn.due
    return PodSynced(machine, None if status == written else status, over and leaving, (*told, *turn.told), due)
