from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.devices.memory import PAGE, Memory

ADDRESS = st.integers(0, 3 * PAGE)
BYTES = st.binary(max_size=2 * PAGE)


@settings(deadline=None)
@given(stores=st.lists(st.tuples(ADDRESS, BYTES), max_size=4), address=ADDRESS, length=st.integers(0, 2 * PAGE))
def test_memory_reads_what_was_stored_last_and_zeros_elsewhere(stores, address, length):
    memory, flat = Memory(), bytearray(6 * PAGE)
    for where, data in stores:
        memory = memory.store(where, data)
        flat[where : where + len(data)] = data
    assert memory.load(address, length) == flat[address : address + length]


def test_words_are_little_endian():
    memory = Memory().store_word(PAGE - 4, 0x0102_0304_0506_0708)
    assert memory.load(PAGE - 4, 2) == b"\x08\x07"
    assert memory.load_word(PAGE, 4) == 0x0102_0304
