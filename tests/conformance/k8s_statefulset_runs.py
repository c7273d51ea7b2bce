"""A stateful set amid chance: its controller takes steps while pods come up, fail and go in a random order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.pods import is_ready, is_terminal, is_terminating, phase
from vlearn.sim.kubernetes.controllers.history import History, history
from vlearn.sim.kubernetes.controllers.statefulset import stateful_set_step
from vlearn.sim.kubernetes.controllers.statefulset_identity import ordinal_of, revision_of
from vlearn.sim.kubernetes.controllers.statefulset_status import stateful_set_status
from vlearn.sim.kubernetes.controllers.statefulset_steps import StatefulSetStep

Pod = dict[str, Any]
Chances = Mapping[str, float]

START, ROUNDS, CALM = 1_800_000_000.0, 60, 400
NAMES = ("web", "web-0", "db-12-x", "a1")


@dataclass
class Look:
    """One look of the controller: the pods as they were, what it decided, and what of that was done."""

    before: Sequence[Pod]
    step: StatefulSetStep
    history: History
    created: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()

    def of(self, ordinal: int) -> Pod | None:
        """The pod that had this ordinal."""
        return next((pod for pod in self.before if ordinal_of(pod) == ordinal), None)

    def serves(self, ordinal: int) -> bool:
        """Whether it was Running and Ready and not on its way out."""
        pod = self.of(ordinal)
        return pod is not None and phase(pod) == "Running" and is_ready(pod) and not is_terminating(pod)


@dataclass
class World:
    """A stateful set with its pods, claims and revisions; `looks` is all that its controller has done."""

    rng: Random
    stateful_set: dict[str, Any]
    pods: dict[str, Pod] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    revisions: dict[str, Any] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    now: float = START

    def look(self, refusals: float = 0.0) -> None:
        """The controller takes a step; the API refuses a creation with this chance, which ends the step."""
        past = history(self.stateful_set, list(self.revisions.values()))
        if past.write is not None:
            self.revisions[past.write["metadata"]["name"]] = {**past.write}
        before = sorted(self.pods.values(), key=ordinal_of)
        step = stateful_set_step(self.stateful_set, before, self.now, past, self.claims)
        status = stateful_set_status(self.stateful_set, before, self.now, past, step)
        self.stateful_set = {**self.stateful_set, "status": status}
        created, refused = [], []
        self.claims |= {each.claim["metadata"]["name"]: each.claim for each in step.claims}
        for pod in step.create:
            if self.rng.random() < refusals:
                refused.append(ordinal_of(pod))
                break
            self.pods[pod["metadata"]["name"]] = {**pod, "status": {"phase": "Pending"}}
            created.append(ordinal_of(pod))
        for pod in (*step.delete, *step.replace):
            self.delete(pod["metadata"]["name"])
        self.looks.append(Look(before, step, past, tuple(created), tuple(refused)))

    def delete(self, name: str) -> None:
        """The pod is on its way out, or gone if it was not running yet."""
        pod = self.pods[name]
        if phase(pod) != "Running":
            del self.pods[name]
        elif not is_terminating(pod):
            self.pods[name] = {**pod, "metadata": {**pod["metadata"], "deletionTimestamp": timestamp(self.now)}}

    def chance(self, chances: Chances) -> None:
        """Time goes by, and something happens to each pod, or not. Chances: failing, unready, deleting."""
        self.now += 1
        for name, pod in list(self.pods.items()):
            if is_terminating(pod):
                if self.rng.random() < 0.5:
                    del self.pods[name]
            elif is_terminal(pod):
                continue
            elif self.rng.random() < chances.get("failing", 0):
                self.pods[name] = {**pod, "status": {"phase": self.rng.choice(("Failed", "Succeeded"))}}
            elif self.rng.random() < chances.get("deleting", 0):
                self.by_hand.add(name)
                self.delete(name)
            elif self.rng.random() < 0.5:
                self.pods[name] = {**pod, "status": self._status(self.rng.random() >= chances.get("unready", 0))}

    def _status(self, ready: bool) -> dict[str, Any]:
        word = "True" if ready else "False"
        ready_since = {"type": "Ready", "status": word, "lastTransitionTime": timestamp(self.now)}
        return {"phase": "Running", "conditions": [ready_since]}

    def play(self, chances: Chances, rounds: int = ROUNDS) -> None:
        """So many rounds; chances may also be: refusing, scaling, changing."""
        for _ in range(rounds):
            if self.rng.random() < chances.get("scaling", 0):
                self.scale(self.rng.randrange(7))
            if self.rng.random() < chances.get("changing", 0):
                self.change(self.rng.choice("abc"))
            self.look(chances.get("refusing", 0))
            self.chance(chances)

    def settle(self) -> str | None:
        """Play on without faults: the sentence of a set that then does not come to what it wants.

        Ended pods beyond the last ordinal are deleted by hand: upstream's controller, and ours, wait for them for ever
        where there are several.
        """
        for _ in range(CALM):
            for pod in [each for each in self.pods.values() if is_terminal(each)]:
                if ordinal_of(pod) not in self.ordinals():
                    self.delete(pod["metadata"]["name"])
            self.look()
            if self.looks[-1].step == StatefulSetStep() and self._is_calm():
                return None
            self.chance({})
        return f"left alone, the set comes to the pods {sorted(self.pods)}"

    def _is_calm(self) -> bool:
        serving = [pod for pod in self.pods.values() if is_ready(pod) and not is_terminating(pod)]
        return len(serving) == len(self.pods) and sorted(map(ordinal_of, serving)) == list(self.ordinals())

    def ordinals(self) -> range:
        """The ordinals wanted."""
        start = self.stateful_set["spec"]["ordinals"]["start"]
        return range(start, start + self.stateful_set["spec"]["replicas"])

    def revisions_of_pods(self) -> dict[int, str]:
        """The revision of each ordinal."""
        return {ordinal_of(pod): revision_of(pod) for pod in self.pods.values()}

    def scale(self, replicas: int) -> None:
        """Somebody changes spec.replicas."""
        self.stateful_set = {**self.stateful_set, "spec": {**self.stateful_set["spec"], "replicas": replicas}}

    def change(self, image: str) -> None:
        """Somebody changes the template."""
        self.stateful_set = {**self.stateful_set, "spec": {**self.stateful_set["spec"], "template": _template(image)}}


def world(seed: int, **spec: Any) -> World:
    """A set of some name, first ordinal and size that does not exist yet."""
    rng = Random(seed)
    stateful_set = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": rng.choice(NAMES), "namespace": "default", "uid": "set", "generation": 1},
        "spec": {
            "replicas": rng.randrange(2, 7),
            "ordinals": {"start": rng.choice((0, 0, 3))},
            "selector": {"matchLabels": {"app": "web"}},
            "serviceName": "web",
            "template": _template("a"),
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "volumeClaimTemplates": [{"metadata": {"name": each}, "spec": {}} for each in ("www", "log")],
            **spec,
        },
    }
    return World(rng, stateful_set)


def _template(image: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
