"""The table of paging modes."""

from itertools import pairwise

import pytest

from vlearn.errors import ModelError
from vlearn.sim.memory import EPT4, EPT5, FIVE_LEVEL, FOUR_LEVEL, GIB, KIB, MIB, PAE, TWO_LEVEL
from vlearn.sim.memory.modes import size_name

LEVELS = [
    (TWO_LEVEL, "PDE PTE", (4 * KIB, 4 * MIB)),
    (PAE, "PDE PTE", (4 * KIB, 2 * MIB)),
    (FOUR_LEVEL, "PML4E PDPTE PDE PTE", (4 * KIB, 2 * MIB, GIB)),
    (FIVE_LEVEL, "PML5E PML4E PDPTE PDE PTE", (4 * KIB, 2 * MIB, GIB)),
]


@pytest.mark.parametrize(("mode", "entries", "sizes"), LEVELS)
def test_a_mode_has_intels_entries_and_page_sizes(mode, entries, sizes):
    assert " ".join(level.entry for level in mode.levels) == entries
    assert mode.page_sizes == sizes


@pytest.mark.parametrize("mode", [TWO_LEVEL, PAE, FOUR_LEVEL, FIVE_LEVEL, EPT4, EPT5])
def test_the_indices_and_the_offset_of_a_page_make_up_the_translated_address(mode):
    assert sum(level.index_bits for level in mode.structures) + 12 == mode.linear_bits
    assert all(upper.shift == lower.shift + lower.index_bits for upper, lower in pairwise(mode.structures))


def test_every_table_fills_a_frame_except_the_four_pdptes_of_pae():
    for mode in (TWO_LEVEL, PAE, FOUR_LEVEL, FIVE_LEVEL, EPT4, EPT5):
        assert all(mode.entry_bytes << level.index_bits == 4 * KIB for level in mode.levels)
    assert PAE.loaded.index_bits == 2


DEPTHS = [(TWO_LEVEL, 4 * MIB, 1), (PAE, 4 * KIB, 2), (FOUR_LEVEL, 4 * KIB, 4), (FOUR_LEVEL, GIB, 2), (EPT5, GIB, 3)]


@pytest.mark.parametrize(("mode", "size", "depth"), DEPTHS)
def test_a_larger_page_is_reached_by_fewer_reads(mode, size, depth):
    assert mode.depth(size) == depth


def test_a_page_size_that_the_mode_lacks_is_the_callers_mistake():
    with pytest.raises(ModelError, match="PAE paging has no pages of 4 MiB; its page sizes are 4 KiB, 2 MiB"):
        PAE.depth(4 * MIB)


CANONICAL = [
    (FOUR_LEVEL, 0x7FFF_FFFF_FFFF, True),
    (FOUR_LEVEL, 0x8000_0000_0000, False),
    (FOUR_LEVEL, 0xFFFF_7FFF_FFFF_FFFF, False),
    (FOUR_LEVEL, 0xFFFF_8000_0000_0000, True),
    (FIVE_LEVEL, 0x00FF_FFFF_FFFF_FFFF, True),
    (FIVE_LEVEL, 0x0100_0000_0000_0000, False),
    (FIVE_LEVEL, 0xFF00_0000_0000_0000, True),
    (TWO_LEVEL, 0xFFFF_FFFF, True),
]


@pytest.mark.parametrize(("mode", "address", "canonical"), CANONICAL)
def test_canonical_means_that_the_upper_bits_repeat(mode, address, canonical):
    assert mode.is_canonical(address) is canonical


@pytest.mark.parametrize(("mode", "address"), [(TWO_LEVEL, 1 << 32), (FOUR_LEVEL, 1 << 64), (FOUR_LEVEL, -1)])
def test_an_address_outside_the_machine_is_the_callers_mistake(mode, address):
    with pytest.raises(ModelError, match=f"the machine has {mode.register_bits} address bits"):
        mode.check_width(address)


@pytest.mark.parametrize(
    ("size", "name"), [(4096, "4 KiB"), (2 << 20, "2 MiB"), (1 << 30, "1 GiB"), (100, "100 bytes")]
)
def test_sizes_are_named_as_people_say_them(size, name):
    assert size_name(size) == name
