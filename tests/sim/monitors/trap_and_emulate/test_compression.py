import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.cpu import Descriptor, Gate, Segment
from vlearn.sim.cpu.state import CS, DS
from vlearn.sim.monitors.trap_and_emulate.compression import (
    COMPRESSIONS,
    compressed,
    compressed_segment,
    shadow_entry,
)
from vlearn.sim.monitors.trap_and_emulate.layout import LINEAR, NOWHERE

RINGS = st.sampled_from(tuple(COMPRESSIONS.values()))
ACCESS = st.builds(lambda dpl, type: 0x90 | dpl << 5 | type, st.integers(0, 3), st.integers(0, 15))
BASES = st.one_of(st.integers(0, 0xFFFF_FFFF), st.integers(LINEAR - 0x2000, LINEAR + 0x2000), st.just(0))
DESCRIPTORS = st.one_of(
    st.builds(lambda base, pages, access: Descriptor(base, pages << 12 | 0xFFF, access), BASES,
              st.integers(0, 0xFFFFF), ACCESS),
    st.builds(lambda base, limit, access: Descriptor(base, limit, access, 4), BASES, st.integers(0, 0xFFFFF), ACCESS),
)  # fmt: skip


@pytest.mark.parametrize(("name", "rings"), [("0/1/3", (1, 1, 2, 3)), ("0/3", (3, 3, 3, 3))])
def test_rings_move_outwards_and_none_is_the_monitors(name, rings):
    assert tuple(map(COMPRESSIONS[name].ring, range(4))) == rings


@settings(deadline=None)
@given(
    DESCRIPTORS, st.sampled_from(tuple(COMPRESSIONS.values())), st.integers(0, 0xFFFF_FFFF), st.sampled_from((1, 2, 4))
)
def test_no_segment_of_the_guest_reaches_the_monitor_and_each_allows_less_than_the_guests(
    descriptor, rings, offset, size
):
    real = compressed(descriptor, rings)
    offset %= real.limit + 0x1000
    if real.contains(offset, size) and not (real.access & 8 and real.limit == 0):
        if real.base == NOWHERE:
            assert offset == 0
        else:
            assert descriptor.contains(offset, size)
            assert real.base + offset + size <= LINEAR


def test_the_ring_shows_in_the_code_selector_and_not_in_a_data_selector():
    code, data = Descriptor(0, 0xFFFF_FFFF, 0x9B), Descriptor(0, 0xFFFF_FFFF, 0x93)
    rings = COMPRESSIONS["0/1/3"]
    assert compressed_segment(CS, Segment(0x08, code), rings).selector == 0x09
    assert compressed_segment(DS, Segment(0x10, data), rings).selector == 0x10


def test_gates_and_segments_not_yet_accessed_are_not_for_direct_use():
    rings = COMPRESSIONS["0/1/3"]
    assert shadow_entry(Gate(0x08, 0x4000, dpl=3), rings) == 0
    assert not shadow_entry(Descriptor(0, 0xFFFF, 0x92, 4), rings) >> 47 & 1
    assert shadow_entry(Descriptor(0, 0xFFFF, 0x93, 4), rings) >> 47 & 1
