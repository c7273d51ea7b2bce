"""The two-dimensional walk: every reference named and in order, and who gets which fault."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.memory.random_machines import accesses, guests
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    EPT4,
    EPT5,
    EPT_MODES,
    FIVE_LEVEL,
    FOUR_LEVEL,
    GIB,
    KIB,
    MIB,
    MODES,
    PAE,
    TWO_LEVEL,
    Access,
    EptTables,
    EptViolation,
    PageFault,
    PageTables,
    Translation,
    guest,
    machine,
    reference_count,
    smallest_machine,
    translate,
    virtual_machine,
)
from vlearn.sim.memory.entries import EPT_A, EPT_D, EPT_RWX, EPT_W, US, A, D, P
from vlearn.sim.memory.machines import GUEST_AT
from vlearn.trace import run

ADDRESS = 0x40_0123

# Bhargava et al., ASPLOS 2008: references = (g + 1)(h + 1) - 1
COUNTS = [
    (FOUR_LEVEL, 4 * KIB, EPT4, 4 * KIB, 24),
    (FIVE_LEVEL, 4 * KIB, EPT5, 4 * KIB, 35),
    (FIVE_LEVEL, 4 * KIB, EPT4, 4 * KIB, 29),
    (FOUR_LEVEL, 4 * KIB, EPT5, 4 * KIB, 29),
    (TWO_LEVEL, 4 * KIB, EPT4, 4 * KIB, 14),
    (TWO_LEVEL, 4 * MIB, EPT4, 4 * KIB, 9),
    (PAE, 4 * KIB, EPT4, 4 * KIB, 14),
    (FOUR_LEVEL, 4 * KIB, EPT4, 2 * MIB, 19),
    (FOUR_LEVEL, 4 * KIB, EPT4, GIB, 14),
    (FOUR_LEVEL, 2 * MIB, EPT4, 4 * KIB, 19),
    (FOUR_LEVEL, 2 * MIB, EPT4, 2 * MIB, 15),
    (FOUR_LEVEL, GIB, EPT4, 2 * MIB, 11),
    (FOUR_LEVEL, GIB, EPT4, GIB, 8),
]


def vm(mode=FOUR_LEVEL, page=4 * KIB, host=EPT4, host_page=4 * KIB, **options):
    tables = PageTables(mode).map_page(0x40_0000 // page * page, 0x20_0000 // page * page, page)
    return virtual_machine(tables, host_page, host, ram=8 * MIB, **options)


@pytest.mark.parametrize(("mode", "page", "host", "host_page", "count"), COUNTS)
def test_a_two_dimensional_walk_makes_the_published_number_of_references(mode, page, host, host_page, count):
    final = run(translate, vm(mode, page, host, host_page), [Access(ADDRESS)]).final
    assert len(final.references) == count
    assert reference_count(mode.depth(page), host.depth(host_page)) == count
    assert isinstance(final.outcome, Translation)


def test_all_twenty_four_references_of_four_levels_on_four_in_order():
    final = run(translate, vm(), [Access(ADDRESS)]).final
    assert " ".join(reference.name for reference in final.references) == (
        "gL4:nL4 gL4:nL3 gL4:nL2 gL4:nL1 gL4 "
        "gL3:nL4 gL3:nL3 gL3:nL2 gL3:nL1 gL3 "
        "gL2:nL4 gL2:nL3 gL2:nL2 gL2:nL1 gL2 "
        "gL1:nL4 gL1:nL3 gL1:nL2 gL1:nL1 gL1 "
        "gPA:nL4 gPA:nL3 gPA:nL2 gPA:nL1"
    )


def test_large_pages_on_both_sides_cut_both_ends():
    final = run(translate, vm(page=2 * MIB, host_page=2 * MIB), [Access(ADDRESS)]).final
    assert " ".join(reference.name for reference in final.references) == (
        "gL4:nL4 gL4:nL3 gL4:nL2 gL4 gL3:nL4 gL3:nL3 gL3:nL2 gL3 gL2:nL4 gL2:nL3 gL2:nL2 gL2 gPA:nL4 gPA:nL3 gPA:nL2"
    )


def test_the_golden_trace_of_a_read_through_four_mebibyte_and_one_gibibyte_pages():
    trace = run(translate, vm(TWO_LEVEL, 4 * MIB, host_page=GIB), [Access(ADDRESS)])
    ept = ("read-ept-entry",) * 2
    assert trace.kinds == (*ept, "read-entry", "set-accessed", *ept, "translated")


@pytest.mark.parametrize("host", EPT_MODES.values())
@pytest.mark.parametrize("mode", MODES.values())
def test_a_native_walk_is_the_two_dimensional_one_without_the_host(mode, host):
    tables = PageTables(mode).map_page(0x40_0000, 0x20_0000)
    native = run(translate, machine(tables), [Access(ADDRESS)]).final
    nested = run(translate, virtual_machine(tables, host=host, ram=4 * MIB), [Access(ADDRESS)]).final
    of_guest = [reference for reference in nested.references if not reference.host_level]
    assert [r.entry for r in of_guest] == [r.entry for r in native.references]
    assert [r.guest_physical for r in of_guest] == [r.address for r in native.references]
    assert nested.outcome.guest_physical == native.outcome.physical
    assert nested.outcome.physical == GUEST_AT + native.outcome.physical
    assert len(native.references) == reference_count(len(mode.levels))


def test_a_reference_says_where_it_is_in_the_grid():
    final = run(translate, vm(), [Access(ADDRESS)]).final
    grid = [(reference.guest_level, reference.host_level) for reference in final.references]
    assert grid == [(g, h) for g in (4, 3, 2, 1) for h in (4, 3, 2, 1, 0)] + [(0, h) for h in (4, 3, 2, 1)]


def test_a_guest_page_fault_goes_to_the_guest_and_needs_no_final_walk():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000, user=False)
    trace = run(translate, virtual_machine(tables), [Access(ADDRESS, user=True)])
    assert trace.final.outcome == PageFault(5, ADDRESS)
    assert len(trace.final.references) == 20


def test_the_guests_own_fault_comes_before_the_violation_of_the_final_address():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 32 * MIB, writable=False)
    state = virtual_machine(tables, ram=16 * MIB)
    assert run(translate, state, [Access(ADDRESS, "write")]).final.outcome == PageFault(3, ADDRESS)
    outcome = run(translate, state, [Access(ADDRESS)]).final.outcome
    assert outcome == EptViolation(0b1_1000_0001, 32 * MIB + 0x123, ADDRESS)


@pytest.mark.parametrize("entry", ["PML4E", "PDPTE", "PDE", "PTE"])
def test_an_absent_ept_entry_of_a_guest_table_exits_before_the_guest_entry_is_read(entry):
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000)
    at = next(place.address for place in tables.path(ADDRESS) if place.level.entry == entry)
    ept = EptTables(EPT4).map_page(0, GUEST_AT, length=MIB).edit(at, "EPT PTE", clear_bits=EPT_RWX)
    final = run(translate, guest(tables, ept), [Access(ADDRESS, "write")]).final
    assert final.outcome == EptViolation(0b1000_0001, at, ADDRESS)
    assert final.references[-1].name.endswith(":nL1")


def test_setting_a_flag_in_a_table_that_the_ept_makes_read_only_is_a_violation():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000)
    ept = EptTables(EPT4).map_page(0, GUEST_AT, length=MIB).edit(0x4000, "EPT PTE", clear_bits=EPT_W)
    trace = run(translate, guest(tables, ept), [Access(ADDRESS)])
    assert trace.kinds[-2:] == ("read-entry", "ept-violation")
    assert trace.final.outcome == EptViolation(0b1010_1011, 0x4000, ADDRESS)


def test_with_ept_flags_every_walk_dirties_the_guests_tables():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000)
    for access, dirty in ((Access(ADDRESS), False), (Access(ADDRESS, "write"), True)):
        final = run(translate, virtual_machine(tables, accessed_dirty=True), [access]).final
        leaves = {r.guest_physical & -4096: final.memory[r.address] for r in final.references if r.host_level == 1}
        assert all(leaves[frame] & EPT_D for frame in tables.frames[:4])
        assert bool(leaves[0x9000] & EPT_D) is dirty
        assert all(final.memory[r.address] & EPT_A for r in final.references if r.host_level)
        assert not any(final.memory[r.address] & EPT_D for r in final.references if r.host_level > 1)


def test_without_ept_flags_the_ept_is_not_written():
    state = vm()
    final = run(translate, state, [Access(ADDRESS, "write")]).final
    changed = [reference for reference in final.references if final.memory[reference.address] != reference.value]
    assert [reference.name for reference in changed] == ["gL4", "gL3", "gL2", "gL1"]


def test_one_machine_has_one_memory_so_two_guest_addresses_of_one_frame_see_one_entry():
    tables = PageTables(TWO_LEVEL, root=0x1000).map_page(0x40_0000, 0x2000)
    ept = EptTables(EPT4).map_page(0, GUEST_AT, length=64 * KIB)
    final = run(translate, guest(tables, ept), [Access(ADDRESS & -16, "write")]).final
    assert final.memory[GUEST_AT + 0x2000] == 0x2000 | P | 2 | US | A | D


def test_a_guest_physical_address_wider_than_the_ept_is_a_violation_without_a_reference():
    tables = PageTables(FOUR_LEVEL, physical_bits=52).map_page(0x40_0000, 1 << 48)
    final = run(translate, virtual_machine(tables), [Access(ADDRESS)]).final
    assert final.outcome == EptViolation(0b1_1000_0001, 1 << 48 | 0x123, ADDRESS)
    assert len(final.references) == 20


def test_a_guest_needs_memory_for_its_tables():
    with pytest.raises(ModelError, match="the guest's tables end at 0x5000; give it more than 16 KiB of RAM"):
        virtual_machine(PageTables(FOUR_LEVEL).map_page(0, 0), ram=16 * KIB)


def test_the_smallest_machine_walks_as_a_full_one_and_maps_nothing_else():
    tables = PageTables(FOUR_LEVEL).map_page(GIB, GIB, GIB)
    small = smallest_machine(tables, GIB + 5 * MIB, 4 * KIB)
    final = run(translate, small, [Access(GIB + 5 * MIB)]).final
    assert (len(final.references), final.outcome.physical) == (14, GUEST_AT + GIB + 5 * MIB)
    assert isinstance(run(translate, small, [Access(GIB + 6 * MIB)]).final.outcome, EptViolation)
    with pytest.raises(ModelError, match="the guest's tables do not map 0x0"):
        smallest_machine(tables, 0)


def test_an_ept_must_not_show_the_guest_its_own_tables():
    with pytest.raises(ModelError, match="the EPT maps guest-physical 0x1000 to 0x1000, a table of its own"):
        guest(PageTables(FOUR_LEVEL).map_page(0, 0), EptTables(EPT4).map_page(0, 0, length=64 * KIB))


def test_an_eptp_says_root_depth_and_flags():
    assert EptTables(EPT4, root=0x5000).eptp().value == 0x5000 | 3 << 3 | 6
    assert EptTables(EPT5, root=0x5000).eptp(accessed_dirty=True).value == 0x5000 | 1 << 6 | 4 << 3 | 6


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_a_walk_in_a_guest_never_exceeds_the_formula(data):
    state, scene = data.draw(guests())
    final = run(translate, state, [data.draw(accesses(state, scene))]).final
    g, h = len(state.registers.mode.levels), len(state.eptp.mode.levels)
    assert len(final.references) <= reference_count(g, h)
    names = [reference.name for reference in final.references]
    assert len(set(names)) == len(names)


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_taking_an_ept_right_away_never_turns_an_exit_into_a_success(data):
    state, scene = data.draw(guests())
    access = data.draw(accesses(state, scene))
    ept_entries = [a for a in state.memory if a < GIB]
    address = data.draw(st.sampled_from(sorted(ept_entries)))
    right = data.draw(st.sampled_from((1, 2, 4)))
    before = run(translate, state, [access]).final.outcome
    less = replace(state, memory=state.memory.set(address, state.memory[address] & ~right))
    after = run(translate, less, [access]).final.outcome
    assert isinstance(before, Translation) or not isinstance(after, Translation)
