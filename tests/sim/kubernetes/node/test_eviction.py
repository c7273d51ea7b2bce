import pytest

from tests.sim.kubernetes.node.nodes import START, container, node, pod
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.node import Image, Program, Registry, fill_disk, node_object, ranked, restarted, sync_node

MIB = 1 << 20
REGISTRY = Registry()
for size in (100, 200, 300, 600):
    REGISTRY = REGISTRY.with_image(f"uses:{size}", Image(Program(memory=size * MIB)))


def using(name, size, memory=None, **spec):
    resources = {"requests": {"memory": memory}} if memory else {}
    return pod(name, container(image=f"uses:{size}", resources=resources), **spec)


def full(*pods):
    images = [f"uses:{size}" for size in (100, 200, 300, 600)]
    return node(*images, registry=REGISTRY).add(*pods).run(5)


def test_those_who_use_more_than_they_asked_for_go_first_then_the_unimportant_then_the_largest():
    after = full(
        using("fair", 300, "300Mi"),
        using("greedy", 300, "100Mi"),
        using("greedier", 300),
        using("important", 600, priority=1000),
        using("critical", 600, priority=2_000_000_000),
    )
    order = ranked(after.machine, after.pods.values(), "memory", after.machine.now)
    assert [each["metadata"]["name"] for each in order] == ["greedier", "greedy", "important", "fair"]


def test_a_node_short_of_memory_says_so_and_evicts_one_pod_at_a_time():
    after = full(using("small", 100), using("large", 600))
    home = node_object("worker", START, memory="750Mi")
    found = sync_node(after.machine, after.pods.values(), home, after.machine.now)
    assert found.evicted == "uid-large"
    assert is_true({"status": {"conditions": found.conditions}}, "MemoryPressure")
    assert found.told[0].told.message == "Node worker status is now: KubeletHasInsufficientMemory"
    after.machine = found.machine
    after.run(10)
    status = after.status("large")
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"] == (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
        "Container app was using 600Mi, request is 0, has larger consumption of memory. "
    )
    disruption = next(each for each in status["conditions"] if each["type"] == "DisruptionTarget")
    assert (disruption["status"], disruption["reason"]) == ("True", "TerminationByKubelet")
    again = sync_node(after.machine, after.pods.values(), home, after.machine.now)
    assert (again.evicted, after.status("small")["phase"]) == ("", "Running")


def test_a_kubelet_that_restarts_while_it_evicts_goes_on_with_that():
    after = full(using("large", 600))
    found = sync_node(after.machine, after.pods.values(), node_object("worker", START, memory="650Mi"), START + 5)
    after.machine = restarted(found.machine)
    assert after.run(5).status("large")["reason"] == "Evicted"


def test_pressure_is_shown_for_five_minutes_more():
    after = full(using("large", 600))
    home = node_object("worker", START, memory="650Mi")
    held = []
    for _ in range(4):
        found = sync_node(after.machine, after.pods.values(), home, after.machine.now)
        home = {**home, "status": {**home["status"], "conditions": found.conditions}}
        held.append(is_true(home, "MemoryPressure"))
        after.machine = found.machine
        after.run(found.due - after.machine.now if found.due else 100)
    assert held == [True, True, False, False]


def test_a_full_disk_puts_the_node_under_pressure_and_new_pods_are_rejected():
    after = full(using("small", 100))
    home = node_object("worker", START)
    found = sync_node(fill_disk(after.machine, MIB), after.pods.values(), home, after.machine.now)
    assert (found.evicted, is_true({"status": {"conditions": found.conditions}}, "DiskPressure")) == ("uid-small", True)
    after.machine = found.machine
    after.node = {**home, "status": {**home["status"], "conditions": found.conditions}}
    status = after.add(using("new", 100)).status("new")
    assert (status["phase"], status["message"]) == ("Failed", "The node had condition: [DiskPressure]. ")


def test_a_node_with_room_evicts_nobody():
    after = full(using("small", 100))
    found = sync_node(after.machine, after.pods.values(), node_object("worker", START), after.machine.now)
    assert (found.evicted, found.told, found.due) == ("", (), None)
    assert {each["lastTransitionTime"] for each in found.conditions} == {"2023-11-14T22:13:20Z"}
    assert {each["lastHeartbeatTime"] for each in found.conditions} == {"2023-11-14T22:13:25Z"}


def test_a_disk_cannot_be_filled_beyond_its_size():
    with pytest.raises(ModelError, match="bytes free"):
        fill_disk(full().machine, -1)
    with pytest.raises(ModelError, match="bytes free"):
        fill_disk(full().machine, 1 << 50)
