"""Building tables: what is mapped is found, and what cannot be mapped is refused in words."""

import pytest
from hypothesis import given, settings

from tests.sim.memory.random_machines import scenes
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    EPT4,
    EPT5,
    FIVE_LEVEL,
    FOUR_LEVEL,
    GIB,
    KIB,
    MIB,
    MODES,
    PAE,
    TWO_LEVEL,
    EptTables,
    PageTables,
)
from vlearn.sim.memory.entries import US, P, flags
from vlearn.sim.memory.modes import EPT_MODES

ALL_MODES = [(mode, size) for mode in (*MODES.values(), *EPT_MODES.values()) for size in mode.page_sizes]


@pytest.mark.parametrize(("mode", "size"), ALL_MODES)
def test_a_mapped_page_is_found_at_its_first_and_last_byte(mode, size):
    kind = EptTables if mode.is_ept else PageTables
    tables = kind(mode).map_page(2 * GIB, size, size)
    assert tables.lookup(2 * GIB) == size
    assert tables.lookup(2 * GIB + size - 1) == 2 * size - 1
    assert tables.lookup(2 * GIB - 1) is None
    assert tables.lookup(2 * GIB + size) is None


def test_pages_of_one_region_share_their_tables():
    one = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0)
    assert len(one.frames) == 4
    assert len(one.map_page(0x40_1000, 0x1000).frames) == 4
    assert len(one.map_page(0x4040_0000, 0x1000).frames) == 6


def test_a_range_is_mapped_page_by_page():
    tables = PageTables(TWO_LEVEL).map_page(0x3F_E000, 0x10_0000, length=16 * KIB)
    assert [tables.lookup(0x3F_E000 + n) for n in (0, 0x1000, 0x2000, 0x3FFF)] == [
        0x10_0000,
        0x10_1000,
        0x10_2000,
        0x10_3FFF,
    ]
    assert len(tables.frames) == 3


def test_mapping_leaves_the_tables_before_it_as_they_were():
    before = PageTables(FOUR_LEVEL).map_page(0x1000, 0x1000)
    before.map_page(0x2000, 0x2000)
    assert before.lookup(0x2000) is None


def test_the_rights_of_a_page_are_in_its_own_entry_alone():
    tables = PageTables(FOUR_LEVEL).map_page(0, 0, writable=False, user=False, executable=False, global_page=True)
    *upper, leaf = (flags(FOUR_LEVEL, place.entry) for place in tables.path(0))
    assert leaf == ("P", "G", "XD")
    assert set(upper) == {("P", "R/W", "U/S")}


def test_a_pdpte_has_only_p_and_an_address():
    assert PageTables(PAE).map_page(0x8000_0000, 0).registers().pdptes == (0, 0, 0x2000 | P, 0)


def test_any_entry_on_the_way_can_be_edited():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000).edit(0x40_0000, "PDE", clear_bits=US)
    assert [place.level.entry for place in tables.path(0x40_0000) if not place.entry & US] == ["PDE"]


FREE = PageTables(FOUR_LEVEL)
TAKEN = FREE.map_page(0x20_0000, 0, 2 * MIB).map_page(0x4000_0000, 0)
REFUSED = [
    (lambda: TAKEN.map_page(0x20_0000, 0x1000), "already maps a 2 MiB page there"),
    (lambda: TAKEN.map_page(0x20_0000, 0, 2 * MIB), "already maps a 2 MiB page there"),
    (lambda: TAKEN.map_page(0x4000_0000, 0, 2 * MIB), "already maps smaller pages there"),
    (lambda: TAKEN.map_page(0x4000_0000, 0, GIB), "the PDPTE at 0x2008 already maps smaller pages"),
    (lambda: TAKEN.map_page(0x1F_F000, 0, length=8 * KIB), "0x200000 cannot be mapped to a 4 KiB page"),
    (lambda: FREE.map_page(0x1234, 0), "address 0x1234 is not aligned to its page size of 4 KiB"),
    (lambda: FREE.map_page(0x20_0000, 0x1000, 2 * MIB), "physical address 0x1000 is not aligned"),
    (lambda: FREE.map_page(0, 0, length=100), "length 0x64 is not aligned"),
    (lambda: FREE.map_page(0, 0, length=-4096), "at least one page"),
    (lambda: FREE.map_page(0, 0, 4 * MIB), "has no pages of 4 MiB; its page sizes are 4 KiB, 2 MiB, 1 GiB"),
    (lambda: FREE.map_page(0x8000_0000_0000, 0), "is not canonical in 4-level paging: bits 63 to 47 must be equal"),
    (lambda: FREE.map_page(0x7FFF_FFFF_F000, 0, length=8 * KIB), "0x800000000fff is not canonical"),
    (lambda: FREE.map_page(1 << 64, 0), "the machine has 64 address bits"),
    (lambda: PageTables(TWO_LEVEL).map_page(1 << 32, 0), "the machine has 32 address bits"),
    (lambda: FREE.map_page(0, 1 << 46), "has 46 physical address bits here"),
    (lambda: PageTables(TWO_LEVEL).map_page(0, 1 << 32), "has 32 physical address bits here"),
    (lambda: PageTables(TWO_LEVEL).map_page(0, 1 << 40, 4 * MIB), "has 40 physical address bits here"),
    (lambda: PageTables(TWO_LEVEL).map_page(0, 0, executable=False), "32-bit paging cannot forbid execution"),
    (lambda: FREE.edit(0x1000, "PDE", set_bits=1), "the way to 0x1000 has no PDE; it has PML4E"),
    (lambda: PageTables(FOUR_LEVEL, root=0x10), "0x10 is not aligned"),
    (lambda: EptTables(EPT4).map_page(1 << 52, 0), "the machine has 52 address bits"),
    (lambda: EptTables(EPT4).map_page(1 << 48, 0), "not canonical in 4-level EPT: bits 51 to 48 must be 0"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_mapped_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()


def test_a_four_megabyte_page_may_lie_above_four_gigabytes():
    assert PageTables(TWO_LEVEL).map_page(0, 0xAB_C000_0000, 4 * MIB).lookup(5) == 0xAB_C000_0005


@given(scenes(flips=0))
@settings(deadline=None, max_examples=60)
def test_no_two_entries_share_a_place_and_every_table_is_inside_the_frames(scene):
    frames = set(scene.tables.frames)
    assert {address & -4096 for address in scene.tables.memory} <= frames
    assert all(scene.tables.lookup(page) is not None for page, _ in scene.pages)


def test_an_ept_extends_no_sign():
    assert EptTables(EPT4).map_page(1 << 47, 0x1000).lookup(1 << 47) == 0x1000
    assert EptTables(EPT5).map_page(1 << 51, 0x1000).lookup(1 << 51) == 0x1000


def test_five_levels_reach_where_four_do_not():
    assert PageTables(FIVE_LEVEL).map_page(1 << 55, 0x1000).lookup(1 << 55) == 0x1000
