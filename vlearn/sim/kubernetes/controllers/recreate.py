"""The strategy Recreate: no pod of the new template starts while one of an old template might still run."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod, is_terminal
from vlearn.sim.kubernetes.controllers.counts import all_counted
from vlearn.sim.kubernetes.controllers.rolling import ReplicaSet


def old_pods_running(
    new_uid: str | None, old: Sequence[ReplicaSet], pods: Mapping[str, Sequence[Mapping[str, Any]]]
) -> bool:
    """Whether the new replica set must wait. `pods` are the deployment's, by the uid of their replica set.

    A pod counts until it is in a terminal phase: one on a lost node (phase Unknown) may still be running.
    """
    if all_counted(old, "replicas") > 0:
        return True
    others: list[Pod] = [pod for uid, owned in pods.items() if uid != new_uid for pod in owned]
    return not all(is_terminal(pod) for pod in others)
