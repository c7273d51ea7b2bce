"""A question whose key is the sizes of both replica sets at every halt of a rolling update."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.cluster_rollout_limits import PERCENTAGES
from vlearn.questions.generators.cluster_rollouts import Rollout, draw_rollout, roll, settled
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.controllers.rolling import fenceposts

HEADER = ("What happens", "New set", "Old set")


def rollout_steps(rng: Random) -> Posed:
    """How large are the new and the old replica set whenever the controller has to wait?"""
    while True:
        replicas = rng.randrange(4, 13)
        surge, unavailable = rng.choice((*PERCENTAGES[2:], 0, 1, 2)), rng.choice((*PERCENTAGES[2:], 0, 1, 2))
        start = Rollout(replicas, surge, unavailable, replicas)
        waves, rows = _run(rng, start)
        if (surge, unavailable) != (0, 0) and 4 <= len(rows) <= 6:
            break
    more, fewer = fenceposts(surge, unavailable, replicas)
    prompt = Text(
        f"A Deployment of {replicas} replicas is given a new image. Its strategy is {start.asked}; all old pods are"
        " available and stay so until they are taken away. After each line its controller does all that it may do"
        " before anything else happens. How many pods have the new and the old replica set then?"
    )
    solution = (
        Text(
            f"There may be {replicas} + {more} = {replicas + more} pods, and {replicas} − {fewer} = {replicas - fewer}"
            " must be available. First the new set grows into the room that there is, then the old one shrinks by what"
            " availability can spare, which makes room again."
        ),
        Table(HEADER, rows),
    )
    return Posed((prompt,), asked_below(HEADER, rows, *HEADER[1:]), solution, Replay(roll, start, waves, draw_rollout))


def _run(rng: Random, now: Rollout) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...]]:
    """How many pods become available each time, and the table."""
    waves, ready = [0], 0
    rows: list[tuple[str, ...]] = []
    while True:
        now = settled(now, ready)
        plural = "s" * (ready != 1)
        told = f"{ready} new pod{plural} become{'s' * (ready == 1)} available" if rows else "The update begins"
        rows.append((told, str(now.new), str(now.old)))
        waiting = now.new - now.available
        if now.old == 0 or waiting <= 0:
            return tuple(waves), tuple(rows)
        ready = rng.choice((waiting, waiting, rng.randrange(1, waiting + 1)))
        waves.append(ready)
