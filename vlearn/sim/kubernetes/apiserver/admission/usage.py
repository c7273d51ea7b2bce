"""What an object of any kind costs of a quota, and what all objects of a namespace use of one."""

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.resources import Amounts, added
from vlearn.sim.kubernetes.controllers.quota import ONE, USAGE, in_scope
from vlearn.sim.kubernetes.store import Object, Objects, collection

_COUNTED_BY_NAME = ("configmaps", "secrets", "resourcequotas")


def usage(object: Object, now: float) -> Amounts:
    """What one object uses, under every name that a quota may limit it by."""
    resource = BY_KIND[object["apiVersion"], object["kind"]]
    own = USAGE.get(resource.kind)
    if own is not None:
        return own(object, now)
    counted = {f"count/{resource.qualified}": ONE}
    return {**counted, resource.name: ONE} if resource.name in _COUNTED_BY_NAME else counted


def covers(quota: Object, object: Object) -> bool:
    """Whether an object is within a quota's scopes; of a quota with scopes, only pods are."""
    if not (quota.get("spec") or {}).get("scopes"):
        return True
    return object["kind"] == "Pod" and in_scope(quota, object)


def used(quota: Object, objects: Objects, now: float) -> dict[str, str]:
    """What the quota controller counts: all that the objects of its namespace use of what it limits."""
    hard = (quota.get("spec") or {}).get("hard") or {}
    total: Amounts = dict.fromkeys(hard, ONE - ONE)
    for resource in objects:
        for _, object in collection(objects, resource, quota["metadata"]["namespace"]):
            if covers(quota, object):
                total = added(total, {name: more for name, more in usage(object, now).items() if name in hard})
    return {name: str(amount) for name, amount in sorted(total.items())}
