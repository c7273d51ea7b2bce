"""Guests under VT-x end as on bare metal, whatever exits; and what they can still find out."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.cpu.random_programs import ordinary, sensitive
from tests.sim.monitors.random_guests import control_flow, guests, privileged, tables
from tests.sim.monitors.trap_and_emulate.mattered import UNPRIVILEGED
from vlearn.errors import ModelError
from vlearn.sim.cpu import boot, fetch
from vlearn.sim.cpu.control import IA32_TSC
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.compare import differences, first_difference, stray
from vlearn.sim.monitors.costs import CORE_2, PENTIUM_4
from vlearn.sim.monitors.guests import GUESTS, guest
from vlearn.sim.monitors.hardware import (
    CONTROLS,
    EVERYTHING,
    HARDWARE_ASSIST,
    MINIMAL,
    Settings,
    exits,
    hardware_assist,
)
from vlearn.sim.monitors.hardware import settings as controls_of
from vlearn.sim.monitors.hardware.state import held, waiting
from vlearn.sim.monitors.vm import run_guest, trace_guest

NOTHING = controls_of(["Enable EPT", "Unrestricted guest"])
PARAMETERS = {"hot_loop": {"ROUNDS": 40}}
SETTINGS = {"minimal": MINIMAL, "everything": EVERYTHING, "nothing": NOTHING}
ENTERABLE = {"Activate secondary controls", "Enable EPT", "Unrestricted guest"}
random_settings = st.builds(
    Settings,
    st.sets(st.sampled_from(sorted(CONTROLS.keys() - {"Interrupt-window exiting"}))).map(
        lambda names: frozenset(names | ENTERABLE | {"Use TSC offsetting"})  # without it a guest reads the host's clock
    ),
    st.frozensets(st.integers(0, 31)),
    cr0_mask=st.sampled_from((0x20, 0x2A, 0x1_0028, 0xFFFF_FFFF)),
    cr4_mask=st.sampled_from((0x2000, 0x2084, 0xFFFF_FFFF)),
)


def both(cpu, monitor, limit=20_000):
    return trace_guest(BARE, BARE.start(cpu), limit), trace_guest(monitor, monitor.start(cpu), limit)


@pytest.mark.parametrize("controls", SETTINGS)
@pytest.mark.parametrize("name", GUESTS)
def test_a_guest_notices_nothing(name, controls):
    bare, run = both(guest(name, **PARAMETERS.get(name, {})), hardware_assist(SETTINGS[controls]))
    assert first_difference(bare, run) is None
    assert run.kinds[-1] == bare.kinds[-1] == "halted"
    assert differences(bare.final.guest, run.final.guest) == ()


@settings(deadline=None, max_examples=150)
@given(
    guests(ordinary, sensitive, control_flow, privileged, UNPRIVILEGED, tables),
    random_settings,
    st.sampled_from((0, 700)),
)
def test_a_random_guest_notices_nothing_under_any_controls(cpu, chosen, price):
    bare, run = both(cpu, hardware_assist(chosen, price=price), 400)
    if bare.kinds[-1] != "step-limit":
        assert first_difference(bare, run) is None
        assert run.kinds[-1] == bare.kinds[-1]


@settings(deadline=None, max_examples=40)
@given(guests(ordinary, sensitive, control_flow, privileged, UNPRIVILEGED, tables), st.sampled_from(list(SETTINGS)))
def test_the_diagram_commutes_at_each_step(cpu, name):
    monitor = hardware_assist(SETTINGS[name])
    vm = monitor.start(cpu)
    for _ in range(60):
        before = vm
        for happening in monitor.advance(vm):
            vm = happening.vm
        assert stray(before, vm) == ()
        if not vm.monitor.processor.root and waiting(vm.guest) is None:
            assert held(vm) == vm.real


@pytest.mark.parametrize("controls", SETTINGS)
def test_the_probe_takes_the_machine_for_a_bare_one(controls):
    monitor = hardware_assist(SETTINGS[controls])
    vm = run_guest(monitor, monitor.start(guest("probe"))).vm
    assert vm.guest.console.endswith("=")
    assert "!" not in vm.guest.console


def test_the_kernel_runs_mostly_without_exits():
    kernel = guest("kernel")
    few, many = exits(kernel, MINIMAL), exits(kernel, EVERYTHING)
    retired = run_guest(BARE, BARE.start(kernel)).vm.guest.tsc
    assert set(few) == {1, 7, 12, 30}
    assert few.total() < many.total() < retired / 20
    assert exits(kernel, NOTHING).total() == 0


def test_an_event_shows_the_place_of_each_state():
    run = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(boot("mov ebx, 7\ncpuid\nhlt")))
    assert run.kinds == ("entry", "direct", "exit", "emulated", "entry", "exit", "emulated", "halted")
    entered, _, left, *_ = (step.state for step in run.steps)
    assert entered.real.eip == entered.guest.eip
    assert left.real.eip == left.monitor.vmcs["Host RIP"]
    assert left.real["ebx"] == 7, "the general registers are the monitor's to save"
    assert left.monitor.vmcs["Guest RIP"] == left.guest.eip
    assert left.monitor.vmcs["Exit reason"] == 10
    assert left.monitor.vmcs["VM-exit instruction length"] == 2


def test_the_first_entry_is_a_launch_and_each_later_one_a_resume():
    run = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(boot("cpuid\ncpuid\nhlt")))
    entries = [step.event.text.split(":")[0] for step in run.steps if step.event.kind == "entry"]
    assert entries == ["VMLAUNCH", "VMRESUME", "VMRESUME"]


def test_a_device_exits_though_the_guest_has_cleared_if_and_the_window_opens_when_it_sets_it():
    text = "mov eax, 6\nout 0x40, eax\nmov ecx, 9\nagain: loop again\n{}sti\nnop\nnop\ncli\nhlt\ntick: iret"
    bare, run = both(boot(text.format(""), gates={0x20: "tick"}), HARDWARE_ASSIST)
    assert first_difference(bare, run) is None
    assert dict(run.final.monitor.reasons) == {1: 1, 7: 1, 12: 1, 30: 1}
    assert run.kinds.index("held") < run.kinds.index("injected")


@pytest.mark.parametrize("controls", [MINIMAL, controls_of(MINIMAL.controls - {"Unconditional I/O exiting"})])
def test_an_interrupt_that_is_held_is_forgotten_when_the_guest_stops_the_timer(controls):
    text = "mov eax, 6\nout 0x40, eax\nmov ecx, 9\nagain: loop again\nmov eax, 0\nout 0x40, eax\nsti\nnop\nnop\nhlt"
    bare, run = both(boot(text + "\ntick: iret", gates={0x20: "tick"}), hardware_assist(controls))
    assert first_difference(bare, run) is None
    assert "injected" not in run.kinds


def test_a_fault_comes_before_an_exit_and_goes_through_the_guests_own_table():
    cpu = boot("start: hlt\ncaught: hlt", ring=3, gates={13: "caught"})
    run = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(cpu))
    assert run.kinds == ("entry", "fault", "exit", "emulated", "halted")
    assert dict(run.final.monitor.reasons) == {12: 1}


def test_a_page_fault_that_exits_leaves_cr2_to_the_monitor():
    cpu = boot("start: ud2\ncaught: hlt", gates={6: "caught"})
    run = trace_guest(hardware_assist(EVERYTHING), hardware_assist(EVERYTHING).start(cpu))
    assert run.kinds[:5] == ("entry", "exit", "emulated", "entry", "injected")
    assert run.steps[1].state.monitor.vmcs["VM-exit interruption information"] == 0x8000_0306


def test_a_triple_fault_exits_whatever_the_controls():
    cpu = replace(boot("ud2"), idtr=boot().gdtr.__class__(0, 0))
    for chosen in SETTINGS.values():
        bare, run = both(cpu, hardware_assist(chosen))
        assert run.kinds[-1] == bare.kinds[-1] == "shutdown"
        assert run.final.guest.shutdown


def test_controls_that_cannot_be_entered_with_say_which_demand_fails():
    monitor = hardware_assist(["HLT exiting"])
    with pytest.raises(ModelError, match="CR0 has PE and PG, unless the guest is unrestricted"):
        list(monitor.advance(monitor.start(boot("hlt"))))


def test_a_guest_sees_the_hypervisor_bit_only_if_the_monitor_sets_it():
    cpu = boot("mov eax, 1\ncpuid\nhlt")
    for announces in (False, True):
        monitor = hardware_assist(MINIMAL, announces=announces)
        assert run_guest(monitor, monitor.start(cpu)).vm.guest["ecx"] >> 31 == announces


@pytest.mark.parametrize(("price", "hides_time", "ticks"), [(0, False, 3), (2000, False, 2003), (2000, True, 3)])
def test_time_tells_unless_the_monitor_hides_it(price, hides_time, ticks):
    cpu = boot("rdtsc\nmov esi, eax\ncpuid\nrdtsc\nsub eax, esi\nhlt")
    for chosen in (MINIMAL, EVERYTHING):
        monitor = hardware_assist(chosen, price=price, hides_time=hides_time)
        elapsed = run_guest(monitor, monitor.start(cpu)).vm.guest["eax"]
        assert elapsed == ticks + (0 if hides_time or chosen is MINIMAL else price)


def test_the_time_stamp_counter_of_the_machine_is_not_the_guests_to_write():
    cpu = boot(f"mov ecx, {IA32_TSC}\nmov eax, 5\nmov edx, 0\nwrmsr\nrdtsc\nhlt")
    monitor = hardware_assist(MINIMAL, price=1000, hides_time=False)
    vm = run_guest(monitor, monitor.start(cpu)).vm
    assert vm.guest["eax"] == 5 + 1, "one tick for RDTSC"
    assert vm.real.tsc > 1000
    assert vm.monitor.reasons[32] == 1


def test_exits_of_a_guest_that_never_ends_cannot_be_counted(monkeypatch):
    monkeypatch.setattr("vlearn.sim.monitors.hardware.counting.LIMIT", 100)
    with pytest.raises(ModelError, match="has not ended after 100 events"):
        exits("again: jmp again", MINIMAL)


def test_vmx_instructions_exit_and_are_undefined_to_the_guest():
    cpu = boot("start: vmcall\ncaught: hlt", gates={6: "caught"})
    bare, run = both(cpu, HARDWARE_ASSIST)
    assert first_difference(bare, run) is None
    assert dict(run.final.monitor.reasons) == {18: 1, 12: 1}


def test_all_that_happens_has_a_price():
    vm = run_guest(hardware_assist(EVERYTHING), hardware_assist(EVERYTHING).start(guest("kernel"))).vm
    assert CORE_2.cycles(vm.counts) < PENTIUM_4.cycles(vm.counts)


def test_the_guest_holds_its_own_state_in_the_real_registers():
    monitor, vm = HARDWARE_ASSIST, HARDWARE_ASSIST.start(guest("probe"))
    for _ in range(40):
        for happening in monitor.advance(vm):
            vm = happening.vm
        if not vm.monitor.processor.root:
            assert vm.real.cpl == vm.guest.cpl
            assert vm.real.gdtr == vm.guest.gdtr
            assert fetch(vm.real)[1] == fetch(vm.guest)[1]
