import pytest

from vlearn.sim.kubernetes.scheduler.resources import ASSUMED, Resources, requested_by


def container(cpu=None, memory=None, always=False):
    requests = {name: amount for name, amount in (("cpu", cpu), ("memory", memory)) if amount is not None}
    return {"resources": {"requests": requests}, **({"restartPolicy": "Always"} if always else {})}


SPECS = [
    ("nothing", {}, Resources()),
    ("containers add up", {"containers": [container("1", "1Ki"), container("500m", "1Ki")]}, Resources(1500, 2048)),
    (
        "the largest init container counts",
        {"containers": [container("1")], "initContainers": [container("2"), container("3")]},
        Resources(3000),
    ),
    (
        "a sidecar runs beside the containers",
        {"containers": [container("1")], "initContainers": [container("2", always=True)]},
        Resources(3000),
    ),
    (
        "an init container runs beside the sidecars before it",
        {"containers": [container("1")], "initContainers": [container("2", always=True), container("5")]},
        Resources(7000),
    ),
    ("overhead comes on top", {"containers": [container("1")], "overhead": {"cpu": "250m"}}, Resources(1250)),
    (
        "a request of the whole pod stands for its containers' own",
        {"containers": [container("1", "7")], "resources": {"requests": {"cpu": "4"}}},
        Resources(4000, 7),
    ),
    (
        "the sum is rounded up, not its parts",
        {"containers": [container("100u"), container("100u")]},
        Resources(1),
    ),
    (
        "extended resources are counted, unknown ones are not",
        {"containers": [{"resources": {"requests": {"example.com/gpu": "2", "pods": "1", "what": "3"}}}]},
        Resources(scalars={"example.com/gpu": 2}),
    ),
]


@pytest.mark.parametrize(("spec", "request_"), [row[1:] for row in SPECS], ids=[row[0] for row in SPECS])
def test_what_a_pod_asks_for(spec, request_):
    assert requested_by(spec) == request_


def test_a_score_assumes_what_a_container_does_not_state_but_believes_a_stated_zero():
    spec = {"containers": [container(), container(cpu="0"), container("1", "1Mi")]}
    assert requested_by(spec, ASSUMED) == Resources(1100, 401 << 20)
