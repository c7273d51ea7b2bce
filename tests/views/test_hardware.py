from xml.etree import ElementTree as ET

import pytest

from tests.views.geometry import collisions, root_of, texts_of
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.hardware import AREAS, EVERYTHING, HARDWARE_ASSIST, hardware_assist, settings
from vlearn.sim.monitors.vm import trace_guest
from vlearn.views.hardware_operation import draw_operation
from vlearn.views.hardware_vmcs import draw_vmcs
from vlearn.views.svg import CURRENT

RUN = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(guest("kernel")))
ALL = trace_guest(hardware_assist(EVERYTHING), hardware_assist(EVERYTHING).start(guest("flags")))
BARE = trace_guest(hardware_assist(settings(["Enable EPT", "Unrestricted guest"])), HARDWARE_ASSIST.start(boot("hlt")))
DRAWINGS = (draw_operation, draw_vmcs)


def moments(run):
    """The start and, of each kind of event in each ring, the first and the last moment."""
    chosen = {}
    for step in run.steps:
        chosen.setdefault((step.event.kind, step.state.guest.cpl), []).append(step)
    steps = [step for found in chosen.values() for step in (found[0], found[-1])]
    return [(run.start, None), *((step.state, step.event) for step in steps)]


def at(kind, ring=None):
    found = (s for s in RUN.steps if s.event.kind == kind and ring in (None, s.state.guest.cpl))
    step = next(found)
    return step.state, step.event


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("run", [RUN, ALL, BARE], ids=["kernel", "everything", "bare"])
def test_no_word_leaves_its_box_or_meets_another(draw, run):
    for state, event in moments(run):
        (figure,) = draw(state, event)
        assert list(collisions(figure.svg)) == []


@pytest.mark.parametrize("draw", DRAWINGS)
def test_nothing_moves_while_a_run_is_played(draw):
    sizes = {ET.fromstring(draw(state, event)[0].svg).get("viewBox") for state, event in moments(RUN)}
    assert len(sizes) == 1


def test_the_place_of_the_processor_is_lit_and_said():
    for (state, event), words in (
        (at("exit"), "in VMX root operation, ring 0: the monitor"),
        (at("entry"), "in VMX non-root operation, ring 0: the guest's kernel"),
        (at("direct", 3), "in VMX non-root operation, ring 3: programs of the guest"),
    ):
        (figure,) = draw_operation(state, event)
        assert words in figure.alt
        assert figure.svg.count(CURRENT.fill) == 1
        assert [area.words for area in texts_of(root_of(figure.svg))].count("● here") == 1


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        ("entry", ["loaded"]),
        ("exit", ["saved", "loaded", "written"]),
        ("emulated", ["read"]),
        ("injected", ["injected"]),
    ],
)
def test_a_transition_says_what_it_saves_and_loads(kind, done):
    (figure,) = draw_vmcs(*at(kind))
    for word in done:
        assert f", {word}: " in figure.alt


def test_the_vmcs_is_drawn_with_its_six_areas_and_what_is_not_in_it():
    (figure,) = draw_vmcs(RUN.start, None)
    assert all(area in figure.alt for area in AREAS)
    assert "launch state is clear" in figure.alt
    assert "Not in the VMCS: EAX" in figure.alt


def test_the_alternative_text_holds_the_exits_so_far():
    (figure,) = draw_operation(RUN.final, RUN.steps[-1].event)
    assert "9 × I/O instruction" in figure.alt
