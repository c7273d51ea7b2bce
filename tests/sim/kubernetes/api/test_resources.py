import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.api.resources import pod_limits, pod_requests


def container(cpu=None, memory=None, limits=None, **more):
    requests = {name: each for name, each in (("cpu", cpu), ("memory", memory)) if each is not None}
    return {"name": "c", "resources": {"requests": requests, "limits": limits or {}}, **more}


def written(found):
    return {name: str(amount) for name, amount in found.items()}


SIDECAR = container("1", restartPolicy="Always")
REQUESTS = [
    ({"containers": [container("1"), container("2")]}, "3"),
    ({"containers": [container("1")], "initContainers": [container("4"), container("2")]}, "4"),
    ({"containers": [container("1")], "initContainers": [SIDECAR]}, "2"),
    # An init container behind a sidecar runs beside it, one before it does not.
    ({"containers": [container("1")], "initContainers": [SIDECAR, container("4")]}, "5"),
    ({"containers": [container("1")], "initContainers": [container("4"), SIDECAR]}, "4"),
    ({"containers": [container("1")], "overhead": {"cpu": "250m"}}, "1250m"),
    ({"containers": [container("1")], "resources": {"requests": {"cpu": "7"}}}, "7"),
]


@pytest.mark.parametrize(("spec", "cpu"), REQUESTS)
def test_what_a_pod_requests(spec, cpu):
    assert written(pod_requests(spec)) == {"cpu": cpu}


def test_overhead_raises_a_limit_that_is_set_and_sets_none():
    spec = {"containers": [container(limits={"cpu": "1"})], "overhead": {"cpu": "1", "memory": "1Mi"}}
    assert written(pod_limits(spec)) == {"cpu": "2"}


FULL = {"cpu": "1", "memory": "1Gi"}
CLASSES = [
    ([container()], "BestEffort"),
    ([container("0", "0")], "BestEffort"),
    ([container("1", "1Gi", FULL)], "Guaranteed"),
    ([container("1000m", "1024Mi", FULL)], "Guaranteed"),
    ([container("1", "1Gi", FULL), container()], "Burstable"),
    ([container("1", None, {"cpu": "1"})], "Burstable"),
    ([container("1", "1Gi", {"cpu": "2", "memory": "1Gi"})], "Burstable"),
]


@pytest.mark.parametrize(("containers", "expected"), CLASSES)
def test_the_class_of_service(containers, expected):
    assert qos_class({"spec": {"containers": containers}}) == expected


amount = st.sampled_from([None, "0", "1", "2"])
limits = st.dictionaries(st.sampled_from(["cpu", "memory"]), st.sampled_from(["0", "1", "2"]))
containers = st.lists(st.builds(container, amount, amount, limits), min_size=1, max_size=3)


@given(containers)
def test_a_container_that_asks_for_nothing_never_makes_a_pod_guaranteed(some):
    assert qos_class({"spec": {"containers": [*some, container()]}}) != "Guaranteed"
    assert qos_class({"spec": {"containers": some}}) == qos_class({"spec": {"containers": some[::-1]}})
