"""Runs upstream's tables on deployments and replica sets: fenceposts, steps, scaling, status, deletion."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.controllers import deletion_order
from vlearn.sim.kubernetes.controllers.deletion_order import Candidate, DeletionRule, compare, pods_to_delete
from vlearn.sim.kubernetes.controllers.recreate import old_pods_running
from vlearn.sim.kubernetes.controllers.replicaset import replica_set_status
from vlearn.sim.kubernetes.controllers.revisions import same_template, surplus_history
from vlearn.sim.kubernetes.controllers.rolling import (
    clean_up_unhealthy,
    fenceposts,
    max_unavailable,
    new_replicas,
    reconcile_new,
    reconcile_old,
    scale_down_old,
)
from vlearn.sim.kubernetes.controllers.rollout import deployment_status, is_complete, is_progressing
from vlearn.sim.kubernetes.controllers.scaling import annotations_need_update, annotations_of, scale
from vlearn.sim.kubernetes.controllers.slow_start import slow_start

Run = Callable[[Any], str | None]
Row = Mapping[str, Any]

NOW = 1_800_000_000.0
"""A moment after everything in rows that do not say when they happen."""


def differs(ours: object, theirs: object) -> str | None:
    """The sentence of a row that the model answers otherwise."""
    return None if ours == theirs else f"the model says {ours!r}, upstream {theirs!r}"


def _deployment(replicas: int, surge: Any = 0, unavailable: Any = 0, kind: str = "RollingUpdate") -> dict[str, Any]:
    strategy = {"type": kind, "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return {"metadata": {"name": "foo"}, "spec": {"replicas": replicas, "strategy": strategy}}


def _set(name: str, replicas: int, available: int = 0) -> dict[str, Any]:
    status = {"replicas": replicas, "availableReplicas": available}
    return {"metadata": {"name": name}, "spec": {"replicas": replicas}, "status": status}


def _fenceposts(row: Row) -> str | None:
    try:
        found: Any = fenceposts(row["maxSurge"], row["maxUnavailable"], row["desired"])
    except Refused:
        found = Refused
    return differs(found, Refused if row["expectError"] else (row["expectSurge"], row["expectUnavailable"]))


def _new_size(row: Row) -> str | None:
    new = _set("new", row["newRSReplicas"])
    deployment = _deployment(row["depReplicas"], row["maxSurge"], 1, row["strategyType"])
    return differs(new_replicas(deployment, [new], new), row["expected"])


def _reconciled_new(row: Row) -> str | None:
    new, old = _set("new", row["newReplicas"]), _set("old", row["oldReplicas"])
    found = reconcile_new(_deployment(row["deploymentReplicas"], row["maxSurge"]), [new, old], new)
    return differs(found, {"new": row["expectedNewReplicas"]} if row["scaleExpected"] else {})


def _reconciled_old(row: Row) -> str | None:
    new = _set("new", row["newReplicas"], row["readyPodsFromNewRS"])
    old = _set("old", row["oldReplicas"], row["readyPodsFromOldRS"])
    deployment = _deployment(row["deploymentReplicas"], 0, row["maxUnavailable"])
    # Upstream's test asserts only whether the old set is scaled.
    return differs(bool(reconcile_old(deployment, [old], new)), row["scaleExpected"])


def _cleaned_up(row: Row) -> str | None:
    old = _set("old", row["oldReplicas"], row["readyPods"])
    size = clean_up_unhealthy([old], row["maxCleanupCount"]).get("old", row["oldReplicas"])
    return differs(row["oldReplicas"] - size, row["cleanupCountExpected"])


def _scaled_down(row: Row) -> str | None:
    old = _set("old", row["oldReplicas"], row["readyPods"])
    found = scale_down_old(_deployment(row["deploymentReplicas"], 0, row["maxUnavailable"]), [old], None)
    return differs(found, {"old": row["expectedOldReplicas"]} if row["scaleExpected"] else {})


def _proportional(row: Row) -> str | None:
    given = [*([row["newRS"]] if row["newRS"] else []), *(row["oldRSs"] or [])]
    # A row gives the surge after its change only. Amid a rollout all pods together are what was allowed before.
    before = row["old_deployment_replicas"]
    surge = max(0, sum(each["replicas"] for each in given) - before)

    def sized(each: Row) -> dict[str, Any]:
        desired = (row["desiredReplicasAnnotations"] or {}).get(each["name"], before)
        annotations = annotations_of(desired, desired + surge)
        made = _set(each["name"], each["replicas"])
        made["metadata"] |= {"creationTimestamp": each["created"], "annotations": annotations}
        return made

    new = sized(row["newRS"]) if row["newRS"] else None
    deployment = _deployment(row["deployment_replicas"], row["maxSurge"], row["maxUnavailable"])
    sizes = scale(deployment, new, [sized(each) for each in row["oldRSs"] or []])
    found = {each["name"]: sizes.get(each["name"], each["replicas"]) for each in given}
    expected = [*([row["expectedNew"]] if row["expectedNew"] else []), *(row["expectedOld"] or [])]
    return differs(found, {each["name"]: each["replicas"] for each in expected})


def _old_pods(row: Row) -> str | None:
    uid = ((row["newRS"] or {}).get("metadata") or {}).get("uid")
    pods = {owner: owned or () for owner, owned in (row["podMap"] or {}).items()}
    return differs(old_pods_running(uid, row["oldRSs"] or [], pods), row["hasOldPodsRunning"])


def _history(row: Row) -> str | None:
    deployment = {"metadata": {"name": "foo"}, "spec": {"revisionHistoryLimit": row["revisionHistoryLimit"]}}
    return differs(len(surplus_history(deployment, row["oldRSs"] or [])), row["expectedDeletions"])


def _rollout(row: Row) -> str | None:
    new = row["newRS"]
    everyone = [*(row["allRSs"] or []), *([new] if new else [])]
    status = deployment_status(row["d"], everyone, new, NOW)
    found = condition({"status": status}, row["conditionType"])
    if found is None:
        deadline = row["d"]["spec"].get("progressDeadlineSeconds")
        return None if deadline in (None, 2**31 - 1) else f"the model sets no condition {row['conditionType']}"
    words = found["status"], found.get("reason", "")
    before = condition(row["d"], row["conditionType"])
    kept = before is not None and before["status"] == found["status"] and before.get("lastTransitionTime")
    if row["lastTransition"] and kept and found["lastTransitionTime"] != row["lastTransition"]:
        return f"the model moves the transition to {found['lastTransitionTime']}"
    return differs(words, (row["conditionStatus"], row["conditionReason"]))


def _ranked(row: Row, rule: DeletionRule = deletion_order.V1_20) -> str | None:
    if "lesser" not in row:
        return differs(compare(Candidate(row, 1), Candidate(row, 1), NOW, rule), 0)
    pair = [Candidate(row[side]["pod"], row[side]["rank"]) for side in ("lesser", "greater")]
    # Upstream's now is the latest moment of the row, if it has one.
    times = [moment(each.pod["metadata"].get("creationTimestamp")) or 0.0 for each in pair]
    now = max(times) or NOW
    found = compare(*pair, now, rule), compare(*reversed(pair), now, rule)
    return None if found[0] < 0 < found[1] else f"the model compares the pair as {found}"


def _deleted(row: Row, rule: DeletionRule = deletion_order.V1_20) -> str | None:
    pods = row["pods"] or []
    related = pods if row["related"] is None else row["related"]
    found: Sequence[Any] = pods_to_delete(pods, related, row["diff"], NOW, rule)
    return differs(list(found), row["expectedPodsToDelete"] or [])


def _counted(row: Row) -> str | None:
    found = replica_set_status(row["replicaset"], row["filteredPods"] or [], NOW)
    return differs(found, row["expectedReplicaSetStatus"])


def _slow_start(row: Row) -> str | None:
    found = slow_start(row["count"], lambda call: call < row["callLimit"])
    failed = bool(row.get("expectedErr"))
    return differs((*found, found[1] < row["count"]), (row["expectedCallCnt"], row["expectedSuccesses"], failed))


RUNS: dict[str, Run] = {
    "TestResolveFenceposts": _fenceposts,
    "TestNewRSNewReplicas": _new_size,
    "TestMaxUnavailable": lambda row: differs(max_unavailable(row["deployment"]), row["expected"]),
    "TestDeploymentController_reconcileNewReplicaSet": _reconciled_new,
    "TestDeploymentController_reconcileOldReplicaSets": _reconciled_old,
    "TestDeploymentController_cleanupUnhealthyReplicas": _cleaned_up,
    "TestDeploymentController_scaleDownOldReplicaSetsForRollingUpdate": _scaled_down,
    "TestScale": _proportional,
    "TestDeploymentComplete": lambda row: differs(is_complete(row["d"], row["d"]["status"]), row["expected"]),
    "TestDeploymentProgressing": lambda row: differs(is_progressing(row["d"], row["newStatus"]), row["expected"]),
    "TestOldPodsRunning": _old_pods,
    "TestDeploymentController_cleanupDeployment": _history,
    # The test calls the function with 10 replicas and at most 20.
    "TestReplicasAnnotationsNeedUpdate": lambda row: differs(
        annotations_need_update(row["replicaSet"], 10, 20), row["expected"]
    ),
    "TestSyncRolloutStatus": _rollout,
    "TestEqualIgnoreHash": lambda row: differs(same_template(row["former"], row["latter"]), row["expected"]),
    "TestSortingActivePodsWithRanks": _ranked,
    "TestGetPodsToDelete": _deleted,
    "TestCalculateStatus": _counted,
    "TestSlowStartBatch": _slow_start,
}
TODAY: dict[str, Run] = {
    "TestSortingActivePodsWithRanks": lambda row: _ranked(row, deletion_order.TODAY),
    "TestGetPodsToDelete": lambda row: _deleted(row, deletion_order.TODAY),
}
"""The same rows under today's rules, for those tests whose rows are run under 1.20's."""
