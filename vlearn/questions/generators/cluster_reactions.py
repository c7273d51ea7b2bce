"""A question whose key is what a replica set's controller does after each of several events."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Block, Text
from vlearn.questions.generators.cluster_scenes import APPS, NOW, Object, labels_text, pod_object
from vlearn.questions.generators.forms import asked_below, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.api.pods import is_active, is_terminating, phase
from vlearn.sim.kubernetes.controllers.replicaset import replica_set_step
from vlearn.trace import Event, Step

HEADER = ("Event", "Reaction", "Replicas")
WORDS = {
    "delete": "Somebody deletes one of the pods",
    "relabel": "Somebody changes the label of one pod to `app=test`",
    "stranger": "Somebody creates a pod with `app={app}`, which nobody owns",
    "evict": "The kubelet evicts one of the pods, whose phase becomes Failed",
    "crash": "A container of one pod crashes, and the kubelet restarts it",
    "lose": "The node of one pod has been lost for so long that the pod is marked for deletion",
    "unready": "One pod fails its readiness probe",
    "other": "Somebody creates a pod with the label `tier={app}`",
    "scale": "The wish is changed to `replicas: {number}`",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a replica set asks for, and every pod that there is."""

    app: str
    wanted: int
    pods: tuple[Object, ...] = ()
    made: int = 0

    @property
    def own(self) -> tuple[Object, ...]:
        """The pods with the label: the controller adopts those that nobody owns, and lets the others go."""
        return tuple(pod for pod in self.pods if pod["metadata"]["labels"].get("app") == self.app)

    @property
    def replicas(self) -> int:
        """How many pods count."""
        return sum(map(is_active, self.own))


Happening = tuple[str, int]


def react(state: Kept, happening: Happening) -> Iterator[Step[Kept]]:
    """The event, and the controller's one step."""
    kind, number = happening
    state = _after(state, kind, number)
    yield Step(Event(kind, _words(state, kind, number)), state)
    step = replica_set_step({"metadata": {}, "spec": {"replicas": state.wanted}}, state.own, state.own, NOW)
    if step.create:
        new = tuple(_pod(state.app, state.made + n) for n in range(step.create))
        state = replace(state, pods=(*state.pods, *new), made=state.made + step.create)
        yield Step(Event("create", f"the controller creates {step.create}"), state)
    elif step.delete:
        state = replace(state, pods=tuple(pod for pod in state.pods if pod not in step.delete))
        yield Step(Event("remove", f"the controller deletes {len(step.delete)}"), state)


def replica_set_reactions(rng: Random, events: int = 5) -> Posed:
    """How many pods are created or deleted after each event, and how many replicas are there then?"""
    app, wanted = rng.choice(APPS), rng.randrange(2, 6)
    kinds = [kind for kind in WORDS if kind != "scale"]
    drawn = [(kind, 0) for kind in rng.sample(kinds, events - 1)]
    drawn.insert(rng.randrange(events), ("scale", rng.choice([n for n in range(1, 8) if n != wanted])))
    happenings = (("scale", wanted), *drawn)
    state, rows = Kept(app, 0), []
    for kind, number in happenings:
        steps = list(react(state, (kind, number)))
        change = steps[-1].state.replicas - steps[0].state.replicas
        state = steps[-1].state
        rows.append((_words(state, kind, number), f"{change:+d}" if change else "0", str(state.replicas)))
    rows[0] = (f"The ReplicaSet is created with `replicas: {wanted}`; there are no pods yet", *rows[0][1:])
    prompt = Text(
        f"A ReplicaSet selects pods by `app={app}`. The events of the table happen in turn, and the controller reacts"
        " to each before the next one; every new pod runs and is ready at once. How many pods does the controller"
        " create (write `+2`), or delete (write `-2`), or neither (write `0`)? And how many replicas has it then: pods"
        " that it counts, neither ended nor being deleted?"
    )
    solution = (
        Text(
            "The controller knows no events: it compares how many active pods match its selector with how many are"
            " wished for. A pod that is not ready, or whose container is restarted in place, is still a replica. One"
            " that is evicted, marked for deletion or relabelled is none, and is replaced; a pod of nobody's that"
            " matches is adopted, and one too many is deleted."
        ),
        plain_table(HEADER, tuple(rows)),
    )
    replay = Replay(react, Kept(app, 0), happenings, draw_kept)
    return Posed((prompt,), asked_below(HEADER, rows, *HEADER[1:]), solution, replay)


def draw_kept(state: Kept, event: Event | None = None) -> tuple[Block, ...]:
    """Every pod, and whether it counts."""
    rows = tuple(
        (
            pod["metadata"]["name"],
            labels_text(pod["metadata"]["labels"]),
            "being deleted" if is_terminating(pod) else phase(pod),
            "yes" if pod in state.own and is_active(pod) else "no",
        )
        for pod in state.pods
    )
    told = event.text if event else ""
    return (
        Text(f"Wanted: {state.wanted}; replicas: {state.replicas}. {told}"),
        plain_table(("Pod", "Labels", "Phase", "Counts"), rows),
    )


def _words(state: Kept, kind: str, number: int) -> str:
    return WORDS[kind].format(app=state.app, number=number)


def _pod(app: str, number: int, **labels: str) -> Object:
    return pod_object(f"{app}-{number}", labels or {"app": app}, nodeName="node-a")


def _after(state: Kept, kind: str, number: int) -> Kept:
    if kind == "scale":
        return replace(state, wanted=number)
    if kind in ("stranger", "other"):
        labels = {"app" if kind == "stranger" else "tier": state.app}
        pod = pod_object(f"{kind}-{len(state.pods)}", labels, ready_for=5, age=5, nodeName="node-a")
        return replace(state, pods=(*state.pods, pod))
    counted = next(pod for pod in state.own if is_active(pod))
    return replace(state, pods=tuple(pod for each in state.pods for pod in _changed(each, kind, counted)))


def _changed(pod: Object, kind: str, one: Object) -> tuple[Object, ...]:
    """What becomes of a pod when the event happens to `one`."""
    if pod is not one or kind == "crash":
        return (pod,)
    metadata, status = pod["metadata"], pod["status"]
    match kind:
        case "relabel":
            return ({**pod, "metadata": {**metadata, "labels": {"app": "test"}}},)
        case "evict":
            return ({**pod, "status": {**status, "phase": "Failed"}},)
        case "lose":
            return ({**pod, "metadata": {**metadata, "deletionTimestamp": "2026-03-04T12:00:00Z"}},)
        case "unready":
            return ({**pod, "status": {**status, "conditions": [{"type": "Ready", "status": "False"}]}},)
    return ()
