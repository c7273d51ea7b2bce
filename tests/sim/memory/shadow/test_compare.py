"""Shadow and nested paging on the same workload: who pays what, and where each one wins."""

from random import Random

import pytest

from vlearn.errors import ModelError
from vlearn.sim.memory.modes import MIB
from vlearn.sim.memory.shadow.compare import Costs, Hardware, Price, compare
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.shadow.workloads import Workload, work


def pair(policy=None, hardware=None, **parameters):
    return compare(work(Random(3), **parameters), policy, hardware)


def test_a_large_working_set_without_changes_is_cheaper_under_shadow_paging():
    found = pair(pages=160, accesses=150)
    assert found.winner() == "shadow"
    assert found.shadow.exit_count == 0
    assert found.shadow.misses == found.nested.misses
    assert found.shadow.references < found.nested.references


def test_a_working_set_within_the_tlb_costs_nothing_either_way():
    found = pair(pages=8, accesses=50)
    assert found.winner() == "neither"
    assert found.shadow.references == found.nested.references == 0


def test_changing_page_tables_are_cheaper_under_nested_paging():
    found = pair(pages=32, accesses=100, churn=0.2)
    assert found.winner() == "nested"
    assert {"traced-write", "invlpg", "fill-shadow"} <= {kind for kind, _ in found.shadow.exits}


def test_without_structure_caches_a_miss_costs_4_references_or_24():
    found = pair(pages=160, accesses=100, hardware=Hardware(structure_entries=0))
    assert found.shadow.references == 4 * found.shadow.misses
    assert found.nested.references == 24 * found.nested.misses


def test_lazy_synchronization_saves_the_exits_of_stores_and_no_others():
    traced, lazy = (pair(Policy(lazy=lazy), pages=32, accesses=100, churn=0.2).shadow for lazy in (False, True))
    assert dict(lazy.exits)["traced-write"] == 1 < dict(traced.exits)["traced-write"]
    assert {**dict(lazy.exits), "traced-write": 0} == {**dict(traced.exits), "traced-write": 0}


@pytest.mark.parametrize(("shadows", "fewer"), [(3, True), (1, False)])
def test_processes_that_take_turns_need_a_shadow_each(shadows, fewer):
    found = pair(Policy(shadows=shadows), pages=8, accesses=60, processes=3, turn=10)
    assert ("fill-shadow" not in dict(found.shadow.exits)) == fewer
    assert dict(found.shadow.exits)["load-cr3"] == 5
    assert found.shadow.table_bytes == 4 * 4096 * shadows


def test_a_large_host_page_keeps_a_large_guest_page_whole_in_both():
    split, whole = (
        pair(pages=1, accesses=50, page_size=2 * MIB, hardware=Hardware(host_page=p)) for p in (4096, 2 * MIB)
    )
    assert split.shadow.misses == split.nested.misses > 0
    assert whole.shadow.misses == whole.nested.misses == 0


def test_a_vpid_saves_misses_after_exits_and_nested_paging_does_not_need_it():
    with_vpid, without = (pair(Policy(vpid=v), pages=32, accesses=100, churn=0.1) for v in (1, 0))
    assert without.shadow.misses > with_vpid.shadow.misses
    assert without.nested.misses == with_vpid.nested.misses


def test_cycles_are_exits_and_references_at_their_price():
    costs = Costs(10, (("invlpg", 2), ("load-cr3", 1)), 40, 5, 4096)
    assert costs.cycles() == (3 * 2000 + 40 * 10) / 10
    assert costs.cycles(Price(exit=100, reference=1)) == 34


BAD = [
    ({"pages": 0}, "1 or more pages"),
    ({"accesses": 0}, "1 or more accesses"),
    ({"churn": 1.5}, "from 0 to 1"),
    ({"page_size": 8192}, "4 KiB or 2 MiB"),
]


@pytest.mark.parametrize(("parameters", "words"), BAD)
def test_a_workload_that_cannot_be_is_refused(parameters, words):
    with pytest.raises(ModelError, match=words):
        work(Random(0), **parameters)


def test_hardware_and_workloads_without_sense_are_refused():
    workload = work(Random(0), 4, 4)
    with pytest.raises(ModelError, match="0 or more entries"):
        compare(workload, hardware=Hardware(structure_entries=-1))
    empty = Workload("idle", workload.registers, workload.memory, workload.ram, (), ())
    with pytest.raises(ModelError, match="'idle' accesses no memory"):
        compare(empty)
