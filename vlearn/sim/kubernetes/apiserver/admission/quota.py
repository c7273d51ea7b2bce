"""ResourceQuota: refuses what would exceed a namespace's quota, and charges what does not to the quota's status.

Source: k8s.io/apiserver, plugin resourcequota. A quota whose status no controller has written yet refuses everything
that it limits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.resources import Amounts, added, amounts
from vlearn.sim.kubernetes.api.status import StatusError, forbidden
from vlearn.sim.kubernetes.apiserver.admission.usage import covers, usage
from vlearn.sim.kubernetes.store import Key, Object, Store, collection

QUOTAS = "resourcequotas"
COMPUTE = ("cpu", "memory", "ephemeral-storage")
_NONE = parse_quantity("0")


def charged(store: Store, object: Object, old: Object | None = None) -> Store:
    """The store with the object's cost added to each quota's use. Raises StatusError where a quota does not allow it.

    `old` is the object that this one takes the place of: only what comes on top is charged.
    """
    namespace = object["metadata"]["namespace"]
    if namespace not in store.objects.get(QUOTAS, ()):
        return store
    cost = usage(object, store.now)
    before = usage(old, store.now) if old is not None else {}
    more = {name: amount - before.get(name, _NONE) for name, amount in cost.items()}
    more = {name: amount for name, amount in more.items() if amount.nanos}
    for key, quota in collection(store.objects, QUOTAS, namespace):
        if covers(quota, object):
            store = _charged(store, key, quota, object, cost, more)
    return store


def with_status(store: Store, key: Key, used: Mapping[str, str]) -> Store:
    """The store after the quota controller has written what it counted."""
    quota = store.get(key)
    assert quota is not None, "the controller has read it"
    hard = (quota.get("spec") or {}).get("hard") or {}
    status = {"hard": dict(hard), "used": dict(used)}
    return store if quota.get("status") == status else store.put(key, {**quota, "status": status})


def _charged(store: Store, key: Key, quota: Object, object: Object, cost: Amounts, more: Amounts) -> Store:
    hard = amounts((quota.get("spec") or {}).get("hard"))
    counted = [name for name in hard if name in cost or _is_compute(name, object)]
    if not counted:
        return store
    if object["kind"] == "Pod" and (lacking := _unspecified(object, hard)):
        raise _refused(object, f"failed quota: {key.name}: must specify {lacking}")
    mine = {name: amount for name, amount in more.items() if name in hard}
    if not mine:
        return store
    status = quota.get("status") or {}
    unknown = sorted(name for name in mine if name not in (status.get("hard") or {}) or name not in status["used"])
    if unknown:
        raise _refused(object, f"status unknown for quota: {key.name}, resources: {','.join(unknown)}")
    used = amounts(status["used"])
    after = added(used, mine)
    limits = amounts(status["hard"])
    over = sorted(name for name, amount in mine.items() if after[name] > limits[name] and amount.nanos > 0)
    if over:
        parts = (("requested", mine), ("used", used), ("limited", limits))
        told = ", ".join(f"{word}: {_written(each, over)}" for word, each in parts)
        raise _refused(object, f"exceeded quota: {key.name}, {told}")
    written = {**status["used"], **{name: str(after[name]) for name in mine}}
    return store.put(key, {**quota, "status": {**status, "used": written}})


def _is_compute(name: str, object: Object) -> bool:
    return object["kind"] == "Pod" and name.rpartition(".")[2] in COMPUTE


def _unspecified(pod: Object, hard: Amounts) -> str:
    """Which limited amounts a container does not state, and which containers: `requests.cpu for: a,b; ...`."""
    spec = pod["spec"]
    told = []
    for name in sorted(hard):
        kind, _, resource = name.rpartition(".")
        if resource not in COMPUTE or kind not in ("", "requests", "limits"):
            continue
        part = kind or "requests"
        if resource in ((spec.get("resources") or {}).get(part) or {}):
            continue
        containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
        lacking = [each["name"] for each in containers if resource not in _given(each, part)]
        if lacking:
            told.append(f"{name} for: {','.join(sorted(lacking))}")
    return "; ".join(told)


def _given(container: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    return (container.get("resources") or {}).get(part) or {}


def _refused(object: Object, words: str) -> StatusError:
    return forbidden(BY_KIND[object["apiVersion"], object["kind"]], object["metadata"]["name"], words)


def _written(given: Amounts, names: Sequence[str]) -> str:
    return ",".join(f"{name}={given[name]}" for name in names)
