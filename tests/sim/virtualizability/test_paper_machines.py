from functools import cache

import pytest

from vlearn.errors import ModelError
from vlearn.sim.virtualizability import (
    EXTRA,
    FAITHFUL,
    InstructionSet,
    Mode,
    State,
    classify,
    pdp10,
    proves,
    third_generation,
)
from vlearn.sim.virtualizability.third_generation import MemoryTrap

FAITHFUL_CLASSES = {
    **dict.fromkeys(("LOAD", "STORE", "ADD", "JUMP", "JZ", "SVC"), ("innocuous",)),
    **dict.fromkeys(("HLT", "LRB", "LPSW", "RETU", "SIO"), ("privileged", "control sensitive")),
    "SRB": ("privileged", "location sensitive"),
    # no pair of states in which neither traps: to the letter, it cannot tell the modes apart
    "TMODE": ("privileged", "innocuous"),
}
EXTRA_CLASSES = {
    "GRB": ("location sensitive",),
    "LRA": ("location sensitive",),
    "GMODE": ("mode sensitive",),
    "EXIT": ("control sensitive",),
    "TRYRB": ("control sensitive",),
    "GROW": ("control sensitive",),
    # R moved by x keeps its bound: to the letter, the bound is no location
    "GBOUND": ("innocuous",),
}
THEOREMS = {  # instruction: conditions of Theorems 1 and 3
    "GRB": (False, False),
    "LRA": (False, False),
    "GMODE": (False, True),
    "EXIT": (False, True),
    "TRYRB": (False, True),
    "GROW": (False, False),
    "GBOUND": (True, True),
}


@cache
def classified(*extra):
    return classify(third_generation(*extra))


def test_the_faithful_machine_meets_theorem_1():
    found = classified()
    assert {verdict.name: verdict.classes for verdict in found.verdicts} == FAITHFUL_CLASSES
    assert [theorem.holds for theorem in found.theorems] == [True, None, True]
    assert found.monitor.startswith("A virtual machine monitor")


def test_there_is_a_row_for_each_instruction():
    assert FAITHFUL_CLASSES.keys() == FAITHFUL.keys()
    assert EXTRA_CLASSES.keys() == THEOREMS.keys() == EXTRA.keys()


@pytest.mark.parametrize("name", EXTRA)
def test_one_more_instruction_breaks_the_theorems_that_it_should(name):
    whole = third_generation(name)
    found = classify(InstructionSet(whole.architecture, {key: whole.table[key] for key in ("ADD", "LRB", "SVC", name)}))
    first, second, third = found.theorems
    assert found[name].classes == EXTRA_CLASSES[name]
    assert (first.holds, third.holds) == THEOREMS[name]
    assert first.breakers == (() if first.holds else (name,))
    assert third.breakers == (() if third.holds else (name,))
    assert second.breakers == ()  # being virtualizable is not the same as meeting the condition of Theorem 1


def test_the_pdp_10_gets_a_hybrid_monitor_because_of_jrst_1():
    found = classify(pdp10())
    assert found.holes == ("JRST 1",)
    assert found["JRST 1"].control
    assert not found["JRST 1"].user_sensitive
    assert [theorem.holds for theorem in found.theorems] == [False, None, True]
    assert "hybrid" in found.monitor


def test_every_witness_proves_its_claim_when_it_is_run_again():
    for found in (classified(*EXTRA), classify(pdp10())):
        witnesses = [witness for verdict in found.verdicts for witness in verdict.witnesses]
        assert all(proves(found.architecture, witness) for witness in witnesses)


def test_a_witness_with_other_runs_proves_nothing():
    found = classified("GRB", "GMODE")
    location, mode = found["GRB"].location, found["GMODE"].mode
    swapped = type(location)(location.claim, mode.instruction, mode.runs)
    assert not proves(found.architecture, swapped)


def test_an_instruction_is_innocuous_exactly_if_it_is_not_sensitive():
    found = classified(*EXTRA)
    assert set(found.innocuous) | set(found.sensitive) == {verdict.name for verdict in found.verdicts}
    assert not set(found.innocuous) & set(found.sensitive)
    assert set(found.user_sensitive) <= set(found.sensitive)


def test_a_trap_saves_the_psw_in_word_0_and_loads_the_one_in_word_1():
    state = State((0, 0x0108, 7, 7, 7, 0, 0, 0), Mode.USER, 2, 2, 3)
    after = state.trap()
    assert after == State((0x1223, 0x0108, 7, 7, 7, 0, 0, 0), Mode.SUPERVISOR, 1, 0, 8)
    assert state.trapped_to(after)
    assert not state.trapped_to(state.next())


@pytest.mark.parametrize("address", [-1, 3, 4])
def test_a_reference_outside_the_bounds_is_a_memory_trap(address):
    state = State((0,) * 8, Mode.USER, 0, 5, 3)
    assert state.write(2, 9).memory[7] == 9
    with pytest.raises(MemoryTrap):
        state.read(address)
    with pytest.raises(MemoryTrap):
        State((0,) * 8, Mode.USER, 0, 6, 5).read(2)


def test_an_unknown_name_is_refused_with_those_that_exist():
    with pytest.raises(ModelError, match="did you mean 'GMODE'"):
        third_generation("GMOD")
    with pytest.raises(ModelError, match=r"has no instruction 'LPWS'.*did you mean 'LPSW'"):
        classified()["LPWS"]
