"""Entry formats: flags, reserved bits, and where an entry keeps addresses."""

import pytest

from vlearn.sim.memory import EPT4, FOUR_LEVEL, PAE, TWO_LEVEL
from vlearn.sim.memory.entries import (
    EPT_FLAGS,
    PAGING_FLAGS,
    bits,
    flags,
    maps_page,
    page_address,
    page_bits,
    reserved_bits,
)

POSITIONS = {"P": 0, "R/W": 1, "U/S": 2, "PWT": 3, "PCD": 4, "A": 5, "D": 6, "PS": 7, "G": 8, "XD": 63}
EPT_POSITIONS = {"R": 0, "W": 1, "X": 2, "IPAT": 6, "PS": 7, "A": 8, "D": 9}


def test_every_flag_is_where_the_manual_has_it():
    assert {flag.name: flag.position for flag in PAGING_FLAGS} == POSITIONS
    assert {flag.name: flag.position for flag in EPT_FLAGS} == EPT_POSITIONS


def test_the_flags_of_an_entry_are_named_lowest_first():
    assert flags(FOUR_LEVEL, 0x8000_0000_0000_2067) == ("P", "R/W", "U/S", "A", "D", "XD")
    assert flags(EPT4, 0x305) == ("R", "X", "A", "D")


# mode, entry, maps a page, MAXPHYADDR, NXE: the bits that the manual's tables call "Reserved (must be 0)"
RESERVED = [
    (TWO_LEVEL, "PTE", True, 36, True, 0),
    (TWO_LEVEL, "PDE", False, 36, True, 0),
    (TWO_LEVEL, "PDE", True, 36, True, bits(21, 17)),
    (TWO_LEVEL, "PDE", True, 46, True, bits(21, 21)),
    (PAE, "PTE", True, 36, True, bits(62, 36)),
    (PAE, "PTE", True, 36, False, bits(63, 36)),
    (PAE, "PDE", True, 40, True, bits(62, 40) | bits(20, 13)),
    (FOUR_LEVEL, "PTE", True, 46, True, bits(51, 46)),
    (FOUR_LEVEL, "PTE", True, 52, True, 0),
    (FOUR_LEVEL, "PTE", True, 52, False, 1 << 63),
    (FOUR_LEVEL, "PDE", False, 46, True, bits(51, 46)),
    (FOUR_LEVEL, "PDE", True, 46, True, bits(51, 46) | bits(20, 13)),
    (FOUR_LEVEL, "PDPTE", True, 46, True, bits(51, 46) | bits(29, 13)),
    (FOUR_LEVEL, "PML4E", False, 46, True, bits(51, 46) | bits(7, 7)),
    (EPT4, "EPT PTE", True, 46, True, bits(51, 46)),
    (EPT4, "EPT PDE", False, 46, True, bits(51, 46) | bits(6, 3)),
    (EPT4, "EPT PDE", True, 46, True, bits(51, 46) | bits(20, 12)),
    (EPT4, "EPT PDPTE", True, 46, True, bits(51, 46) | bits(29, 12)),
    (EPT4, "EPT PML4E", False, 46, True, bits(51, 46) | bits(7, 3)),
]


@pytest.mark.parametrize(("mode", "entry", "page", "width", "nxe", "reserved"), RESERVED)
def test_reserved_bits_are_those_of_the_manual(mode, entry, page, width, nxe, reserved):
    level = next(level for level in mode.levels if level.entry == entry)
    assert reserved_bits(mode, level, page, width, nxe) == reserved


def test_a_pdpte_register_has_neither_rights_nor_page_size():
    assert reserved_bits(PAE, PAE.loaded, False, 40, True) == bits(63, 40) | bits(8, 5) | bits(2, 1)


@pytest.mark.parametrize("mode", [TWO_LEVEL, PAE, FOUR_LEVEL, EPT4])
def test_an_entry_gives_back_the_address_of_its_page(mode):
    for level in mode.levels:
        if level.may_map_page:
            physical = level.span * 3
            assert page_address(mode, level, page_bits(mode, level, physical) | 0x67) == physical


def test_pse_36_keeps_eight_more_address_bits_in_a_four_megabyte_pde():
    pde = TWO_LEVEL.levels[0]
    assert page_bits(TWO_LEVEL, pde, 0xAB_C000_0000) == 0xC000_0000 | 0xAB << 13
    assert page_address(TWO_LEVEL, pde, 0xC000_0000 | 0xAB << 13 | 0x87) == 0xAB_C000_0000


def test_only_32_bit_paging_asks_cr4_pse():
    assert maps_page(PAE.levels[0], 0x80, pse=False)
    assert maps_page(TWO_LEVEL.levels[0], 0x80, pse=True)
    assert not maps_page(TWO_LEVEL.levels[0], 0x80, pse=False)
    assert not maps_page(FOUR_LEVEL.levels[0], 0x80)
