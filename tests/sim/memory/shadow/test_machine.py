"""Shadow paging step by step: the chapter's keys, golden traces, the cache of shadows, large pages, bad input."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.memory import (
    FOUR_LEVEL,
    KIB,
    MIB,
    PAE,
    TWO_LEVEL,
    Access,
    EptTables,
    Invlpg,
    LoadCr3,
    PageFault,
    PageTables,
    StoreEntry,
    StructureCache,
    Tlb,
    Translation,
)
from vlearn.sim.memory.entries import RW, US, A, D, P
from vlearn.sim.memory.shadow import EXITS, Emulated, Policy, Reclaim, operate_shadow, shadow_machine
from vlearn.trace import reachable, run

HOST = EptTables().map_page(0, 16 * MIB, length=2 * MIB)
TABLE = 0x2000
"""Where the page table of the guests here lies: in the first frame after the directory."""
SPARE = 0x3F_F000


def page(n, kind="read", user=False):
    return Access(n * 4 * KIB, kind, user)


def entry_of(n, frame, flags=P | RW | US):
    return StoreEntry(TABLE + 4 * n, frame << 12 | flags)


def machine(tables=None, policy=None, **parts):
    tables = tables or PageTables(TWO_LEVEL).map_page(SPARE, 0xF000)
    control = parts.pop("control", {})
    return shadow_machine(tables.registers(**control), tables.memory, HOST, policy, **parts)


def exits(trace):
    return [kind for kind in trace.kinds if kind in EXITS]


def warm(**parts):
    """A machine whose page table has a shadow."""
    return run(operate_shadow, machine(**parts), [Access(SPARE)]).final


def test_a_hundred_new_pages_read_then_written_take_three_hundred_exits():
    """The key of ch06-count-shadow-exits."""
    stores = [entry_of(n, n) for n in range(16, 116)]
    reads, writes = [page(n) for n in range(16, 116)], [page(n, "write") for n in range(16, 116)]
    found = exits(run(operate_shadow, warm(), [*stores, *reads, *writes]))
    assert found == ["traced-write"] * 100 + ["fill-shadow"] * 100 + ["record-dirty"] * 100


RUN = [
    (entry_of(5, 32), "yes", "no"),
    (page(5, user=True), "yes", "no"),
    (page(5, user=True), "no", "no"),
    (page(5, "write", True), "yes", "no"),
    (page(5, "write", True), "no", "no"),
    (page(6, user=True), "yes", "yes"),
]


def test_the_shadow_run_of_the_question_bank_is_what_the_model_does():
    """The key of ch06-shadow-run: for each step whether it exits, and whether the guest gets a page fault."""
    vm, rows = warm(), []
    for action, *_ in RUN:
        trace = run(operate_shadow, vm, [action])
        vm = trace.final
        rows.append((action, "yes" if exits(trace) else "no", "yes" if isinstance(vm.outcome, PageFault) else "no"))
    assert rows == RUN


HIDDEN_OR_TRUE = [
    ([], 32 << 12 | P | RW | US, page(5, user=True), "fill-shadow", False),
    ([page(7)], TABLE | P | RW | A | D, page(7, "write"), "traced-write", False),
    ([], 32 << 12 | P | RW | US | A, page(5, "write"), "fill-shadow", False),
    ([page(5)], 32 << 12 | P | RW | US | A, page(5, "write"), "record-dirty", False),
    ([page(5), Reclaim(32 << 12)], 32 << 12 | P | RW, page(5), "fill-shadow", False),
    ([], 0, page(5), "true-fault", True),
    ([], 32 << 12 | P | US, page(5, "write", True), "true-fault", True),
    ([], 32 << 12 | P | RW, page(5, user=True), "true-fault", True),
]


@pytest.mark.parametrize(("before", "entry", "access", "kind", "seen"), HIDDEN_OR_TRUE)
def test_hidden_and_true_faults_are_told_apart_by_the_guests_own_tables(before, entry, access, kind, seen):
    """The key of ch06-hidden-or-true."""
    number = access.address >> 12
    vm = run(operate_shadow, warm(), [StoreEntry(TABLE + 4 * number, entry), *before]).final
    trace = run(operate_shadow, vm, [access])
    assert exits(trace) == [kind]
    assert isinstance(trace.final.outcome, PageFault) == seen


def test_a_first_read_and_the_hits_after_it_as_a_golden_trace():
    trace = run(operate_shadow, warm(), [entry_of(5, 32), page(5), page(5), page(5, "write")])
    assert trace.kinds == (
        "traced-write",
        *("tlb-miss", "structure-hit", "read-entry", "shadow-fault"),
        *("walk-guest", "set-accessed", "fill-shadow"),
        *("tlb-miss", "read-entry", "read-entry", "translated", "tlb-fill"),
        "tlb-hit",
        *("tlb-hit", "shadow-fault", "walk-guest", "set-dirty", "record-dirty"),
        *("tlb-miss", "read-entry", "read-entry", "translated", "tlb-fill"),
    )  # fmt: skip
    assert trace.final.memory[TABLE + 20] & (A | D) == A | D


def two_processes(policy):
    """Two address spaces that share one page table."""
    tables = PageTables(TWO_LEVEL).map_page(0x5000, 0x2_0000).map_page(0x6000, 0x2_1000)
    second = {0x8000: tables.memory[0x1000]}
    return shadow_machine(tables.registers(), tables.memory.update(second), HOST, policy)


THERE_AND_BACK = [page(5), LoadCr3(0x8000), page(5), LoadCr3(0x1000), page(5)]


@pytest.mark.parametrize(("shadows", "fills"), [(4, 2), (1, 3)])
def test_a_kept_shadow_need_not_be_rebuilt_when_its_process_comes_back(shadows, fills):
    """The key of ch06-back-to-an-old-process."""
    trace = run(operate_shadow, two_processes(Policy(shadows=shadows)), THERE_AND_BACK)
    assert exits(trace).count("fill-shadow") == fills
    assert trace.final.table_bytes == 8 * KIB * min(shadows, 2)


def test_a_store_to_a_shared_table_reaches_every_shadow_of_it():
    vm = run(operate_shadow, two_processes(Policy()), THERE_AND_BACK).final
    after = run(operate_shadow, vm, [entry_of(5, 40, P | A)]).final
    assert len(after.leaves) == 0
    assert len(vm.leaves) == 2


def test_a_lazy_shadow_serves_the_old_frame_until_invlpg_and_takes_one_exit_for_many_stores():
    """The reasoning that ch06-stale-shadow asks for."""
    vm = run(operate_shadow, warm(policy=Policy(lazy=True)), [entry_of(5, 32), page(5)]).final
    stale = run(operate_shadow, vm, [entry_of(5, 33, P | A), page(5)])
    assert exits(stale) == []
    assert stale.final.outcome.physical == 16 * MIB + (32 << 12)
    fresh = run(operate_shadow, stale.final, [Invlpg(0x5000), page(5)])
    assert exits(fresh) == ["invlpg", "fill-shadow"]
    assert fresh.final.outcome.physical == 16 * MIB + (33 << 12)


def test_a_lazy_hypervisor_catches_up_at_a_load_of_cr3():
    vm = run(operate_shadow, warm(policy=Policy(lazy=True)), [entry_of(5, 32), page(5), entry_of(5, 0, 0)]).final
    trace = run(operate_shadow, vm, [LoadCr3(0x1000), page(5), entry_of(6, 34)])
    assert "resync" in trace.kinds
    assert exits(trace) == ["load-cr3", "true-fault", "traced-write"]
    assert vm.unsynced == {TABLE}


def large(host_page, policy=None):
    tables = PageTables(FOUR_LEVEL).map_page(0x20_0000, 0x20_0000, 2 * MIB)
    host = EptTables().map_page(0, 16 * MIB, host_page, length=4 * MIB)
    return shadow_machine(tables.registers(), tables.memory, host, policy)


@pytest.mark.parametrize(
    ("host_page", "policy", "size"),
    [(2 * MIB, None, 2 * MIB), (4 * KIB, None, 4 * KIB), (2 * MIB, Policy(large_pages=False), 4 * KIB)],
)
def test_a_large_page_of_the_guest_is_split_unless_the_host_has_it_in_one_piece(host_page, policy, size):
    vm = run(operate_shadow, large(host_page, policy), [Access(0x25_4321)]).final
    (leaf,) = vm.leaves.values()
    assert leaf.size == size
    assert vm.table_bytes == 4 * KIB * (3 if size == 2 * MIB else 4)


def test_d_of_a_split_page_is_set_once_and_each_piece_is_filled():
    writes = [Access(0x20_0000, "write"), Access(0x20_1000, "write"), Access(0x20_2000)]
    trace = run(operate_shadow, large(4 * KIB), writes)
    assert exits(trace) == ["fill-shadow"] * 3
    assert trace.kinds.count("set-dirty") == 1


def test_a_write_with_wp_clear_is_carried_out_by_the_hypervisor():
    tables = PageTables(TWO_LEVEL).map_page(0x5000, 0x2_0000, writable=False)
    trace = run(operate_shadow, machine(tables, control={"wp": False}), [page(5, "write")])
    assert exits(trace) == ["emulate-access"]
    assert trace.final.outcome == Emulated(0x2_0000, 16 * MIB + 0x2_0000)


def test_a_frame_that_was_taken_away_comes_back_elsewhere_and_the_guest_does_not_see_it():
    vm = run(operate_shadow, warm(), [entry_of(5, 32), page(5)]).final
    after = run(operate_shadow, vm, [Reclaim(32 << 12), page(5)])
    assert "find-frame" in after.kinds
    assert isinstance(after.final.outcome, Translation)
    assert after.final.outcome.physical != vm.outcome.physical
    assert after.final.memory == vm.memory


@pytest.mark.parametrize(("vpid", "hit"), [(1, True), (0, False)])
def test_without_a_vpid_every_exit_empties_the_tlb(vpid, hit):
    vm = run(operate_shadow, warm(policy=Policy(vpid=vpid)), [entry_of(5, 32), page(5)]).final
    trace = run(operate_shadow, vm, [entry_of(6, 33), page(5)])
    assert ("tlb-hit" in trace.kinds) == hit


TINY = [page(5), page(5, "write", True), page(6), *(entry_of(5, 32, flags) for flags in (0, P, P | RW | US))]


@pytest.mark.parametrize("lazy", [False, True])
def test_in_every_reachable_state_of_a_tiny_machine_no_shadow_entry_promises_more_than_the_guests(lazy):
    tables = PageTables(TWO_LEVEL).map_page(0x5000, 0x2_0000)
    start = machine(tables, Policy(lazy=lazy), tlb=Tlb.empty(1, 1), structures=StructureCache(0))
    states = reachable(operate_shadow, start, [*TINY, Invlpg(0x5000)], limit=4000)
    assert len(states) > 100
    for state in states:
        for at, leaf in state.leaves.items():
            entry, shadow = state.memory[TABLE + (leaf.linear >> 10)], state.mmu.walk.memory[at]
            assert leaf.guest_entry & (P | A) == P | A
            if TABLE not in state.unsynced:
                assert not shadow & (RW | US) & ~entry
                assert not shadow & RW or entry & D
                assert entry & A


BAD = [
    (lambda: Policy(shadows=0), "has no room for the running process"),
    (lambda: Policy(vpid=1 << 16), "a VPID has 16 bits"),
    (lambda: machine(PageTables(PAE).map_page(0, 0)), "PAE paging is not modelled under shadow paging"),
    (lambda: run(operate_shadow, warm(), [StoreEntry(0x2001, 0)]), "no entry lies at guest-physical 0x2001"),
    (lambda: run(operate_shadow, warm(), [StoreEntry(0x2000, 1 << 32)]), "it has 32 bits"),
    (lambda: run(operate_shadow, warm(), [Access(1 << 32)]), "the machine has 32 address bits"),
    (lambda: run(operate_shadow, warm(), [Invlpg(1 << 32)]), "the machine has 32 address bits"),
    (lambda: run(operate_shadow, warm(), [Reclaim(0x7000_0000)]), "has no frame"),
    (lambda: run(operate_shadow, large(2 * MIB), [Reclaim(0)]), "lies in a large page of the host"),
]


@pytest.mark.parametrize(("ask", "words"), BAD, ids=[words for _, words in BAD])
def test_what_the_machine_cannot_have_is_refused_with_a_reason(ask, words):
    with pytest.raises(ModelError, match=words):
        ask()


def test_a_guest_beyond_the_reach_of_its_own_entries_is_refused():
    host = EptTables().map_page(0, 1 << 32, length=2 * MIB)
    tables = PageTables(TWO_LEVEL).map_page(0x5000, 0x2_0000)
    with pytest.raises(ModelError, match="below 4 GiB"):
        run(operate_shadow, shadow_machine(tables.registers(), tables.memory, host), [page(5)])
