"""Chapter 6's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch06 import ADDRESS, PUZZLE, SUPERVISOR_ONLY
from vlearn.lab.exercises.ch06_predictions import PREDICTIONS
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.entries import EPT_R, EPT_RWX, RW, US, P
from vlearn.sim.memory.machines import GUEST_AT, guest, machine, virtual_machine
from vlearn.sim.memory.modes import MIB, PAE
from vlearn.sim.memory.page_tables import EptTables, PageTables
from vlearn.sim.memory.walk import translate
from vlearn.trace import run

PAGE = 0x40_0000
TABLES = PageTables().map_page(PAGE, 0x7000)
EPT = EptTables().map_page(0, GUEST_AT, length=MIB)
USER_READ = Access(PAGE, user=True)

RIGHT = [
    ("ch06-translate", 0x9AABC),
    ("ch06-error-code", 0b111),
    ("ch06-references", lambda g, h: g * (h + 1) + h),
    ("ch06-bug-hunt", (TABLES.edit(PAGE, "PDPTE", clear_bits=US), USER_READ)),
    ("ch06-violation", guest(TABLES, EPT.edit(TABLES.frames[2], "EPT PTE", clear_bits=EPT_RWX))),
]

WRONG = [
    ("ch06-translate", 0x9A000, "page frame"),
    ("ch06-translate", 0x9A007, "flags"),
    ("ch06-translate", 0x9A007 + 0xABC, "low 12 bits"),
    ("ch06-translate", 0x00C0_3ABC, "linear"),
    ("ch06-translate", 1, "10 + 10 + 12"),
    ("ch06-translate", "0x9AABC", "whole number"),
    ("ch06-translate", True, "whole number"),
    ("ch06-error-code", 0b110, "Bit 0"),
    ("ch06-error-code", 0b101, "Bit 1"),
    ("ch06-error-code", 0b011, "Bit 2"),
    ("ch06-error-code", 0b1111, "others are 0"),
    ("ch06-error-code", "7", "whole number"),
    ("ch06-references", lambda g, h: g + h, "each table once"),
    ("ch06-references", lambda g, h: g * h, "guest's entries"),
    ("ch06-references", lambda g, h: (g + 1) * (h + 1), "data itself"),
    ("ch06-references", lambda g, h: 24, "rows of the grid"),
    ("ch06-references", lambda g, h: None, "returns NoneType"),
    ("ch06-references", lambda g, h: "24", "returns str"),
    ("ch06-references", 24, "without calling"),
    ("ch06-references", lambda: 24, "TypeError"),
    ("ch06-bug-hunt", (TABLES, USER_READ), "Both models say the same"),
    (
        "ch06-bug-hunt",
        (PageTables().map_page(PAGE, 2 * MIB, 2 * MIB, writable=False), Access(PAGE, "write", user=True)),
        "Both models say the same",
    ),
    ("ch06-bug-hunt", TABLES, "pair"),
    ("ch06-bug-hunt", (TABLES, PAGE), "an Access"),
    ("ch06-bug-hunt", (PageTables(PAE), USER_READ), "4-level"),
    ("ch06-violation", guest(TABLES, EPT), "Change the EPT"),
    ("ch06-violation", guest(TABLES.edit(PAGE, "PTE", clear_bits=RW), EPT), "guest's own tables refuse"),
    ("ch06-violation", guest(TABLES, EPT.edit(0x7000, "EPT PTE", clear_bits=EPT_R)), "Withhold both"),
    ("ch06-violation", guest(TABLES, EPT.edit(0x7000, "EPT PTE", clear_bits=EPT_RWX)), "bit 8"),
    ("ch06-violation", machine(TABLES), "virtual machine"),
]


RUNS = {
    "ch06-first-prediction": run(translate, machine(PUZZLE), [Access(SUPERVISOR_ONLY)]),
    "ch06-first-entry": run(translate, machine(PUZZLE), [Access(ADDRESS)]),
    "ch06-fifth-reference": run(translate, virtual_machine(TABLES), [Access(PAGE + 0x123)]),
    # What it would be if the EPT alone refused.
    "ch06-both-refuse": run(
        translate, guest(TABLES, EPT.edit(0x7000, "EPT PTE", clear_bits=EPT_RWX)), [Access(PAGE + 0x123)]
    ),
}


@pytest.mark.parametrize("id", RUNS)
def test_wrong_choices_about_a_run_are_worded_as_its_events_are(id):
    events = {step.event.text for step in RUNS[id].steps}
    assert len(events & PREDICTIONS[id].choices.keys()) >= 1


def test_where_both_refuse_the_guest_hears_of_it_and_its_choices_are_wrong():
    unmapped = EPT.edit(0x7000, "EPT PTE", clear_bits=EPT_RWX)
    state = guest(TABLES.edit(PAGE, "PTE", clear_bits=P), unmapped)
    event = run(translate, state, [Access(PAGE + 0x123)]).steps[-1].event
    assert event.kind == "page-fault"
    assert event.text not in PREDICTIONS["ch06-both-refuse"].choices
