"""EPT entries: what is a violation, what a misconfiguration, and which comes first. (More in tests/conformance.)"""

from dataclasses import replace

import pytest

from vlearn.sim.memory import (
    EPT4,
    FOUR_LEVEL,
    GIB,
    MIB,
    Access,
    EptMisconfiguration,
    EptTables,
    EptViolation,
    PageTables,
    Translation,
    guest,
    translate,
)
from vlearn.sim.memory.access import EXIT_QUALIFICATION, named_bits
from vlearn.sim.memory.entries import EPT_R, EPT_RWX, EPT_W, EPT_X
from vlearn.trace import run

TABLES = PageTables(FOUR_LEVEL).map_page(0x40_0000, GIB)
EPT = EptTables(EPT4, root=0x10_0000).map_page(0, 2 * GIB, length=64 * 1024).map_page(GIB, 4 * GIB, 2 * MIB)


def outcome(ept, access, **options):
    return run(translate, guest(TABLES, ept, **options), [access]).final.outcome


def test_the_exit_qualification_reads_as_words():
    violation = outcome(EPT.edit(GIB, "EPT PDE", clear_bits=EPT_W), Access(0x40_0000, "write"))
    assert named_bits(EXIT_QUALIFICATION, violation.qualification) == (
        "data write",
        "readable",
        "executable",
        "linear address valid",
        "final translation",
    )


@pytest.mark.parametrize("entry", ["EPT PML4E", "EPT PDPTE", "EPT PDE"])
@pytest.mark.parametrize(("rights", "kind"), [(EPT_R, "write"), (EPT_R | EPT_W, "execute"), (EPT_X, "read")])
def test_bits_5_to_3_are_what_all_entries_allow_together(entry, rights, kind):
    ept = EptTables(EPT4, root=0x10_0000).map_page(0, 2 * GIB, length=64 * 1024)
    tables = PageTables(FOUR_LEVEL).map_page(0x40_0000, 1 << 40)
    ept = ept.map_page(1 << 40, 4 * GIB, 2 * MIB).edit(1 << 40, entry, clear_bits=EPT_RWX & ~rights)
    violation = run(translate, guest(tables, ept), [Access(0x40_0000, kind)]).final.outcome
    assert violation.qualification >> 3 & 7 == rights


MISCONFIGURED = [
    ("EPT PDE", 0, EPT_R | EPT_X, "allows writes but not reads"),
    ("EPT PDE", 0, EPT_R, "allows writes but not reads"),
    ("EPT PDE", 1 << 12, 0, "reserved bit"),
    ("EPT PDE", 1 << 46, 0, "reserved bit"),
    ("EPT PDE", 2 << 3, 6 << 3, "reserved memory type 2"),
    ("EPT PDE", 3 << 3, 6 << 3, "reserved memory type 3"),
    ("EPT PDE", 7 << 3, 0, "reserved memory type 7"),
    ("EPT PDPTE", 1 << 5, 0, "reserved bit"),
]


@pytest.mark.parametrize(("entry", "set_bits", "clear_bits", "why"), MISCONFIGURED)
def test_a_misconfigured_entry_exits_whatever_the_access(entry, set_bits, clear_bits, why):
    ept = EPT.edit(GIB, entry, set_bits=set_bits, clear_bits=clear_bits)
    for kind in ("read", "write", "execute"):
        trace = run(translate, guest(TABLES, ept), [Access(0x40_0123, kind)])
        assert trace.final.outcome == EptMisconfiguration(GIB + 0x123)
        assert why in trace.steps[-1].event.text


@pytest.mark.parametrize("memory_type", [0, 1, 4, 5, 6])
def test_the_five_memory_types_are_accepted(memory_type):
    ept = EptTables(EPT4, root=0x10_0000).map_page(0, 2 * GIB, length=64 * 1024)
    ept = ept.map_page(GIB, 4 * GIB, memory_type=memory_type)
    assert isinstance(outcome(ept, Access(0x40_0000)), Translation)


def test_execute_only_needs_a_processor_that_supports_it():
    state = guest(TABLES, EPT.edit(GIB, "EPT PDE", clear_bits=EPT_R | EPT_W))
    fetch = Access(0x40_0000, "execute")
    assert isinstance(run(translate, state, [fetch]).final.outcome, Translation)
    without = replace(state, eptp=replace(state.eptp, execute_only=False))
    assert run(translate, without, [fetch]).final.outcome == EptMisconfiguration(GIB)


def test_a_misconfigured_entry_below_is_found_before_a_missing_right_above():
    ept = EPT.edit(GIB, "EPT PDPTE", clear_bits=EPT_W).edit(GIB, "EPT PDE", set_bits=1 << 12)
    assert isinstance(outcome(ept, Access(0x40_0000, "write")), EptMisconfiguration)


def test_an_absent_entry_is_a_violation_even_with_reserved_bits():
    ept = EPT.edit(GIB, "EPT PDE", set_bits=1 << 12, clear_bits=EPT_RWX)
    assert outcome(ept, Access(0x40_0000, "write")) == EptViolation(0b1_1000_0010, GIB, 0x40_0000)


def test_user_and_supervisor_are_the_same_to_the_ept():
    ept = EPT.edit(GIB, "EPT PDE", clear_bits=EPT_W)
    assert outcome(ept, Access(0x40_0000, "write", user=True)) == outcome(ept, Access(0x40_0000, "write"))
