from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.cpu import Cpu, Fault
from vlearn.sim.cpu.control import PG, PSE, SMAP, SMEP, WP
from vlearn.sim.cpu.paging import physical, read_linear, read_physical, walk, write_linear, write_physical
from vlearn.sim.memory import TWO_LEVEL, PageTables
from vlearn.sim.memory.entries import RW, US, A, D, P

TABLES = PageTables(TWO_LEVEL, root=0x1_0000).map_page(0x5000, 0x7000).map_page(0x6000, 0x9000)


def outcome(translate, cpu, address, kind, user):
    try:
        after, at = translate(cpu, address, kind, user)
    except Fault as fault:
        return str(fault)
    return at, after.memory


@settings(deadline=None, max_examples=300)
@given(
    st.integers(0, 0xFF), st.integers(0, 0xFF), st.sampled_from(("read", "write", "execute")), st.booleans(),
    st.integers(0, 15), st.sampled_from((0x5000, 0x5FFF, 0x6004, 0x7000, 0x40_5000)),
)  # fmt: skip
def test_the_short_cut_and_the_walk_of_chapter_6_agree(pde, pte, kind, user, control, address):
    memory = TABLES.memory.set(0x1_0000, TABLES.memory[0x1_0000] & -0x1000 | pde)
    memory = memory.set(0x1_1014, 0x7000 | pte)
    cr4 = (PSE if control & 2 else 0) | (SMEP if control & 4 else 0) | (SMAP if control & 8 else 0)
    cpu = Cpu(memory=memory, cr0=1 | PG | (WP if control & 1 else 0), cr3=TABLES.root, cr4=cr4)
    assert outcome(physical, cpu, address, kind, user) == outcome(walk, cpu, address, kind, user)


def test_without_pg_linear_addresses_are_physical():
    assert physical(Cpu(), 0x1234_5678, "write", True) == (Cpu(), 0x1234_5678)


@given(st.integers(0, 11), st.sampled_from((1, 2, 4)), st.integers(0, 0xFFFF_FFFF))
def test_bytes_lie_in_words_as_in_a_byte_array(address, size, value):
    plain = bytearray(range(1, 17))
    memory = Cpu().memory
    for n, byte in enumerate(plain):
        memory = write_physical(memory, n, 1, byte)
    value &= (1 << 8 * size) - 1
    plain[address : address + size] = value.to_bytes(size, "little")
    memory = write_physical(memory, address, size, value)
    assert read_physical(memory, address, size) == value
    assert bytes(read_physical(memory, n, 1) for n in range(16)) == plain


def test_an_access_across_two_pages_goes_to_both():
    cpu = Cpu(memory=TABLES.memory, cr0=1 | PG, cr3=TABLES.root)
    cpu = write_linear(cpu, 0x5FFE, 4, 0xAABB_CCDD, user=True)
    assert (cpu.memory[0x7FFC] >> 16, cpu.memory[0x9000]) == (0xCCDD, 0xAABB)
    assert read_linear(cpu, 0x5FFE, 4, user=True)[1] == 0xAABB_CCDD
    assert all(cpu.memory[at] & (A | D) == A | D for at in (0x1_1014, 0x1_1018))


def test_nothing_is_written_if_the_second_page_faults():
    cpu = Cpu(memory=TABLES.memory, cr0=1 | PG, cr3=TABLES.root)
    with pytest.raises(Fault, match="0x7000"):
        write_linear(cpu, 0x6FFE, 4, 1, user=True)
    assert cpu.memory == TABLES.memory


def test_page_tables_are_memory_that_a_store_changes():
    cpu = Cpu(memory=TABLES.memory, cr0=1 | PG, cr3=TABLES.root)
    mapped = replace(cpu, memory=write_physical(cpu.memory, 0x1_1000 + 4 * 8, 4, 0xA000 | P | RW | US))
    assert physical(mapped, 0x8123, "read", True)[1] == 0xA123
