"""MOV to CR3, and the PDPTE registers that it loads under PAE paging."""

from dataclasses import replace

import pytest

from vlearn.errors import ModelError
from vlearn.sim.memory import (
    EPT4,
    FOUR_LEVEL,
    PAE,
    TWO_LEVEL,
    Access,
    EptTables,
    EptViolation,
    GeneralProtection,
    PageTables,
    Registers,
    guest,
    load_cr3,
    machine,
    translate,
)
from vlearn.sim.memory.entries import EPT_D, EPT_RWX, EPT_W, P
from vlearn.sim.memory.machines import GUEST_AT
from vlearn.trace import run

TABLES = PageTables(PAE, root=0x1000).map_page(0x8000_0000, 0x9000)


def without_pdptes(state):
    return replace(state, registers=replace(state.registers, cr3=0, pdptes=(0, 0, 0, 0)))


def test_under_pae_the_load_reads_the_four_pdptes():
    trace = run(load_cr3, without_pdptes(machine(TABLES)), [0x1000])
    assert trace.kinds == ("load-pdpte",) * 4 + ("load-cr3",)
    assert [reference.address for reference in trace.final.references] == [0x1000, 0x1008, 0x1010, 0x1018]
    assert trace.final.registers == machine(TABLES).registers


def test_a_pdpte_changed_in_memory_is_noticed_at_the_next_load():
    state = machine(TABLES)
    changed = replace(state, memory=state.memory.set(0x1010, 0))
    assert run(translate, changed, [Access(0x8000_0000)]).kinds[-1] == "translated"
    loaded = run(load_cr3, changed, [0x1000]).final
    assert run(translate, loaded, [Access(0x8000_0000)]).kinds == ("page-fault",)


@pytest.mark.parametrize("bit", [1, 2, 5, 8, 46, 63])
def test_a_present_pdpte_with_a_reserved_bit_is_a_general_protection_fault_and_cr3_stays(bit):
    state = without_pdptes(machine(TABLES))
    state = replace(state, memory=state.memory.set(0x1010, 0x2000 | P | 1 << bit))
    trace = run(load_cr3, state, [0x1000])
    assert trace.kinds == ("load-pdpte",) * 3 + ("general-protection",)
    assert trace.final.outcome == GeneralProtection(0x1000)
    assert trace.final.registers == state.registers


def test_an_absent_pdpte_may_have_any_bit():
    state = machine(TABLES)
    state = replace(state, memory=state.memory.set(0x1000, 0xFFE))
    assert run(load_cr3, state, [0x1000]).final.registers.pdptes[0] == 0xFFE


def test_in_a_guest_the_load_goes_through_the_ept():
    ept = EptTables(EPT4).map_page(0, GUEST_AT, length=0x1_0000)
    trace = run(load_cr3, without_pdptes(guest(TABLES, ept)), [0x1000])
    assert trace.kinds == ("read-ept-entry",) * 4 + ("load-pdpte",) * 4 + ("load-cr3",)


def test_a_violation_of_the_load_has_no_linear_address():
    ept = EptTables(EPT4).map_page(0, GUEST_AT, length=0x1_0000).edit(0x1000, "EPT PTE", clear_bits=EPT_RWX)
    state = without_pdptes(guest(TABLES, ept))
    final = run(load_cr3, state, [0x1000]).final
    assert final.outcome == EptViolation(1, 0x1000, None)
    assert final.registers == state.registers


def test_the_load_is_a_read_even_with_ept_flags():
    ept = EptTables(EPT4).map_page(0, GUEST_AT, length=0x1_0000).edit(0x1000, "EPT PTE", clear_bits=EPT_W)
    final = run(load_cr3, guest(TABLES, ept, accessed_dirty=True), [0x1000]).final
    assert final.outcome is None
    assert not any(entry & EPT_D for address, entry in final.memory.items() if address < GUEST_AT)


@pytest.mark.parametrize("mode", [TWO_LEVEL, FOUR_LEVEL])
def test_elsewhere_the_load_reads_nothing(mode):
    trace = run(load_cr3, machine(PageTables(mode)), [0x7000])
    assert trace.kinds == ("load-cr3",)
    assert trace.final.registers.root == 0x7000


def test_cr3_keeps_a_pcid_below_the_root():
    registers = Registers(FOUR_LEVEL, 0x7005, pcide=True)
    assert (registers.root, registers.pcid) == (0x7000, 5)
    assert replace(registers, pcide=False).pcid == 0


def test_pae_has_four_pdpte_registers_and_no_other_mode_has_any():
    with pytest.raises(ModelError, match="PAE paging has 4 PDPTE registers, not 0"):
        Registers(PAE, 0x1000)
    with pytest.raises(ModelError, match="4-level paging has 0 PDPTE registers, not 4"):
        Registers(FOUR_LEVEL, 0x1000, pdptes=(0, 0, 0, 0))


def test_cr3_is_as_wide_as_the_machine():
    with pytest.raises(ModelError, match="32 address bits"):
        run(load_cr3, machine(TABLES), [1 << 32])
