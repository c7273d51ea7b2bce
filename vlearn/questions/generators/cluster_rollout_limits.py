"""A question whose key is how many pods a rolling update allows at most, and how many it leaves available at least."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.cluster_rollouts import Amount, Rollout, act
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.controllers.rolling import fenceposts

PERCENTAGES = ("10%", "15%", "20%", "25%", "30%", "40%")


def rollout_limits(rng: Random) -> Posed:
    """At most how many pods are there, and at least how many are available?"""
    while True:
        replicas = rng.randrange(3, 25)
        surge, unavailable = _amount(rng), _amount(rng)
        exact = [_exact(each, replicas) for each in (surge, unavailable)]
        if not (surge == unavailable == 0) and (exact[0] % 100 or exact[1] % 100) and max(exact) < 100 * replicas:
            break
    most, fewer = fenceposts(surge, unavailable, replicas)
    start = Rollout(replicas, surge, unavailable, replicas)
    right = _told(replicas + most, replicas - fewer)
    up, down = [scaled(surge, replicas, up) for up in (True, False)]
    missing_up, missing_down = [scaled(unavailable, replicas, up) for up in (True, False)]
    wrong = [
        (_told(replicas + down, replicas - missing_up), "It is the other way round: the surge is rounded up."),
        (_told(replicas + up, replicas - missing_up), "The number of unavailable pods is rounded down."),
        (_told(replicas + down, replicas - missing_down), "The surge is rounded up."),
        (_told(replicas, replicas - fewer), "Beside `replicas` there may be the surge: new pods that come too early."),
        (_told(replicas + most, replicas), "That would hold with `maxUnavailable: 0`."),
        (_told(replicas + most, replicas + most - fewer), "What may be missing is counted from `replicas`."),
    ]
    if missing_down == fewer:
        rng.shuffle(wrong)
    else:
        wrong.insert(
            0, (_told(replicas, replicas), "Both limits round to 0; then one pod may be missing all the same.")
        )
    options, correct = distractors(rng, right, wrong, 3)
    prompt = Text(
        f"A Deployment of {replicas} replicas is given a new image. Its strategy is {start.asked}; all old pods are"
        " available. How many pods that are not being terminated are there at most, and how many available ones at"
        " least, as far as the controller decides on it?"
    )
    first = act(start)
    begins = "it creates new pods" if first and first.new else "it takes away old pods"
    solution = Text(
        f"`maxSurge`{_share(surge, replicas, 'up')} is {up} more; `maxUnavailable`"
        f"{_share(unavailable, replicas, 'down')} is {missing_down} fewer"
        f"{'' if missing_down == fewer else '. As both are 0, one pod may be missing'}."
        f" So {replicas} + {most} = {replicas + most} and {replicas} − {fewer} = {replicas - fewer}. The first thing"
        f" that the controller does: {begins}."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,))


def _amount(rng: Random) -> Amount:
    return rng.choice(PERCENTAGES) if rng.random() < 0.75 else rng.randrange(3)


def _share(amount: Amount, replicas: int, rounded: str) -> str:
    """How a percentage is computed, as an insertion; a number is taken as it is."""
    return f", {amount} of {replicas} rounded {rounded}," if isinstance(amount, str) else ""


def _exact(amount: Amount, replicas: int) -> int:
    """A hundred times the number of pods."""
    return 100 * amount if isinstance(amount, int) else int(amount.rstrip("%")) * replicas


def _told(most: int, least: int) -> str:
    return f"At most {most} pods, at least {least} of them available"
