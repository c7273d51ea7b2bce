"""The batch translator says of every address what the step model says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.memory.random_machines import accesses, guests, natives
from vlearn.errors import ModelError
from vlearn.sim.memory import (
    EPT4,
    EPT_MODES,
    FOUR_LEVEL,
    GIB,
    KIB,
    MIB,
    MODES,
    TWO_LEVEL,
    Access,
    EptMisconfiguration,
    EptTables,
    EptViolation,
    PageFault,
    PageTables,
    Translation,
    guest,
    machine,
    translate,
    virtual_machine,
)
from vlearn.sim.memory.batch import BLOCK, ENDINGS, pack, translate_many
from vlearn.sim.memory.entries import EPT_RWX, EPT_W, A
from vlearn.trace import run


def stepwise(state, access):
    """The ending, code, physical and guest-physical address of one access, by the step model."""
    trace = run(translate, state, [access])
    match trace.final.outcome:
        case Translation(physical=physical, guest_physical=guest_physical):
            return trace.kinds[-1], 0, physical, guest_physical or 0
        case PageFault(error_code):
            return trace.kinds[-1], error_code, 0, 0
        case EptViolation(qualification, guest_physical):
            return trace.kinds[-1], qualification, 0, guest_physical
        case EptMisconfiguration(guest_physical):
            return trace.kinds[-1], 0, 0, guest_physical
    return trace.kinds[-1], 0, 0, 0


def batched(state, wanted):
    result = translate_many(
        state,
        np.array([access.address for access in wanted], np.uint64),
        write=[access.kind == "write" for access in wanted],
        execute=[access.kind == "execute" for access in wanted],
        user=[access.user for access in wanted],
        ac=[access.ac for access in wanted],
    )
    columns = (result.ending, result.code, result.physical, result.guest_physical)
    return [(ENDINGS[ending], *rest) for ending, *rest in zip(*(column.tolist() for column in columns), strict=True)]


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_a_batch_and_the_step_model_agree_natively(data):
    state, scene = data.draw(natives())
    wanted = data.draw(st.lists(accesses(state, scene), min_size=1, max_size=12))
    assert batched(state, wanted) == [stepwise(state, access) for access in wanted]


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_a_batch_and_the_step_model_agree_in_a_guest(data):
    state, scene = data.draw(guests())
    wanted = data.draw(st.lists(accesses(state, scene), min_size=1, max_size=12))
    assert batched(state, wanted) == [stepwise(state, access) for access in wanted]


MACHINES = [(mode, size, host) for mode in MODES.values() for size in mode.page_sizes for host in (None, *EPT_MODES)]


@pytest.mark.parametrize(("mode", "size", "host"), MACHINES)
def test_every_mode_and_page_size_is_translated(mode, size, host):
    tables = PageTables(mode).map_page(GIB, 0, size)
    state = virtual_machine(tables, 2 * MIB, EPT_MODES[host], ram=8 * MIB) if host else machine(tables)
    wanted = [Access(GIB + offset) for offset in (0, 1, 0xFFF, size - 1, size)]
    assert batched(state, wanted) == [stepwise(state, access) for access in wanted]


TABLES = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0x9000)  # its PDE is at 0x3010, its PTE at 0x4000
FLAGS = [
    ({"PTE": A}, "write", EPT_W, 0x4000, "the PTE lacks D"),
    ({"PTE": A}, "read", EPT_W, 0x4000, "nothing is missing"),
    ({}, "read", EPT_W, 0x4000, "the PTE lacks A"),
    ({}, "read", EPT_W, 0x3000, "the PDE lacks A"),
    ({"PDE": A}, "read", EPT_RWX, 0x4000, "the page table is gone"),
    ({}, "read", EPT_RWX, 0x4000, "the PDE lacks A, which cannot be set, and the page table is gone"),
]


@pytest.mark.parametrize(("given", "kind", "taken", "frame", "why"), FLAGS)
def test_flags_that_the_ept_does_not_let_the_processor_set(given, kind, taken, frame, why):
    tables = TABLES
    for entry in ("PML4E", "PDPTE"):
        tables = tables.edit(0x40_0000, entry, set_bits=A)
    for entry, bit in given.items():
        tables = tables.edit(0x40_0000, entry, set_bits=bit)
    ept = EptTables(EPT4).map_page(0, GIB, length=64 * KIB).edit(frame, "EPT PTE", clear_bits=taken)
    if "cannot be set" in why:
        ept = ept.edit(0x3000, "EPT PTE", clear_bits=EPT_W)
    access = Access(0x40_0000, kind)
    state = guest(tables, ept)
    assert batched(state, [access]) == [stepwise(state, access)]


def test_a_guest_physical_address_wider_than_the_ept_exits_in_a_batch_too():
    state = virtual_machine(PageTables(FOUR_LEVEL, physical_bits=52).map_page(0x40_0000, 1 << 48 | 0x5000), ram=MIB)
    access = Access(0x40_0000)
    assert batched(state, [access]) == [stepwise(state, access)] == [("ept-violation", 0x181, 0, 1 << 48 | 0x5000)]


def test_a_batch_longer_than_a_block_keeps_its_order():
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 0, length=64 * KIB)
    addresses = 0x40_0000 + np.random.default_rng(1).integers(0, 80 * KIB, 2 * BLOCK + 7)
    result = translate_many(pack(machine(tables)), addresses)
    inside = addresses < 0x40_0000 + 64 * KIB
    assert ((result.ending == ENDINGS.index("translated")) == inside).all()
    assert (result.physical == np.where(inside, addresses - 0x40_0000, 0)).all()
    assert len(result) == 2 * BLOCK + 7


def test_flags_may_be_one_value_for_all():
    state = machine(PageTables(FOUR_LEVEL).map_page(0, 0x1000, writable=False))
    result = translate_many(state, [0, 8], write=True, user=True)
    assert result.code.tolist() == [7, 7]


def test_a_batch_sets_no_flag_that_a_later_access_would_see():
    state = machine(PageTables(FOUR_LEVEL).map_page(0, 0x1000))
    before = state.memory
    translate_many(state, [0, 0], write=True)
    assert state.memory == before


def test_an_empty_batch_has_an_empty_result():
    assert len(translate_many(machine(PageTables(TWO_LEVEL)), [])) == 0


STATE = machine(PageTables(TWO_LEVEL).map_page(0, 0))
REFUSED = [
    (lambda: translate_many(STATE, [0, 1 << 32]), "0x100000000 is not an address of 32-bit paging"),
    (lambda: translate_many(STATE, [-1]), "the machine has 32 address bits"),
    (lambda: translate_many(STATE, [0.5]), "one row of whole numbers, not float64 of shape"),
    (lambda: translate_many(STATE, [[0]]), r"not int64 of shape \(1, 1\)"),
    (lambda: translate_many(STATE, [0, 1, 2], user=[True, False]), "one value or 3, one for each address"),
    (lambda: translate_many(STATE, [0], write=True, execute=True), "cannot both write and execute"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_a_batch_that_no_machine_can_make_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()
