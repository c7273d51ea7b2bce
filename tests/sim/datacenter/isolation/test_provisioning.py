import pytest

from vlearn.errors import ModelError
from vlearn.sim.datacenter.isolation import WAYS, provision

SECONDS = [  # at 125 MB/s
    ("virtual machine", False, 32 + 2 + 15 + 1),
    ("virtual machine", True, 18),
    ("microVM", True, 1.125),
    ("container", False, 1.6 + 1.3),
    ("container", True, 1.3),
]


@pytest.mark.parametrize(("way", "cached", "seconds"), SECONDS)
def test_copies_are_computed_and_the_rest_is_added(way, cached, seconds):
    assert provision(way, cached=cached).final.seconds == pytest.approx(seconds)


def test_bare_metal_takes_days_virtual_machines_seconds_and_containers_less():
    times = [provision(way).final.seconds for way in ("bare metal", "virtual machine", "container")]
    assert times[0] > 86_400 > 60 > times[1] > times[2]
    assert provision("bare metal", cached=True).final.seconds == times[0]  # there is no host yet that has the image


def test_only_the_figure_that_was_read_is_marked_so():
    marked = {(way.name, stage.name) for way in WAYS.values() for stage in way.stages if stage.mark == "V"}
    assert marked == {("microVM", "start the monitor and the kernel")}


REFUSED = [
    ("vitual machine", 1.0, "did you mean 'virtual machine'"),
    ("container", 0.0, "more than 0"),
    ("container", float("nan"), "more than 0"),
]


@pytest.mark.parametrize(("way", "bandwidth", "says"), REFUSED)
def test_what_cannot_be_is_refused(way, bandwidth, says):
    with pytest.raises(ModelError, match=says):
        provision(way, bandwidth)
