import pytest

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.node_lifecycle import silent_at, silent_status, unready_status, with_taints
from vlearn.sim.kubernetes.controllers.taint_eviction import disrupted_status, eviction
from vlearn.sim.kubernetes.controllers.zones import disruption, eviction_rate, may_evict

NOW = 1_800_000_000.0
EARLIER = timestamp(NOW - 3600)


def node(name="n1", taints=(), zone="", unschedulable=False, **conditions):
    said = [{"type": type, "status": status, "lastTransitionTime": EARLIER} for type, status in conditions.items()]
    spec = {"taints": list(taints)} if taints else {}
    labels = {"topology.kubernetes.io/zone": zone}
    return {
        "metadata": {"name": name, "creationTimestamp": EARLIER, "labels": labels},
        "spec": {**spec, **({"unschedulable": True} if unschedulable else {})},
        "status": {"conditions": said},
    }


def own(name, effect="NoSchedule", since=NOW):
    return {"key": f"node.kubernetes.io/{name}", "effect": effect, "timeAdded": timestamp(since)}


def written(taints):
    return [f"{each['key'].removeprefix('node.kubernetes.io/')}:{each['effect']}" for each in taints]


def test_a_node_may_be_silent_for_fifty_seconds_and_a_new_one_for_sixty():
    assert silent_at(node(Ready="True"), NOW) == NOW + 50
    assert silent_at(node(), 0.0) == NOW - 3600 + 60


def test_of_a_silent_node_nothing_is_known_but_its_network():
    status = silent_status(node(Ready="True", MemoryPressure="False", NetworkUnavailable="False"), NOW)
    said = {each["type"]: (each["status"], each.get("reason")) for each in status["conditions"]}
    assert said == {
        "Ready": ("Unknown", "NodeStatusUnknown"),
        "MemoryPressure": ("Unknown", "NodeStatusUnknown"),
        "DiskPressure": ("Unknown", "NodeStatusNeverUpdated"),
        "PIDPressure": ("Unknown", "NodeStatusNeverUpdated"),
        "NetworkUnavailable": ("False", None),
    }
    ready = condition({"status": status}, "Ready")
    assert (ready["message"], ready["lastTransitionTime"]) == ("Kubelet stopped posting node status.", timestamp(NOW))
    assert silent_status({**node(), "status": status}, NOW + 99) == status


LOST = own("unreachable", "NoExecute", NOW - 60)
USERS = {"key": "gpu", "effect": "NoSchedule"}
TAINTS = [
    (node(Ready="True"), None, []),
    (node(Ready="False"), None, ["not-ready:NoSchedule"]),
    (node(Ready="False"), True, ["not-ready:NoSchedule", "not-ready:NoExecute"]),
    (node(Ready="Unknown"), True, ["unreachable:NoSchedule", "unreachable:NoExecute"]),
    (node(), True, []),
    (node(Ready="True", MemoryPressure="True"), None, ["memory-pressure:NoSchedule"]),
    (node(Ready="True", DiskPressure="True"), None, ["disk-pressure:NoSchedule"]),
    (node(Ready="True", PIDPressure="True"), None, ["pid-pressure:NoSchedule"]),
    (node(Ready="True", NetworkUnavailable="True"), None, ["network-unavailable:NoSchedule"]),
    (node(Ready="True", unschedulable=True), None, ["unschedulable:NoSchedule"]),
    (node(taints=[own("unschedulable"), LOST, USERS], Ready="True"), None, ["gpu:NoSchedule"]),
    (node(taints=[LOST], Ready="False"), None, ["not-ready:NoSchedule", "not-ready:NoExecute"]),
    (node(taints=[LOST], Ready="Unknown"), False, ["unreachable:NoSchedule"]),
]


@pytest.mark.parametrize(("subject", "evicting", "taints"), TAINTS)
def test_taints_follow_from_conditions(subject, evicting, taints):
    tainted = with_taints(subject, NOW, evicting)
    assert written(tainted["spec"].get("taints", ())) == taints
    assert with_taints(tainted, NOW + 5, evicting) is tainted


