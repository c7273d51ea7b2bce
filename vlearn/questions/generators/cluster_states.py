"""Questions whose key is a pod's phase, and the columns that `kubectl get pods` shows of it, from its containers."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.cluster_scenes import NOW, Object, ago
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.sim.kubernetes.api.tables.pods import pod_cells
from vlearn.sim.kubernetes.node.pod_phase import pod_phase

PHASES = ("Pending", "Running", "Succeeded", "Failed")
POLICIES = ("Always", "OnFailure", "Never")


@dataclass(frozen=True, slots=True)
class Container:
    """A container's state in words and as its status has it."""

    words: str
    state: Mapping[str, object]
    last: Mapping[str, object] | None = None
    ready: bool = False
    restarts: int = 0


def _terminated(code: int, reason: str) -> Object:
    return {"terminated": {"exitCode": code, "reason": reason, "finishedAt": ago(60)}}


def _crashing(reason: str, restarts: int) -> Container:
    words = (
        f"{'was killed for lack of memory' if reason == 'OOMKilled' else 'ended with 1'} and waits for its next start"
    )
    state = {"waiting": {"reason": "CrashLoopBackOff"}}
    return Container(f"{words} (CrashLoopBackOff)", state, _terminated(1, reason), restarts=restarts)


RUNS = Container("runs", {"running": {"startedAt": ago(600)}}, ready=True)
UNREADY = Container("runs, not ready", {"running": {"startedAt": ago(600)}})
DONE = Container("ended with 0", _terminated(0, "Completed"))
BROKEN = Container("ended with 1", _terminated(1, "Error"))
CREATING = Container("its image is being pulled (ContainerCreating)", {"waiting": {"reason": "ContainerCreating"}})
NO_IMAGE = Container("its image cannot be pulled (ImagePullBackOff)", {"waiting": {"reason": "ImagePullBackOff"}})
KILLED = Container("was killed for lack of memory", _terminated(137, "OOMKilled"))
STATES = (RUNS, UNREADY, DONE, BROKEN, CREATING, NO_IMAGE, KILLED)


def pod_phases(rng: Random, count: int = 5) -> Posed:
    """In which phase is each pod?"""
    while True:
        pods = {}
        for _ in range(count):
            policy, containers = _drawn(rng)
            pods[f"{policy}; {_told(containers)}"] = pod_phase(_spec(policy, containers), _statuses(containers))
        if len(pods) == count and len(set(pods.values())) >= 3:
            break
    prompt = Text(
        "In which phase is each of these pods? Given are its restart policy and the states of its containers *a* and"
        " *b*; what is said to have ended has not been started again yet."
    )
    solution = Text(
        "Pending: a container has never started. Else Running, as long as one runs or will be started again: after any"
        " end with Always, after an error with OnFailure. When all have ended for good: Succeeded if all ended with 0,"
        " Failed if one did not. Reasons such as CrashLoopBackOff and ImagePullBackOff are no phases."
    )
    key = tuple(PHASES.index(phase) for phase in pods.values())
    return Posed((prompt,), Classification(PHASES, tuple(pods), key), (solution,))


def pod_columns(rng: Random, count: int = 4) -> Posed:
    """What do the columns READY, STATUS and RESTARTS show?"""
    header = ("Pod", "READY", "STATUS", "RESTARTS")
    while True:
        rows = {}
        for _ in range(count):
            policy, containers = _drawn(rng)
            leaving = rng.random() < 0.15
            cells = pod_cells(_pod(policy, containers, leaving), NOW)
            words = f"{policy}; {_told(containers, restarts=True)}{'; it is being deleted' if leaving else ''}"
            rows[words] = (cells[1], cells[2], cells[3].partition(" ")[0])
        if len(rows) == count and len({row[1] for row in rows.values()}) >= 3:
            break
    table = [(words, *cells) for words, cells in rows.items()]
    prompt = Text(
        "What does `kubectl get pods` show of each of these pods? Given are its restart policy and the states of its"
        " containers *a* and *b*, listed in this order; the reasons of ended containers are Completed, Error and"
        " OOMKilled. Of RESTARTS write the number only."
    )
    solution = (
        Text(
            "READY counts the containers that run and are ready. STATUS is the phase only as long as no container has"
            " something more telling: the reason for which one waits, or with which it ended; of several, that of the"
            " first. If that is Completed while another one is ready, it is NotReady (or Running, if the pod is ready)."
            " A pod that is being deleted is Terminating, unless it has ended."
        ),
        Table(header, tuple(table)),
    )
    return Posed((prompt,), asked_below(header, table, *header[1:]), solution)


def _drawn(rng: Random) -> tuple[str, list[Container]]:
    policy = rng.choice(POLICIES)
    pool = (
        [*STATES, RUNS, _crashing(rng.choice(("Error", "OOMKilled")), rng.randrange(1, 9))]
        if policy != "Never"
        else STATES
    )
    return policy, [rng.choice(pool) for _ in range(rng.choice((1, 2, 2)))]


def _told(containers: list[Container], restarts: bool = False) -> str:
    return "; ".join(
        f"{name}: {each.words}{_restarted(each.restarts) if restarts else ''}"
        for name, each in zip("ab", containers, strict=False)
    )


def _restarted(count: int) -> str:
    return f" after {count} restart{'s' * (count != 1)}" if count else ""


def _spec(policy: str, containers: list[Container]) -> Object:
    names = "ab"[: len(containers)]
    return {"restartPolicy": policy, "containers": [{"name": name, "image": "app:1"} for name in names]}


def _statuses(containers: list[Container]) -> list[Object]:
    return [
        {
            "name": name,
            "state": dict(each.state),
            "ready": each.ready,
            "restartCount": each.restarts,
            **({"lastState": dict(each.last)} if each.last else {}),
        }
        for name, each in zip("ab", containers, strict=False)
    ]


def _pod(policy: str, containers: list[Container], leaving: bool) -> Object:
    spec, statuses = _spec(policy, containers), _statuses(containers)
    ready = "True" if all(each.ready for each in containers) else "False"
    status = {
        "phase": pod_phase(spec, statuses),
        "containerStatuses": statuses,
        "conditions": [{"type": "Ready", "status": ready}],
    }
    metadata = {"name": "pod", "creationTimestamp": ago(900), **({"deletionTimestamp": ago(5)} if leaving else {})}
    return {"metadata": metadata, "spec": spec, "status": status}
