import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.sim.memory import MIB, Access, PageTables, machine, virtual_machine
from vlearn.sim.memory.invalidation import Invlpg
from vlearn.sim.memory.mmu import Mmu, operate
from vlearn.sim.memory.structure_cache import StructureCache
from vlearn.sim.memory.tlb import Tlb
from vlearn.trace import run
from vlearn.views.memory_tlb import draw_tlb
from vlearn.views.svg import CURRENT, DONE, READ, WAITING

TABLES = (
    PageTables()
    .map_page(0x400000, 0x10000, length=0x10000)
    .map_page(0x40000000, 0x200000, 2 * MIB)
    .map_page(0xFFFF800000000000, 0x345678000, user=False, executable=False, global_page=True)
)
SMALL = Mmu(machine(TABLES), tlb=Tlb.empty(4, 2))


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def fills(figure, look):
    return sum(1 for rect in root_of(figure.svg).iter(f"{SVG}rect") if rect.get("fill") == look.fill)


def moments(trace):
    yield trace.start, None
    for step in trace.steps:
        yield step.state, step.event


def at(trace, kind, which=0):
    """The drawing of the first (or another) step of that kind."""
    steps = [step for step in trace.steps if step.event.kind == kind]
    return draw_tlb(steps[which].state, steps[which].event)


def test_an_empty_tlb_has_free_ways():
    figure, table = draw_tlb(SMALL, None)
    assert words(figure).count("free") == 4
    assert fills(figure, WAITING) == 4
    assert not table.rows
    assert "Before the first access" in words(figure)
    assert "A TLB of 2 sets of 2 ways keeps 0 translations" in figure.alt


def test_a_miss_marks_the_sets_that_were_looked_up():
    figure, _ = at(run(operate, SMALL, [Access(0x401000)]), "tlb-miss")
    assert "TLB miss" in words(figure)
    assert "Looked up in set 0 (2 MiB, 1 GiB), set 1 (4 KiB)." in figure.alt
    assert fills(figure, CURRENT) == 2


def test_a_fill_marks_the_way_it_takes():
    figure, table = at(run(operate, SMALL, [Access(0x401000)]), "tlb-fill")
    assert {"0x401000", "→ 0x11000", "4 KiB R/W U/S", "new"} <= set(words(figure))
    assert table.rows == (("1", "0", "0x401000", "0x11000", "4 KiB", "R/W U/S", "none"),)


def test_a_hit_marks_the_way_with_a_tick():
    figure, _ = at(run(operate, SMALL, [Access(0x401000), Access(0x401FFF)]), "tlb-hit")
    assert fills(figure, DONE) == 2  # the way and the strip
    assert "TLB hit" in words(figure)
    assert "0 references" in words(figure)


def test_an_eviction_names_the_page_that_went_and_a_full_set_the_one_that_goes_next():
    trace = run(operate, SMALL, [Access(0x400000), Access(0x402000), Access(0x404000)])
    figure, table = at(trace, "tlb-evict")
    assert "TLB fill, with an eviction" in words(figure)
    assert "the TLB keeps the 4 KiB page at 0x404000 in place of the one at 0x400000" in words(figure)
    assert [row[2] for row in table.rows] == ["0x404000", "0x402000"]
    assert "next out" in words(figure)
    assert "new" in words(figure)


def test_a_store_to_a_clean_page_walks_although_it_hit():
    figure, _ = at(run(operate, SMALL, [Access(0x401000), Access(0x401000, "write")]), "tlb-clean")
    assert "TLB hit, but the page is clean" in words(figure)
    assert fills(figure, DONE) == 0
    assert "walk" in words(figure)


def test_the_structure_cache_that_shortened_a_walk_is_marked():
    figure, _ = at(run(operate, SMALL, [Access(0x401000), Access(0x402000)]), "structure-hit")
    assert {"PML4E cache", "PDPTE cache", "PDE cache", "→ table 0x4000", "used"} <= set(words(figure))
    assert fills(figure, CURRENT) == 2
    assert "1 in the PDE cache" in figure.alt


def test_a_guests_entries_carry_their_tag():
    trace = run(operate, Mmu(virtual_machine(TABLES), vpid=3), [Access(0x401000)])
    figure, table = at(trace, "tlb-fill")
    assert "VPID 3, PCID 0" in words(figure)
    assert table.rows[0][-1] == "VPID 3, PCID 0"


def test_of_many_sets_only_those_that_matter_are_drawn():
    trace = run(operate, Mmu(machine(TABLES), tlb=Tlb.empty(512, 4)), [Access(0x401000), Access(0x403000)])
    figure, table = at(trace, "tlb-fill", 1)
    assert "TLB: 128 sets of 4 ways, 4 of them shown" in words(figure)
    assert {"set 1", "set 3"} <= set(words(figure))
    assert len(table.rows) == 2


def test_a_fault_and_an_invalidation_are_told_in_the_events_words():
    trace = run(operate, SMALL, [Access(0x401000), Invlpg(0x401000), Access(0x500000)])
    figure, table = at(trace, "invlpg")
    assert "INVLPG" in words(figure)
    assert not table.rows
    figure, _ = at(trace, "page-fault")
    assert "#PF, page fault" in words(figure)


ACCESSES = [
    Access(0x400000),
    Access(0x400008, "write"),
    Access(0x402000),
    Access(0x404000),
    Access(0x40000123),
    Access(0xFFFF800000000000),
    Access(0x400000, user=True),
    Access(0x500000, "execute", user=True),
    Access(0xFFFF800000000000, user=True),
]


@pytest.mark.parametrize(
    "mmu",
    [
        SMALL,
        Mmu(machine(TABLES), tlb=Tlb.empty(16, 16), structures=StructureCache(6)),
        Mmu(machine(TABLES), tlb=Tlb.empty(8, 1, "FIFO"), structures=StructureCache(0)),
        Mmu(machine(TABLES), tlb=Tlb.empty(64, 4, "tree-PLRU")),
        Mmu(virtual_machine(TABLES, ram=16 * MIB), vpid=1),
    ],
)
def test_nothing_collides_or_leaves_the_page_at_any_moment(mmu):
    for state, event in moments(run(operate, mmu, ACCESSES)):
        figure, table = draw_tlb(state, event)
        assert (figure, table) == draw_tlb(state, event)
        assert collisions(figure.svg) == []
        assert len(table.rows) == len(state.tlb.entries)
        assert fills(figure, READ) <= len(state.tlb.entries) + len(state.structures.tables)
