from fractions import Fraction

import pytest

from vlearn.errors import ModelError
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.costs import ADAMS_AGESEN, CORE_2, PENTIUM_4, PRESETS, crossover, mapping_writes
from vlearn.sim.monitors.guests import GUESTS, guest
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST
from vlearn.sim.monitors.translation import BINARY_TRANSLATION
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.vm import run_guest

WINNERS = {
    "software": {"in", "cr8wr", "pgfault", "ptemod"},
    "hardware": {"syscall", "call/ret", "divzero"},
}
MONITORS = (BARE, TRAP_AND_EMULATE, trap_and_emulate("0/3"), BINARY_TRANSLATION, HARDWARE_ASSIST)


@pytest.mark.parametrize("winner", WINNERS)
def test_each_vmm_wins_the_rows_that_the_paper_says(winner):
    assert {name for name, row in ADAMS_AGESEN.items() if row.winner == winner} == WINNERS[winner]


def test_at_the_crossover_both_vmms_cost_the_same():
    syscall, ptemod = ADAMS_AGESEN["syscall"], ADAMS_AGESEN["ptemod"]
    writes = crossover()
    software = syscall.software.cycles + writes * ptemod.software.cycles
    assert software == syscall.hardware.cycles + writes * ptemod.hardware.cycles
    assert writes == Fraction(1000, 6171)
    assert round(float(writes), 3) == 0.162


@pytest.mark.parametrize(("entry_bytes", "tables"), [(4, 256), (8, 512)])
def test_a_gibibyte_is_262144_entries_in_few_page_tables(entry_bytes, tables):
    assert mapping_writes(1 << 30, entry_bytes) == (262_144, tables)


@pytest.mark.parametrize("pages", [1, 8, 16, 40])
def test_each_entry_of_a_mapping_is_one_traced_write(pages):
    ending = run_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(guest("page_tables", PAGES=pages)))
    assert ending.vm.counts["traced-write"] == mapping_writes(pages << 12)[0] == pages


@pytest.mark.parametrize("name", GUESTS)
@pytest.mark.parametrize("monitor", MONITORS, ids=lambda m: m.name)
def test_every_kind_that_a_monitor_counts_has_a_cost(monitor, name):
    counts = run_guest(monitor, monitor.start(guest(name))).vm.counts
    assert PENTIUM_4.cycles(counts) >= counts.get("direct", 0)


def test_a_run_costs_its_counts_times_the_preset():
    assert PENTIUM_4.cycles({"direct": 10, "trap": 2, "emulated": 2}) == 10 + 2 * 889 + 2 * 100
    assert CORE_2.cycles({"exit": 1}) < PENTIUM_4.cycles({"exit": 1})
    assert PRESETS[CORE_2.name] is CORE_2


def test_a_kind_without_a_cost_is_refused_by_name():
    with pytest.raises(ModelError, match="no cost for 'teleport'"):
        PENTIUM_4.cycles({"teleport": 1})
