from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.datacenter.hypervisors import KINDS, blast_radius, parts, routes, trusted, trusted_lines
from vlearn.sim.datacenter.hypervisors.kinds import HOSTED, IN_KERNEL, MICROVM, SERVICE_DOMAIN, TYPE_1
from vlearn.sim.monitors.paths import LAYERS

GUEST_A = {"kernel A", "processes A"}
GUEST_B = {"kernel B", "processes B"}
FILES = {"the host's files and devices"}
RADII = [  # kind, part, sandbox, which of guest A, guest B and the host's files it has
    (TYPE_1, "VMkernel", None, True, True, True),
    (SERVICE_DOMAIN, "Xen", None, True, True, True),
    (SERVICE_DOMAIN, "QEMU of A", None, True, True, True),
    (SERVICE_DOMAIN, "QEMU of A", True, True, False, False),
    (HOSTED, "VMM", None, True, True, True),
    (HOSTED, "application of A", None, True, True, True),
    (IN_KERNEL, "host's kernel with KVM", None, True, True, True),
    (IN_KERNEL, "QEMU of A", None, True, False, False),
    (IN_KERNEL, "QEMU of A", False, True, True, True),
    (MICROVM, "Firecracker of B", None, False, True, False),
    (MICROVM, "kernel A", None, True, False, False),
]


@pytest.mark.parametrize(("kind", "part", "sandbox", "first", "second", "files"), RADII)
def test_what_a_bug_gives_away(kind, part, sandbox, first, second, files):
    radius = blast_radius(kind, part, sandbox)
    assert [group <= radius for group in (GUEST_A, GUEST_B, FILES)] == [first, second, files]


def test_whoever_has_dom0_has_xen_and_with_an_unconfined_qemu_comes_dom0():
    assert "Xen" in blast_radius(SERVICE_DOMAIN, "Dom0's kernel")
    assert {"Xen", "Dom0's kernel"} <= blast_radius(SERVICE_DOMAIN, "QEMU of A")
    assert not {"Xen", "Dom0's kernel"} & blast_radius(SERVICE_DOMAIN, "QEMU of A", sandbox=True)


TRUSTED = {
    TYPE_1: {"VMkernel"},
    SERVICE_DOMAIN: {"Xen", "Dom0's kernel", "QEMU of A", "QEMU of B"},
    HOSTED: {"host's kernel", "VMM", "application of A", "application of B"},
    IN_KERNEL: {"host's kernel with KVM", "QEMU of A"},
    MICROVM: {"host's kernel with KVM", "Firecracker of A"},
}


@pytest.mark.parametrize("kind", TRUSTED)
def test_what_guest_a_must_trust(kind):
    assert {part.name for part in trusted(kind)} == TRUSTED[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_parts_are_in_layers_and_control_parts(kind):
    names = {part.name for part in parts(kind)}
    assert len(names) == len(parts(kind))
    assert {part.layer for part in parts(kind)} <= set(LAYERS)
    assert {part.layer for part in parts(kind)} >= set(KINDS[kind].layers)
    assert all(set(part.controls) <= names for part in parts(kind))


@given(st.sampled_from(sorted(KINDS)), st.sampled_from([None, True, False]), st.data())
def test_radii_are_closed_and_no_guest_reaches_out_of_itself(kind, sandbox, data):
    part = data.draw(st.sampled_from([part.name for part in parts(kind, sandbox)]))
    radius = blast_radius(kind, part, sandbox)
    assert part in radius
    for reached in radius:
        assert blast_radius(kind, reached, sandbox) <= radius
    assert blast_radius(kind, "kernel A", sandbox) == GUEST_A
    assert blast_radius(kind, part, True) <= blast_radius(kind, part, False)


def test_routes_are_shortest_ways_of_controls():
    for kind in KINDS:
        controls = {part.name: part.controls for part in parts(kind, sandbox=False)}
        for start in controls:
            ways = routes(kind, start, sandbox=False)
            assert all(after in controls[before] for way in ways.values() for before, after in pairwise(way))
            assert all(len(ways[end]) <= len(way) + 1 for way in ways.values() for end in controls[way[-1]])
            assert all((way[0], way[-1]) == (start, end) for end, way in ways.items())


def test_a_sandbox_takes_the_other_device_models_out_of_what_is_trusted():
    assert {part.name for part in trusted(SERVICE_DOMAIN, sandbox=True)} == TRUSTED[SERVICE_DOMAIN] - {"QEMU of B"}
    assert trusted_lines(SERVICE_DOMAIN, sandbox=True) == trusted_lines(SERVICE_DOMAIN)  # the same program


def test_a_small_monitor_saves_its_difference_to_qemu_and_no_more():
    (least, most), (small, _) = trusted_lines(IN_KERNEL), trusted_lines(MICROVM)
    assert least - small == 300_000 - 50_000
    assert small > 2_000_000  # the host's kernel stays
    assert most == 32_000_000


REFUSED = [
    (lambda: parts("Micro VM"), "did you mean 'MicroVM'"),
    (lambda: blast_radius(MICROVM, "QEMU of A"), "it has host's kernel with KVM"),
    (lambda: trusted(MICROVM, "C"), "no guest 'C'"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
