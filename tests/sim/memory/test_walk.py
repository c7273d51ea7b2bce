"""The native walk: a golden trace, the table of rights, the order of faults, and when A and D are set."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.memory.random_machines import accesses, natives
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    FIVE_LEVEL,
    FOUR_LEVEL,
    GIB,
    MIB,
    MODES,
    PAE,
    TWO_LEVEL,
    Access,
    GeneralProtection,
    PageFault,
    PageTables,
    Translation,
    machine,
    translate,
    virtual_machine,
)
from vlearn.sim.memory.entries import PS, RW, US, XD, A, D, P, flags
from vlearn.trace import run

ADDRESS = 0x40_0123
TABLES = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000)


def walk(tables, access, **control):
    return run(translate, machine(tables, **control), [access])


def test_the_first_write_to_a_page_reads_four_entries_and_sets_their_flags():
    trace = walk(TABLES, Access(ADDRESS, "write", user=True))
    upper = ("read-entry", "set-accessed") * 3
    assert trace.kinds == (*upper, "read-entry", "set-accessed", "set-dirty", "translated")
    assert [(r.name, r.address) for r in trace.final.references] == [
        ("PML4E", 0x1000),
        ("PDPTE", 0x2000),
        ("PDE", 0x3010),
        ("PTE", 0x4000),
    ]
    assert trace.final.outcome.physical == 0x9123


def test_the_second_access_finds_the_flags_set():
    access = Access(ADDRESS, "write")
    trace = run(translate, machine(TABLES), [access, access])
    assert trace.kinds[10:] == ("read-entry",) * 4 + ("translated",)


def test_every_step_touches_the_entry_it_concerns():
    trace = walk(TABLES, Access(ADDRESS, "write"))
    named = [step.event.touches[0] for step in trace.steps[:-1]]
    assert named == ["PML4E", "PML4E", "PDPTE", "PDPTE", "PDE", "PDE", "PTE", "PTE", "PTE"]


SIZES = [(mode, size) for mode in MODES.values() for size in mode.page_sizes]


@pytest.mark.parametrize(("mode", "size"), SIZES)
def test_mapping_and_then_translating_gives_the_physical_address(mode, size):
    tables = PageTables(mode).map_page(3 * GIB, size, size)
    final = walk(tables, Access(3 * GIB + size - 5)).final
    assert final.outcome.physical == 2 * size - 5
    assert final.outcome.page_size == size
    assert len(final.references) == mode.depth(size)


RO, SUPERVISOR = ("writable", False), ("user", False)
NO_EXECUTE = ("executable", False)
# rights taken from the page, control bits, access (kind, user, AC): the error code, or None where it is allowed
RIGHTS = [
    ((), {}, ("write", True, False), None),
    ((RO,), {}, ("read", True, False), None),
    ((RO,), {}, ("write", True, False), 0b00111),
    ((RO,), {"wp": False}, ("write", True, False), 0b00111),
    ((RO,), {}, ("write", False, False), 0b00011),
    ((RO,), {"wp": False}, ("write", False, False), None),
    ((SUPERVISOR,), {}, ("read", True, False), 0b00101),
    ((SUPERVISOR,), {}, ("write", True, False), 0b00111),
    ((SUPERVISOR,), {}, ("execute", True, False), 0b10101),
    ((SUPERVISOR,), {}, ("write", False, False), None),
    ((NO_EXECUTE,), {}, ("read", True, False), None),
    ((NO_EXECUTE,), {}, ("execute", True, False), 0b10101),
    ((NO_EXECUTE,), {}, ("execute", False, False), 0b10001),
    ((), {"smep": True}, ("execute", False, False), 0b10001),
    ((), {"smep": True}, ("execute", True, False), None),
    ((), {"smep": True}, ("read", False, False), None),
    ((SUPERVISOR,), {"smep": True}, ("execute", False, False), None),
    ((), {"smap": True}, ("read", False, False), 0b00001),
    ((), {"smap": True}, ("write", False, False), 0b00011),
    ((), {"smap": True}, ("read", False, True), None),
    ((RO,), {"smap": True}, ("write", False, True), 0b00011),
    ((), {"smap": True}, ("execute", False, False), None),
    ((), {"smap": True}, ("read", True, False), None),
    ((SUPERVISOR,), {"smap": True}, ("read", False, False), None),
]


@pytest.mark.parametrize(("missing", "control", "access", "code"), RIGHTS)
def test_the_rights_of_a_page_decide(missing, control, access, code):
    kind, user, ac = access
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000, **dict(missing))
    outcome = walk(tables, Access(ADDRESS, kind, user, ac), **control).final.outcome
    if code is None:
        assert isinstance(outcome, Translation)
    else:
        assert outcome == PageFault(code, ADDRESS)


@pytest.mark.parametrize("entry", ["PML4E", "PDPTE", "PDE", "PTE"])
@pytest.mark.parametrize(("change", "kind", "code"), [(RW, "write", 7), (US, "read", 5), (P, "read", 4)])
def test_one_entry_without_a_right_withholds_it(entry, change, kind, code):
    tables = TABLES.edit(ADDRESS, entry, clear_bits=change)
    assert walk(tables, Access(ADDRESS, kind, user=True)).final.outcome == PageFault(code, ADDRESS)


@pytest.mark.parametrize("entry", ["PML4E", "PDPTE", "PDE", "PTE"])
def test_execute_disable_at_any_level_forbids_fetches(entry):
    tables = TABLES.edit(ADDRESS, entry, set_bits=XD)
    assert walk(tables, Access(ADDRESS, "execute")).final.outcome == PageFault(0b10001, ADDRESS)


@pytest.mark.parametrize(("control", "code"), [({"nxe": False}, 0), ({"nxe": False, "smep": True}, 16), ({}, 16)])
def test_the_error_code_tells_fetches_only_with_nxe_or_smep(control, code):
    assert walk(PageTables(FOUR_LEVEL), Access(0, "execute"), **control).final.outcome == PageFault(code, 0)


def test_32_bit_paging_tells_no_fetches_even_with_nxe():
    assert walk(PageTables(TWO_LEVEL), Access(0, "execute")).final.outcome == PageFault(0, 0)


RESERVED = [("PML4E", 1 << 50), ("PML4E", PS), ("PDPTE", 1 << 46), ("PDE", 1 << 46), ("PTE", 1 << 51), ("PDPTE", PS)]


@pytest.mark.parametrize(("entry", "bit"), RESERVED)
def test_a_reserved_bit_ends_the_walk_where_it_is(entry, bit):
    final = walk(TABLES.edit(ADDRESS, entry, set_bits=bit), Access(ADDRESS, "write", user=True)).final
    assert final.outcome == PageFault(0b01111, ADDRESS)
    assert final.references[-1].name == entry


def test_xd_is_reserved_while_nxe_is_off():
    tables = TABLES.edit(ADDRESS, "PDE", set_bits=XD)
    assert walk(tables, Access(ADDRESS), nxe=False).final.outcome == PageFault(0b01001, ADDRESS)
    assert isinstance(walk(tables, Access(ADDRESS)).final.outcome, Translation)


def test_the_reserved_bits_of_an_absent_entry_do_not_matter():
    tables = TABLES.edit(ADDRESS, "PDE", set_bits=1 << 50, clear_bits=P)
    assert walk(tables, Access(ADDRESS)).final.outcome == PageFault(0, ADDRESS)


def test_a_walk_that_faults_leaves_the_leaf_and_marks_the_tables_it_used():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000, user=False)
    memory = walk(tables, Access(ADDRESS, user=True)).final.memory
    marked = [place.level.entry for place in tables.path(ADDRESS) if memory[place.address] & A]
    assert marked == ["PML4E", "PDPTE", "PDE"]


def test_only_a_write_sets_d_and_only_in_the_entry_that_maps_the_page():
    for kind, dirty in (("read", []), ("execute", []), ("write", ["PDE"])):
        tables = PageTables(PAE).map_page(0x4000_0000, 2 * MIB, 2 * MIB)
        memory = walk(tables, Access(0x4000_0000, kind)).final.memory
        assert [p.level.entry for p in tables.path(0x4000_0000) if memory[p.address] & D] == dirty


def test_without_pse_a_pde_with_ps_references_a_table():
    tables = PageTables(TWO_LEVEL).map_page(0, 0x5000).edit(0, "PDE", set_bits=PS)
    assert walk(tables, Access(0), pse=False).final.outcome.physical == 0x5000


def test_a_pae_walk_asks_the_pdpte_register_and_not_memory():
    tables = PageTables(PAE).map_page(0x8000_0000, 0x5000)
    state = machine(tables)
    gone = run(translate, machine(PageTables(PAE)), [Access(0x8000_0000)]).final
    assert gone.outcome == PageFault(0, 0x8000_0000)
    assert gone.references == ()
    assert [r.name for r in run(translate, state, [Access(0x8000_0000)]).final.references] == ["PDE", "PTE"]


NOT_CANONICAL = [(FOUR_LEVEL, 1 << 47), (FOUR_LEVEL, 0xFFFF << 47), (FIVE_LEVEL, 1 << 56)]


@pytest.mark.parametrize(("mode", "address"), NOT_CANONICAL)
def test_an_address_that_is_not_canonical_is_a_general_protection_fault(mode, address):
    trace = walk(PageTables(mode), Access(address))
    assert trace.kinds == ("general-protection",)
    assert trace.final.outcome == GeneralProtection(address)
    assert trace.final.references == ()


def test_an_address_wider_than_the_machine_is_the_callers_mistake():
    with pytest.raises(ModelError, match="0x100000000 is not an address of 32-bit paging: the machine has 32"):
        walk(PageTables(TWO_LEVEL), Access(1 << 32))


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_a_walk_reads_at_most_one_entry_a_level_and_only_ever_sets_a_and_d(data):
    state, scene = data.draw(natives())
    trace = run(translate, state, [data.draw(accesses(state, scene))])
    final = trace.final
    assert len(final.references) <= len(state.registers.mode.levels)
    assert trace.kinds[-1] in ("translated", "page-fault", "general-protection")
    assert all(final.memory[a] & ~(A | D) == entry & ~(A | D) for a, entry in state.memory.items())
    assert all(final.memory[a] & entry == entry for a, entry in state.memory.items())
    read = {reference.address for reference in final.references}
    assert all(a in read for a, entry in final.memory.items() if entry != state.memory[a])


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_taking_a_right_away_never_turns_a_fault_into_a_success(data):
    state, scene = data.draw(natives(modes=(PAE, FOUR_LEVEL, FIVE_LEVEL)))
    access = data.draw(accesses(state, scene))
    address = data.draw(st.sampled_from(sorted(state.memory)))
    taken = data.draw(st.sampled_from((P, RW, "U/S", "XD")))
    entry = state.memory[address]
    if taken == "U/S":  # a user page is closed to the supervisor by SMEP and SMAP, so only a user loses by it
        access = Access(access.address, access.kind, user=True)
        entry &= ~US
    else:
        entry = entry | XD if taken == "XD" else entry & ~taken
    before = run(translate, state, [access]).final.outcome
    less = replace(state, memory=state.memory.set(address, entry))
    after = run(translate, less, [access]).final.outcome
    assert isinstance(before, Translation) or not isinstance(after, Translation)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_translating_twice_gives_the_same_address_and_sets_nothing_more(data):
    state, scene = data.draw(natives())
    access = data.draw(accesses(state, scene))
    once = run(translate, state, [access]).final
    twice = run(translate, once, [access]).final
    assert twice.memory == once.memory
    if isinstance(once.outcome, Translation):
        assert twice.outcome.physical == once.outcome.physical
    else:
        assert twice.outcome == once.outcome


def test_flags_in_the_text_of_a_step_are_those_of_the_entry():
    trace = walk(TABLES, Access(ADDRESS))
    for step in trace.steps:
        if step.event.kind == "read-entry":
            assert step.event.text.endswith(f"({' '.join(flags(FOUR_LEVEL, step.state.references[-1].value))})")


def test_a_step_says_which_entry_is_read_and_whose_it_is():
    native, nested = walk(TABLES, Access(ADDRESS)), run(translate, virtual_machine(TABLES), [Access(ADDRESS)])
    assert native.steps[0].event.text.startswith("the processor reads the PML4E at ")
    assert nested.steps[0].event.text.startswith("the processor reads gL4:nL4, the EPT PML4E at ")
    assert nested.steps[4].event.text.startswith("the processor reads gL4, the guest's PML4E at ")
    reads = [step.event.text for step in nested.steps if step.event.kind.startswith("read")]
    assert len(set(reads)) == len(reads)
