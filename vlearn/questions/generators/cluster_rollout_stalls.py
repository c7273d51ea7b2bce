"""A question whose key is where a rollout stands whose new pods never become available."""

from dataclasses import replace
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_rollouts import Rollout, draw_rollout, roll, settled
from vlearn.questions.generators.cluster_scenes import NOW, ago
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.controllers.rolling import fenceposts
from vlearn.sim.kubernetes.controllers.rollout import deployment_status

FAULTS = (
    "an image that no registry has",
    "a program that ends with an error at every start",
    "a readiness probe that asks for a path which the program does not know",
    "a Secret as a file that does not exist",
)


def rollout_stalls(rng: Random) -> Posed:
    """What is left serving, what was made, and what does the Deployment say?"""
    recreate = rng.random() < 0.2
    while True:
        replicas = rng.randrange(3, 13)
        surge, unavailable = rng.choice(("20%", "25%", "34%", 1, 2)), rng.choice(("0%", "20%", "25%", "34%", 1, 2))
        start = Rollout(replicas, surge, unavailable, replicas, strategy="Recreate" if recreate else "RollingUpdate")
        end = settled(start)
        if recreate or end.new < replicas:
            break
    minutes = rng.choice((15, 20, 30, 45, 60, 90))
    said = "ProgressDeadlineExceeded" if reason(end, 60 * minutes) == "ProgressDeadlineExceeded" else "nothing"
    right = _told(end.old, end.new, said)
    wrong = [
        (
            _told(replicas, 0, "a rollback"),
            "Slides promise it, but a Deployment never rolls back: somebody must undo it.",
        ),
        (
            _told(end.old, end.new, "nothing"),
            "After `progressDeadlineSeconds`, 600 by default, it reports the failure.",
        ),
    ]
    if recreate:
        rolled = settled(replace(start, strategy="RollingUpdate", surge="25%", unavailable="25%"))
        wrong.append(
            (_told(rolled.old, rolled.new, said), "So the default RollingUpdate; Recreate stops all old pods.")
        )
        wrong.append(
            (_told(replicas, 1, said), "Recreate does not try the image first: it begins by stopping old pods.")
        )
    else:
        both = fenceposts(surge, unavailable, replicas)
        wrong += [
            (
                _told(0, replicas, said),
                "So the strategy Recreate. Here old pods go only as far as availability allows.",
            ),
            (
                _told(replicas - both[1], both[0], said),
                "The places of the old pods that are gone count as room as well.",
            ),
            (_told(replicas, both[0], said), "As many old pods as may be missing are taken away without waiting."),
        ]
    options, correct = distractors(rng, right, wrong, 3)
    prompt = Text(
        f"A Deployment of {replicas} replicas runs well; its strategy is {start.asked}. By mistake it is"
        f" given a new template with {rng.choice(FAULTS)}. Nobody does anything. How do things stand after {minutes}"
        " minutes?"
    )
    solution = Text(
        f"{right}. The controller waits for new pods to become available, and they never do. The condition Progressing"
        " becomes False, and that is all: `kubectl rollout undo`, or a corrected template, is a person's or another"
        " tool's work."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,), Replay(roll, start, (0,), draw_rollout))


def reason(stalled: Rollout, seconds: float) -> str:
    """The reason of the condition Progressing when the last step is so many seconds ago."""
    old, new = stalled.sets
    said = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated", "lastUpdateTime": ago(seconds)}
    before = deployment_status(stalled.deployment, (old, new), new, NOW)
    status = {**before, "conditions": [said]}
    after = deployment_status({**stalled.deployment, "status": status}, (old, new), new, NOW)
    found = condition({"status": after}, "Progressing")
    return str(found["reason"]) if found else ""


def _told(old: int, new: int, said: str) -> str:
    old_pods = f"{old or 'No'} old pod{'s' * (old != 1)} serve{'s' * (old == 1)}"
    if said == "a rollback":
        return f"{old_pods}, the template is the old one again, and the Deployment says that it rolled back"
    waiting = f"{new} new one{'s' * (new != 1)} wait{'s' * (new == 1)}" if new else "no new one exists"
    report = "makes no progress" if said == "ProgressDeadlineExceeded" else "is progressing"
    return f"{old_pods}, {waiting}, and the Deployment says that it {report}"
