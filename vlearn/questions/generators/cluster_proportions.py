"""A question whose key is how a scaling amid a rollout is spread over the replica sets."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_rollouts import replica_set
from vlearn.questions.generators.cluster_scenes import APPS, pod_names
from vlearn.questions.generators.forms import asked_below, plain_table
from vlearn.questions.generators.posed import Posed
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.controllers.scaling import annotations_of, scale

HEADER = ("Replica set", "Pods before", "Pods after")


def scaled_amid_rollout(rng: Random) -> Posed:
    """How many pods has each replica set after the deployment has been scaled?"""
    app, surge = rng.choice(APPS), rng.choice((1, 2, 3, "20%", "25%", "30%"))
    while True:
        before, after = rng.randrange(5, 16), rng.randrange(4, 31)
        most = before + scaled(surge, before, up=True)
        sizes = _sizes(rng, most, rng.choice((2, 2, 3)))
        names = pod_names(rng, app, len(sizes))
        deployment = {
            "metadata": {"name": app},
            "spec": {"replicas": after, "strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": 1}}},
            "status": {"replicas": most},
        }
        noted = annotations_of(before, most)
        sets = [
            replica_set(name, size, size - 1, 7200 - 600 * n, **noted)
            for n, (name, size) in enumerate(zip(names, sizes, strict=True))
        ]
        result = scale(deployment, sets[-1], sets[:-1])
        if abs(after - before) >= 2 and len(result) >= 2 and len(set(sizes)) == len(sizes):
            break
    allowed = after + scaled(surge, after, up=True)
    rows = [
        (f"`{name}`{' (new)' if name == names[-1] else ''}", str(size), str(result.get(name, size)))
        for name, size in zip(names, sizes, strict=True)
    ]
    rng.shuffle(rows)
    prompt = Text(
        f"A rolling update of the Deployment `{app}` from {before} old pods to {before} new ones is half done, with"
        f" `maxSurge: {surge}`; its replica sets have {most} pods together, as many as it allows. Some of the new ones"
        f" are not available yet. Now somebody types `kubectl scale deployment {app} --replicas={after}`. How many pods"
        " does the controller give to each replica set before the rollout goes on?"
    )
    solution = (
        Text(
            f"The new sum is {after} + {allowed - after} = {allowed}, and each set keeps its share: its size times"
            f" {allowed}/{most}, rounded to the nearest number, the largest set first. What rounding leaves goes to the"
            " largest. So a rollout that is scaled neither ends in new pods that may not work, nor loses them."
        ),
        plain_table(HEADER, tuple(rows)),
    )
    return Posed((prompt,), asked_below(HEADER, rows, "Pods after"), solution)


def _sizes(rng: Random, total: int, count: int) -> list[int]:
    """So many positive numbers with this sum."""
    cuts = sorted(rng.sample(range(1, total), count - 1))
    return [high - low for low, high in zip((0, *cuts), (*cuts, total), strict=True)]
