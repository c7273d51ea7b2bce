"""The check of chapter 14 that types the student's kubectl commands to a cluster whose rollout is stuck."""

from functools import cache
from typing import Any

from vlearn.errors import ModelError
from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch14_clusters import applied, deployment, service
from vlearn.sim.kubernetes.cluster import Cluster, run, started
from vlearn.sim.kubernetes.controllers.counts import counted, wanted
from vlearn.sim.kubernetes.kubectl import kubectl

WANTED, MOST = 4, 10


@cache
def stuck() -> Cluster:
    """`web`, whose new image has a tag that does not exist."""
    before = run(applied(run(started(3), 1), deployment("web", WANTED, "nginx:1.28"), service("web")), 60)
    return run(applied(before, deployment("web", WANTED, "nginx:1.999")), 60)


def unstick(answer: Any) -> Hint | None:
    """Commands after which four pods of `web` serve, and none of them is stuck."""
    lines = [answer] if isinstance(answer, str) else answer
    if not (isinstance(lines, (list, tuple)) and lines and all(isinstance(line, str) for line in lines)):
        return Hint('Give a list of kubectl commands, such as `["get pods", ...]`.')
    if len(lines) > MOST:
        return Hint(f"A command or two will do: at most {MOST}.")
    cluster = stuck()
    for line in lines:
        try:
            done = kubectl(cluster, line.strip().removeprefix("kubectl "))
        except ModelError as error:
            return Hint(f"`{line}`: {error}")
        if done.said.code:
            return Hint(f"`{line}` ends with exit code {done.said.code}:\n\n```\n{done.said.text.strip()}\n```")
        cluster = run(done.cluster, 5)
    return _judged(run(cluster, 60))


def _judged(cluster: Cluster) -> Hint | None:
    found = cluster.get("deployments.apps", "web")
    if found is None:
        return Hint("`web` is gone, and its pods with it. That is an outage.")
    if wanted(found) != WANTED:
        return Hint(f"`web` wants {wanted(found)} pods now. Four are asked for.")
    if found["spec"].get("paused"):
        return Hint("The rollout is paused: nobody looks at the template now.")
    available, updated, all_there = (counted(found, name) for name in _COUNTERS)
    if available == updated == all_there == WANTED:
        return None
    return Hint(
        f"After a minute {available} of {all_there} pods serve; the others still wait for an image that does not exist."
        " Deleting them helps nobody: what they are made from has to change."
    )


_COUNTERS = ("availableReplicas", "updatedReplicas", "replicas")