def test_a_taint_keeps_the_moment_at_which_it_was_added():
    tainted = with_taints(node(taints=[LOST], Ready="Unknown"), NOW, None)
    assert [each["timeAdded"] for each in tainted["spec"]["taints"]] == [timestamp(NOW - 60), timestamp(NOW)]


def pod(ready="True", tolerations=()):
    conditions = [
        {"type": "Ready", "status": ready, "lastTransitionTime": EARLIER},
        {"type": "PodScheduled", "status": "True"},
    ]
    return {"metadata": {"name": "p"}, "spec": {"tolerations": list(tolerations)}, "status": {"conditions": conditions}}


def test_a_pod_on_a_silent_node_is_no_longer_ready():
    changed = {"type": "Ready", "status": "False", "lastTransitionTime": timestamp(NOW)}
    assert unready_status(pod(), NOW)["conditions"] == [changed, {"type": "PodScheduled", "status": "True"}]
    assert unready_status(pod(ready="False"), NOW) is None


def tolerating(name, seconds=None):
    limit = {} if seconds is None else {"tolerationSeconds": seconds}
    return {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": "NoExecute", **limit}


FOREVER, FIVE_MINUTES, AT_ONCE = tolerating("unreachable"), tolerating("unreachable", 300), tolerating("unreachable", 0)
OTHER = {"key": "broken", "effect": "NoExecute"}
EVICTIONS = [
    ([], [], None, None),
    ([], [LOST], None, NOW),
    ([FOREVER], [LOST], None, None),
    ([FIVE_MINUTES], [LOST], None, NOW + 300),
    ([AT_ONCE], [LOST], None, NOW),
    ([FIVE_MINUTES], [LOST], NOW + 20, NOW + 20),
    ([FIVE_MINUTES], [LOST, OTHER], NOW + 20, NOW),
    ([FIVE_MINUTES, {"key": "broken", "operator": "Exists", "tolerationSeconds": 60}], [LOST, OTHER], None, NOW + 60),
    ([FOREVER], [LOST], NOW + 20, None),
]


@pytest.mark.parametrize(("tolerations", "taints", "scheduled", "due"), EVICTIONS)
def test_a_pod_stays_as_long_as_its_shortest_toleration(tolerations, taints, scheduled, due):
    assert eviction(pod(tolerations=tolerations), taints, scheduled, NOW).due == due


def test_an_evicted_pod_says_why():
    said = condition({"status": disrupted_status(pod(), NOW)}, "DisruptionTarget")
    assert (said["reason"], said["message"]) == (
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
    )


STATES = [
    (3, 0, "Normal", 0.1),
    (1, 2, "Normal", 0.1),  # two nodes are no disruption, however small the zone
    (2, 3, "PartialDisruption", 0.0),
    (3, 3, "Normal", 0.1),
    (40, 60, "PartialDisruption", 0.01),
    (0, 1, "FullDisruption", 0.1),
]


@pytest.mark.parametrize(("ready", "unready", "state", "rate"), STATES)
def test_the_rate_of_evictions_depends_on_the_state_of_the_zone(ready, unready, state, rate):
    assert disruption(ready, unready) == state
    assert eviction_rate(state, ready + unready) == rate


def test_a_zone_loses_the_pods_of_one_node_in_ten_seconds():
    lost = node("b", zone="x", Ready="Unknown")
    healthy = node("a", zone="x", Ready="True")
    tainted = [node("c", [own("unreachable", "NoExecute", NOW - ago)], "x", Ready="Unknown") for ago in (9, 10)]
    assert may_evict(lost, [healthy, lost], NOW) is True
    assert may_evict(lost, [healthy, lost, tainted[0]], NOW) is None
    assert may_evict(lost, [healthy, lost, tainted[1]], NOW) is True
    elsewhere = {**tainted[0], "metadata": node("c", zone="y")["metadata"]}
    assert may_evict(lost, [healthy, lost, elsewhere], NOW) is True


def test_nothing_is_evicted_while_no_node_is_ready():
    assert may_evict(node(Ready="Unknown"), [node(Ready="Unknown"), node(Ready="False")], NOW) is False
