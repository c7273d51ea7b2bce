"""Popek and Goldberg's equivalence: what traps is harmless, and what does not trap shows exactly when it matters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.cpu.random_programs import ordinary
from tests.sim.monitors.random_guests import (
    control_flow,
    guests,
    innocuous_guests,
    privileged,
    tables,
)
from tests.sim.monitors.trap_and_emulate.mattered import UNPRIVILEGED, mattered
from vlearn.sim.cpu import fetch
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.compare import differences, first_difference, stray
from vlearn.sim.monitors.trap_and_emulate import trap_and_emulate
from vlearn.sim.monitors.trap_and_emulate.mapping import real_state
from vlearn.sim.monitors.vm import run_guest, trace_guest

COMPRESSIONS = ("0/1/3", "0/3")


@settings(deadline=None, max_examples=80)
@given(innocuous_guests, st.sampled_from(COMPRESSIONS), st.booleans())
def test_a_guest_of_innocuous_and_privileged_instructions_ends_as_on_bare_metal(guest, rings, umip):
    monitor = trap_and_emulate(rings, umip)
    bare = run_guest(BARE, BARE.start(guest), limit=300)
    if bare.kind != "step-limit":
        virtual = run_guest(monitor, monitor.start(guest), limit=3000)
        assert virtual.kind == bare.kind
        assert differences(bare.vm.guest, virtual.vm.guest) == ()


@settings(deadline=None, max_examples=80)
@given(guests(ordinary, control_flow, privileged, tables, UNPRIVILEGED, UNPRIVILEGED), st.sampled_from(COMPRESSIONS))
def test_a_guest_with_sensitive_instructions_differs_exactly_when_one_mattered(guest, rings):
    monitor = trap_and_emulate(rings)
    bare = trace_guest(BARE, BARE.start(guest), limit=120)
    virtual = trace_guest(monitor, monitor.start(guest), limit=360)
    found = first_difference(bare, virtual)
    assert (found and found.retired) == first_that_mattered(virtual, before=bare)


def first_that_mattered(virtual, before):
    """After how many instructions a sensitive one first went wrong, as far as the other run goes."""
    vm = virtual.start
    for step in virtual.steps:
        if step.event.kind == "direct" and mattered(vm.guest, vm.real, fetch(vm.real)[1]):
            retired = step.state.guest.tsc
            cut_off = [run.final.guest.tsc for run in (virtual, before) if run.kinds[-1] == "step-limit"]
            return retired if all(retired < end for end in cut_off) else None
        vm = step.state
    return None


@settings(deadline=None, max_examples=40)
@given(innocuous_guests, st.sampled_from(COMPRESSIONS))
def test_the_diagram_commutes_for_every_instruction_that_runs_directly(guest, rings):
    monitor = trap_and_emulate(rings)
    before = monitor.start(guest)
    for _ in range(60):
        *_, last = monitor.advance(before)
        if last.kind == "direct":
            assert stray(before, last.vm) == ()
            image = real_state(last.vm.guest, last.vm.monitor, last.vm.real.memory)
            assert image == last.vm.real
        before = last.vm


@pytest.mark.parametrize("rings", COMPRESSIONS)
@settings(deadline=None, max_examples=20)
@given(guest=guests(ordinary, control_flow, privileged, tables, UNPRIVILEGED))
def test_the_guest_never_changes_the_monitor_memory_but_through_the_monitor(rings, guest):
    monitor = trap_and_emulate(rings)
    vm = monitor.start(guest)
    for _ in range(80):
        *_, last = monitor.advance(vm)
        if last.kind == "direct":
            assert {at: word for at, word in last.vm.real.memory.items() if at >= 0x10_0000} == {
                at: word for at, word in vm.real.memory.items() if at >= 0x10_0000
            }
            assert last.vm.real.cpl > 0
        vm = last.vm
