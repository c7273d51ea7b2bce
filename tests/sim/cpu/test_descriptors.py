import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.cpu import Descriptor, Gate, decode
from vlearn.sim.cpu.descriptors import CALL_GATE

KNOWN = [
    (0x00CF9A000000FFFF, Descriptor(0, 0xFFFF_FFFF, 0x9A)),
    (0x00CFF2000000FFFF, Descriptor(0, 0xFFFF_FFFF, 0xF2)),
    (0x0000890020000067, Descriptor(0x2000, 0x67, 0x89, 0)),
    (0x0000EC0000087100, Gate(8, 0x7100, CALL_GATE, dpl=3)),
    (0x12348E0000085678, Gate(8, 0x1234_5678)),
]


@pytest.mark.parametrize(("value", "entry"), KNOWN)
def test_entries_are_encoded_as_the_manual_draws_them(value, entry):
    assert entry.value == value
    assert decode(value) == entry


@given(st.integers(0, (1 << 64) - 1))
def test_decoding_and_encoding_give_the_entry_back(value):
    entry = decode(value)
    if isinstance(entry, Gate):
        value &= ~(0b111 << 37)  # bits that a gate does not have
    assert entry.value == value


def test_a_limit_must_fit_its_granularity():
    with pytest.raises(ModelError, match="needs the flag G"):
        Descriptor(0, 0x10_0000, 0x93, 0)
    with pytest.raises(ModelError, match="ends in fff"):
        Descriptor(0, 0x10_0000, 0x93, 8)
