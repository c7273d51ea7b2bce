"""TLB, paging-structure caches and walk together: golden traces, what goes stale, and what never changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.memory.random_machines import accesses, guests, natives
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    FOUR_LEVEL,
    KIB,
    MIB,
    PAE,
    Access,
    EptViolation,
    GeneralProtection,
    Invept,
    Invlpg,
    LoadCr3,
    Mmu,
    PageFault,
    PageTables,
    StoreEntry,
    StructureCache,
    SwitchWorld,
    Tlb,
    Translation,
    machine,
    operate,
    reference_count,
    translate,
    virtual_machine,
)
from vlearn.sim.memory.entries import EPT_W, RW, A, D, P, maps_page
from vlearn.trace import run

TABLES = (
    PageTables(FOUR_LEVEL)
    .map_page(0x40_0000, 0x9000, accessed=True)
    .map_page(0x40_1000, 0xA000, writable=False, accessed=True)
    .map_page(0x60_0000, 0x40_0000, 2 * MIB, accessed=True)
    .map_page(0xFFFF_8000_0000_0000, 0xB000, global_page=True, accessed=True)
)
WARM = run(translate, machine(TABLES), [Access(0x40_0000), Access(0xFFFF_8000_0000_0000)]).final
PTE = TABLES.path(0x40_0000)[-1].address
GLOBAL = 0xFFFF_8000_0000_0000
READS = ("read-entry",) * 4


def trace(*actions, start=WARM, **parts):
    return run(operate, Mmu(start, **parts), actions)


def references(*actions, **parts):
    """How many entries each access read."""
    mmu, counts = Mmu(parts.pop("start", WARM), **parts), []
    for action in actions:
        mmu = run(operate, mmu, [action]).final
        if isinstance(action, Access):
            counts.append(len(mmu.walk.references))
    return counts


def test_a_miss_walks_and_a_hit_does_not():
    ran = trace(Access(0x40_0010), Access(0x40_0020))
    assert ran.kinds == ("tlb-miss", *READS, "translated", "tlb-fill", "tlb-hit")
    assert ran.final.walk.outcome.physical == 0x9020
    assert ran.final.walk.references == ()


def test_a_neighbouring_page_needs_only_the_last_entry():
    assert trace(Access(0x40_0000), Access(0x40_1000)).kinds[7:] == (
        "tlb-miss",
        "structure-hit",
        "read-entry",
        "translated",
        "tlb-fill",
    )


def test_the_caches_shorten_the_walk_as_far_as_the_tables_are_shared():
    assert references(Access(0x40_0000), Access(0x40_1000), Access(0x60_0000), Access(GLOBAL)) == [4, 1, 1, 4]
    assert references(Access(0x40_0000), Access(0x40_1000), structures=StructureCache(0)) == [4, 4]


def test_the_first_write_through_a_clean_translation_walks_to_set_d():
    ran = trace(Access(0x40_0000), Access(0x40_0000, "write"), Access(0x40_0000, "write"))
    assert ran.kinds[7:] == (
        "tlb-clean",
        "structure-hit",
        "read-entry",
        "set-dirty",
        "translated",
        "tlb-fill",
        "tlb-hit",
    )
    assert ran.final.walk.memory[PTE] & D
    assert len(ran.final.tlb.entries) == 1


def test_a_fault_is_not_cached():
    ran = trace(Access(0x40_2000), StoreEntry(PTE + 16, 0xC000 | P), Access(0x40_2000))
    assert ran.kinds.count("page-fault") == 1
    assert ran.final.walk.outcome.physical == 0xC000


def test_cached_rights_forbid_as_the_walk_would():
    ran = trace(Access(0x40_1000), Access(0x40_1008, "write", user=True))
    assert ran.kinds[-2:] == ("tlb-hit", "page-fault")
    assert ran.final.walk.outcome == PageFault(7, 0x40_1008)
    assert ran.final.walk.outcome == run(translate, WARM, [ran.final.walk.access]).final.outcome
    assert ran.final.tlb.entries == ()


def test_a_stale_translation_is_served_until_invlpg():
    ran = trace(Access(0x40_0000), StoreEntry(PTE, 0xC000 | P | A), Access(0x40_0000))
    assert ran.final.walk.outcome.physical == 0x9000
    assert run(operate, ran.final, [Invlpg(0x40_0FFF), Access(0x40_0000)]).final.walk.outcome.physical == 0xC000


def test_a_right_taken_away_is_still_there_until_invlpg():
    write = Access(0x40_0000, "write")
    ran = trace(write, StoreEntry(PTE, 0x9000 | P | A | D), write)
    assert isinstance(ran.final.walk.outcome, Translation)
    assert run(operate, ran.final, [Invlpg(0x40_0000), write]).final.walk.outcome == PageFault(3, 0x40_0000)


def test_a_right_granted_late_costs_one_spurious_fault():
    write = Access(0x40_1000, "write")
    ran = trace(Access(0x40_1000), StoreEntry(PTE + 8, 0xA000 | P | RW | A), write, write)
    assert ran.kinds.count("page-fault") == 1
    assert isinstance(ran.final.walk.outcome, Translation)


def test_invlpg_forgets_one_page_and_every_table():
    ran = trace(Access(0x40_0000), Access(0x40_1000), Access(GLOBAL), Invlpg(0x40_0000))
    assert {entry.page for entry in ran.final.tlb.entries} == {0x40_1000, GLOBAL}
    assert ran.final.structures.tables == ()
    assert run(operate, ran.final, [Invlpg(GLOBAL)]).final.tlb.find(GLOBAL, ran.final.tag) is None


def test_a_load_of_cr3_forgets_all_but_global_pages():
    ran = trace(Access(0x40_0000), Access(GLOBAL), LoadCr3(0x1000))
    assert [entry.page for entry in ran.final.tlb.entries] == [GLOBAL]
    assert ran.final.structures.tables == ()


def test_without_pge_no_page_is_global():
    start = replace(WARM, registers=replace(WARM.registers, pge=False))
    assert trace(Access(GLOBAL), LoadCr3(0x1000), start=start).final.tlb.entries == ()


PCIDE = replace(WARM, registers=replace(WARM.registers, pcide=True, cr3=0x1001))
LOADS = [
    ((LoadCr3(0x1002),), 0, 1),  # another PCID is flushed: it has nothing, and 1 keeps its page
    ((LoadCr3(0x1002), LoadCr3(0x1001)), 0, 0),  # coming back flushes the PCID that is entered
    ((LoadCr3(0x1002), LoadCr3(0x1001, keep=True)), 1, 1),
    ((LoadCr3(0x1001, keep=True),), 1, 1),
    ((LoadCr3(0x1001),), 0, 0),
]


@pytest.mark.parametrize(("loads", "served", "kept"), LOADS)
def test_with_pcids_a_load_of_cr3_forgets_those_of_the_new_pcid_unless_told_to_keep(loads, served, kept):
    ran = trace(Access(0x40_0000), *loads, start=PCIDE)
    assert len(ran.final.tlb.entries) == kept
    assert (ran.final.tlb.find(0x40_0000, ran.final.tag) is not None) == served


def test_without_pcids_there_is_nothing_to_keep():
    assert trace(Access(0x40_0000), LoadCr3(0x1000, keep=True)).final.tlb.entries == ()


VM = virtual_machine(
    PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000).map_page(0x40_1000, 0xA000), accessed_dirty=True
)
WARM_VM = run(translate, VM, [Access(0x40_0000, "write"), Access(0x40_1000)]).final


def test_in_a_guest_a_cached_table_saves_its_ept_walk_too():
    assert references(Access(0x40_0000), Access(0x40_0000), Access(0x40_1000), start=WARM_VM) == [24, 0, 5]


def test_a_guests_entry_is_as_large_as_the_smaller_of_the_two_pages():
    tables = PageTables(FOUR_LEVEL).map_page(0x20_0000, 0x20_0000, 2 * MIB)
    for host_page, size in ((4 * KIB, 4 * KIB), (2 * MIB, 2 * MIB)):
        state = virtual_machine(tables, host_page, ram=4 * MIB)
        ran = trace(Access(0x20_5678), start=state)
        assert [(e.page, e.size) for e in ran.final.tlb.entries] == [(0x20_5678 // size * size, size)]
        assert ran.final.tlb.entries[0].translate(0x20_5678) == ran.final.walk.outcome


def test_invlpg_forgets_all_parts_of_a_large_page_that_lies_in_small_host_pages():
    tables = PageTables(FOUR_LEVEL).map_page(0x20_0000, 0x20_0000, 2 * MIB)
    parts = [Access(0x20_0000), Access(0x25_0000), Access(0x3F_F000)]
    ran = trace(*parts, start=virtual_machine(tables, 4 * KIB, ram=4 * MIB))
    assert len(ran.final.tlb.entries) == 3
    assert run(operate, ran.final, [Invlpg(0x30_0000)]).final.tlb.entries == ()


def test_an_access_that_cached_ept_rights_refuse_walks_to_report_the_violation():
    leaf = next(r.address for r in WARM_VM.references if r.name == "gPA:nL1")
    start = replace(WARM_VM, memory=WARM_VM.memory.set(leaf, WARM_VM.memory[leaf] & ~EPT_W | 1 << 9))
    start = run(translate, start, [Access(0x40_1000)]).final
    pte = next(r for r in start.references if r.name == "gL1").address
    start = replace(start, memory=start.memory.set(pte, start.memory[pte] | D))
    ran = trace(Access(0x40_1000), Access(0x40_1000, "write"), start=start)
    assert "tlb-refused" in ran.kinds
    assert ran.final.walk.outcome == EptViolation(0b1_1010_1010, 0xA000, 0x40_1000)


def test_the_hypervisor_needs_invept_after_it_changed_the_ept():
    leaf = run(translate, WARM_VM, [Access(0x40_0000)]).final.references[-1]
    moved = StoreEntry(leaf.address, leaf.value + 0x10_0000)
    before = trace(Access(0x40_0000), moved, Access(0x40_0000), start=WARM_VM).final
    after = run(operate, before, [Invept(WARM_VM.eptp.root), Access(0x40_0000)]).final
    assert after.walk.outcome.physical == before.walk.outcome.physical + 0x10_0000
    assert trace(Access(0x40_0000), Invept(0x9999_0000), start=WARM_VM).final.tlb.entries


def switch(vpid):
    return SwitchWorld(WARM_VM.registers, WARM_VM.eptp, vpid)


def test_a_vpid_saves_the_tlb_across_a_vm_exit():
    host = SwitchWorld(WARM.registers)
    for vpid, kept in ((1, 1), (0, 0)):
        ran = trace(Access(0x40_0000), host, switch(vpid), start=WARM_VM, vpid=vpid)
        assert len(ran.final.tlb.entries) == kept
        assert ran.kinds[-2:] == ("switch-world", "switch-world")


def test_a_cached_table_serves_its_own_context_alone():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000).map_page(0x40_1000, 0xA000)
    other = PageTables(FOUR_LEVEL, root=0x2_0000).map_page(0x40_1000, 0xB000)
    state = machine(tables, pcide=True)
    state = replace(state, memory=state.memory.update(other.memory))
    ran = trace(Access(0x40_0000), LoadCr3(0x2_0001), Access(0x40_1000), start=state)
    assert ran.final.walk.outcome.physical == 0xB000
    assert "structure-hit" not in ran.kinds


def test_two_guests_with_the_same_address_do_not_see_each_others_translations():
    ran = trace(Access(0x40_0000), switch(2), Access(0x40_0000), start=WARM_VM, vpid=1)
    assert ran.kinds.count("tlb-miss") == 2


def test_a_full_set_evicts():
    pages = PageTables(FOUR_LEVEL).map_page(0, 0, length=16 * KIB, accessed=True)
    reads = [Access(n * 4 * KIB) for n in range(3)]
    ran = trace(*reads, start=machine(pages), tlb=Tlb.empty(2, 2))
    assert ran.kinds[-1] == "tlb-evict"
    assert {entry.page for entry in ran.final.tlb.entries} == {0x1000, 0x2000}


def test_a_small_structure_cache_keeps_the_most_recently_used():
    pages = PageTables(FOUR_LEVEL).map_page(0, 0).map_page(0x20_0000, 0).map_page(0x40_0000, 0)
    visits = [Access(0), Access(0x20_0000), Access(0x40_0000), Access(8)]
    small = {"start": machine(pages), "tlb": Tlb.empty(1, 1)}
    assert references(*visits, **small, structures=StructureCache(2)) == [4, 2, 2, 2]
    assert references(*visits, **small, structures=StructureCache(3)) == [4, 2, 2, 1]


def test_an_address_that_is_not_canonical_asks_no_cache():
    ran = trace(Access(1 << 47))
    assert ran.kinds[-1] == "general-protection"
    assert ran.final.walk.outcome == GeneralProtection(1 << 47)
    with pytest.raises(ModelError, match="64 address bits"):
        trace(Access(1 << 64))


def test_a_load_of_cr3_that_faults_forgets_nothing():
    tables = PageTables(PAE).map_page(0x8000_0000, 0x9000)
    state = machine(tables)
    state = replace(state, memory=state.memory.set(0x1018, 0x3000 | P | RW))
    ran = trace(Access(0x8000_0000), LoadCr3(0x1000), start=state)
    assert ran.kinds[-1] == "general-protection"
    assert len(ran.final.tlb.entries) == 1


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_no_cache_changes_a_translation_as_long_as_software_keeps_the_rules(data):
    state, scene = data.draw(st.one_of(natives(flips=0), guests(flips=0)))
    if state.registers.mode is PAE:
        state = replace(state, registers=replace(state.registers, pge=False))
    cached = Mmu(state, Tlb.empty(4, 2, data.draw(st.sampled_from(["LRU", "FIFO", "tree-PLRU"]))), StructureCache(2))
    for _ in range(data.draw(st.integers(1, 8))):
        action = data.draw(st.one_of(accesses(state, scene), st.sampled_from(scene.pages)))
        if not isinstance(action, Access):  # the kernel write-protects a page and cleans it, then says so
            cached = write_protect(cached, action[0])
            continue
        walked = run(translate, cached.walk, [action]).final
        cached = run(operate, cached, [action]).final
        assert same(cached.walk.outcome, walked.outcome)
        assert cached.walk.memory == walked.memory
        if state.eptp is None:
            assert len(cached.walk.references) <= len(walked.references)
        else:
            assert len(cached.walk.references) <= reference_count(5, 5)


def write_protect(mmu, page):
    """Clear R/W, A and D of the entry that maps a page, and invalidate the page, as a kernel does."""
    read = run(translate, mmu.walk, [Access(page)]).final.references
    own = [reference for reference in read if not reference.host_level]
    levels = {level.entry: level for level in mmu.walk.registers.mode.levels}
    if not own or not own[-1].value & P or not maps_page(levels[own[-1].entry], own[-1].value, mmu.walk.registers.pse):
        return mmu
    entry = mmu.walk.memory[own[-1].address] & ~(RW | A | D)
    return run(operate, mmu, [StoreEntry(own[-1].address, entry), Invlpg(page)]).final


def same(cached, walked):
    """Equal, but for the page size and D, which a cache may know better or not at all."""
    if isinstance(cached, Translation) and isinstance(walked, Translation):
        return (cached.physical, cached.guest_physical) == (walked.physical, walked.guest_physical)
    return cached == walked
