"""What admission adds to every new pod: its priority, and how long it stays on a node that is lost.

Source: plugin/pkg/admission/priority and .../defaulttolerationseconds. Leaves out service accounts and their tokens.
"""

from collections.abc import Mapping

from vlearn.sim.kubernetes.api.kinds import PODS
from vlearn.sim.kubernetes.api.status import forbidden
from vlearn.sim.kubernetes.store import Key, Object, Store, collection

SYSTEM_PRIORITIES: Mapping[str, int] = {
    "system-cluster-critical": 2_000_000_000,
    "system-node-critical": 2_000_001_000,
}
LOST = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
STAYS = 300
_EFFECTS = (None, "", "NoExecute")


def with_priority(store: Store, pod: Object) -> Object:
    """The pod with the number of its class, or of the default class. Raises StatusError for an unknown class."""
    spec = dict(pod["spec"])
    name: str = spec.get("priorityClassName") or ""
    value, policy = 0, "PreemptLowerPriority"
    if name in SYSTEM_PRIORITIES:
        value = SYSTEM_PRIORITIES[name]
    elif name:
        found = store.get(Key("priorityclasses.scheduling.k8s.io", "", name))
        if found is None:
            words = f"no PriorityClass with name {name} was found"
            raise forbidden(PODS, pod["metadata"].get("name", ""), words)
        value, policy = found["value"], found.get("preemptionPolicy", policy)
    else:
        classes = [each for _, each in collection(store.objects, "priorityclasses.scheduling.k8s.io")]
        default = min((each for each in classes if each.get("globalDefault")), key=_value, default=None)
        if default is not None:
            spec["priorityClassName"] = default["metadata"]["name"]
            value, policy = default["value"], default.get("preemptionPolicy", policy)
    if spec.get("priority") not in (None, value):
        words = "the integer value of priority (%d) must not be provided in pod spec; priority admission controller"
        told = words % spec["priority"] + f" computed {value} from the given PriorityClass name"
        raise forbidden(PODS, pod["metadata"].get("name", ""), told)
    return {**pod, "spec": {**spec, "priority": value, "preemptionPolicy": spec.get("preemptionPolicy") or policy}}


def with_tolerations(pod: Object) -> Object:
    """The pod tolerating a lost node for five minutes, unless it says for how long itself."""
    given = list(pod["spec"].get("tolerations") or ())
    for key in LOST:
        if not any(each.get("key") in (key, None, "") and each.get("effect") in _EFFECTS for each in given):
            given.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": STAYS})
    return {**pod, "spec": {**pod["spec"], "tolerations": given}}


def _value(priority_class: Object) -> int:
    value: int = priority_class["value"]
    return value
