import pytest

from tests.views.geometry import collisions, root_of, texts_of
from vlearn.errors import ModelError
from vlearn.sim.monitors.paths import ARRANGEMENTS, HYPERVISORS, KINDS, LAYERS, hypervisor, path
from vlearn.views.privilege import Stair, draw_layers, draw_path, draw_stairs

NAMES = (*ARRANGEMENTS, "paravirtual, 64 bits")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_path_is_drawn_without_faults_and_said_in_words(name, kind):
    found = path(name, kind)
    (figure,) = draw_path(found)
    assert collisions(figure.svg) == []
    for stage in found.stages:
        assert f"the {stage.who} in {stage.level}" in figure.alt


def test_what_is_not_shown_yet_is_not_in_the_picture_nor_in_the_words():
    found = path("paravirtual, 32 bits", "page fault")
    (figure,) = draw_path(found, shown=2)
    assert collisions(figure.svg) == []
    words = [area.words for area in texts_of(root_of(figure.svg))]
    assert (words.count("monitor"), words.count("kernel"), words.count("?")) == (1, 0, 1)
    assert "kernel" not in figure.alt
    assert "left open" in figure.alt


def test_the_monitors_lane_is_there_even_if_it_is_never_entered():
    (figure,) = draw_path(path("VT-x", "system call"))
    words = [area.words for area in texts_of(root_of(figure.svg))]
    assert "root" in words
    assert "never entered" in words[0]


def test_any_layers_can_be_lanes():
    stairs = (
        Stair("host process", "QEMU"),
        Stair("host kernel", "KVM", "ioctl KVM_RUN"),
        Stair("guest", "kernel", "VM entry"),
    )
    lanes = ("guest", "host process", "host kernel")
    (figure,) = draw_stairs("In-kernel", lanes, stairs)
    assert collisions(figure.svg) == []
    assert "3: the kernel in guest, by VM entry." in figure.alt
    with pytest.raises(ModelError, match="there is no lane"):
        draw_stairs("In-kernel", ("guest",), stairs)


@pytest.mark.parametrize("lanes", [(), LAYERS])
@pytest.mark.parametrize("name", HYPERVISORS)
def test_every_type_of_hypervisor_is_drawn_on_the_same_diagram(name, lanes):
    layers = hypervisor(name)
    (figure,) = draw_layers(layers, lanes=lanes)
    assert collisions(figure.svg) == []
    assert layers.visits[0].layer == layers.visits[-1].layer == "guest process"
    assert all(f"the {visit.who} in {visit.layer}" in figure.alt for visit in layers.visits)


def test_an_unknown_type_of_hypervisor_is_refused():
    with pytest.raises(ModelError, match="did you mean 'Type 1'"):
        hypervisor("type 1")
